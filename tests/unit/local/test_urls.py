"""Which database and broker a process uses."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.local.messages import LocalError
from core.local.state import read_state, update_state, write_state
from core.local.urls import UNSET_BROKER, UNSET_DATABASE, build_database_url, key_of, require_urls, resolve_urls

APP, OWNER, ADMIN = "postgres://app:a@db/x", "postgres://owner:o@db/x", "postgres://admin:p@db/x"


@pytest.fixture
def running() -> Iterator[int]:
    """A program that looks like both servers in the process table."""
    with subprocess.Popen(["postgres-and-valkey", "300"], executable="/bin/sleep") as program:
        yield program.pid
        program.kill()


def write_embedded(home: Path, pid: int) -> None:
    update_state(
        home,
        postgres={"pid": pid, "port": 5, "database": "postgres://kaohe_app:a@127.0.0.1:5/kaohe", "owner": OWNER},
        valkey={"pid": pid, "port": 6, "password": "secret"},
    )


def test_two_addresses_in_the_environment_are_taken_as_they_are(home: Path, running: int) -> None:
    write_embedded(home, running)
    urls = resolve_urls({"DATABASE_URL": APP, "OWNER_DATABASE_URL": OWNER, "BROKER_URL": "amqp://b"}, home)
    assert (urls.database, urls.owner, urls.broker) == (APP, OWNER, "amqp://b")
    assert urls.app_role == "app"


def test_one_address_stands_for_both_until_the_server_was_prepared(home: Path) -> None:
    urls = resolve_urls({"DATABASE_URL": ADMIN}, home)
    assert (urls.database, urls.owner) == (ADMIN, ADMIN)


def test_one_address_gives_the_logins_that_were_derived_from_it(home: Path) -> None:
    update_state(home, external={key_of(ADMIN): {"database": APP, "owner": OWNER}})
    urls = resolve_urls({"DATABASE_URL": ADMIN}, home)
    assert (urls.database, urls.owner) == (APP, OWNER)
    assert ADMIN not in (home / "state.json").read_text()


def test_running_embedded_servers_are_found(home: Path, running: int) -> None:
    write_embedded(home, running)
    urls = resolve_urls({}, home)
    assert urls.database == "postgres://kaohe_app:a@127.0.0.1:5/kaohe"
    assert urls.broker == "redis://:secret@127.0.0.1:6/0"
    assert urls.app_role == "kaohe_app"


def test_servers_that_ended_are_not_taken_for_running(home: Path) -> None:
    ended = subprocess.Popen(["/bin/true"])
    ended.wait()
    write_embedded(home, ended.pid)
    assert not resolve_urls({}, home).is_set


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="needs /proc")
def test_a_process_id_that_another_program_got_is_not_taken_for_a_server(home: Path) -> None:
    write_embedded(home, os.getppid())
    urls = resolve_urls({}, home)
    assert (urls.database, urls.broker) == (UNSET_DATABASE, UNSET_BROKER)


def test_nothing_at_all_gives_addresses_that_say_what_to_do(home: Path) -> None:
    urls = resolve_urls({}, home)
    assert "manage.py-up" in urls.database
    assert "BROKER_URL" in urls.broker
    with pytest.raises(LocalError, match=r"manage.py up.*DATABASE_URL"):
        require_urls({}, home)


@pytest.mark.parametrize("written", ["", "{", "[1]", "\x00"])
def test_a_broken_state_file_counts_as_none(home: Path, written: str) -> None:
    (home / "state.json").write_text(written)
    assert not resolve_urls({}, home).is_set


def test_the_state_file_is_closed_to_other_users(home: Path) -> None:
    write_state(home, {"secret_key": "x"})
    assert (home / "state.json").stat().st_mode & 0o777 == 0o600
    assert read_state(home) == {"secret_key": "x"}
    assert resolve_urls({}, home).secret_key == "x"


def test_passwords_with_reserved_characters_survive_the_url() -> None:
    url = build_database_url(role="a@b", password="p:/?#[]@ %", port=1, database="d/e")
    assert url == "postgres://a%40b:p%3A%2F%3F%23%5B%5D%40%20%25@127.0.0.1:1/d%2Fe"
