"""Every golden case's whole result: it is of the types it declares, every step can be said and names its rule."""

import json
import re

import pytest

from assessments.engine import Step, canonical_json, result_from_json
from assessments.engine.answers.wording import ANSWER_SENTENCES
from assessments.engine.explaining.sentences import SENTENCES
from tests.unit.engine.answers.every_answer import ANSWERS
from tests.unit.engine.cast import book
from tests.unit.engine.written import (
    VERDICTS,
    read_record,
    steps_of,
    write_answer,
    write_rulebook,
    write_verdict,
)

HOLE = re.compile(r"\{(\w+)(?::%)?\}")
# No shipped rulebook leaves a part out for few events, or pays a coupon that does not end.
OF_OTHER_RULEBOOKS = {"small_count_left_out", "rebate_coupon"}
# These speak of no single rule: the score days of a fee year, a probation's requirements, a what-if's own changes.
OF_NO_SINGLE_RULE = {"termination.score", "requirements", "what_if"}


@pytest.mark.parametrize("name", read_record("verdicts.txt"))
def test_a_whole_verdict_is_as_recorded(name: str) -> None:
    assert write_verdict(name, VERDICTS[name]()) == read_record("verdicts.txt")[name]


@pytest.mark.parametrize("name", read_record("answers.txt"))
def test_a_whole_answer_is_as_recorded(name: str) -> None:
    assert write_answer(name, ANSWERS[name]()) == read_record("answers.txt")[name]


@pytest.mark.parametrize("name", read_record("rulebooks.txt"))
def test_a_rulebook_of_every_kind_reads_as_recorded(name: str) -> None:
    programme, _, version = name.partition("/")
    assert write_rulebook(name, book(programme, version)) == read_record("rulebooks.txt")[name]


@pytest.mark.parametrize("name", VERDICTS)
def test_a_verdict_survives_its_canonical_form_and_so_has_the_types_that_it_declares(name: str) -> None:
    result = VERDICTS[name]()
    assert result_from_json(canonical_json(result)) == result


@pytest.mark.parametrize("name", VERDICTS)
def test_every_step_brings_what_its_sentence_says_and_names_a_rule_of_its_rulebook(name: str) -> None:
    result = VERDICTS[name]()
    rulebook = json.loads(book(result.rulebook.programme, result.rulebook.version).canonical)
    for step in steps_of(result):
        assert set(HOLE.findall(SENTENCES[step.key].en)) - step.values.keys() == set(), step.key
        for path in _paths(step):
            assert path in OF_NO_SINGLE_RULE or _leads(rulebook, path.split(".")), path


@pytest.mark.parametrize("name", ANSWERS)
def test_every_step_of_an_answer_names_a_rule_of_its_rulebook(name: str) -> None:
    answer = ANSWERS[name]()
    ref = getattr(answer, "rulebook", None) or getattr(getattr(answer, "before", None), "rulebook", None)
    rulebook = None if ref is None else json.loads(book(ref.programme, ref.version).canonical)
    for step in steps_of(answer):
        if rulebook is None:
            assert step.rule == ""
        else:
            assert step.rule in OF_NO_SINGLE_RULE or _leads(rulebook, step.rule.split(".")), step


def test_every_sentence_about_a_verdict_is_said_in_some_golden_case() -> None:
    said = {step.key for judged in VERDICTS.values() for step in steps_of(judged())}
    assert SENTENCES.keys() - ANSWER_SENTENCES.keys() - said == OF_OTHER_RULEBOOKS


def _paths(step: Step) -> list[str]:
    return [step.rule, *(str(use) for name, use in step.values.items() if name == "for")]


def _leads(document: object, path: list[str]) -> bool:
    """Whether a path ends somewhere: by keys of tables, and by numbers or ids in lists."""
    if not path:
        return True
    if isinstance(document, list):
        named = {str(at): one for at, one in enumerate(document)}
        document = named | {one["id"]: one for one in document if isinstance(one, dict) and "id" in one}
    return isinstance(document, dict) and path[0] in document and _leads(document[path[0]], path[1:])
