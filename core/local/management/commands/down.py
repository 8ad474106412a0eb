"""Stop everything that `up` started."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core.local.commands import bring_down, exit_on_local_error
from core.local.messages import print_progress


class Command(BaseCommand):
    help = "Stop the product and its servers, whoever started them. Safe to repeat."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--erase", action="store_true", help="delete their data and logs as well")

    def handle(self, *args: Any, **options: Any) -> None:
        exit_on_local_error(lambda: bring_down(print_progress, erase=options["erase"]))
