"""A table that moved to another room has kept its rows, its rights and its log."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection

from tenants.models import Agency
from tests.conftest import become_app, become_owner

MAKE_STORE = """
INSERT INTO {schema}.stores_client (id, name, note, created_at) VALUES (%(id)s, 'a brand', '', now());
INSERT INTO {schema}.stores_store (id, client_id, platform, shop_id, name, shop_type, main_category, other_categories,
    go_live_on, status, facts_revision, computed_revision, estimated_revision, created_at)
VALUES (%(id)s, %(id)s, 'tmall', '1', 'a store', 'other', 'x', '{{}}', '2024-07-15', 'active', 1, 0, 0, now());
INSERT INTO {schema}.fees_violation (id, store_id, occurred_on, points, severity, topic, note, withdrawn)
VALUES (%(id)s, %(id)s, '2024-12-01', 2, 'general', '', 'kept', false);
"""


@pytest.fixture
def schema(django_db_setup: None, django_db_blocker: Any, database_name: str) -> Iterator[str]:
    """An agency of this test alone, with the owner's login."""
    with django_db_blocker.unblock():
        become_owner(database_name)
        try:
            call_command("create_agency", "moving", "moving", owner="owner", password="a-Long-enough-1", stdout=Quiet())
            agency = Agency.objects.get(slug="moving")
            yield agency.schema_name
            with connection.cursor() as cursor:
                cursor.execute(f'DROP SCHEMA "{agency.schema_name}" CASCADE')
                cursor.execute(f'DROP ROLE "{agency.schema_name}"')
                cursor.execute("DELETE FROM tenants_domain WHERE tenant_id = %s", [agency.pk])
                cursor.execute("DELETE FROM tenants_agency WHERE id = %s", [agency.pk])
        finally:
            become_app(database_name)


class Quiet:
    def write(self, text: str) -> None:
        """Say nothing."""


def migrate(schema: str, *target: str) -> None:
    call_command("migrate_schemas", *target, tenant=True, schema_name=schema, interactive=False, verbosity=0)


def select(statement: str, schema: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement.format(schema=f'"{schema}"'))
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def test_violations_that_stood_among_the_fees_stand_among_the_facts(schema: str) -> None:
    migrate(schema, "fees", "0002")
    with connection.cursor() as cursor:
        cursor.execute(MAKE_STORE.format(schema=f'"{schema}"'), {"id": uuid4()})
    room = "SELECT app_label FROM {schema}.django_content_type WHERE model = 'violation'"
    assert select(room, schema) == [("fees",)]
    migrate(schema)
    assert select(room, schema) == [("metrics",)]
    with connection.cursor() as cursor:
        cursor.execute(f'SET ROLE "{schema}"')
    try:
        assert select("SELECT note FROM {schema}.metrics_violation", schema) == [("kept",)]
        assert select("UPDATE {schema}.metrics_violation SET withdrawn = true RETURNING points", schema) == [(2,)]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
