"""Whole results written out for a reader: every field that says something, then the sentences in both languages."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from assessments.engine import Result, Rulebook, Step, Text, describe, explain, number, tell
from assessments.engine.answers.telling import Answer
from assessments.rulebooks.cases.running import answer_case, list_case_files, list_cases
from tests.unit.engine.cast import shipped

Asked = Callable[[], Result]
CASES = Path(__file__).resolve().parents[2] / "cases"
RECORDS = Path(__file__).parent / "records"
# Steps are written as sentences. Versions and digests change with every number of a rulebook and say nothing here.
UNSAID = ("engine_version", "digest", "steps", "step")


def _listed() -> Iterator[tuple[str, Asked]]:
    for file in list_case_files(CASES):
        document = tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
        for name, case in list_cases(document):
            if case["kind"] not in ("cell", "file", "calendar", "consequences"):
                yield name, partial(_judged, case, file.parent)


def _judged(case: Mapping[str, Any], folder: Path) -> Result:
    result, _ = answer_case(case, folder, shipped())
    assert not isinstance(result, list)
    return result


VERDICTS: dict[str, Asked] = dict(_listed())


def steps_of(thing: object) -> Iterator[Step]:
    """Every step anywhere in a result."""
    if isinstance(thing, Step):
        yield thing
    elif isinstance(thing, tuple):
        for one in thing:
            yield from steps_of(one)
    elif is_dataclass(thing):
        for each in fields(thing):
            yield from steps_of(getattr(thing, each.name))


def read_record(name: str) -> dict[str, list[str]]:
    """The recorded results of one file by their names."""
    blocks = (RECORDS / name).read_text(encoding="utf-8").split("== ")[1:]
    return {block.split("\n")[0]: f"== {block}".split("\n")[:-1] for block in blocks}


def write_verdict(name: str, result: Result) -> list[str]:
    """One verdict: its fields, then what is said of it."""
    return [f"== {name}", *_fields(result), "--", *explain(result, "zh"), "--", *explain(result, "en"), ""]


def write_answer(name: str, answer: Answer) -> list[str]:
    """One answer: its fields, then what is told of it."""
    return [f"== {name}", *_fields(answer), "--", *tell(answer, "zh"), "--", *tell(answer, "en"), ""]


def write_rulebook(name: str, rulebook: Rulebook) -> list[str]:
    """One rulebook as it reads in both languages."""
    return [f"== {name}", *describe(rulebook, "zh"), "--", *describe(rulebook, "en"), ""]


def _fields(thing: object) -> Iterator[str]:
    for name, value in _said(thing):
        if isinstance(value, tuple) and value and is_dataclass(value[0]):
            yield from (f"{name}: {_one_line(each)}" for each in value)
        else:
            yield f"{name}: {_short(value)}"


def _said(thing: object) -> Iterator[tuple[str, object]]:
    """The fields that differ from what an empty result has."""
    for each in fields(thing):  # type: ignore[arg-type]
        value = getattr(thing, each.name)
        if each.name not in UNSAID and value not in (None, (), "") and value is not each.default:
            yield each.name, value


def _one_line(thing: object) -> str:
    return "; ".join(f"{name} {_short(value)}" for name, value in _said(thing))


def _short(value: object) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(_short(each) for each in value)})"
    if isinstance(value, Mapping):
        return f"({', '.join(f'{_short(key)} = {_short(each)}' for key, each in value.items())})"
    if isinstance(value, Text):
        return f"{value.zh} | {value.en}"
    if isinstance(value, Decimal):
        return number(value)
    return f"[{_one_line(value)}]" if is_dataclass(value) else str(value)


def record() -> None:
    """Write what is recorded anew, after a change that was meant: `python -m tests.unit.engine.written`."""
    from tests.unit.engine.answers.every_answer import ANSWERS

    rulebooks = {f"{one.programme}/{one.version}": one for one in shipped()}
    told = {
        "verdicts.txt": [
            line for name in read_record("verdicts.txt") for line in write_verdict(name, VERDICTS[name]())
        ],
        "answers.txt": [line for name in read_record("answers.txt") for line in write_answer(name, ANSWERS[name]())],
        "rulebooks.txt": [
            line for name in read_record("rulebooks.txt") for line in write_rulebook(name, rulebooks[name])
        ],
    }
    for file, lines in told.items():
        (RECORDS / file).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


if __name__ == "__main__":
    record()
