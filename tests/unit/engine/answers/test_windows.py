"""Rolling windows: which days count on the judging day, and what they still need."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.engine import need_window_mean, need_window_ratio
from assessments.engine.answers.possible import Range, Reach
from assessments.engine.answers.windows import lay_window

FIVE = Range(Decimal(0), Decimal(5))


def test_a_window_is_planned_on_the_days_that_will_still_be_inside() -> None:
    as_of, judged_on = date(2026, 3, 18), date(2026, 3, 30)
    days = {as_of - timedelta(days=at): Decimal(5 if at >= 18 else 4) for at in range(30)}
    plan = need_window_mean(
        metric="score",
        values=days,
        days=30,
        judged_on=judged_on,
        as_of=as_of,
        target=Decimal("4.4"),
        comparator=">=",
        possible=FIVE,
    )
    assert (plan.window.starts_on, plan.window.locked, plan.window.to_come) == (date(2026, 3, 1), 18, 12)
    assert plan.window.dropping == 12
    assert sum(days.values()) / 30 == Decimal("4.4")
    assert (plan.need.sum, plan.need.needed) == (72, 5)


def test_a_window_with_lag_ends_before_the_judging_day() -> None:
    plan = need_window_ratio(
        metric="bad",
        counts={date(2026, 1, day): (1, 10) for day in range(1, 11)},
        days=7,
        judged_on=date(2026, 1, 10),
        as_of=date(2026, 1, 10),
        threshold=Decimal("0.1"),
        comparator="<=",
        more_at_most=50,
        lag=3,
    )
    assert (plan.window.starts_on, plan.window.ends_on, plan.window.to_come) == (date(2026, 1, 1), date(2026, 1, 7), 0)
    assert (plan.need.bad, plan.need.orders, plan.need.reach) == (7, 70, Reach.CLINCHED)


@pytest.mark.parametrize(
    ("as_of", "lag", "starts_on", "locked", "dropping"),
    [
        (date(2026, 3, 18), 0, date(2026, 3, 1), 18, 12),
        (date(2026, 2, 28), 0, date(2026, 3, 1), 0, 30),
        (date(2026, 2, 1), 0, date(2026, 3, 1), 0, 30),
        (date(2026, 4, 5), 0, date(2026, 3, 1), 30, 0),
        (date(2026, 3, 30), 0, date(2026, 3, 1), 30, 0),
        (date(2026, 3, 1), 2, date(2026, 2, 27), 3, 29),
    ],
)
def test_a_window_is_laid_out_before_inside_and_after_its_days(
    as_of: date, lag: int, starts_on: date, locked: int, dropping: int
) -> None:
    window = lay_window(days=30, judged_on=date(2026, 3, 30), as_of=as_of, lag=lag, rule="score")
    assert (window.starts_on, window.locked, window.to_come) == (starts_on, locked, 30 - locked)
    assert (window.dropping, window.steps[0].rule) == (dropping, "score")


def test_a_window_ends_on_the_judging_day_unless_a_lag_is_given() -> None:
    window = lay_window(days=7, judged_on=date(2026, 1, 10), as_of=date(2026, 1, 5))
    assert (window.ends_on, window.steps[0].rule) == (date(2026, 1, 10), "")


@given(st.integers(1, 9), st.integers(-5, 15), st.integers(0, 3))
def test_a_window_holds_the_days_it_says(days: int, ahead: int, lag: int) -> None:
    as_of = date(2026, 5, 20)
    judged_on = as_of + timedelta(days=ahead)
    plan = need_window_mean(
        metric="m",
        values={},
        days=days,
        judged_on=judged_on,
        as_of=as_of,
        target=1,
        comparator=">=",
        possible=FIVE,
        lag=lag,
    )
    inside = [judged_on - timedelta(days=lag + at) for at in range(days)]
    today = [as_of - timedelta(days=lag + at) for at in range(days)]
    assert plan.window.locked == sum(on <= as_of for on in inside)
    assert plan.window.to_come == sum(on > as_of for on in inside)
    assert plan.window.dropping == sum(on < min(inside) for on in today)


def test_days_of_a_window_without_a_value_are_unknown_and_a_lag_moves_them_back() -> None:
    known = {date(2026, 3, day): Decimal(4) for day in range(1, 11) if day != 5}
    plan = need_window_mean(
        metric="m",
        values=known,
        days=7,
        judged_on=date(2026, 3, 10),
        as_of=date(2026, 3, 10),
        target=4,
        comparator=">=",
        possible=FIVE,
        lag=2,
    )
    assert (plan.window.starts_on, plan.window.ends_on) == (date(2026, 3, 2), date(2026, 3, 8))
    assert (plan.need.known, plan.need.unknown, plan.need.to_come) == (6, 1, 0)
