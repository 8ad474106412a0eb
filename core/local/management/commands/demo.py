"""The product with a demo agency: until Ctrl-C, or with --once until its portfolio is printed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core.local.commands import exit_on_local_error
from core.local.demo import run_demo
from core.local.messages import print_progress


class Command(BaseCommand):
    help = "Start everything with a demo agency, print its portfolio, and serve until Ctrl-C."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="end after the table")

    def handle(self, *args: Any, **options: Any) -> None:
        exit_on_local_error(lambda: run_demo(print_progress, once=options["once"]))
