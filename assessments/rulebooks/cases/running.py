"""Running case files: every case and every variant of it counts as one; a malformed one is a failure with its path."""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from assessments.engine import Result, Rulebook, explain
from assessments.rulebooks.cases.books import Books, choose_books, load_shipped
from assessments.rulebooks.cases.cell import run_cell, run_file
from assessments.rulebooks.cases.commission import run_commission
from assessments.rulebooks.cases.comparing import find_differences
from assessments.rulebooks.cases.health import run_health
from assessments.rulebooks.cases.metrics import run_metrics
from assessments.rulebooks.cases.nodes import run_nodes
from assessments.rulebooks.cases.period import run_period, run_standing
from assessments.rulebooks.cases.planning import run_calendar, run_consequences
from assessments.rulebooks.cases.points import run_points
from assessments.rulebooks.cases.scoring import run_score
from assessments.rulebooks.cases.settlement import run_settlement
from assessments.rulebooks.cases.values import CaseMistake, Keys

Answered = tuple[Result | list[str], dict[str, Any]]
_WITH_BOOKS: Mapping[str, Callable[[Books, Keys], Answered]] = {
    "settlement": run_settlement,
    "period": run_period,
    "standing": run_standing,
    "calendar": run_calendar,
    "consequences": run_consequences,
    "score": run_score,
    "nodes": run_nodes,
    "commission": run_commission,
    "points": run_points,
    "metrics": run_metrics,
    "health": run_health,
}
_WITHOUT_BOOKS: Mapping[str, Callable[[Keys], Answered]] = {"cell": run_cell, "file": run_file}
KINDS = (*_WITH_BOOKS, *_WITHOUT_BOOKS)
_KEYS = "id, title, basis, kind, rulebook, options, given, expect, variants, note"


@dataclass(frozen=True, slots=True)
class Failure:
    """One failed or malformed case: where it stands, what differs, and the arithmetic behind the answer."""

    file: str
    case: str
    differences: tuple[str, ...]
    arithmetic: tuple[str, ...] = ()


@dataclass(slots=True)
class Report:
    """What a run found."""

    passed: int = 0
    failures: list[Failure] = field(default_factory=list)

    @property
    def failed(self) -> int:
        """How many failed."""
        return len(self.failures)

    @property
    def last_line(self) -> str:
        """The summary."""
        return f"{self.passed} passed, {self.failed} failed"


def check_paths(paths: Iterable[Path], language: str = "en") -> Report:
    """Run every case of these files and folders (folders: every .toml below them, except rulebooks)."""
    shipped = load_shipped()
    report = Report()
    for path in paths:
        files = list_case_files(path)
        if not files:
            report.failures.append(Failure(str(path), "", ("no case file here",)))
        for file in files:
            check_file(file, shipped, report, language)
    return report


def list_case_files(path: Path) -> list[Path]:
    """Return the case files that a path means; a rulebook beside the cases is not one of them."""
    if path.is_dir():
        return [file for file in sorted(path.rglob("*.toml")) if not _is_rulebook(file)]
    return [path] if path.is_file() else []


def check_file(file: Path, shipped: tuple[Rulebook, ...], report: Report, language: str = "en") -> None:
    """Run one file into a report."""
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8-sig"), parse_float=Decimal)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        report.failures.append(Failure(str(file), "", (f"cannot be read: {error}",)))
        return
    try:
        cases = list(list_cases(document))
    except CaseMistake as error:
        report.failures.append(Failure(str(file), "", (str(error),)))
        return
    for name, case in cases:
        differences, arithmetic = _check(case, file.parent, shipped, language)
        if differences:
            report.failures.append(Failure(str(file), name, tuple(differences), tuple(arithmetic)))
        else:
            report.passed += 1


def list_cases(document: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every case and every variant, a variant being the case with its own options, given and expect on top."""
    listed = document.get("cases", [document])
    if not isinstance(listed, list) or not listed:
        raise CaseMistake("cases", "expected [[cases]]")
    shared = {key: value for key, value in document.items() if key != "cases"} if "cases" in document else {}
    for at, case in enumerate(listed):
        if not isinstance(case, Mapping):
            raise CaseMistake(f"cases[{at}]", "expected a table")
        whole = {**shared, **case}
        variants = whole.pop("variants", [])
        name = str(whole.get("id", f"cases[{at}]"))
        if not isinstance(variants, list) or not all(isinstance(variant, Mapping) for variant in variants):
            raise CaseMistake(f"{name}.variants", "expected [[cases.variants]]")
        if "expect" in whole or not variants:
            yield name, whole
        for number, variant in enumerate(variants, start=1):
            yield f"{name} / {variant.get('id', f'variant {number}')}", _merged(whole, variant, f"{name}.variants")


def _merged(case: Mapping[str, Any], variant: Mapping[str, Any], path: str) -> dict[str, Any]:
    merged = dict(case)
    for key, value in variant.items():
        if key in ("options", "given", "expect"):
            if not isinstance(value, Mapping):
                raise CaseMistake(f"{path}.{key}", "expected a table")
            merged[key] = {**case.get(key, {}), **value}
        elif key in ("id", "title", "basis", "note", "rulebook"):
            merged[key] = value
        else:
            raise CaseMistake(
                path, f"unknown key: {key} (allowed: id, title, basis, note, rulebook, options, given, expect)"
            )
    return merged


def _check(
    case: dict[str, Any], folder: Path, shipped: tuple[Rulebook, ...], language: str
) -> tuple[list[str], list[str]]:
    arithmetic: list[str] = []
    try:
        result, answers = answer_case(case, folder, shipped)
        arithmetic = result if isinstance(result, list) else explain(result, language)
        expect = Keys(case.get("expect", {}), "expect")
        says = expect.rows("says")
        if not expect.left and not says:
            return ["expect: is needed: a case without it cannot fail"], arithmetic
        differences = list(find_differences(expect.left, answers))
        spoken = "\n".join([*arithmetic, *([] if isinstance(result, list) else explain(result, "zh"))])
        differences += [f"expect.says: {words!r} is not said" for words in says if str(words) not in spoken]
    except CaseMistake as error:
        return [f"malformed case: {error}"], arithmetic
    except Exception as error:
        return [f"the case stopped the runner: {type(error).__name__}: {error}"], arithmetic
    return differences, arithmetic


def answer_case(case: Mapping[str, Any], folder: Path, shipped: tuple[Rulebook, ...]) -> Answered:
    """Return the engine's result for a case, and its answers by the names that `expect` uses. Raises CaseMistake."""
    keys = Keys(case, "")
    for key in ("id", "title", "basis", "note", "expect"):
        keys.take(key)
    kind = keys.text("kind")
    given = Keys(keys.take("given", {}), "given")
    options = keys.table("options")
    rulebook = keys.take("rulebook")
    keys.close(_KEYS)
    if kind in _WITHOUT_BOOKS:
        return _WITHOUT_BOOKS[kind](given)
    if kind not in _WITH_BOOKS:
        raise CaseMistake("kind", f"one of {', '.join(KINDS)}")
    if not isinstance(rulebook, str):
        raise CaseMistake("rulebook", 'is needed, such as "tmall-daily/2025-half-year"')
    return _WITH_BOOKS[kind](choose_books(rulebook, options, folder, shipped), given)


def _is_rulebook(file: Path) -> bool:
    """A rulebook has a table [rulebook]; in a case the word names one."""
    try:
        return isinstance(tomllib.loads(file.read_text(encoding="utf-8-sig")).get("rulebook"), Mapping)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return False
