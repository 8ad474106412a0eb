"""The embedded servers after everything that can have happened to them. Real servers, in folders of their own."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import psycopg
import pytest

from core.local.binaries import check_space
from core.local.messages import LocalError, Message
from core.local.places import PROJECT, server_account
from core.local.places import home as default_home
from core.local.postgres import Postgres, start_postgres
from core.local.servers import ensure_servers, stop_servers
from core.local.state import State, read_state


def start(home: Path, entry: State, *, fsync: bool = False) -> Postgres:
    # The programs come from the project's own home: copying them for every test would only take time.
    default_home().mkdir(parents=True, exist_ok=True)
    return start_postgres(default_home(), home, server_account(), entry, fsync=fsync)


def entry_of(postgres: Postgres) -> State:
    return {"pid": postgres.pid, "port": postgres.port, "password": postgres.password}


def ask(postgres: Postgres, statement: str) -> object:
    with psycopg.connect(postgres.admin_url, autocommit=True) as connection:
        cursor = connection.execute(statement)  # type: ignore[arg-type]
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None


def test_a_killed_cluster_starts_again_although_another_program_has_its_process_id(home: Path) -> None:
    first = start(home, {}, fsync=True)
    ask(first, "CREATE TABLE kept AS SELECT 42 AS answer")
    os.kill(first.pid, signal.SIGKILL)
    lock = home / "data" / "postmaster.pid"
    lines = lock.read_text().split("\n")
    # The parent of this test run stands for the program that got the number.
    lock.write_text("\n".join([str(os.getppid()), *lines[1:]]))
    second = start(home, entry_of(first))
    assert ask(second, "SELECT answer FROM kept") == 42
    second.stop()


def test_a_half_made_cluster_is_thrown_away(home: Path) -> None:
    half = home / ".initdb-half"
    half.mkdir()
    (half / "PG_VERSION").write_text("18")
    postgres = start(home, {})
    assert ask(postgres, "SELECT 1") == 1
    assert not list(home.glob(".initdb-*"))
    postgres.stop()


def test_a_lost_password_is_set_anew_and_the_rows_stay(home: Path) -> None:
    first = start(home, {})
    ask(first, "CREATE TABLE kept AS SELECT 42 AS answer")
    # Still running: the start must find it, stop it, and take it over.
    second = start(home, {})
    assert second.password != first.password
    assert ask(second, "SELECT answer FROM kept") == 42
    second.stop()


def test_a_cluster_of_another_version_is_refused_by_name(home: Path) -> None:
    start(home, {}).stop()
    (home / "data" / "PG_VERSION").write_text("14\n")
    with pytest.raises(LocalError, match="PostgreSQL 14"):
        start(home, {"password": "x"})
    assert (home / "data").exists()


def test_a_full_disk_is_said_before_anything_is_written(tmp_path: Path) -> None:
    terabytes = 10**9
    with pytest.raises(LocalError, match=f"needs about {terabytes} MB"):
        check_space(tmp_path, terabytes)


def test_two_starts_at_once_give_one_pair_of_servers(home: Path) -> None:
    script = (
        "import json, pathlib, sys\n"
        "from core.local.servers import ensure_servers\n"
        "servers = ensure_servers(lambda message: None, home=pathlib.Path(sys.argv[1]))\n"
        "print(json.dumps([list(servers.started), servers.urls.database]))\n"
    )
    both = [
        subprocess.Popen([sys.executable, "-c", script, str(home)], cwd=PROJECT, stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    answers = [json.loads(one.communicate()[0]) for one in both]
    assert sorted(started for started, _ in answers) == [[], ["postgres", "valkey"]]
    assert answers[0][1] == answers[1][1]


def test_servers_are_found_again_and_only_the_starter_stops_them(home: Path, wait_until: Callable[..., None]) -> None:
    said: list[Message] = []
    first = ensure_servers(said.append, home=home)
    second = ensure_servers(said.append, home=home)
    assert first.urls == second.urls
    assert second.started == ()
    second.stop()
    with psycopg.connect(first.urls.database) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("kaohe_app",)
    first.stop()
    assert stop_servers(home) == ()
    # Ended, it may stay in the process table until its parent has looked.
    wait_until(lambda: not psutil.pid_exists(read_state(home)["valkey"]["pid"]))


def test_a_restart_keeps_the_logins(home: Path) -> None:
    first = ensure_servers(lambda message: None, home=home)
    first.stop()
    again = ensure_servers(lambda message: None, home=home)
    assert again.urls.owner.rpartition("@")[0] == first.urls.owner.rpartition("@")[0]
    again.stop()


def test_test_servers_vanish_when_their_run_is_killed(wait_until: Callable[..., None]) -> None:
    script = (
        "import sys, time\n"
        "from core.local.servers import temporary_servers\n"
        "with temporary_servers() as servers:\n"
        "    print(*[server.pid for server in servers.running], servers.home, flush=True)\n"
        "    time.sleep(300)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], cwd=PROJECT, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        postgres, valkey, folder = run.stdout.readline().split(maxsplit=2)
        run.kill()
    wait_until(lambda: not psutil.pid_exists(int(postgres)) and not psutil.pid_exists(int(valkey)))
    wait_until(lambda: not Path(folder.strip()).exists())
    shutil.rmtree(folder.strip(), ignore_errors=True)
