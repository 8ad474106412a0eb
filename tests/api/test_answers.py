"""What verdicts and estimates leave open, over the API and on a store's page."""

from datetime import date
from typing import Any

import pytest
from rest_framework.serializers import DictField, Serializer

from assessments.engine import (
    Certainty,
    Clock,
    ExitPlan,
    FeeWhatIf,
    Intervals,
    Levers,
    Plan,
    RefundView,
    Verdicts,
    WhatIf,
)
from assessments.fees.models import FeeAgreement, RefundEstimate
from assessments.fees.services import save_agreement
from assessments.periods.answer_shapes import shape_of
from assessments.periods.models import Verdict
from assessments.stores.models import Store
from tests.api.conftest import OF_A_VERDICT, OF_AN_ESTIMATE, RAISED, SOLD
from tests.conftest import Api, House
from tests.factories import CATEGORY, GOOD_YEAR, SCORE, compute, make_store, newest, set_lines, write_months


def ask(api: Api, path: str, **params: Any) -> dict[str, Any]:
    """The answer, after a look at its shape in both languages: as many lines, and the same numbers."""
    chinese, english = (api.get(path, **params, language=language).json() for language in ("zh-hans", "en"))
    assert {"language", "lines", "answer"} <= set(english)
    assert (chinese["language"], english["language"]) == ("zh-hans", "en")
    assert len(chinese["lines"]) == len(english["lines"]) > 0
    assert chinese["lines"] != english["lines"]
    assert chinese["answer"] == english["answer"]
    return {**english, "zh": chinese["lines"]}


def gate(answer: dict[str, Any], name: str) -> dict[str, Any]:
    return next(each for each in answer["answer"]["gates"] if each["id"] == name)


def test_the_plan_says_what_sales_and_scores_must_still_become(op: Api, verdict_at: str) -> None:
    found = ask(op, f"{verdict_at}must-be-plan/")
    # 1,200,000 × 0.5 less seven months of 50,000; five month-ends are left, and two of three failures are spent.
    [sales] = gate(found, "sales")["sums"]
    assert (sales["missing"], sales["per_month"], sales["days_left"]) == ("250000/1", "50000/1", 143)
    assert sales["per_day"] == "250000/143"
    count = gate(found, "score")["count"]
    assert (count["failures"], count["limit"], count["may_fail"], count["must_pass"]) == (2, 3, 0, 5)
    assert count["months"][-1]["must_reach"] == "411/100"
    assert found["answer"]["reach"] == "open"
    assert any(
        "Comprehensive experience score must be > 4.1, in steps of 0.01: 4.11" in line for line in found["lines"]
    )
    assert any("还剩 143 天" in line for line in found["zh"])


def test_certainty_names_the_day_on_which_a_period_was_lost(alpha: House, op: Api, risky: Store) -> None:
    with alpha.scope():
        write_months(risky, {"2024-11": "4.10"})
        compute()
        path = f"verdicts/{newest(risky).pk}/certainty/"
    found = ask(op, path)
    assert (found["answer"]["reach"], found["answer"]["since"]) == ("eliminated", "2024-11-30")
    assert [gate(found, name)["reach"] for name in ("score", "sales")] == ["eliminated", "open"]
    assert any("since 2024-11-30" in line for line in found["lines"])
    assert any("2024-11-30 起" in line for line in found["zh"])


def test_the_clock_dates_what_the_next_failure_triggers(op: Api, verdict_at: str) -> None:
    found = ask(op, f"{verdict_at}clock/")
    score = gate(found, "score")
    assert (score["failures"], score["limit"], score["left"]) == (2, 3, 1)
    assert (score["next"]["avoid_by"], score["next"]["is_fatal"], score["next"]["must_reach"]) == (
        "2025-03-31",
        True,
        "411/100",
    )
    assert [stage["begins_at"] for stage in score["next"]["consequences"]] == [
        "2025-04-01T00:00:00",
        "2025-04-30T18:00:00",
    ]
    assert any("2025-04-30 18:00" in line for line in found["zh"])


def test_intervals_name_the_missing_file_that_narrows_most(alpha: House, op: Api, risky: Store) -> None:
    with alpha.scope():
        write_months(risky, {"2024-12": None})
        compute()
        path = f"verdicts/{newest(risky).pk}/intervals/"
    found = ask(op, path)
    score = gate(found, "score")
    assert (score["lowest"], score["highest"]) == ("2/1", "3/1")
    assert (score["worst"], score["best"]) == ("missed", "pending")
    first = found["answer"]["next_file"]
    assert (first["metric"], first["month"], first["days"]) == (SCORE, "2024-12-01", 1)
    assert any("2024-12-01" in line for line in found["zh"])


def test_levers_say_what_a_month_is_worth_and_where_the_money_comes_from(
    op: Api, verdict_at: str, estimate_at: str
) -> None:
    found = ask(op, f"{verdict_at}levers/")
    first, second = found["answer"]["levers"]
    assert (first["by"], first["months_gained"], first["refund_gain"]) == ("3/50", 1, "0")  # 4.05 → 4.11
    assert first["changes"] == [RAISED]
    assert (second["month"], second["by"]) == ("2024-10-01", "11/100")
    assert estimate_at == f"refund-estimates/{op.get(f'{verdict_at}levers/').json()['estimate']}/"


def test_a_store_without_a_fee_year_has_levers_without_money(alpha: House, owner: Api) -> None:
    with alpha.scope():
        store = make_store("No fee")
        set_lines()
        write_months(store, {**GOOD_YEAR, "2024-09": "4.05"})
        compute()
        path = f"verdicts/{newest(store).pk}/levers/"
    found = owner.get(path).json()
    assert found["estimate"] is None
    assert [lever["refund_gain"] for lever in found["answer"]["levers"]] == [None]


def test_three_verdicts_stand_side_by_side(op: Api, verdict_at: str) -> None:
    found = ask(op, f"{verdict_at}comparison/")
    row = op.get(verdict_at).json()
    assert (found["answer"]["settled"], found["answer"]["live"]) == (row["outcome"], row["live"]) == ("pending", "met")
    carried = {each["metric"]: each for each in found["answer"]["carried"]}
    assert (carried[SCORE]["value"], carried[SCORE]["value_on"]) == ("4.5", "2025-02-28")
    assert found["answer"]["projection"]["as_of"] == "2025-07-31"
    assert found["answer"]["projection"]["outcome"] == found["answer"]["projected"]


def test_the_steps_of_a_refund_are_worth_what_settling_says(op: Api, estimate_at: str) -> None:
    found = ask(op, f"{estimate_at}steps/")
    answer = found["answer"]
    # Five months of twelve: 150,000 and 500,000 open the tiers; 250,000 are sold.
    assert [(step["starts_at"], step["refund"]) for step in answer["sales_refunds"]] == [
        ("0/1", "5000"),
        ("150000/1", "17500"),
        ("500000/1", "30000"),
    ]
    assert (answer["refund"], answer["next_sales"], answer["next_sales_gain"]) == ("17500", "250000", "12500")
    [score] = answer["scores"]
    assert (score["mean"], score["standard"], score["distance"]) == ("431/100", "4.16", "-3/20")
    assert any("目前返还 17,500" in line for line in found["zh"])


def test_the_exit_planner_marks_the_best_and_the_worst_days(op: Api, estimate_at: str) -> None:
    found = ask(op, f"{estimate_at}exit-plan/")
    answer = found["answer"]
    assert (answer["spans"][0]["starts_on"], answer["spans"][-1]["ends_on"]) == ("2024-07-15", "2024-12-31")
    assert {span["refund"] for span in answer["best"]} == {"30000"}
    assert [(span["starts_on"], span["refund"]) for span in answer["worst"]] == [("2024-12-01", "17500")]
    assert answer["stay"] == "17500"
    forced = ask(op, f"{estimate_at}exit-plan/", reason="false_credentials")["answer"]
    assert (forced["reason"], {span["refund"] for span in forced["spans"]}) == ("false_credentials", {"0"})


def differences(document: Any, shape: Any, path: str = "answer") -> list[str]:
    """Where an answer is not what the schema says: a member too many or too few, at any depth."""
    if isinstance(shape, DictField):
        return [found for name in document for found in differences(document[name], shape.child, f"{path}.{name}")]
    shape = getattr(shape, "child", shape)
    if isinstance(document, list):
        return [found for at, part in enumerate(document) for found in differences(part, shape, f"{path}[{at}]")]
    if not isinstance(shape, Serializer) or document is None:
        return []
    needed = {name for name, field in shape.fields.items() if field.required}
    if not needed <= set(document) <= set(shape.fields):
        return [f"{path}: {sorted(set(document) ^ set(shape.fields))}"]
    return [found for name in document for found in differences(document[name], shape.fields[name], f"{path}.{name}")]


def test_the_schema_knows_every_member_of_every_answer(op: Api, verdict_at: str, estimate_at: str) -> None:
    kinds = (Plan, Certainty, Clock, Intervals, Levers, Verdicts, RefundView, ExitPlan)
    paths = [*(f"{verdict_at}{name}/" for name in OF_A_VERDICT), *(f"{estimate_at}{name}/" for name in OF_AN_ESTIMATE)]
    for path, kind in zip(paths, kinds, strict=True):
        assert differences(op.get(path).json()["answer"], shape_of(kind)()) == [], path
    for path, change, asked in ((verdict_at, RAISED, WhatIf), (estimate_at, SOLD, FeeWhatIf)):
        answer = op.post(f"{path}what-if/", {"changes": [change]}).json()["answer"]
        assert differences(answer, shape_of(asked)()) == [], path


STATES: dict[str, dict[str, Any]] = {
    "nothing is known": {"figures": {}, "lines": False},
    "no line is set": {"figures": GOOD_YEAR, "lines": False},
    "no figure is there": {"figures": {}, "lines": True},
    "it failed": {"figures": {**GOOD_YEAR, "2024-12": "4.0", "2025-01": "4.0", "2025-02": "4.0"}, "lines": True},
    "it is exempt": {"figures": {}, "lines": True, "go_live_on": date(2025, 3, 1)},
    "it has two categories": {"figures": GOOD_YEAR, "lines": True, "other_categories": ["男装"]},
}


@pytest.mark.parametrize("state", STATES)
def test_every_answer_is_given_whatever_the_state_of_the_store(alpha: House, owner: Api, state: str) -> None:
    made = dict(STATES[state])
    with alpha.scope():
        figures, has_lines = made.pop("figures"), made.pop("lines")
        store = make_store("Odd", main_category=CATEGORY if has_lines else "nothing set", **made)
        set_lines()
        write_months(store, figures)
        save_agreement(agreement=FeeAgreement(store=store, year=2024))
        compute()
        rows = list(Verdict.objects.filter(period__store=store))
        estimates = list(RefundEstimate.objects.all())
    assert rows
    assert estimates
    for row in rows:
        for name in OF_A_VERDICT:
            assert ask(owner, f"verdicts/{row.pk}/{name}/")["answer"]["store"] == str(store.pk)
        assert owner.post(f"verdicts/{row.pk}/what-if/", {"changes": [RAISED]}).status_code == 200
    for row in estimates:
        for name in OF_AN_ESTIMATE:
            assert ask(owner, f"refund-estimates/{row.pk}/{name}/")["answer"]["year"] == 2024
        assert owner.post(f"refund-estimates/{row.pk}/what-if/", {"changes": [SOLD]}).status_code == 200
    assert owner_page(alpha, store).count("Standing: ") == 1


def owner_page(alpha: House, store: Store) -> str:
    answer = alpha.browser("owner").get(f"/admin/stores/store/{store.pk}/change/")
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_an_older_revision_answers_as_it_did_then(alpha: House, op: Api, risky: Store, verdict_at: str) -> None:
    then = op.get(f"{verdict_at}clock/").json()
    with alpha.scope():
        write_months(risky, {"2024-11": "4.00"})
        compute()
        assert Verdict.objects.filter(period__store=risky).count() > 1
        newer = f"verdicts/{newest(risky).pk}/"
    now = op.get(f"{newer}clock/").json()
    assert op.get(f"{verdict_at}clock/").json() == then
    assert (then["answer"]["failed_on"], now["answer"]["failed_on"]) == (None, "2024-11-30")


def page_of(alpha: House, store: Store, language: str) -> str:
    browser = alpha.browser("op")
    answer = browser.get(f"/admin/stores/store/{store.pk}/change/", headers={"accept-language": language})
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_page_of_a_store_shows_plan_certainty_and_clock(alpha: House, risky: Store) -> None:
    english, chinese = (page_of(alpha, risky, language) for language in ("en", "zh-hans"))
    assert "Must-be plan: 143 days left until 2025-07-31" in english
    assert "Certainty: as of 2025-03-10: open" in english
    assert "Clock: month-end score: the next one that can fail: 2025-03-31" in english
    assert "倒推：到 2025-07-31 还剩 143 天" in chinese
    assert "时钟：月末分" in chinese
    assert "Leaving day" not in english, "the fee year is over"


def test_the_page_shows_the_best_leaving_day_while_there_is_one(alpha: House) -> None:
    with alpha.scope():
        store = make_store("Running", operators=[alpha.user("op")])
        set_lines()
        write_months(store)
        save_agreement(agreement=FeeAgreement(store=store, year=2024))
        compute(today=date(2024, 11, 11))
    english, chinese = (page_of(alpha, store, language) for language in ("en", "zh-hans"))
    assert "Leaving day: most back: 2024-11-11 to 2024-11-30" in english
    assert "Leaving day: staying to the end of the year" in english
    assert "退出日：返还最多：2024-11-11 至 2024-11-30" in chinese
