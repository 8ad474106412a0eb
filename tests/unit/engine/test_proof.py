"""Proof of a revision: what names it, and which input was changed since."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from assessments.engine import ENGINE_VERSION, assess, canonical_json, find_changed_inputs, mark_inputs, write_revision
from tests.unit.engine.cast import HALF_YEAR, half_year, store

FACTS = store(["4.2", "4.3", None], ["90000", "80000", "70000"], date(2025, 10, 31), score_line="4.1")
DOCUMENT = json.loads(canonical_json(FACTS))
MARKS = mark_inputs(DOCUMENT)
SCORE = "series.real_experience_score"


def leaves(part: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inside = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else None
    if not inside:
        yield path
        return
    for name, member in inside:
        yield from leaves(member, (*path, name))


def changed(path: tuple[Any, ...], change: Callable[[Any], Any]) -> Any:
    document = json.loads(json.dumps(DOCUMENT))
    whole = document
    for name in path[:-1]:
        whole = whole[name]
    whole[path[-1]] = change(whole[path[-1]])
    return document


def test_facts_that_nobody_changed_name_nothing() -> None:
    assert find_changed_inputs(DOCUMENT, MARKS) == ()
    shuffled = dict(reversed(list(DOCUMENT.items())))
    assert find_changed_inputs(shuffled, MARKS) == ()


def test_a_revision_without_marks_names_nothing() -> None:
    assert find_changed_inputs(DOCUMENT, "") == ()


@pytest.mark.parametrize("path", [each for each in leaves(DOCUMENT) if each[-1] != "month"], ids=str)
def test_every_single_changed_input_is_named_alone(path: tuple[Any, ...]) -> None:
    (named,) = find_changed_inputs(changed(path, lambda value: f"{value}9"), MARKS)
    assert str(path[-1]) in named


def test_a_row_moved_to_another_month_is_named_by_the_month_it_claims() -> None:
    document = changed(("series", "real_experience_score", 1, "month"), lambda month: "2031-01-01")
    named = find_changed_inputs(document, MARKS)
    assert named
    assert all(path.startswith(f"{SCORE}[2031-01-01].") for path in named)


def test_the_name_says_metric_month_and_member() -> None:
    document = changed(("series", "real_experience_score", 1, "closing"), lambda value: "4.1")
    month = DOCUMENT["series"]["real_experience_score"][1]["month"]
    assert find_changed_inputs(document, MARKS) == (f"{SCORE}[{month}].closing",)


def test_an_input_that_was_taken_out_is_told_by_what_follows_it() -> None:
    document = json.loads(json.dumps(DOCUMENT))
    gone = document["series"]["real_experience_score"].pop(0)
    following = document["series"]["real_experience_score"][0]["month"]
    assert gone["month"] < following
    assert find_changed_inputs(document, MARKS) == (f"before {SCORE}[{following}].closing",)
    del document["type"]
    assert find_changed_inputs(document, MARKS)[-1] == "end"


def test_an_input_that_was_added_is_named() -> None:
    document = changed(("lines",), lambda lines: {**lines, "zz_target": "1"})
    assert find_changed_inputs(document, MARKS) == ("lines.zz_target",)


def test_the_digest_is_another_for_other_rules_facts_or_results_and_the_same_on_another_day() -> None:
    rulebook = half_year()
    result = assess(rulebook, HALF_YEAR, FACTS)
    digest = write_revision(rulebook, FACTS, result).digest
    other = rulebook.choosing({"counting": "consecutive"})
    assert write_revision(other, FACTS, result).digest != digest
    assert write_revision(rulebook, replace(FACTS, category="x"), result).digest != digest
    assert write_revision(rulebook, FACTS, replace(result, number=7)).digest != digest
    later = date(2025, 11, 1)
    assert write_revision(rulebook, replace(FACTS, as_of=later), replace(result, as_of=later)).digest == digest


def test_a_revision_is_named_by_the_engine_that_made_it() -> None:
    rulebook = half_year()
    result = assess(rulebook, HALF_YEAR, FACTS)
    now = write_revision(rulebook, FACTS, result).digest
    assert write_revision(rulebook, FACTS, result, ENGINE_VERSION).digest == now
    assert write_revision(rulebook, FACTS, result, "0.9").digest != now
