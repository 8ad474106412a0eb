"""Rulebook files: list the shipped ones, show one in words, compare two, validate a file, print the editors' schema.

Works on files alone and needs no database. A rulebook is named by its file, or by programme/version as in cases.
"""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessments.engine import (
    Rulebook,
    RulebookErrors,
    describe,
    diff_rulebooks,
    parse_rulebook,
    rulebook_json_schema,
)
from assessments.rulebooks.services import SHIPPED


class Command(BaseCommand):
    help = "List, show, diff or validate rulebooks, or print their JSON Schema."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("list", help="the shipped rulebooks")
        show = actions.add_parser("show", help="one rulebook in words")
        show.add_argument("rulebook", help="a TOML file, or programme/version")
        diff = actions.add_parser("diff", help="what changed from one to another")
        diff.add_argument("old")
        diff.add_argument("new")
        validate = actions.add_parser("validate", help="every mistake of a file, each with its path")
        validate.add_argument("files", nargs="+", type=Path)
        actions.add_parser("schema", help="JSON Schema, for editors")
        for reader in (show, diff):
            reader.add_argument("--language", choices=["zh-hans", "en"], default="zh-hans")

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, options["action"])(options)

    def list(self, options: dict[str, Any]) -> None:
        """One line a rulebook."""
        for book in list_shipped():
            name = f"{book.programme}/{book.version}"
            self.stdout.write(f"{name:<45} {book.kind:<11} {book.effective_from}  {book.name.zh} / {book.name.en}")

    def show(self, options: dict[str, Any]) -> None:
        """The rules in words."""
        self.stdout.write("\n".join(describe(find_rulebook(options["rulebook"]), options["language"])))

    def diff(self, options: dict[str, Any]) -> None:
        """Lines that went and lines that came; nothing for equal rules."""
        old, new = find_rulebook(options["old"]), find_rulebook(options["new"])
        self.stdout.write("\n".join(diff_rulebooks(old, new, options["language"])))

    def validate(self, options: dict[str, Any]) -> None:
        """Every file is read; the exit code is 1 when any has a mistake."""
        wrong = 0
        for path in options["files"]:
            try:
                book = read_file(path)
            except RulebookErrors as error:
                wrong += 1
                for mistake in error.mistakes:
                    self.stderr.write(f"{path}: {mistake.path}: {mistake.text.zh} / {mistake.text.en}")
            else:
                self.stdout.write(f"{path}: ok {book.digest}")
        if wrong:
            raise CommandError(f"{wrong} 个文件有错误 / files with mistakes")

    def schema(self, options: dict[str, Any]) -> None:
        """What an editor needs to help with writing a rulebook."""
        self.stdout.write(json.dumps(rulebook_json_schema(), ensure_ascii=False, indent=2))


def list_shipped() -> list[Rulebook]:
    """Every shipped rulebook, by programme and effective date."""
    books = [parse_rulebook(path.read_text("utf-8")) for path in SHIPPED.glob("*.toml")]
    return sorted(books, key=lambda book: (book.programme, book.effective_from, book.version))


def find_rulebook(name: str) -> Rulebook:
    """A rulebook by its file or by programme/version. Raises CommandError when there is none or it is wrong."""
    path = Path(name)
    try:
        if path.is_file():
            return read_file(path)
    except RulebookErrors as error:
        raise CommandError(str(error)) from error
    for book in list_shipped():
        if name == f"{book.programme}/{book.version}":
            return book
    raise CommandError(f"没有规则集 {name} / there is no rulebook {name}")


def read_file(path: Path) -> Rulebook:
    """Raises RulebookErrors with every mistake, CommandError for a file that cannot be read."""
    try:
        return parse_rulebook(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path}: {error}") from error
