"""Every number that an explanation says is one that its own step carries: drawn results and drawn answers."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from assessments.engine import (
    AddTotal,
    CommissionFacts,
    FeeBasis,
    FeeYear,
    HealthFacts,
    LeaveOn,
    PointsFacts,
    Rulebook,
    ScoreFacts,
    SetClosing,
    SetSales,
    StoreFacts,
    ViolationFact,
    ask_fee_what_if,
    ask_what_if,
    assess,
    assess_probation,
    bill,
    compare_verdicts,
    count_points,
    find_fee_intervals,
    find_intervals,
    find_levers,
    plan,
    plan_exit,
    prove,
    rate_health,
    read_clock,
    score,
    settle,
    value_refund,
)
from tests.unit.engine.cast import book, fee_year, shipped
from tests.unit.engine.properties.depth import drawn_choice, draws
from tests.unit.engine.properties.draw_fee import draw_fee_year
from tests.unit.engine.properties.small_period import (
    FIRST,
    PERIOD,
    RANGES,
    SALES,
    SCORE,
    draw_facts,
    draw_shape,
    small_rulebook,
)
from tests.unit.engine.properties.test_every_choice import named
from tests.unit.engine.properties.test_more_bad_events import WEIGHED, lines_for, values_for
from tests.unit.engine.properties.test_period_lines import ASSESSMENTS, facts_for, months_of, period_of
from tests.unit.engine.properties.test_refunds import COMMISSIONS, FEES, draw_orders
from tests.unit.engine.told import carried, check_answer, check_explained, unfounded


def test_a_number_that_no_step_carries_is_noticed() -> None:
    known = {Fraction(5), Fraction(1, 3), Fraction(2, 5), *carried(date(2025, 8, 31))}
    assert unfounded("5 of ≈0.333333 on 2025-08-31: 40%", known) == []
    assert unfounded("6 of 0.333333 on 2025-08-30: 41%, 0.4", known) == ["6", "0.333333", "30", "41%"]


@pytest.mark.parametrize("rulebook", ASSESSMENTS, ids=named)
def test_drawn_assessments(rulebook: Rulebook) -> None:
    for rng in draws(f"told {named(rulebook)}", 3):
        one = drawn_choice(rulebook, rng)
        period = period_of(one)
        as_of = rng.choice(months_of(period)) + timedelta(days=rng.randrange(40))
        facts = facts_for(one, period, as_of)
        if rng.random() < 0.2:
            facts = replace(facts, lines={})
        metrics = [SCORE, "comprehensive_experience_score", "basic_service_score"]
        scores = [
            replace(month, month=at, latest=Decimal("3.7"), latest_on=at + timedelta(days=3))
            for at in months_of(period)
            for month in draw_facts(rng).series[SCORE][:1]
        ]
        sold = [replace(month, month=at) for at in months_of(period) for month in draw_facts(rng).series[SALES][:1]]
        days = {period.starts_on + timedelta(days=at): Decimal(rng.choice(["4.69", "4.7"])) for at in range(40)}
        incidents = (ViolationFact(period.starts_on, Decimal(6), topic="data_security"),)
        facts = replace(
            facts,
            series=dict.fromkeys(metrics, tuple(scores)) | {SALES: tuple(sold)},
            daily=dict.fromkeys(("dsr_service", "dsr_logistics"), days),
            incidents=incidents,
        )
        check_explained(assess(one, period, facts))
        check_explained(assess(one, replace(period, phase="exempt", number=0), facts))


@pytest.mark.parametrize("rulebook", FEES, ids=named)
def test_drawn_settlements_and_their_answers(rulebook: Rulebook) -> None:
    for rng in draws(f"told {named(rulebook)}", 4):
        one = drawn_choice(rulebook, rng)
        facts, basis = draw_fee_year(rng, one), rng.choice(list(FeeBasis))
        check_explained(settle(one, facts, basis))
        check_answer(find_fee_intervals(one, facts, basis))
        check_answer(value_refund(one, facts, basis))
        changes = (SetSales(Decimal("123456.78")), LeaveOn(date(facts.year, 5, 17)))
        check_answer(ask_fee_what_if(one, facts, changes))
        days = [date(facts.year, month, 9) for month in (1, 4, 8)]
        check_answer(plan_exit(one, facts, days))


def test_drawn_periods_and_their_answers() -> None:
    fee = FeeYear(book("tmall-annual-fee", "2022"), fee_year())
    for rng in draws("told periods", 5):
        shape, facts = draw_shape(rng, falls=rng.random() < 0.3), draw_facts(rng)
        rulebook = small_rulebook(shape)
        check_explained(assess(rulebook, PERIOD, facts))
        check_answer(plan(rulebook, PERIOD, facts, RANGES))
        check_answer(prove(rulebook, PERIOD, facts, RANGES))
        check_answer(read_clock(rulebook, PERIOD, facts))
        check_answer(find_intervals(rulebook, PERIOD, facts, RANGES))
        check_answer(compare_verdicts(rulebook, PERIOD, facts))
        effort = {SCORE: Decimal(7), SALES: Decimal("0.03")}
        check_answer(find_levers(rulebook, PERIOD, facts, effort=effort, fee=fee if rng.random() < 0.3 else None))
        changes = (SetClosing(SCORE, FIRST, Decimal("4.37")), AddTotal(SALES, FIRST, Decimal("19.99")))
        check_answer(ask_what_if(rulebook, PERIOD, facts, changes))


@pytest.mark.parametrize("rulebook", WEIGHED, ids=named)
def test_drawn_scores(rulebook: Rulebook) -> None:
    for rng in draws(f"told {named(rulebook)}", 6):
        one = drawn_choice(rulebook, rng)
        values = {name: value if rng.random() < 0.8 else None for name, value in values_for(one, rng).items()}
        counts = {"valid_orders": rng.choice([29, 30]), "goods_negative_orders": rng.randint(0, 4)}
        facts = ScoreFacts(values=values, counts=counts, lines=lines_for(one, rng) if rng.random() < 0.9 else {})
        check_explained(score(one, facts))


@pytest.mark.parametrize("rulebook", COMMISSIONS, ids=named)
def test_drawn_commissions(rulebook: Rulebook) -> None:
    year = int(rulebook.version)
    for rng in draws(f"told {named(rulebook)}", 12):
        facts = CommissionFacts("甲", date(year, 12, 31), draw_orders(rng, year), is_complete=rng.random() < 0.8)
        check_explained(bill(drawn_choice(rulebook, rng), facts))


@pytest.mark.parametrize("rulebook", [each for each in shipped() if each.kind in ("points", "health")], ids=named)
def test_drawn_points_and_ratings(rulebook: Rulebook) -> None:
    for rng in draws(f"told {named(rulebook)}", 6):
        if rulebook.kind == "points":
            violations = tuple(
                ViolationFact(date(2022, rng.randint(1, 12), 9), Decimal(rng.randint(1, 99)) / 2, severity)
                for severity in rng.choices(["general", "severe", "counterfeit"], k=5)
            )
            check_explained(count_points(rulebook, PointsFacts("甲", date(2023, 2, 3), violations)))
            continue
        words = ("orders", "defective_orders", "transactions", "defects", "unfulfilled_orders", "net_orders")
        window = {word: Decimal(rng.randint(1, 999)) for word in words}
        facts = HealthFacts("甲", date(2026, 8, 2), dict.fromkeys(("7d", "60d", "3m", "12m"), window))
        check_explained(rate_health(rulebook, facts))


def test_drawn_probations() -> None:
    for rng in draws("told probations", 6):
        live_on = date(2025, 1, 1)
        months = tuple(
            replace(month, month=date(2025, at, 1))
            for at in range(1, 8)
            for month in (*draw_facts(rng).series[SALES][:1], *draw_facts(rng).series[SCORE][:1])[:1]
        )
        facts = StoreFacts(
            store="甲",
            category=rng.choice(["童装", "女装"]),
            go_live_on=live_on,
            as_of=date(2025, rng.randint(1, 12), 17),
            series={"sales_amount": months, "basic_service_score": months},
            lines={"score_line": Decimal("3.3"), "node_target_1": Decimal("777.77")},
            cumulative={"sales_amount": {30: Decimal("777.77"), 90: None}},
        )
        for name, version in (("tmall-trial-run", "2021"), ("tmall-new-store", "2022")):
            check_explained(assess_probation(book(name, version), facts))
