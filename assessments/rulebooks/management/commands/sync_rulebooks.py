"""Give every agency the shipped rulebooks that it does not have yet. Safe to repeat."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assessments.rulebooks.services import sync_shipped_rulebooks
from core.api.errors import ServiceError
from tenants.door import active_agencies, agency_scope


class Command(BaseCommand):
    help = "Publish new shipped rulebook versions in every agency."

    def handle(self, *args: Any, **options: Any) -> None:
        for schema in active_agencies():
            with agency_scope(schema=schema) as scope:
                try:
                    published = sync_shipped_rulebooks()
                except ServiceError as error:
                    raise CommandError(f"{scope.name}: {error.detail}") from error
            if published:
                self.stdout.write(f"{scope.name}: {published}")
