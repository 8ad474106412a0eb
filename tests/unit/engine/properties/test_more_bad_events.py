"""One bad event more never raises a score, a metric, a level or a refund, and never lowers a balance of points."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest

from assessments.engine import (
    HealthFacts,
    MetricFacts,
    PointsFacts,
    Rating,
    Rulebook,
    ScoreFacts,
    ViolationFact,
    count_points,
    derive_metrics,
    rate_health,
    score,
    settle,
)
from assessments.engine.language.health import CountOf, Given, HealthBody, RateOf
from assessments.engine.language.metrics import CountedRatio, MetricsBody
from assessments.engine.language.points import PointsBody
from assessments.engine.language.score import ScoreBody, Weighed, WeightedScore
from tests.unit.engine.cast import book, shipped
from tests.unit.engine.properties.depth import drawn_choice, draws
from tests.unit.engine.properties.draw_fee import draw_fee_year
from tests.unit.engine.properties.test_every_choice import named
from tests.unit.engine.properties.test_refunds import FEES

WEIGHED = [
    each
    for each in shipped()
    if isinstance(each.body, ScoreBody) and isinstance(each.body.score, WeightedScore) and each.version != "2021"
]


def parts_of(parts: tuple[Weighed, ...]) -> Iterator[Weighed]:
    for part in parts:
        yield part
        yield from parts_of(part.parts)


def weighted(rulebook: Rulebook) -> WeightedScore:
    assert isinstance(rulebook.body, ScoreBody)
    assert isinstance(rulebook.body.score, WeightedScore)
    return rulebook.body.score


def even_weights(parts: tuple[Weighed, ...], lines: dict[str, Decimal]) -> None:
    """Weights that add up to 100 among siblings, wherever a table gives them."""
    tables = [part.weight.table for part in parts if part.weight is not None and part.weight.table]
    for at, table in enumerate(tables):
        lines[table] = Decimal(100 // len(tables)) + (Decimal(100 % len(tables)) if at == 0 else 0)
    for part in parts:
        even_weights(part.parts, lines)


def lines_for(rulebook: Rulebook, rng: Random) -> dict[str, Decimal]:
    """Weights, and ascending or descending tier lines for every part that is scored by them."""
    lines: dict[str, Decimal] = {"small_count_floor": Decimal(rng.choice([2, 3, 4]))}
    even_weights(weighted(rulebook).parts, lines)
    for part in parts_of(weighted(rulebook).parts):
        if part.tiers is not None:
            steps = sorted(Decimal(rng.randint(1, 99)) / 100 for _ in part.tiers.lines)
            for tier, step in zip(
                part.tiers.lines, steps if part.tiers.better == "lower" else steps[::-1], strict=True
            ):
                if tier.line.table is not None:
                    lines[tier.line.table] = step
    return lines


def values_for(rulebook: Rulebook, rng: Random) -> dict[str, Decimal | None]:
    score_parts = parts_of(weighted(rulebook).parts)
    return {
        part.id: Decimal(rng.randint(0, 100)) / 100 if part.tiers is not None else Decimal(rng.randint(0, 5))
        for part in score_parts
        if not part.parts
    }


@pytest.mark.parametrize("rulebook", WEIGHED, ids=named)
def test_a_worse_part_or_metric_never_raises_a_score(rulebook: Rulebook) -> None:
    for rng in draws(f"worse {named(rulebook)}", 10):
        one = drawn_choice(rulebook, rng)
        facts = ScoreFacts(values=values_for(one, rng), counts={"valid_orders": 99}, lines=lines_for(one, rng))
        before = score(one, facts).value
        for part in parts_of(weighted(one).parts):
            old = facts.values.get(part.id)
            if old is None:
                continue
            rises = part.tiers is not None and part.tiers.better == "lower"
            worse = old + Decimal("0.3") if rises else max(old - Decimal("0.3"), Decimal(0))
            after = score(one, replace(facts, values={**facts.values, part.id: worse})).value
            assert (after is None) == (before is None)
            assert after is None or before is None or after <= before, (part.id, facts)


COUNTED = [
    (rulebook, part)
    for rulebook in WEIGHED
    for part in parts_of(weighted(rulebook).parts)
    if part.small_counts is not None
]


@pytest.mark.parametrize(("rulebook", "part"), COUNTED, ids=lambda one: getattr(one, "id", ""))
def test_one_bad_event_more_never_raises_a_score_that_forgives_a_few(rulebook: Rulebook, part: Weighed) -> None:
    """The rate rises with the count, and the forgiveness for few of them ends: the score only falls."""
    assert part.small_counts is not None
    for rng in draws(f"events {named(rulebook)} {part.id}", 6):
        one = drawn_choice(rulebook, rng)
        lines, values = lines_for(one, rng), values_for(one, rng)
        orders = rng.choice([10, 11, 30, 40, 400])
        told = []
        for events in range(12):
            counts: Mapping[str, int | None] = {
                "valid_orders": 99,
                part.small_counts.count: events,
                **({part.minimum.count: orders} if part.minimum else {}),
            }
            rate = {part.id: Decimal(events) / orders}
            told.append(score(one, ScoreFacts(values=values | rate, counts=counts, lines=lines)).value)
        known = [value for value in told if value is not None]
        assert len(known) == 12
        assert known == sorted(known, reverse=True), (lines, orders)


def test_every_part_that_forgives_a_few_is_looked_at() -> None:
    assert len(COUNTED) == 2
    assert not any(row.left_out for _, part in COUNTED if part.small_counts for row in part.small_counts.rows)


METRICS = [each for each in shipped() if each.kind == "metrics"]


@pytest.mark.parametrize("rulebook", METRICS, ids=named)
def test_one_more_counted_event_only_raises_the_share_that_it_is_counted_in(rulebook: Rulebook) -> None:
    assert isinstance(rulebook.body, MetricsBody)
    ratios = [rule for rule in rulebook.body.metrics if isinstance(rule, CountedRatio)]
    for rng in draws(f"ratios {named(rulebook)}", 6):
        for rule in ratios:
            words = {one.count for one in (*rule.of, *rule.over)}
            counts: dict[str, int | None] = {word: rng.randint(1, 50) for word in sorted(words)}
            only_above = {one.count for one in rule.of} - {one.count for one in rule.over}
            facts = MetricFacts(date(2026, 8, 2), counts=counts, lines={"window_days": Decimal(30)})
            before = value_of(rulebook, facts, rule.id)
            for word in sorted(words):
                more = replace(facts, counts={**counts, word: (counts[word] or 0) + 1})
                after = value_of(rulebook, more, rule.id)
                top, bottom = (
                    sum(Fraction(one.weight) for one in side if one.count == word) for side in (rule.of, rule.over)
                )
                assert (after > before) == (top > before * bottom)
                assert word not in only_above or after > before


def value_of(rulebook: Rulebook, facts: MetricFacts, metric: str) -> Fraction:
    found = next(each.value for each in derive_metrics(rulebook, facts).metrics if each.id == metric)
    assert found is not None
    return found


# Counts of which more is worse: rates and counts whose lines are upper bounds.
BAD = {
    "amazon-account-health": ["defective_orders", "cancelled_orders", "late_shipments"],
    "ebay-seller-level": ["defects", "defect_buyers", "unresolved_cases", "late_shipments"],
    "shopee-nfr": ["unfulfilled_orders"],
}


@pytest.mark.parametrize("programme", BAD)
def test_one_bad_event_more_never_lifts_a_level(programme: str) -> None:
    rulebook = next(each for each in shipped() if each.programme == programme)
    assert isinstance(rulebook.body, HealthBody)
    levels = {
        rating.id: [rung.level for rung in rating.rungs] + [rating.otherwise.level] for rating in rulebook.body.ratings
    }
    rates = [rule for rule in rulebook.body.measures if isinstance(rule, RateOf)]
    sides = {one.count for rule in rates for one in (*rule.of, *rule.over)}
    words = sorted(sides | {rule.count for rule in rulebook.body.measures if isinstance(rule, CountOf)})
    assert set(BAD[programme]) <= set(words)
    given = {rule.value: Decimal(300) for rule in rulebook.body.measures if isinstance(rule, Given)}
    moved = 0
    for rng in draws(f"health {programme}", 12):
        window = {word: Decimal(rng.choice([0, 1, 4, 9, 20])) for word in words}
        window |= {word: Decimal(rng.choice([40, 100, 400, 500])) for word in words if word not in BAD[programme]}
        for word in BAD[programme]:
            ratings = []
            for more in (0, 1, 30):
                counts = dict.fromkeys(("7d", "10d", "30d", "60d", "3m", "12m"), window | {word: window[word] + more})
                facts = HealthFacts("甲", date(2026, 8, 2), counts, values=given, lines={
                    "nfr_points": Decimal(1), "top_rated_transactions": Decimal(100)})  # fmt: skip
                ratings.append({each.id: each for each in rate_health(rulebook, facts).ratings})
            for one, two in ((ratings[0], ratings[1]), (ratings[1], ratings[2])):
                for name, order in levels.items():
                    if one[name].level is None or two[name].level is None:
                        continue
                    places = [order.index(each[name].level or "") for each in (one, two)]
                    worst_first = programme == "shopee-nfr"
                    assert places[1] <= places[0] if worst_first else places[1] >= places[0], (word, window)
                    points = [each[name].points or 0 for each in (one, two)]
                    assert points[1] >= points[0]
                    moved += places[0] != places[1]
    assert moved > 3


@pytest.mark.parametrize("rulebook", [each for each in shipped() if each.kind == "points"], ids=named)
def test_one_deduction_more_never_lowers_a_balance_nor_brings_a_store_back(rulebook: Rulebook) -> None:
    """Between two resets; over a reset a balance that is kept or carried may end lower than one that is wiped out."""
    assert isinstance(rulebook.body, PointsBody)
    start, as_of = date(2022, 1, 10), date(2022, 3, 20)
    for rng in draws(f"points {named(rulebook)}", 15):
        violations = tuple(
            ViolationFact(start + timedelta(days=rng.randrange(60)), Decimal(rng.randint(1, 20)), severity)
            for severity in rng.choices(["general", "severe", "counterfeit"], k=rng.randint(0, 6))
        )
        more = ViolationFact(start + timedelta(days=rng.randrange(60)), Decimal(rng.randint(1, 20)), "severe")
        more = replace(more, severity=rng.choice(["general", "severe", "counterfeit"]))
        before, after = (
            count_points(rulebook, PointsFacts("甲", as_of, told)) for told in (violations, (*violations, more))
        )
        assert before.removed <= after.removed
        for one, two in zip(before.ladders, after.ladders, strict=True):
            counts = more.severity in next(rule.severities for rule in rulebook.body.ladders if rule.id == one.id)
            assert two.points - one.points == (more.points if counts else 0)
            assert (one.reached_at or 0) <= (two.reached_at or 0)
            assert one.after_reset <= two.after_reset


def test_one_violation_more_never_raises_a_refund() -> None:
    for rulebook in FEES:
        for rng in draws(f"barred {named(rulebook)}", 8):
            one = drawn_choice(rulebook, rng)
            facts = draw_fee_year(rng, one)
            worse = ViolationFact(date(facts.year, 1, 5), Decimal(48), "severe", "fake_trading")
            before, after = settle(one, facts), settle(one, replace(facts, violations=(*facts.violations, worse)))
            if before.refund is not None and after.refund is not None:
                assert after.refund <= before.refund, facts
            if before.refund_high is not None:
                assert after.refund_high is not None
                assert after.refund_high <= before.refund_high


def test_the_dsr_falls_with_every_bad_rating() -> None:
    rulebook = book("tmall-dsr", "2018")
    good = tuple(Rating(f"甲{at}", date(2018, 1, 1), Decimal(5)) for at in range(5))
    means = []
    for bad in range(5):
        told = good + tuple(Rating(f"乙{at}", date(2018, 1, 2), Decimal(1)) for at in range(bad))
        value = next(part.value for part in score(rulebook, ScoreFacts(ratings={"dsr_service": told})).parts
                     if part.value is not None)  # fmt: skip
        means.append(value)
    assert means == sorted(means, reverse=True)
    assert len(set(means)) == 5
