"""Money: steps of the refund are differences of settlements, exit days equal day-by-day settlements."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assessments.engine import (
    Exit,
    ExitReason,
    FeeBasis,
    FeeFacts,
    Reach,
    SettlementState,
    plan_exit,
    settle,
    value_refund,
)
from assessments.engine.answers.exits import leaving_on
from assessments.engine.language.reading import parse_canonical
from tests.unit.engine.cast import book, fee_year

FEE = book("tmall-annual-fee", "2022")
SCORE = "basic_service_score"


def test_the_next_hundredth_of_a_mean_just_below_the_standard_is_worth_the_whole_discount() -> None:
    view = value_refund(FEE, fee_year(scores=["2.89"] * 12))
    (score,) = view.scores
    assert (view.refund, score.distance, score.next_step) == (0, Fraction("0.01"), 60000)
    assert [(step.starts_at, step.refund) for step in score.refunds] == [(0, 0), (Fraction("2.9"), 60000)]


def test_one_month_that_slips_by_a_hundredth_can_cost_the_whole_discount() -> None:
    (score,) = value_refund(FEE, fee_year(scores=["2.9"] * 12)).scores
    assert (score.slip, score.slip_of_mean, score.next_step) == (60000, Fraction(1, 1200), 0)
    (safe,) = value_refund(FEE, fee_year(scores=["2.91"] * 12)).scores
    assert safe.slip == 0


def test_sales_step_at_the_tiers_and_the_distance_to_the_next_is_named() -> None:
    view = value_refund(FEE, fee_year(sales="400000"))
    assert [(step.starts_at, step.refund) for step in view.sales_refunds] == [(0, 0), (360000, 30000), (1200000, 60000)]
    assert (view.refund, view.next_sales, view.next_sales_gain) == (30000, 800000, 30000)
    assert value_refund(FEE, fee_year(sales="1200000")).next_sales is None


def test_a_tier_that_is_no_whole_cent_starts_at_the_next_one() -> None:
    facts = replace(fee_year(), go_live_on=date(2022, 5, 5), activated_on=date(2022, 5, 5))
    facts = replace(facts, lines={"女装": {"sales_half": Decimal(100000), "sales_full": Decimal(200000)}})
    view = value_refund(FEE, facts)
    assert view.sales_refunds[1].starts_at == Fraction("58333.34")


def test_the_month_ends_to_come_say_what_they_must_average() -> None:
    facts = replace(fee_year(scores=["2.8"] * 6), as_of=date(2022, 6, 30))
    need = value_refund(FEE, facts, FeeBasis.STAY).scores[0].need
    assert need is not None
    assert (need.needed, need.to_come, need.reach) == (3, 6, Reach.OPEN)


def test_a_mean_that_was_given_has_no_plan() -> None:
    given = replace(fee_year(), means={SCORE: Fraction("2.8")})
    (score,) = value_refund(FEE, given).scores
    assert (score.need, score.mean, score.distance) == (None, Fraction("2.8"), Fraction("0.1"))


@pytest.mark.parametrize(
    ("comparator", "edge", "before", "after"),
    [("<=", "2.91", 60000, 0), ("<", "2.90", 60000, 0), (">", "2.91", 0, 60000), (">=", "2.90", 0, 60000)],
)
def test_the_step_stands_where_the_comparator_puts_it(comparator: str, edge: str, before: int, after: int) -> None:
    document = json.loads(FEE.canonical)
    document["score"]["comparator"] = comparator
    (score,) = value_refund(parse_canonical(json.dumps(document)), fee_year()).scores
    assert [(step.starts_at, step.refund) for step in score.refunds] == [(0, before), (Fraction(edge), after)]


@pytest.mark.parametrize(
    ("rounding", "step", "edge"),
    [
        ("none", "0.01", "2.90"),
        ("half_up_2", "0.01", "2.90"),
        ("half_up_2", "0.001", "2.895"),
        ("half_even_2", "0.001", "2.895"),
        ("down_2", "0.001", "2.90"),
    ],
)
def test_the_step_stands_where_the_rounding_puts_it(rounding: str, step: str, edge: str) -> None:
    chosen = FEE.choosing({"score_rounding": rounding})
    view = value_refund(chosen, fee_year(), step=Decimal(step))
    assert view.scores[0].refunds[1].starts_at == Fraction(edge)


MEANS = st.decimals("2.80", "3.00", places=3)


@settings(max_examples=40, deadline=None)
@given(MEANS, st.integers(0, 1500000), st.sampled_from(["none", "half_up_2", "half_even_2", "down_2"]))
@example(Decimal("2.894"), 360000, "half_up_2")  # 2.89 when rounded: the next step must start from 2.894
def test_the_step_function_equals_the_settlement_everywhere(mean: Decimal, sales: int, rounding: str) -> None:
    chosen = FEE.choosing({"score_rounding": rounding})
    facts = replace(fee_year(sales=str(sales)), means={SCORE: Fraction(mean)})
    view = value_refund(chosen, facts, step=Decimal("0.001"))
    by_mean = [step.refund for step in view.scores[0].refunds if step.starts_at <= Fraction(mean)]
    by_sales = [step.refund for step in view.sales_refunds if step.starts_at <= sales]
    assert by_mean[-1] == by_sales[-1] == view.refund == settle(chosen, facts).refund
    better = settle(chosen, replace(facts, means={SCORE: Fraction(mean) + Fraction(1, 1000)})).refund
    assert view.refund is not None
    assert better == view.refund + (view.scores[0].next_step or 0)


def _days(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=at) for at in range((date(year + 1, 1, 1) - first).days)]


@pytest.mark.parametrize(
    "facts",
    [
        fee_year(2022, scores=["2.8"] * 3 + ["3"] * 9),
        replace(fee_year(2024, scores=["4.5"] * 12), series={}, as_of=date(2024, 2, 29)),
        replace(fee_year(2022), go_live_on=date(2022, 4, 10), activated_on=date(2022, 4, 10)),
        replace(fee_year(2022), go_live_on=date(2022, 1, 10), activated_on=date(2022, 1, 10)),
    ],
    ids=["whole year", "leap year", "entered in April", "entered in January"],
)
def test_the_exit_planner_equals_day_by_day_settlements(facts: FeeFacts) -> None:
    rulebook = book("tmall-annual-fee", str(facts.year))
    plan = plan_exit(rulebook, facts)
    listed = [
        (span.starts_on + timedelta(days=at), span)
        for span in plan.spans
        for at in range((span.ends_on - span.starts_on).days + 1)
    ]
    entered = facts.activated_on or date(facts.year, 1, 1)
    assert [on for on, _ in listed] == [on for on in _days(facts.year) if on >= entered]
    for on, span in listed:
        alone = settle(rulebook, leaving_on(facts, on))
        assert (span.refund, span.refund_low, span.refund_high) == (alone.refund, alone.refund_low, alone.refund_high)
        assert (span.state, span.months_effective, span.score_rule) == (
            alone.state,
            alone.months_effective,
            alone.score_rule,
        )
    for one, other in pairwise(plan.spans):
        assert replace(one, starts_on=other.starts_on, ends_on=other.ends_on) != other
    known = [span.refund for _, span in listed if span.refund is not None]
    assert {span.refund for span in plan.best} == ({max(known)} if known else set())
    assert {span.refund for span in plan.worst} == ({min(known)} if known else set())


def test_the_first_of_january_and_the_rest_of_january_are_told_apart() -> None:
    facts = fee_year(scores=["3"] * 12)
    days = {date(2022, 1, 14): Decimal("2.8"), date(2022, 1, 15): Decimal("2.9")}
    plan = plan_exit(
        FEE, replace(facts, score_on={SCORE: days}), [date(2022, 1, 1), date(2022, 1, 15), date(2022, 1, 16)]
    )
    assert [(span.starts_on.day, span.state, span.refund) for span in plan.spans] == [
        (1, SettlementState.QUESTION, None),
        (15, SettlementState.SETTLED, 55000),
        (16, SettlementState.SETTLED, 60000),
    ]
    assert [span.starts_on.day for span in plan.best] == [16]


def test_leaving_in_the_month_of_entry_costs_nothing_and_is_best() -> None:
    facts = replace(fee_year(scores=["2"] * 12), go_live_on=date(2022, 4, 10), activated_on=date(2022, 4, 10))
    plan = plan_exit(FEE, facts)
    assert [(span.starts_on, span.ends_on, span.refund) for span in plan.best] == [
        (date(2022, 4, 10), date(2022, 4, 30), 45000)
    ]
    assert (plan.worst[0].starts_on, plan.worst[0].ends_on) == (date(2022, 12, 1), date(2022, 12, 31))


def test_expected_sales_by_day_replace_the_sales_so_far() -> None:
    facts = fee_year(scores=["3"] * 12, sales="1200000")
    plan = plan_exit(FEE, facts, [date(2022, 6, 1)], sales_by={date(2022, 6, 1): Decimal(100)})
    assert (plan.spans[0].refund, plan.stay, plan.is_sales_by_day) == (30000, 60000, True)


def test_a_removal_for_violation_gives_nothing_on_any_day() -> None:
    plan = plan_exit(FEE, fee_year(), reason=ExitReason.VIOLATION)
    assert [(span.starts_on, span.ends_on, span.refund) for span in plan.spans[-1:]] == [
        (plan.spans[-1].starts_on, date(2022, 12, 31), 0)
    ]
    assert {span.refund for span in plan.spans} == {Decimal(0)}


def test_an_exit_on_record_does_not_hide_what_staying_gives() -> None:
    facts = replace(fee_year(), exit=Exit(date(2022, 3, 3)))
    assert plan_exit(FEE, facts, [date(2022, 3, 3)]).stay == 60000
