"""The template: a schema that is nobody's agency, migrated with all the others, of which new agencies are copies.

Migrating an empty schema makes Django draw its models anew for each of some forty migrations, which takes seconds;
copying the outcome takes a tenth of that. Nobody has a right on the template but the owner of the tables.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from django.core.management import call_command
from django.db import connection as django_connection
from django.db import transaction
from django.db.migrations.executor import MigrationExecutor
from django_tenants.utils import schema_exists

from tenants.cloning import clone_schema
from tenants.postgres.base import DatabaseWrapper

TEMPLATE = "agency_template"
connection = cast(DatabaseWrapper, django_connection)
# One of PostgreSQL's advisory locks: "kaohe tpl" as a number.
LOCK = 0x6B616F6865


def make_schema(*, schema: str) -> None:
    """An agency's schema as of today's migrations, in one transaction of its own or of the caller's. Needs the owner.

    A schema that is there already, left by an older version of this code, is migrated instead.
    """
    if schema_exists(schema):
        call_command("migrate_schemas", tenant=True, schema_name=schema, interactive=False, verbosity=0)
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        clone_schema(source=TEMPLATE, target=schema)


def refresh_template() -> None:
    """Bring the template up to today's migrations, if it is not. Needs the owner; safe to repeat."""
    if is_behind():
        call_command("migrate_schemas", tenant=True, schema_name=TEMPLATE, interactive=False, verbosity=0)


def is_behind() -> bool:
    """Whether the template lacks a migration, or is not there at all."""
    connection.set_schema(TEMPLATE, include_public=False)
    try:
        executor = MigrationExecutor(connection)
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    finally:
        connection.set_schema_to_public()


@contextmanager
def template_at_rest() -> Iterator[None]:
    """While it is migrated nobody copies it. The schema is there when the block begins."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        cursor.execute(f'CREATE SCHEMA IF NOT EXISTS "{TEMPLATE}"')
    try:
        yield
    finally:
        _let_go()


def _let_go() -> None:
    # django-tenants closes the connection after migrating, and the lock went with it.
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        [(held,)] = cursor.fetchall()
        if held:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
