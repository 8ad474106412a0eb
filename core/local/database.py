"""The two logins and the database, on the embedded server or on one that DATABASE_URL names."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql

from core.local.messages import LocalError, Message, Progress
from core.local.state import State, make_password
from core.local.urls import build_database_url

OWNER_ROLE, APP_ROLE, DATABASE = "kaohe_owner", "kaohe_app", "kaohe"
OLDEST_VERSION = 150000
SELF_GRANT_VERSION = 160000
MAINTENANCE = ("", "postgres", "template1")

Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Logins:
    """Addresses of one database: the restricted login and the owner."""

    database: str
    owner: str


@dataclass(frozen=True, slots=True)
class _Account:
    name: str
    is_superuser: bool
    may_create_roles: bool
    may_create_databases: bool
    version: int


def prepare_database(
    admin_url: str, *, database: str | None = None, known: State | None = None, progress: Progress | None = None
) -> Logins:
    """Make roles and database where they are missing, and return the addresses of both logins. Idempotent.

    A superuser makes `kaohe_owner` (LOGIN CREATEROLE CREATEDB, owns the database) and `kaohe_app` (LOGIN NOINHERIT,
    owns nothing). An account that is no superuser but may create roles is itself the owner. The database is the
    URL's, or `kaohe` when the URL names only a maintenance database. `known` are the logins of an earlier run
    ({"database": url, "owner": url}): they are kept while they still work. Raises LocalError with the missing
    right and the SQL that gives it.
    """
    named = unquote(urlsplit(admin_url).path.lstrip("/"))
    target = database or (DATABASE if named in MAINTENANCE else named)
    if known and _works(known["owner"]) and _works(known["database"]):
        return Logins(database=known["database"], owner=known["owner"])
    with _connect_somewhere(admin_url, target) as connection:
        account = _read_account(connection)
        _check_rights(connection, account, target)
        owner, owner_url = account.name, _with(admin_url, database=target)
        if account.is_superuser:
            owner, password = OWNER_ROLE, make_password()
            _set_login(connection, owner, "CREATEROLE CREATEDB NOSUPERUSER", password)
            owner_url = _with(admin_url, role=owner, password=password, database=target)
        _set_self_grant(connection, account, owner)
        _make_database(connection, account, target, owner)
        # Last, because it ends other deployments' logins: not before everything that can fail has gone well.
        password = make_password()
        _set_login(connection, APP_ROLE, "NOINHERIT NOCREATEROLE NOCREATEDB", password)
        _grant_connect(connection, target, owner)
    return Logins(_with(admin_url, role=APP_ROLE, password=password, database=target), owner_url)


def _connect_somewhere(admin_url: str, target: str) -> Connection:
    """Connect to a maintenance database: the target may not exist yet. Raises LocalError."""
    reasons = []
    for database in ("postgres", target, "template1"):
        try:
            return psycopg.connect(_with(admin_url, database=database), autocommit=True, connect_timeout=10)
        except psycopg.OperationalError as error:
            reasons.append(str(error).strip().splitlines()[0])
    raise LocalError(
        Message(
            zh=f"连不上 DATABASE_URL 指定的 PostgreSQL：{reasons[0]}",
            en=f"Cannot connect to the PostgreSQL that DATABASE_URL names: {reasons[0]}",
        )
    )


def _read_account(connection: Connection) -> _Account:
    row = connection.execute(
        "SELECT rolname, rolsuper, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    assert row is not None, "current_user is always in pg_roles"
    version = connection.info.server_version
    if version < OLDEST_VERSION:
        raise LocalError(
            Message(
                zh=f"需要 PostgreSQL 15 或更高版本，服务器是 {version // 10000}。",
                en=f"PostgreSQL 15 or newer is needed; this server is {version // 10000}.",
            )
        )
    return _Account(str(row[0]), bool(row[1]), bool(row[2]), bool(row[3]), version)


def _check_rights(connection: Connection, account: _Account, target: str) -> None:
    """Before anything is changed: can this account do all of it?"""
    if account.is_superuser:
        return
    quoted = sql.Identifier(account.name).as_string(connection)
    if not account.may_create_roles:
        raise _build_missing_right(account.name, "CREATEROLE", f"ALTER ROLE {quoted} CREATEROLE CREATEDB;")
    if not account.may_create_databases and not _exists(connection, "pg_database", "datname", target):
        name = sql.Identifier(target).as_string(connection)
        raise _build_missing_right(account.name, "CREATEDB", f"CREATE DATABASE {name} OWNER {quoted};")
    if account.version < SELF_GRANT_VERSION or not _exists(connection, "pg_roles", "rolname", APP_ROLE):
        return
    administers = connection.execute(
        "SELECT 1 FROM pg_auth_members WHERE roleid = %s::regrole AND member = current_user::regrole AND admin_option",
        [APP_ROLE],
    ).fetchone()
    if administers is None:
        raise _build_missing_right(
            account.name, f"ADMIN OPTION on {APP_ROLE}", f"GRANT {APP_ROLE} TO {quoted} WITH ADMIN OPTION;"
        )


def _set_login(connection: Connection, role: str, attributes: str, password: str) -> None:
    verb = "ALTER" if _exists(connection, "pg_roles", "rolname", role) else "CREATE"
    if verb == "ALTER":
        # An account that is no superuser may not even mention attributes it does not have itself.
        attributes = ""
    statement = f"{verb} ROLE {{role}} LOGIN {attributes} PASSWORD {{password}}"
    connection.execute(sql.SQL(statement).format(role=sql.Identifier(role), password=sql.Literal(password)))


def _set_self_grant(connection: Connection, account: _Account, owner: str) -> None:
    """From PostgreSQL 16 on, who creates a role administers it but may not SET ROLE to it without this."""
    if account.version >= SELF_GRANT_VERSION:
        connection.execute(
            sql.SQL("ALTER ROLE {role} SET createrole_self_grant = 'set'").format(role=sql.Identifier(owner))
        )


def _make_database(connection: Connection, account: _Account, target: str, owner: str) -> None:
    names = {"database": sql.Identifier(target), "owner": sql.Identifier(owner)}
    if not _exists(connection, "pg_database", "datname", target):
        connection.execute(
            sql.SQL("CREATE DATABASE {database} OWNER {owner} ENCODING 'UTF8' TEMPLATE template0").format(**names)
        )
    elif account.is_superuser:
        connection.execute(sql.SQL("ALTER DATABASE {database} OWNER TO {owner}").format(**names))
    owns = connection.execute(
        "SELECT pg_has_role(%s, datdba, 'MEMBER') FROM pg_database WHERE datname = %s", [owner, target]
    ).fetchone()
    if owns is None or owns[0] is not True:
        statement = sql.SQL("ALTER DATABASE {database} OWNER TO {owner};").format(**names).as_string(connection)
        raise _build_missing_right(owner, f"ownership of {target}", statement)


def _grant_connect(connection: Connection, target: str, owner: str) -> None:
    names = {"database": sql.Identifier(target), "owner": sql.Identifier(owner), "app": sql.Identifier(APP_ROLE)}
    # PUBLIC keeps TEMPORARY: imports COPY into temporary tables as the agency's role.
    connection.execute(sql.SQL("REVOKE CONNECT ON DATABASE {database} FROM PUBLIC").format(**names))
    connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {database} TO {app}, {owner}").format(**names))


def _exists(connection: Connection, catalog: str, column: str, name: str) -> bool:
    statement = sql.SQL("SELECT 1 FROM {catalog} WHERE {column} = %s").format(
        catalog=sql.Identifier(catalog), column=sql.Identifier(column)
    )
    return connection.execute(statement, [name]).fetchone() is not None


def _works(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=10).close()
    except psycopg.OperationalError:
        return False
    return True


def _with(url: str, *, database: str, role: str | None = None, password: str | None = None) -> str:
    parts = urlsplit(url)
    return build_database_url(
        role=role or unquote(parts.username or ""),
        password=password or unquote(parts.password or ""),
        host=unquote(parts.hostname or "127.0.0.1"),
        port=parts.port or 5432,
        database=database,
        query=parts.query,
    )


def _build_missing_right(role: str, right: str, statement: str) -> LocalError:
    return LocalError(
        Message(
            zh=f"数据库账号 {role} 缺少权限 {right}。请让管理员执行：{statement}",
            en=f"The database account {role} lacks {right}. Ask its administrator to run: {statement}",
        )
    )
