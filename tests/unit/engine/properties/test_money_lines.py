"""Every line that money hangs on, to the smallest step: fee tiers, score standards, bars, rebates."""

from dataclasses import replace
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import ceil
from random import Random

import pytest

from assessments.engine import (
    CategorySales,
    CommissionFacts,
    FeeFacts,
    MonthValue,
    Rulebook,
    ViolationFact,
    bill,
    settle,
    table_value,
)
from assessments.engine.calendar import add_months
from assessments.engine.language.commission import CommissionBody
from assessments.engine.language.fee import AnyOfTopic, SingleDeductions, TotalPoints
from tests.unit.engine.properties.depth import TIMES
from tests.unit.engine.properties.draw_fee import categories, draw_year, fee_body, score_metrics
from tests.unit.engine.properties.test_every_choice import named
from tests.unit.engine.properties.test_refunds import COMMISSIONS, FEES

CENT, HAIR = Decimal("0.01"), Decimal("0.000000001")
MODES = {"none": None, "half_up_2": ROUND_HALF_UP, "half_even_2": ROUND_HALF_EVEN, "down_2": ROUND_DOWN}
OWN = {"annual_fee": 60000, "sales_half": 100000, "sales_full": 333333, "score_standard": 3}


def told_apart(rulebook: Rulebook) -> list[str]:
    """One category of each set of numbers, and one that no table knows; all of them when more is asked for."""
    every = [*categories(rulebook), "没有这一类目"]
    by_numbers = {tuple(table_value(rulebook, table, name) for table in rulebook.tables): name for name in every}
    return every if TIMES > 1 else list(by_numbers.values())


def year_of(rulebook: Rulebook) -> int:
    return draw_year(Random(0), rulebook)


def fee_facts(rulebook: Rulebook, category: str, sales: Decimal, live_on: date) -> FeeFacts:
    """A year with full marks and the sales given, by the year and by the month."""
    year = year_of(rulebook)
    own = {name: Decimal(value) for name, value in OWN.items() if table_missing(rulebook, name, category)}
    sold = (MonthValue(date(year, 1, 1), total=sales), *(
        MonthValue(add_months(date(year, 1, 1), at), total=Decimal(0)) for at in range(1, 12)))  # fmt: skip
    return FeeFacts(
        store="甲",
        year=year,
        as_of=date(year, 12, 31),
        categories=(CategorySales(category, sales),),
        go_live_on=live_on,
        means={metric: Fraction(5) for metric in score_metrics(rulebook)},
        series={"sales_amount": sold},
        lines={category: own},
    )


def table_missing(rulebook: Rulebook, table: str, category: str) -> bool:
    return table in rulebook.tables and table_value(rulebook, table, category) is None


def yearly(rulebook: Rulebook, table: str, category: str) -> Fraction:
    known = table_value(rulebook, table, category)
    return Fraction(OWN[table] if known is None else known)


@pytest.mark.parametrize("rulebook", FEES, ids=named)
@pytest.mark.parametrize("months", [12, 7])
def test_a_tier_of_sales_is_reached_on_its_cent_in_every_category(rulebook: Rulebook, months: int) -> None:
    """Seven operating months make thresholds that are no whole cents: the first cent above reaches them."""
    body, year = fee_body(rulebook), year_of(rulebook)
    live_on = date(year - 1, 1, 1) if months == 12 else date(year, 5, 9)
    if body.abolition is not None:
        months -= 13 - body.abolition.ends_before.month
        rulebook = rulebook.choosing({"early_target": "full_year", "early_needs": "target_score_and_bars"})
    for category in told_apart(rulebook):
        for at, tier in enumerate(body.sales.tiers):
            assert tier.sales.table is not None
            line = yearly(rulebook, tier.sales.table, category) * months / 12
            first = Decimal(ceil(line * 100)) / 100
            below = body.sales.tiers[at - 1].share if at else Decimal(0)
            for sales, share in ((first, tier.share), (first + CENT, tier.share), (first - CENT, below)):
                result = settle(rulebook, fee_facts(rulebook, category, sales, live_on))
                assert result.discount == share, (category, tier, sales)


WITH_SCORE = [each for each in FEES if fee_body(each).score is not None]


@pytest.mark.parametrize("rulebook", WITH_SCORE, ids=named)
@pytest.mark.parametrize("rounding", MODES)
def test_a_mean_passes_on_the_standard_under_every_rounding(rulebook: Rulebook, rounding: str) -> None:
    one, year = rulebook.choosing({"score_rounding": rounding}), year_of(rulebook)
    rule = fee_body(one).score
    assert rule is not None
    half = Decimal("0.005")
    for category in told_apart(one):
        line = rule.standard.fixed
        if rule.standard.table is not None:
            known = table_value(one, rule.standard.table, category)
            line = Decimal(OWN["score_standard"]) if known is None else known
        assert line is not None
        for delta in (-CENT, -half - HAIR, -half, -half + HAIR, -HAIR, Decimal(0), HAIR, half):
            mean, mode = line + delta, MODES[rounding]
            compared = mean if mode is None else mean.quantize(CENT, rounding=mode)
            facts = fee_facts(one, category, Decimal(10**7), date(year - 2, 1, 1))
            weakest = rule.metrics[-1]
            result = settle(one, replace(facts, means={**facts.means, weakest: Fraction(mean)}))
            assert result.score_passed is (compared >= line), (category, delta)
            assert (result.scores[-1].mean, result.scores[-1].standard) == (Fraction(compared), line)


@pytest.mark.parametrize("rulebook", FEES, ids=named)
def test_a_bar_is_met_on_its_points_and_its_count(rulebook: Rulebook) -> None:
    on = date(year_of(rulebook), 3, 3)
    facts = fee_facts(rulebook, "没有这一类目", Decimal(10**7), date(on.year - 2, 1, 1))

    def bars(*violations: ViolationFact) -> tuple[str, ...]:
        return settle(rulebook, replace(facts, violations=violations)).bars

    for bar in fee_body(rulebook).bars:
        if isinstance(bar, TotalPoints):
            half = bar.at_least / 2
            for last, is_met in ((half, True), (half - CENT, False)):
                told = [ViolationFact(on, points, bar.severities[0]) for points in (half, last)]
                assert (bar.id in bars(*told)) is is_met
            assert bar.id not in bars(ViolationFact(on, bar.at_least * 9, "another severity"))
        elif isinstance(bar, SingleDeductions):
            severity = bar.severities[0] if bar.severities else "general"
            topic = bar.topics[0] if bar.topics else ""
            for points, count, is_met in (
                (bar.points, bar.count, True),
                (bar.points, bar.count - 1, False),
                (bar.points - CENT, bar.count + 5, False),
            ):
                assert (bar.id in bars(*[ViolationFact(on, points, severity, topic)] * count)) is is_met
        else:
            assert isinstance(bar, AnyOfTopic)
            assert bar.id in bars(ViolationFact(on, CENT, "general", bar.topics[0]))
            assert bar.id not in bars(ViolationFact(on, Decimal(99), "general", "another topic"))
    inside = (date(on.year, 1, 1), date(on.year, 12, 31))
    for day in (*inside, date(on.year - 1, 12, 31), date(on.year + 1, 1, 1)):
        told = [ViolationFact(day, Decimal(50), "severe", topic) for topic in ("rights_misuse", "fake_trading")]
        assert bool(bars(*told)) is (day in inside and bool(fee_body(rulebook).bars))


@pytest.mark.parametrize("rulebook", COMMISSIONS, ids=named)
def test_a_rebate_holds_up_to_its_line_and_not_a_cent_above(rulebook: Rulebook) -> None:
    assert isinstance(rulebook.body, CommissionBody)
    rule = rulebook.body.rebate
    assert rule is not None
    as_of = date(int(rulebook.version), 12, 31)
    for at, tier in enumerate(rule.tiers):
        above = rule.tiers[at + 1] if at + 1 < len(rule.tiers) else None
        for confirmed, paid in ((tier.at_most - CENT, tier), (tier.at_most, tier), (tier.at_most + CENT, above)):
            result = bill(rulebook, CommissionFacts("甲", as_of, confirmed=confirmed))
            assert result.fee == (confirmed * Decimal("0.006")).quantize(CENT, rounding=ROUND_HALF_EVEN)
            part = Decimal(0) if paid is None else (result.fee * paid.share).quantize(CENT, rounding=ROUND_HALF_EVEN)
            wanted = (part, 0) if paid is not None and paid.pays == "cash" else (0, part)
            assert (result.cash_back, result.coupon) == wanted
