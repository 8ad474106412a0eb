"""Run the product in the foreground until Ctrl-C."""

from typing import Any

from django.core.management.base import BaseCommand

from core.local.commands import exit_on_local_error, serve
from core.local.messages import print_progress


class Command(BaseCommand):
    help = "Start the servers if need be, migrate, and run web, workers and beat here until Ctrl-C."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        exit_on_local_error(lambda: serve(print_progress))
