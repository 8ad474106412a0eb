"""What an agency's database role may do, and where tables stand: the walls that no code of ours has to remember."""

from django.apps import apps
from django.conf import settings
from django.db import connection

from tenants.door import platform_scope
from tenants.roles import list_append_only_tables
from tests.conftest import House


def test_an_agencys_role_owns_nothing_and_may_do_nothing_but_read_and_write_rows(alpha: House) -> None:
    with alpha.scope(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = %s AND pg_has_role(%s, c.relowner, 'USAGE')",
            [alpha.schema, alpha.schema],
        )
        assert cursor.fetchall() == []
        cursor.execute(
            "SELECT table_name, privilege_type FROM information_schema.role_table_grants"
            " WHERE grantee = %s AND table_schema = %s",
            [alpha.schema, alpha.schema],
        )
        granted: dict[str, set[str]] = {}
        for table, right in cursor.fetchall():
            granted.setdefault(table, set()).add(right)
        grows = {*list_append_only_tables()}
        assert {table for table, rights in granted.items() if "UPDATE" not in rights} == grows | {"django_migrations"}
        assert {table for table, rights in granted.items() if "DELETE" not in rights} == grows | {"django_migrations"}
        assert set().union(*granted.values()) == {"SELECT", "INSERT", "UPDATE", "DELETE"}
        cursor.execute(
            "SELECT rolsuper, rolcreatedb, rolcreaterole, rolcanlogin, rolbypassrls, rolinherit"
            " FROM pg_roles WHERE rolname = %s",
            [alpha.schema],
        )
        assert cursor.fetchone() == (False,) * 6
        cursor.execute("SELECT has_schema_privilege(%s, 'CREATE')", [alpha.schema])
        assert cursor.fetchone() == (False,)


def test_no_agencys_table_points_into_the_public_schema_or_to_another_agency(alpha: House, beta: House) -> None:
    with platform_scope(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT f.conname FROM pg_constraint f JOIN pg_class a ON a.oid = f.conrelid"
            " JOIN pg_class b ON b.oid = f.confrelid WHERE f.contype = 'f' AND a.relnamespace <> b.relnamespace"
        )
        assert cursor.fetchall() == []


def test_no_table_of_the_business_stands_in_the_public_schema(alpha: House) -> None:
    with platform_scope(), connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        public = {name for (name,) in cursor.fetchall()}
    business = {
        model._meta.db_table for model in apps.get_models() if model._meta.app_config.name.startswith("assessments")
    }
    assert public & business == set()
    assert set(settings.TENANT_APPS) & {"tenants", "django_tenants"} == set()
