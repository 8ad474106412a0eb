"""Migrate the public schema and every agency's, then give each database role its rights again."""

from typing import Any

from django_tenants.management.commands.migrate_schemas import MigrateSchemasCommand

from tenants.models import Agency
from tenants.roles import grant_agency_rights, grant_platform_rights


class Command(MigrateSchemasCommand):  # type: ignore[misc]
    """New tables belong to the owner; without the grants the web and worker roles could not read them."""

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        if self.sync_public:
            grant_platform_rights()
        if self.sync_tenant:
            prepared = Agency.objects.exclude(status=Agency.Status.PREPARING)
            if self.schema_name and self.schema_name != "public":
                prepared = prepared.filter(schema_name=self.schema_name)
            for schema in prepared.values_list("schema_name", flat=True):
                grant_agency_rights(schema=schema)
