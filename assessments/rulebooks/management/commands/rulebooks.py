"""Rulebook files: list the shipped ones, show one in words, compare two, validate a file, print the editors' schema.

These work on files alone and need no database. A rulebook is named by its file, or by programme/version as in cases.
With an agency and one of its people: draft a file's rules, publish a draft as a second person, write the lines as a
sheet, fill them in from one.
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
from assessments.rulebooks.drafting import approve_draft, write_draft
from assessments.rulebooks.filling import build_lines_sheet, fill_lines
from assessments.rulebooks.queries import get_open_draft
from assessments.rulebooks.services import SHIPPED
from core.people.actors import actor_of
from tenants.acting import as_person


class Command(BaseCommand):
    help = "List, show, diff, validate, draft and publish rulebooks; fill in lines; print the JSON Schema."
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
        draft = actions.add_parser("draft", help="keep a file's rules as a draft")
        draft.add_argument("file", type=Path)
        draft.add_argument("--reason", required=True)
        publish = actions.add_parser("publish", help="publish a draft, as a second person")
        publish.add_argument("draft", help="programme/version")
        publish.add_argument("--digest", required=True, help="of the rules as you read them")
        publish.add_argument("--note", default="")
        lines = actions.add_parser("lines", help="write the agency's lines as an .xlsx, with what is missing")
        lines.add_argument("file", type=Path)
        lines.add_argument("--programme", default="")
        fill = actions.add_parser("fill", help="set lines from a sheet: all of it or nothing")
        fill.add_argument("file", type=Path)
        for action in (draft, publish, lines, fill):
            action.add_argument("--agency", required=True)
            action.add_argument("--by", required=True, help="user name of the person on whose behalf this is done")
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

    def draft(self, options: dict[str, Any]) -> None:
        """Prints the draft's name and digest."""
        with as_person(options, "rulebooks.draft") as person:
            draft = write_draft(text=read_text(options["file"]), reason=options["reason"], by=person)
        self.stdout.write(f"{draft.programme}/{draft.version} {draft.digest}")

    def publish(self, options: dict[str, Any]) -> None:
        """Refused for who wrote the draft, and when it is not what was read."""
        with as_person(options, "rulebooks.approve") as person:
            draft = get_open_draft(options["draft"])
            if draft is None:
                raise CommandError(f"没有草稿 {options['draft']} / there is no draft {options['draft']}")
            published = approve_draft(draft=draft, digest=options["digest"], by=person, note=options["note"])
        self.stdout.write(f"{published.programme}/{published.version} {published.effective_from}")

    def lines(self, options: dict[str, Any]) -> None:
        """The sheet that `fill` reads."""
        with as_person(options, "rulebooks.lines"):
            content = build_lines_sheet(programme=options["programme"])
        options["file"].write_bytes(content)

    def fill(self, options: dict[str, Any]) -> None:
        """Every wrong row is told, and then nothing is set."""
        content = read_bytes(options["file"])
        with as_person(options, "rulebooks.lines") as person:
            filled = fill_lines(content=content, file_name=options["file"].name, by=actor_of(person))
        self.stdout.write(
            f"新增 new {filled.created} · 修改 changed {filled.changed} · 未变 unchanged {filled.unchanged}"
            f" · 空 empty {filled.skipped}"
        )


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
    return parse_rulebook(read_text(path))


def read_text(path: Path) -> str:
    """Raises CommandError for a file that cannot be read."""
    try:
        return read_bytes(path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise CommandError(f"{path}: {error}") from error


def read_bytes(path: Path) -> bytes:
    """Raises CommandError for a file that cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path}: {error}") from error
