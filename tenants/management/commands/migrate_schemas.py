"""Migrate the public schema, every agency's and the template of new ones, then renew each database role's rights."""

from typing import Any

from django_tenants.management.commands.migrate_schemas import MigrateSchemasCommand
from django_tenants.migration_executors import get_executor

from tenants.models import Agency
from tenants.roles import grant_agency_rights, grant_platform_rights
from tenants.template import TEMPLATE, template_at_rest


class Command(MigrateSchemasCommand):  # type: ignore[misc]
    """New tables belong to the owner; without the grants the web and worker roles could not read them."""

    def handle(self, *args: Any, **options: Any) -> None:
        if options["schema_name"] == TEMPLATE:
            with template_at_rest():
                super().handle(*args, **options)
            return
        super().handle(*args, **options)
        if self.sync_public:
            grant_platform_rights()
        if self.sync_tenant:
            prepared = Agency.objects.exclude(status=Agency.Status.PREPARING)
            if self.schema_name and self.schema_name != "public":
                prepared = prepared.filter(schema_name=self.schema_name)
            else:
                with template_at_rest():
                    get_executor(codename="standard")(self.args, self.options).run_migrations(tenants=[TEMPLATE])
            for schema in prepared.values_list("schema_name", flat=True):
                grant_agency_rights(schema=schema)
