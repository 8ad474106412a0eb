"""manage.py check_cases PATH…: run golden case files against the engine; needs no database."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from assessments.rulebooks.cases import check_paths

DEFAULT = Path(__file__).resolve().parents[4] / "tests" / "cases"


class Command(BaseCommand):
    """Runs case files and ends with "N passed, M failed"; exit code 1 when any failed."""

    help = "Run golden case files (TOML) against the engine. 用考核案例文件（TOML）检验计算。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take files or folders, inside the project or outside."""
        parser.add_argument("paths", nargs="*", type=Path, help="files or folders; default: tests/cases")
        parser.add_argument("--language", default="en", help="language of the arithmetic: zh or en")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each failure with its arithmetic, then the summary."""
        report = check_paths(options["paths"] or [DEFAULT], options["language"])
        for failure in report.failures:
            self.stdout.write(f"FAILED {failure.file} {failure.case}".rstrip())
            for difference in failure.differences:
                self.stdout.write(f"  {difference}")
            for line in failure.arithmetic:
                self.stdout.write(f"    {line}")
        self.stdout.write(report.last_line)
        if report.failed:
            raise SystemExit(1)
