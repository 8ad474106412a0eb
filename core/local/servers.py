"""The servers a command works with: those that the environment names, and embedded ones for the rest."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from core.local.binaries import find_binaries
from core.local.database import prepare_database
from core.local.messages import LocalError, Message, Progress
from core.local.places import Account, check_reach, make_home, server_account
from core.local.places import home as default_home
from core.local.postgres import Postgres, find_postgres, start_postgres
from core.local.state import locked, make_password, read_state, update_state
from core.local.urls import Urls, key_of, resolve_urls
from core.local.valkey import Valkey, find_running_valkey, start_valkey

# Ends the servers of a test run when its process is gone, however it went: the pipe's other end closes.
GUARDIAN = 'read -r word && [ "$word" = done ] && exit 0; kill -QUIT "$1"; kill -KILL "$2"; sleep 1; rm -rf "$3"'


@dataclass(slots=True)
class Servers:
    """Addresses, and the embedded servers that this very call started (the only ones that `stop` ends)."""

    urls: Urls
    home: Path
    running: list[Postgres | Valkey] = field(default_factory=list)
    admin_url: str = ""

    @property
    def started(self) -> tuple[str, ...]:
        """Names of the servers that this call started."""
        return tuple(type(server).__name__.lower() for server in self.running)

    def stop(self) -> None:
        """Stop what this call started; others' servers and the environment's go on. Idempotent."""
        if not self.running:
            return
        with locked(self.home):
            while self.running:
                self.running.pop().stop()


def ensure_servers(progress: Progress, *, home: Path | None = None) -> Servers:
    """Start what DATABASE_URL and BROKER_URL leave open, and prepare the database. Idempotent; starts wait for
    each other. Raises LocalError."""
    folder = make_home(home or default_home())
    servers = Servers(urls=resolve_urls(home=folder), home=folder)
    try:
        with locked(folder, progress):
            _make_secret(folder)
            if os.environ.get("DATABASE_URL"):
                _prepare_given(folder, progress)
            else:
                _ensure_postgres(servers, progress)
            if not os.environ.get("BROKER_URL"):
                _ensure_valkey(servers, progress)
    except BaseException:
        servers.stop()
        raise
    servers.urls = resolve_urls(home=folder)
    return servers


def stop_servers(home: Path) -> tuple[str, ...]:
    """Stop this project's embedded servers, whoever started them. Returns the names of those that ran."""
    with locked(home):
        state = read_state(home)
        found: list[Postgres | Valkey | None] = [
            find_running_valkey(state.get("valkey", {}), home),
            find_postgres(state.get("postgres", {}), home),
        ]
        running = [server for server in found if server is not None]
        for server in running:
            server.stop()
    return tuple(type(server).__name__.lower() for server in running)


@contextmanager
def temporary_servers(tmp_dir: Path | None = None) -> Iterator[Servers]:
    """A private PostgreSQL (fsync off) and Valkey, for tests. Gone at the end, also after kill -9 of this process.

    `tmp_dir` is used if the server's account can reach it; pytest's folders are closed to all but root.
    """
    account = server_account()
    home = make_home(default_home())
    with locked(home):
        find_binaries(home, account)
    folder = _make_temporary_folder(tmp_dir, home, account)
    guardian = None
    running: list[Postgres | Valkey] = []
    try:
        postgres = start_postgres(home, folder, account, {}, fsync=False)
        running.append(postgres)
        valkey = start_valkey(home, folder, account, {})
        running.append(valkey)
        guardian = _start_guardian(postgres, valkey, folder)
        logins = prepare_database(postgres.admin_url)
        urls = Urls(logins.database, logins.owner, valkey.url, make_password())
        yield Servers(urls=urls, home=folder, running=running, admin_url=postgres.admin_url)
    finally:
        for server in running:
            server.stop()
        if guardian is not None:
            guardian.communicate(b"done\n")
        shutil.rmtree(folder, ignore_errors=True)


def _make_secret(folder: Path) -> None:
    if not read_state(folder).get("secret_key"):
        update_state(folder, secret_key=make_password() + make_password())


def _ensure_postgres(servers: Servers, progress: Progress) -> None:
    folder = servers.home
    entry = read_state(folder).get("postgres", {})
    postgres = find_postgres(entry, folder)
    if postgres is None:
        progress(Message(zh="正在启动 PostgreSQL……", en="starting PostgreSQL…"))
        postgres = start_postgres(folder, folder, _account_for(folder), entry)
        servers.running.append(postgres)
        # Written at once: a run cut short after this line still knows the server and its password.
        entry = {**entry, "pid": postgres.pid, "port": postgres.port, "password": postgres.password}
        update_state(folder, postgres=entry)
    known = {"database": entry["database"], "owner": entry["owner"]} if "owner" in entry else None
    logins = prepare_database(postgres.admin_url, known=_at_port(known, entry, postgres.port))
    update_state(
        folder, postgres={**entry, "database": logins.database, "owner": logins.owner, "url_port": postgres.port}
    )
    servers.admin_url = postgres.admin_url


def _at_port(known: dict[str, str] | None, entry: dict[str, object], port: int) -> dict[str, str] | None:
    """The known addresses, at the port the server has today."""
    if known is None:
        return None
    return {name: url.replace(f":{entry['url_port']}/", f":{port}/") for name, url in known.items()}


def _ensure_valkey(servers: Servers, progress: Progress) -> None:
    folder = servers.home
    entry = read_state(folder).get("valkey", {})
    valkey = find_running_valkey(entry, folder)
    if valkey is None:
        progress(Message(zh="正在启动 Valkey……", en="starting Valkey…"))
        valkey = start_valkey(folder, folder, _account_for(folder), entry)
        servers.running.append(valkey)
        update_state(folder, valkey={"pid": valkey.pid, "port": valkey.port, "password": valkey.password})


def _prepare_given(folder: Path, progress: Progress) -> None:
    """DATABASE_URL alone is the account that sets the server up; with OWNER_DATABASE_URL there is nothing to do."""
    if os.environ.get("OWNER_DATABASE_URL"):
        return
    progress(Message(zh="正在准备 DATABASE_URL 指定的数据库……", en="preparing the database that DATABASE_URL names…"))
    url = os.environ["DATABASE_URL"]
    external = read_state(folder).get("external", {})
    logins = prepare_database(url, known=external.get(key_of(url)))
    external[key_of(url)] = {"database": logins.database, "owner": logins.owner}
    update_state(folder, external=external)


def _account_for(folder: Path) -> Account:
    account = server_account()
    check_reach(folder, account)
    return account


def _make_temporary_folder(tmp_dir: Path | None, home: Path, account: Account) -> Path:
    parent = home
    if tmp_dir is not None:
        try:
            check_reach(tmp_dir, account)
            parent = tmp_dir
        except LocalError:
            parent = home
    folder = Path(tempfile.mkdtemp(dir=parent, prefix="temporary-"))
    return account.give(folder)


def _start_guardian(postgres: Postgres, valkey: Valkey, folder: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603 - our own command, no shell
        ["/bin/sh", "-c", GUARDIAN, "guardian", str(postgres.pid), str(valkey.pid), str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
