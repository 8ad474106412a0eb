"""Load the demo agency's plan and export files. The second time, nothing changes."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from assessments.showcase.loading import load_plan, read_plan


class Command(BaseCommand):
    help = "Load examples/agency.toml and the generated export files into an agency."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("plan", type=Path, help="examples/agency.toml")
        parser.add_argument("files", type=Path, help="folder that examples/make_examples.py wrote")
        parser.add_argument("--agency", default="demo")

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = load_plan(
            plan=read_plan(options["plan"]), slug=options["agency"], files=options["files"], tell=self.tell
        )
        self.stdout.write(f"+{loaded.stores} 家店铺 / stores, +{loaded.files} 个文件 / files")

    def tell(self, text: str) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{text}", ending="")
