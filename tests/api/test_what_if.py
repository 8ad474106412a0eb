"""What-if questions over the API, and what no answer is given to."""

from typing import Any
from uuid import uuid4

import pytest

from assessments.fees.models import RefundEstimate
from assessments.rulebooks.models import RulebookVersion
from assessments.stores.models import Store
from tests.api.conftest import FAILED, OF_A_VERDICT, OF_AN_ESTIMATE, RAISED, SOLD, code_of
from tests.conftest import Api, House
from tests.factories import SCORE, newest, photograph


def test_what_if_judges_again_and_leaves_every_table_as_it_was(alpha: House, op: Api, verdict_at: str) -> None:
    op.get(verdict_at)  # the token's own use is written once
    before = photograph(alpha.schema)
    raised = op.post(f"{verdict_at}what-if/", {"changes": [RAISED]}).json()
    failed = op.post(f"{verdict_at}what-if/?language=zh-hans", {"changes": [FAILED]}).json()
    assert photograph(alpha.schema) == before
    assert raised["answer"]["changes"] == [RAISED]
    assert raised["answer"]["months_gained"] == 1
    assert raised["answer"]["after"]["requirements"][0]["failures"] == 1
    assert (failed["answer"]["before"]["standing"], failed["answer"]["after"]["standing"]) == ("high", "failed")
    assert (failed["answer"]["after"]["as_of"], failed["answer"]["after"]["outcome"]) == ("2025-03-31", "missed")
    assert any("2025-03-31" in line and "4.1" in line for line in failed["lines"])


def test_a_fee_year_is_settled_again_and_no_table_changes(alpha: House, op: Api, estimate_at: str) -> None:
    op.get(estimate_at)
    before = photograph(alpha.schema)
    sold = op.post(f"{estimate_at}what-if/", {"changes": [SOLD]}).json()
    stays = op.post(f"{estimate_at}what-if/", {"changes": [{"kind": "leave_on", "applied_on": None}]}).json()
    assert photograph(alpha.schema) == before
    assert (sold["answer"]["before"]["refund"], sold["answer"]["after"]["refund"]) == ("17500", "30000")
    assert (sold["answer"]["gain"], stays["answer"]["gain"]) == ("12500", "0")
    assert any("17,500 → 30,000" in line for line in sold["lines"])


REFUSED: list[tuple[Any, tuple[int, str]]] = [
    ({}, (400, "invalid")),
    ({"changes": []}, (400, "invalid")),
    ({"changes": [RAISED], "more": 1}, (400, "invalid")),
    ({"changes": ["set_closing"]}, (400, "invalid")),
    ({"changes": [{"kind": "grow_wings"}]}, (400, "invalid")),
    ({"changes": [{"kind": ["set_closing"]}]}, (400, "invalid")),
    ({"changes": [{**RAISED, "colour": "red"}]}, (400, "invalid")),
    ({"changes": [{**RAISED, "value": 4.11}]}, (400, "invalid")),
    ({"changes": [{**RAISED, "value": "NaN"}]}, (400, "invalid")),
    ({"changes": [{**RAISED, "metric": "charm"}]}, (400, "invalid")),
    ({"changes": [{**RAISED, "month": "9999-12-01"}]}, (400, "invalid")),
    ({"changes": [RAISED] * 201}, (400, "invalid")),
    ({"changes": [{"kind": "set_line", "table": "charm", "value": "1"}]}, (400, "unknown_table")),
    ({"changes": [{"kind": "choose_option", "option": "charm", "value": "on"}]}, (400, "unknown_option")),
    ({"changes": [{"kind": "choose_option", "option": "counting", "value": "charm"}]}, (400, "unknown_option")),
    ({"changes": [{"kind": "choose_option", "option": "counting", "value": 0.5}]}, (400, "invalid")),
]


@pytest.mark.parametrize(("body", "expected"), REFUSED)
def test_a_change_that_cannot_be_is_refused(op: Api, verdict_at: str, body: Any, expected: tuple[int, str]) -> None:
    assert code_of(op.post(f"{verdict_at}what-if/", body)) == expected


def test_each_kind_of_question_has_its_own_changes(op: Api, verdict_at: str, estimate_at: str) -> None:
    assert code_of(op.post(f"{verdict_at}what-if/", {"changes": [SOLD]})) == (400, "invalid")
    gone = {"kind": "leave_on", "applied_on": "2024-12-10", "reason": "boredom"}
    assert code_of(op.post(f"{estimate_at}what-if/", {"changes": [gone]})) == (400, "invalid")
    assert op.post(f"{estimate_at}what-if/", {"changes": [{**gone, "reason": "violation"}]}).status_code == 200


@pytest.mark.parametrize("value", ["cumulative_in_cycle", "consecutive"])
def test_an_option_can_be_chosen_otherwise(op: Api, verdict_at: str, value: str) -> None:
    asked = [{"kind": "choose_option", "option": "counting", "value": value}, FAILED]
    answer = op.post(f"{verdict_at}what-if/", {"changes": asked}).json()["answer"]
    # Three failures in the cycle, never more than two in a row.
    assert answer["after"]["outcome"] == ("missed" if value == "cumulative_in_cycle" else "pending")


@pytest.mark.parametrize("change", [
    {"kind": "judge_on", "on": "2003-05-10"},
    {"kind": "judge_on", "on": "2099-12-31"},
    {"kind": "add_total", "metric": "sales_amount", "month": "2099-12-31", "amount": "-999999999999.99999999"},
    {"kind": "set_score", "metric": SCORE, "on": "2003-05-10", "value": "999999999999"},
    {"kind": "set_closing", "metric": SCORE, "month": "2024-09-30", "value": None},
])  # fmt: skip
def test_a_strange_question_is_still_answered(
    op: Api, verdict_at: str, estimate_at: str, change: dict[str, Any]
) -> None:
    for path in (verdict_at, estimate_at):
        answer = op.post(f"{path}what-if/", {"changes": [change]})
        assert answer.status_code == 200, answer.content
        assert answer.json()["lines"]


def test_an_answer_about_somebody_elses_store_is_not_found(alpha: House, verdict_at: str, estimate_at: str) -> None:
    api = alpha.api("other_op")
    for path in [
        *(f"{verdict_at}{name}/" for name in OF_A_VERDICT),
        *(f"{estimate_at}{name}/" for name in OF_AN_ESTIMATE),
    ]:
        assert code_of(api.get(path)) == (404, "not_found"), path
    assert code_of(api.post(f"{verdict_at}what-if/", {"changes": [RAISED]})) == (404, "not_found")
    assert code_of(api.post(f"{estimate_at}what-if/", {"changes": [SOLD]})) == (404, "not_found")


def test_a_parameter_that_no_answer_knows_is_refused(op: Api, verdict_at: str, estimate_at: str) -> None:
    for path in [
        *(f"{verdict_at}{name}/" for name in OF_A_VERDICT),
        *(f"{estimate_at}{name}/" for name in OF_AN_ESTIMATE),
    ]:
        assert code_of(op.get(path, langauge="en")) == (400, "invalid"), path
        assert code_of(op.get(path, language="tlh")) == (400, "invalid"), path
    assert code_of(op.get(f"{estimate_at}exit-plan/", reason="boredom")) == (400, "invalid")
    for path, change in ((verdict_at, RAISED), (estimate_at, SOLD)):
        assert code_of(op.post(f"{path}what-if/?dry=1", {"changes": [change]})) == (400, "invalid")


def again(row: Any, **changes: Any) -> str:
    """One more revision that differs in these things; the table lets nobody change a row."""
    for name, value in {"pk": uuid4(), "revision": row.revision + 1, **changes}.items():
        setattr(row, name, value)
    row.save(force_insert=True)
    return str(row.pk)


def test_rules_without_such_an_answer_say_so(alpha: House, op: Api, risky: Store) -> None:
    with alpha.scope():
        row = newest(risky)
        fee = RulebookVersion.objects.filter(kind="fee").latest("effective_from")
        other = {**row.result, "rulebook": {**row.result["rulebook"], "digest": fee.digest}}
        paths = [
            f"verdicts/{again(row, result=other)}/",
            f"verdicts/{again(row, facts={'type': 'fee'})}/",
            f"refund-estimates/{again(RefundEstimate.objects.get(), facts={})}/",
        ]
    for path, name in zip(paths, ("clock", "levers", "steps"), strict=True):
        assert code_of(op.get(f"{path}{name}/")) == (409, "no_answer")
