"""Which database and broker this process uses. Standard library only: settings import it before anything else."""

import hashlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from core.local.messages import NOT_RUNNING, LocalError
from core.local.places import home as default_home
from core.local.state import State, read_state

# Not addresses but signs: connecting fails at once, and the error says what to do. (A socket path: no name to look up.)
UNSET_DATABASE = "postgres:////run-manage.py-up-or-set-DATABASE_URL/unset"
UNSET_BROKER = "redis+socket:///run-manage.py-up-or-set-BROKER_URL"


@dataclass(frozen=True, slots=True)
class Urls:
    """Addresses with logins: the restricted login (`database`), the owner of the tables (`owner`), the broker."""

    database: str
    owner: str
    broker: str
    secret_key: str

    @property
    def is_set(self) -> bool:
        """Is there a database at all?"""
        return self.database != UNSET_DATABASE

    @property
    def app_role(self) -> str:
        """The role that web and worker log in as, to whom each agency's role is granted."""
        return os.environ.get("KAOHE_APP_ROLE") or unquote(urlsplit(self.database).username or "")


def resolve_urls(environ: Mapping[str, str] = os.environ, home: Path | None = None) -> Urls:
    """Settings' one question: the environment first, then the embedded servers, else addresses that say what to do.

    DATABASE_URL with OWNER_DATABASE_URL are taken as they are. DATABASE_URL alone is the account that set the
    server up: its derived logins if `up` or `demo` made them, else the account itself for both. Never raises.
    """
    folder = home or default_home()
    state = read_state(folder)
    database, owner = _database_urls(environ, state)
    return Urls(
        database=database,
        owner=owner,
        broker=environ.get("BROKER_URL") or _embedded_broker(state) or UNSET_BROKER,
        secret_key=state.get("secret_key") or secrets.token_urlsafe(48),
    )


def require_urls(environ: Mapping[str, str] = os.environ, home: Path | None = None) -> Urls:
    """`resolve_urls`, or LocalError when there is no database."""
    urls = resolve_urls(environ, home)
    if not urls.is_set:
        raise LocalError(NOT_RUNNING)
    return urls


def build_database_url(
    *, role: str, password: str, host: str = "127.0.0.1", port: int, database: str, query: str = ""
) -> str:
    """A URL that libpq, django-environ and this module read alike."""
    address = f"postgres://{quote(role, safe='')}:{quote(password, safe='')}@{quote(host, safe=':[]')}:{port}"
    return f"{address}/{quote(database, safe='')}" + (f"?{query}" if query else "")


def key_of(admin_url: str) -> str:
    """The name under which the state file keeps the logins derived from an account, without its password."""
    return hashlib.sha256(admin_url.encode()).hexdigest()[:16]


def _database_urls(environ: Mapping[str, str], state: State) -> tuple[str, str]:
    given, owner = environ.get("DATABASE_URL"), environ.get("OWNER_DATABASE_URL")
    if given and owner:
        return given, owner
    if given:
        derived = state.get("external", {}).get(key_of(given))
        return (derived["database"], derived["owner"]) if derived else (given, given)
    entry = state.get("postgres", {})
    if entry.get("database") and _is_alive(entry, "postgres"):
        return entry["database"], entry["owner"]
    return UNSET_DATABASE, UNSET_DATABASE


def _embedded_broker(state: State) -> str:
    entry = state.get("valkey", {})
    if not entry or not _is_alive(entry, "valkey"):
        return ""
    return f"redis://:{entry['password']}@127.0.0.1:{entry['port']}/0"


def _is_alive(entry: State, name: str) -> bool:
    """A quick look without psutil, which production does not install; starting a server looks closely."""
    try:
        pid = int(entry["pid"])
        os.kill(pid, 0)
    except PermissionError:
        pass  # it lives, and belongs to the account that runs the servers
    except (OSError, KeyError, ValueError):
        return False
    command = Path(f"/proc/{pid}/cmdline")
    return not command.exists() or name.encode() in command.read_bytes()
