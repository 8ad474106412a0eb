"""Sums over months: which days are known, and what a month in part is worth."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from assessments.engine import MonthState, MonthValue, Outcome, assess
from assessments.engine.judging.totals import is_complete
from assessments.engine.language.reading import parse_canonical
from tests.unit.engine.cast import HALF_YEAR, half_year, store

FEBRUARY = date(2024, 2, 1)


@pytest.mark.parametrize(
    ("days", "today", "complete"),
    [
        (29, date(2024, 2, 29), True),
        (28, date(2024, 2, 29), False),
        (29, date(2024, 5, 5), True),
        (28, date(2024, 5, 5), False),
        (10, date(2024, 2, 10), True),
        (9, date(2024, 2, 10), False),
        (1, date(2024, 2, 1), True),
        (None, date(2024, 2, 29), True),
    ],
)
def test_a_month_is_complete_when_every_day_up_to_today_has_a_figure(
    days: int | None, today: date, complete: bool
) -> None:
    assert is_complete(MonthValue(FEBRUARY, total=Decimal(0), days=days), FEBRUARY, today) is complete


@pytest.mark.parametrize("value", [None, MonthValue(FEBRUARY), MonthValue(FEBRUARY, closing=Decimal(5))])
def test_a_month_without_a_total_is_not_complete(value: MonthValue | None) -> None:
    assert is_complete(value, FEBRUARY, date(2024, 2, 29)) is False


@pytest.mark.parametrize(
    ("days", "state"), [(31, MonthState.FAILED), (30, MonthState.NO_DATA), (None, MonthState.FAILED)]
)
def test_a_month_of_nothing_is_without_business_only_when_every_day_of_it_is_known(
    days: int | None, state: MonthState
) -> None:
    facts = store([], [], as_of=date(2025, 8, 31), sales_target="1")
    facts = replace(facts, series={"sales_amount": (MonthValue(date(2025, 8, 1), total=Decimal(0), days=days),)})
    result = assess(half_year(), HALF_YEAR, facts)
    activity = next(each for each in result.requirements if each.id == "activity")
    assert activity.months[0].state is state


def test_without_a_limit_for_the_phase_months_of_nothing_never_fail() -> None:
    document = json.loads(half_year().canonical)
    (rule,) = [each for each in document["requirements"] if each["kind"] == "activity"]
    rule["limits"] = [each for each in rule["limits"] if each["phase"] == "trial"]
    result = assess(parse_canonical(json.dumps(document)), HALF_YEAR, store([], ["0"] * 6, sales_target="1"))
    activity = next(each for each in result.requirements if each.id == "activity")
    assert (activity.outcome, activity.live, activity.limit) == (Outcome.MET, Outcome.MET, None)
    assert (activity.failures, activity.steps) == (6, ())
