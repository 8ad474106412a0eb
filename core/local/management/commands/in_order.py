"""Run several commands one after the other in one process: starting Django is most of what each of them costs."""

import shlex
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    help = "Run several commands in one process, each given as one quoted word; the first failure ends it."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("commands", nargs="+")

    def handle(self, *args: Any, **options: Any) -> None:
        for command in options["commands"]:
            name, *words = shlex.split(command)
            call_command(name, *words)
