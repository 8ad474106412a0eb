"""Reading an explanation back: which numbers a sentence says, and which ones the step behind it carries."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction

from assessments.engine import Step, explain, say, tell
from assessments.engine.answers.telling import Answer
from assessments.engine.results import Result, RulebookRef

SAID = re.compile(r"≈?-?\d[\d,]*(?:\.\d+)?%?")
# What sentences say by themselves: "/ 12", "(1 − discount)", "1 January", "not 0".
BY_ITSELF = {Fraction(0), Fraction(1), Fraction(12)}
MILLIONTH = Fraction(1, 10**6)


def _in_text(text: str) -> Iterator[Fraction]:
    for found in re.findall(r"\d[\d,]*(?:\.\d+)?", text):
        yield Fraction(found.replace(",", ""))


def carried(thing: object) -> Iterator[Fraction]:
    """Every number that a value, a step or the fields of a result carry; digests are names and carry none."""
    if isinstance(thing, tuple | list):
        parts: list[object] = [*thing]
    elif isinstance(thing, dict):
        parts = [*thing.values()]
    elif isinstance(thing, Step):
        parts = [*thing.values.values(), thing.basis]
    elif is_dataclass(thing) and not isinstance(thing, RulebookRef):
        parts = [getattr(thing, each.name) for each in fields(thing) if each.name not in ("steps", "engine_version")]
    else:
        yield from _carried_alone(thing)
        return
    for part in parts:
        yield from carried(part)


def _carried_alone(thing: object) -> Iterator[Fraction]:
    if isinstance(thing, str) and not isinstance(thing, Enum):
        yield from _in_text(thing)
    elif isinstance(thing, int | Decimal | Fraction) and not isinstance(thing, bool):
        yield abs(Fraction(thing))
    elif isinstance(thing, date):
        yield from map(Fraction, (thing.year, thing.month, thing.day))
        if isinstance(thing, datetime):
            yield from map(Fraction, (thing.hour, thing.minute))


def unfounded(line: str, known: set[Fraction]) -> list[str]:
    """The numbers of a line that are none of those known: exact, as a percentage, or to six places after ≈."""
    strange = []
    # A date's hyphens are no minus signs, and a comma between two dates or numbers of a list is no thousands mark.
    for found in SAID.findall(re.sub(r"(\d{4})-(\d\d)(?:-(\d\d))?", r"\1 \2 \3 ", line)):
        bare = Fraction(found.strip("≈-%").rstrip(",").replace(",", ""))
        wanted = bare / 100 if found.endswith("%") else bare
        is_near = found.startswith("≈")
        width = MILLIONTH / (100 if found.endswith("%") else 1)
        is_known = any(abs(each - wanted) <= width / 2 if is_near else each == wanted for each in known)
        if not is_known and bare not in known:
            strange.append(found)
    return strange


def steps_of(thing: object) -> Iterator[Step]:
    """Every step of a result or an answer, its parts' included."""
    yield from getattr(thing, "steps", ())
    for name in ("requirements", "parts"):
        for part in getattr(thing, name, ()):
            yield from steps_of(part)
    for warned in getattr(thing, "warnings", ()):
        yield warned.step


def check_told(thing: Result | Answer, lines: list[str], language: str) -> None:
    """Every step is told, and every number of every line is found: in its own step, or in the result's own fields."""
    by_line: dict[str, set[Fraction]] = {}
    for step in steps_of(thing):
        by_line.setdefault(say(step, language).strip(), set()).update(carried(step))
    assert set(by_line) <= {line.strip() for line in lines}
    own = {*carried(thing), *BY_ITSELF}
    for line in lines:
        known = by_line.get(line.strip())
        assert unfounded(line, own if known is None else known | BY_ITSELF) == [], line
        assert "{" not in line
        assert "None" not in line


def check_explained(result: Result) -> None:
    """Both languages explain a result with numbers of its own alone."""
    told = {language: explain(result, language) for language in ("zh", "en")}
    assert len(told["zh"]) == len(told["en"]) >= 1
    for language, lines in told.items():
        check_told(result, lines, language)


def check_answer(answer: Answer) -> None:
    """Both languages tell an answer with numbers of its own alone."""
    told = {language: tell(answer, language) for language in ("zh", "en")}
    assert len(told["zh"]) == len(told["en"]) >= 1
    for language, lines in told.items():
        check_told(answer, lines, language)
