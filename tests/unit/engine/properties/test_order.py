"""The order in which days, months, orders, deductions, ratings or categories are told never matters."""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any, TypeVar

import pytest

from assessments.engine import (
    ChatLine,
    CommissionFacts,
    MetricFacts,
    MonthValue,
    OrderFact,
    PlannedPeriod,
    PointsFacts,
    Rating,
    Rulebook,
    ScoreFacts,
    StoreFacts,
    ViolationFact,
    assess,
    assess_probation,
    bill,
    canonical_json,
    count_points,
    derive_metrics,
    find_fee_intervals,
    plan,
    score,
    settle,
)
from assessments.engine.calendar import add_months
from tests.unit.engine.cast import book, half_year, shipped
from tests.unit.engine.properties.depth import drawn_choice, draws
from tests.unit.engine.properties.draw_fee import draw_fee_year
from tests.unit.engine.properties.small_period import PERIOD, draw_facts, draw_shape, small_rulebook
from tests.unit.engine.properties.test_every_choice import named
from tests.unit.engine.properties.test_refunds import FEES

F = TypeVar("F")
# Chats and choices are told in the order in which they happened: that order is a fact.
IN_ORDER = {"choices"}


def shuffled(rng: Random, facts: F) -> F:
    """The same facts, told in another order at every place."""
    changes = {each.name: _mixed(rng, getattr(facts, each.name)) for each in fields(facts) if each.name not in IN_ORDER}  # type: ignore[arg-type]
    return replace(facts, **changes)  # type: ignore[type-var]


def _mixed(rng: Random, value: Any) -> Any:
    if isinstance(value, Mapping):
        keys = list(value)
        rng.shuffle(keys)
        return {key: _mixed(rng, value[key]) for key in keys}
    if isinstance(value, tuple):
        return tuple(rng.sample([_mixed(rng, each) for each in value], len(value)))
    return value


def said(result: Any) -> str:
    """Everything that a result says but the order in which it says it: steps and reasons follow the facts told."""
    spelled = canonical_json(replace(result, **{name: () for name in ("steps", "reasons") if hasattr(result, name)}))
    steps = sorted(canonical_json(step) for step in getattr(result, "steps", ()))
    return "\n".join([spelled, *steps])


def test_the_months_and_incidents_of_a_period() -> None:
    for rng in draws("order of months", 25):
        rulebook, facts = small_rulebook(draw_shape(rng)), draw_facts(rng)
        other = shuffled(rng, facts)
        assert said(assess(rulebook, PERIOD, other)) == said(assess(rulebook, PERIOD, facts))
        assert said(plan(rulebook, PERIOD, other)) == said(plan(rulebook, PERIOD, facts))


def test_the_newest_score_is_the_newest_wherever_it_stands() -> None:
    period = PlannedPeriod("formal", 1, date(2025, 8, 1), date(2026, 2, 1))
    months = (
        MonthValue(date(2025, 8, 1), closing=Decimal("4.5")),
        MonthValue(date(2025, 9, 1), closing=Decimal("4.2")),
        MonthValue(date(2025, 10, 1), latest=Decimal("3.9"), latest_on=date(2025, 10, 7)),
    )
    facts = StoreFacts("甲", "女装", date(2024, 7, 8), date(2025, 10, 9), {"real_experience_score": months})
    for rng in draws("newest", 10):
        result = assess(half_year(), period, shuffled(rng, facts)).requirements[0]
        assert (result.latest, result.latest_on) == (Decimal("3.9"), date(2025, 10, 7))


def test_the_days_and_incidents_of_a_renewal_year() -> None:
    rulebook, gate = book("tmall-renewal", "2018-enrolled"), book("tmall-daily", "2025-incident-gate")
    for rng in draws("order of days", 12):
        start = date(2017, 10, 1)
        days = {start + timedelta(days=at): Decimal(rng.choice(["4.69", "4.7"])) for at in range(60)}
        facts = StoreFacts(
            store="甲",
            category="女装",
            go_live_on=date(2015, 1, 1),
            as_of=date(2018, 1, 31),
            lines={"dsr_line": Decimal("4.7"), "allowed_days": Decimal(20), "sales_target": Decimal(1)},
            daily={"dsr_service": days},
            incidents=tuple(
                ViolationFact(start + timedelta(days=rng.randrange(99)), Decimal(6), topic="data_security")
                for _ in range(4)
            ),
        )
        for each, until in ((rulebook, date(2018, 10, 1)), (gate, date(2018, 10, 1))):
            period = PlannedPeriod("formal", 1, start, until)
            assert said(assess(each, period, shuffled(rng, facts))) == said(assess(each, period, facts))


def test_the_months_of_a_probation() -> None:
    run = book("tmall-trial-run", "2021")
    live_on = date(2025, 1, 1)
    for rng in draws("order of a probation", 20):
        months = tuple(
            MonthValue(add_months(live_on, at), closing=Decimal(rng.choice(["2.9", "3.1"])), total=Decimal(at))
            for at in range(7)
        )
        facts = StoreFacts(
            store="甲",
            category="女装",
            go_live_on=live_on,
            as_of=date(2025, 7, 31),
            series={"basic_service_score": months, "sales_amount": months},
            lines={"score_line": Decimal(3), "node_target_1": Decimal(1), "node_target_2": Decimal(2)},
            cumulative={"sales_amount": {30: Decimal(5), 90: Decimal(6)}},
        )
        other = shuffled(rng, facts)
        assert said(assess_probation(run, other)) == said(assess_probation(run, facts))
        new = book("tmall-new-store", "2022")
        assert said(assess_probation(new, other)) == said(assess_probation(new, facts))


@pytest.mark.parametrize("rulebook", FEES, ids=named)
def test_the_categories_scores_and_violations_of_a_fee_year(rulebook: Rulebook) -> None:
    for rng in draws(f"order {named(rulebook)}", 12):
        one = drawn_choice(rulebook, rng)
        facts = draw_fee_year(rng, one)
        other = shuffled(rng, facts)
        assert said(settle(one, other)) == said(settle(one, facts)), facts
        if rng.random() < 0.2:
            before, after = (find_fee_intervals(one, each) for each in (facts, other))
            assert (before.refund_low, before.refund_high, before.missing) == (
                after.refund_low,
                after.refund_high,
                after.missing,
            )


@pytest.mark.parametrize("rulebook", [each for each in shipped() if each.kind == "points"], ids=named)
def test_the_deductions_even_of_one_day(rulebook: Rulebook) -> None:
    """A deduction has no hour: two of one day cross the same nodes whichever is listed first."""
    for rng in draws(f"deductions {named(rulebook)}", 25):
        days = [date(2022, 12, 30) + timedelta(days=rng.randrange(4)) for _ in range(rng.randint(2, 6))]
        violations = tuple(
            ViolationFact(on, Decimal(rng.choice([1, 2, 6, 11, 12, 18, 24])), rng.choice(["general", "severe"]))
            for on in days
        )
        facts = PointsFacts("甲", date(2023, 1, 1), violations)
        one, two = (count_points(rulebook, each) for each in (facts, shuffled(rng, facts)))
        assert (one.ladders, one.removed, one.steps) == (two.ladders, two.removed, two.steps)


def test_orders_samples_counts_and_the_chats_of_different_buyers() -> None:
    fee, metrics = book("tmall-base-fee", "2024"), book("tmall-experience-metrics", "2025")
    nine = datetime(2026, 8, 1, 9)  # noqa: DTZ001  # Beijing wall clock, as facts carry it
    for rng in draws("orders", 12):
        orders = tuple(
            OrderFact(date(2024, 9, 2), Decimal(rng.randrange(9999)) / 100, date(2024, 9, rng.randint(2, 30)))
            for _ in range(5)
        )
        commission = CommissionFacts("甲", date(2024, 12, 31), orders)
        assert said(bill(fee, shuffled(rng, commission))) == said(bill(fee, commission))
        chats = tuple(
            tuple(
                ChatLine(nine + timedelta(seconds=61 * at + buyer), rng.choice(["buyer", "person", "robot"]))
                for at in range(6)
            )
            for buyer in range(3)
        )
        seen = MetricFacts(
            date(2026, 8, 2),
            counts={"paid_orders": 7, "refund_orders": 3},
            samples={"response_rounds": tuple(Decimal(rng.randrange(900)) for _ in range(5))},
            choices={"refund_reasons": (("quality", "seven_days"), ("seven_days",))},
            chats=chats,
        )
        assert said(derive_metrics(metrics, shuffled(rng, seen))) == said(derive_metrics(metrics, seen))


def test_the_ratings_of_different_days_and_the_values_of_a_score() -> None:
    dsr, real = book("tmall-dsr", "2018"), book("tmall-real-experience-score", "2025")
    lines = {"weight_goods": Decimal(35), "weight_logistics": Decimal(25), "weight_service": Decimal(40)}
    names = ("real_experience_goods", "real_experience_logistics", "real_experience_service")
    for rng in draws("ratings", 12):
        days = rng.sample(range(60), 8)
        ratings = tuple(
            Rating(rng.choice("甲乙"), date(2018, 1, 1) + timedelta(days=day), Decimal(rng.randint(1, 5)))
            for day in days
        )
        facts = ScoreFacts(
            values={name: Decimal(rng.randint(0, 5)) for name in names},
            ratings={"dsr_service": ratings},
            lines=lines,
        )
        for rulebook in (dsr, real):
            assert said(score(rulebook, shuffled(rng, facts))) == said(score(rulebook, facts))
