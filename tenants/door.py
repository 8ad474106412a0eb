"""The door: the only way into an agency's rows, for requests, tasks, commands and tests alike.

One transaction; its first statement finds the agency and sets, for this transaction only, the search path
(the agency's schema and nothing else), the database role (which has no right on any other schema) and the
client scope. When the transaction ends, PostgreSQL itself takes all three away.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection as django_connection
from django.db import transaction

from tenants.postgres.base import DatabaseWrapper

PUBLIC = "public"
# What stands behind Django's proxy.
connection = cast(DatabaseWrapper, django_connection)

# quote_ident only for the path: `role` takes a name as it is, `search_path` a list of identifiers.
OPEN_AGENCY = """
SELECT a.id, a.schema_name, a.name, a.business_date,
       set_config('search_path', quote_ident(a.schema_name), true),
       set_config('role', a.schema_name, true),
       set_config('kaohe.client', '', true)
  FROM public.tenants_agency a
"""
BY_DOMAIN = OPEN_AGENCY + (
    "  JOIN public.tenants_domain d ON d.tenant_id = a.id WHERE d.domain = %s AND a.status = 'active'"
)
BY_SCHEMA = OPEN_AGENCY + " WHERE a.schema_name = %s AND a.status = 'active'"
BY_SLUG = OPEN_AGENCY + " WHERE a.slug = %s AND a.status = 'active'"
BY_SCHEMA_WHILE_PREPARING = OPEN_AGENCY + " WHERE a.schema_name = %s AND a.status = 'preparing'"

OPEN_PLATFORM = "SELECT set_config('search_path', 'public', true), set_config('kaohe.client', '', true)"
CLOSE = (
    "SELECT set_config('search_path', 'public', true), set_config('role', 'none', true),"
    " set_config('kaohe.client', '', true)"
)


class NoSuchAgency(LookupError):  # noqa: N818 - named as people say it
    """Unknown, suspended or unfinished: callers must not tell which."""


class DoorAlreadyOpen(RuntimeError):  # noqa: N818
    """A door inside a door: one of the two would run with the other's rows."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What the open door leads to. `schema` is also the name of the agency's database role."""

    agency_id: UUID | None
    schema_name: str
    name: str
    business_date: date | None = None

    @property
    def is_platform(self) -> bool:
        return self.schema_name == PUBLIC

    def today(self, now: datetime) -> date:
        """The business date: `now` in the agency's time zone, unless the agency's date is fixed."""
        return self.business_date or now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


PLATFORM = Scope(agency_id=None, schema_name=PUBLIC, name="platform")


@contextmanager
def agency_scope(
    *, domain: str | None = None, schema: str | None = None, slug: str | None = None, preparing: bool = False
) -> Iterator[Scope]:
    """Enter one agency, named by exactly one of its domain, schema or slug.

    Raises NoSuchAgency before anything else runs; DoorAlreadyOpen when this connection is already inside.
    """
    named = [(BY_DOMAIN, domain), (BY_SCHEMA_WHILE_PREPARING if preparing else BY_SCHEMA, schema), (BY_SLUG, slug)]
    [(statement, value)] = [(statement, value) for statement, value in named if value is not None]
    with _door():
        with connection.cursor() as cursor:
            cursor.execute(statement, [value])
            row = cursor.fetchone()
        if row is None:
            raise NoSuchAgency
        yield _pass_through(Scope(agency_id=row[0], schema_name=row[1], name=row[2], business_date=row[3]))


@contextmanager
def platform_scope() -> Iterator[Scope]:
    """Enter the platform's own rows: agencies, domains, platform staff."""
    with _door():
        with connection.cursor() as cursor:
            cursor.execute(OPEN_PLATFORM)
        yield _pass_through(PLATFORM)


def current_scope() -> Scope:
    """The scope of the door this code runs behind. Raises RuntimeError when there is none."""
    scope = getattr(connection, "door", None)
    if not isinstance(scope, Scope):
        raise RuntimeError("no door is open: enter through tenants.door")
    return scope


def active_agencies() -> list[str]:
    """Schema names of all agencies at work, oldest first, for commands and the sweep."""
    with platform_scope(), connection.cursor() as cursor:
        cursor.execute("SELECT schema_name FROM tenants_agency WHERE status = 'active' ORDER BY created_at, id")
        return [schema for (schema,) in cursor.fetchall()]


def _pass_through(scope: Scope) -> Scope:
    # Names only, no SQL: django-tenants' cache keys and storage read connection.schema_name.
    connection.set_tenant(scope, include_public=scope.is_platform)
    connection.door = scope
    return scope


@contextmanager
def _door() -> Iterator[None]:
    if getattr(connection, "door", None) is not None:
        raise DoorAlreadyOpen
    try:
        with transaction.atomic():
            connection.door = "opening"
            yield
    finally:
        connection.door = None
        connection.set_schema_to_public()
        if connection.in_atomic_block and not connection.needs_rollback:
            # Only when the caller already held a transaction (tests): its end is not ours, so undo by hand.
            connection.door = "closing"
            with connection.cursor() as cursor:
                cursor.execute(CLOSE)
            connection.door = None
