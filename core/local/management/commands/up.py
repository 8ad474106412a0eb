"""Start PostgreSQL and Valkey if need be, migrate, and run the product in the background."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core.local.commands import bring_up, exit_on_local_error
from core.local.messages import print_progress


class Command(BaseCommand):
    help = "Start the servers and the product in the background; DATABASE_URL and BROKER_URL name real servers."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--servers-only", action="store_true", help="start only PostgreSQL and Valkey")

    def handle(self, *args: Any, **options: Any) -> None:
        exit_on_local_error(lambda: bring_up(print_progress, servers_only=options["servers_only"]))
