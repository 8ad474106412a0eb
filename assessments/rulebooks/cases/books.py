"""The rulebooks that cases name: shipped ones by programme and version, or a TOML file beside the case."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from assessments.engine import Rulebook, RulebookErrors, parse_rulebook, version_on
from assessments.rulebooks.cases.values import CaseMistake

SHIPPED = Path(__file__).resolve().parent.parent / "shipped"


def load_shipped() -> tuple[Rulebook, ...]:
    """Read every rulebook that ships with the product."""
    return tuple(parse_rulebook(path.read_text(encoding="utf-8")) for path in sorted(SHIPPED.glob("*.toml")))


@dataclass(frozen=True, slots=True)
class Books:
    """The versions that one case may use, with its options already chosen."""

    versions: tuple[Rulebook, ...]

    def only(self) -> Rulebook:
        """Return the version that the case names."""
        if len(self.versions) == 1:
            return self.versions[0]
        names = ", ".join(f"{book.programme}/{book.version}" for book in self.versions)
        raise CaseMistake("rulebook", f"name one version: {names}")

    def on(self, day: date, track: str) -> Rulebook:
        """Return the version in force on a day; the only one named is in force always."""
        if len(self.versions) == 1:
            return self.versions[0]
        found = version_on(self.versions, track, day)
        if found is None:
            raise CaseMistake("rulebook", f"no version is in force on {day}")
        return found


def choose_books(name: str, options: Mapping[str, Any], folder: Path, shipped: tuple[Rulebook, ...]) -> Books:
    """Find what a case names: "programme", "programme/version", or the path of a TOML file."""
    if name.endswith(".toml"):
        found: tuple[Rulebook, ...] = (_read(folder / name, name),)
    else:
        programme, _, version = name.partition("/")
        found = tuple(book for book in shipped if book.programme == programme and version in ("", book.version))
    if not found:
        known = ", ".join(f"{book.programme}/{book.version}" for book in shipped)
        raise CaseMistake("rulebook", f"there is no rulebook {name!r} (there are: {known})")
    return Books(tuple(_with_options(book, options, is_one=len(found) == 1) for book in found))


def _read(path: Path, name: str) -> Rulebook:
    try:
        return parse_rulebook(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CaseMistake("rulebook", f"cannot read {name}: {error.strerror}") from error
    except RulebookErrors as error:
        raise CaseMistake("rulebook", f"{name} is not a valid rulebook: {error}") from error


def _with_options(book: Rulebook, options: Mapping[str, Any], *, is_one: bool) -> Rulebook:
    wanted = options if is_one else {name: value for name, value in options.items() if name in book.options}
    if not wanted:
        return book
    try:
        return book.choosing(wanted)
    except RulebookErrors as error:
        known = ", ".join(sorted(book.options)) or "none"
        raise CaseMistake("options", f"{error} (options of {book.version}: {known})") from error
