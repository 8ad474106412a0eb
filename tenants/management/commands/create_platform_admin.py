"""Create a platform admin: somebody who creates and suspends agencies, on the platform's own host."""

import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.people.models import Role
from core.people.services import create_user
from tenants.door import platform_scope


class Command(BaseCommand):
    help = "Create a platform admin."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--password", default="", help="made up and printed when left out")

    def handle(self, *args: Any, **options: Any) -> None:
        password = options["password"] or secrets.token_urlsafe(12)
        try:
            with platform_scope():
                create_user(username=options["username"], password=password, role=Role.PLATFORM_ADMIN)
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        if not options["password"]:
            self.stdout.write(f"{options['username']} {password}")
