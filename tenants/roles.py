"""One database role per agency, without a right on anything but its own schema."""

from django.apps import apps
from django.conf import settings
from django.db import connection
from psycopg import sql

from tenants.door import PUBLIC


def login_role() -> str:
    """The role that web and worker log in as."""
    return str(settings.APP_ROLE)


def create_role(*, schema: str) -> None:
    """Make the agency's role and let the login role become it. Safe to repeat. Needs CREATEROLE."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [schema])
        if cursor.fetchone() is None:
            cursor.execute(_compose("CREATE ROLE {role} NOLOGIN NOINHERIT", role=schema))
        # Making a role does not let its maker become it; the provisioning worker must, to fill the new agency.
        cursor.execute(_compose("GRANT {role} TO CURRENT_USER", role=schema))
        # The login role is NOINHERIT: membership lets it SET ROLE, and gives it nothing before it does.
        cursor.execute(_compose("GRANT {role} TO {login}", role=schema, login=login_role()))


def grant_agency_rights(*, schema: str) -> None:
    """Give the agency's role its own tables; append-only tables give neither UPDATE nor DELETE. Safe to repeat."""
    with connection.cursor() as cursor:
        cursor.execute(_compose("GRANT USAGE ON SCHEMA {schema} TO {schema}", schema=schema))
        cursor.execute(
            _compose("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {schema}", schema=schema)
        )
        cursor.execute(_compose("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {schema}", schema=schema))
        # Migrated backwards, a schema lacks tables that the models have.
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema])
        present = {name for (name,) in cursor.fetchall()}
        for table in filter(present.__contains__, list_append_only_tables()):
            cursor.execute(
                _compose("REVOKE UPDATE, DELETE ON {schema}.{table} FROM {schema}", schema=schema, table=table)
            )
        cursor.execute(
            _compose("REVOKE INSERT, UPDATE, DELETE ON {schema}.django_migrations FROM {schema}", schema=schema)
        )


def grant_platform_rights() -> None:
    """Give the login role the platform's own tables; agencies' roles get nothing in the public schema."""
    with connection.cursor() as cursor:
        cursor.execute(_compose("REVOKE ALL ON SCHEMA {public} FROM PUBLIC", public=PUBLIC))
        cursor.execute(_compose("GRANT USAGE ON SCHEMA {public} TO {login}", public=PUBLIC, login=login_role()))
        cursor.execute(
            _compose(
                "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {public} TO {login}",
                public=PUBLIC,
                login=login_role(),
            )
        )
        cursor.execute(
            _compose(
                "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {public} TO {login}", public=PUBLIC, login=login_role()
            )
        )


def list_append_only_tables() -> list[str]:
    """Tables of models that declare `append_only = True` and live in an agency's schema."""
    agency_apps = set(settings.TENANT_APPS)
    return sorted(
        model._meta.db_table
        for model in apps.get_models()
        if getattr(model, "append_only", False) and model._meta.app_config.name in agency_apps
    )


def _compose(statement: str, **names: str) -> sql.Composed:
    return sql.SQL(statement).format(**{key: sql.Identifier(name) for key, name in names.items()})
