"""Every line of points, account health and metrics: on it, and the smallest step beside it."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import product
from random import Random

import pytest

from assessments.engine import (
    ChatLine,
    HealthFacts,
    LadderResult,
    MetricFacts,
    PointsFacts,
    Rulebook,
    ViolationFact,
    count_points,
    derive_metrics,
    rate_health,
)
from assessments.engine.language.health import (
    Condition,
    CountOf,
    FixedWindow,
    Given,
    HealthBody,
    Ranking,
    WindowByCount,
)
from assessments.engine.language.metrics import CappedMean, MetricsBody, ReplyRounds
from assessments.engine.language.points import Ladder, PointsBody
from tests.unit.engine.cast import shipped
from tests.unit.engine.properties.depth import draws
from tests.unit.engine.properties.test_every_choice import named

Counted = tuple[Fraction | None, Fraction | None]
STEP = Decimal("0.01")
WINDOWS = ("7d", "10d", "30d", "60d", "3m", "12m")
ON = date(2022, 5, 5)
POINTS = [each for each in shipped() if each.kind == "points"]
HEALTH = [each for each in shipped() if each.kind == "health"]
METRICS = [each for each in shipped() if each.kind == "metrics"]
WITH_REPLIES = [each for each in METRICS if "reply_rounds" in each.canonical]


def ladders(rulebook: Rulebook) -> tuple[Ladder, ...]:
    assert isinstance(rulebook.body, PointsBody)
    return rulebook.body.ladders


def count(rulebook: Rulebook, rule: Ladder, *points: Decimal, as_of: date = ON) -> LadderResult:
    told = tuple(ViolationFact(ON, each, rule.severities[0]) for each in points)
    return next(each for each in count_points(rulebook, PointsFacts("甲", as_of, told)).ladders if each.id == rule.id)


@pytest.mark.parametrize("rulebook", POINTS, ids=named)
def test_a_node_is_reached_on_its_points_and_not_a_hundredth_before(rulebook: Rulebook) -> None:
    for rule in ladders(rulebook):
        lines = [node.at_least for node in rule.nodes]
        for at, line in enumerate(lines):
            before = lines[at - 1] if at else None
            after = lines[at + 1] if at + 1 < len(lines) else None
            below, on, above = (count(rulebook, rule, line + delta) for delta in (-STEP, Decimal(0), STEP))
            assert [each.reached_at for each in (below, on, above)] == [before, line, line]
            assert (below.next_at, below.points_left) == (line, STEP)
            assert rule.every is not None or on.next_at == after
            assert {measure.at_least for measure in below.measures} == ({before} if before else set())
            named_here = {measure.id for measure in on.measures if measure.at_least == line}
            assert {sanction.id for sanction in rule.nodes[at].sanctions} <= named_here
            assert on.removed is rule.nodes[at].removes


@pytest.mark.parametrize("rulebook", POINTS, ids=named)
def test_every_so_many_points_bring_their_measures_again(rulebook: Rulebook) -> None:
    for rule in (each for each in ladders(rulebook) if each.every is not None):
        assert rule.every is not None
        step = rule.every.points
        for balance, times in ((step - STEP, 0), (step, 1), (2 * step - STEP, 1), (2 * step, 2)):
            parts = (min(balance, step), balance - step) if balance > step else (balance,)
            result = count(rulebook, rule, *parts)
            assert len(result.measures) == times * len(rule.every.sanctions), balance


@pytest.mark.parametrize("rulebook", POINTS, ids=named)
def test_what_is_kept_or_carried_over_a_reset_changes_on_its_line(rulebook: Rulebook) -> None:
    for rule in ladders(rulebook):
        kept, carry = rule.reset.keeps_from, rule.reset.carry
        edges = {Decimal(1)} | ({kept} if kept else set()) | ({carry.at_least, carry.below} if carry else set())
        for edge, delta in product(sorted(edges), (-STEP, Decimal(0), STEP)):
            balance = edge + delta
            wanted = Decimal(0)
            if kept is not None and balance >= kept:
                wanted = balance
            elif carry is not None and carry.at_least <= balance < carry.below:
                wanted = carry.points
            now = count(rulebook, rule, balance)
            assert (now.points, now.after_reset) == (balance, wanted)
            day_before, reset_day = now.resets_on - timedelta(days=1), now.resets_on
            assert count(rulebook, rule, balance, as_of=day_before).points == balance
            assert count(rulebook, rule, balance, as_of=reset_day).points == wanted


def line_of(condition: Condition, lines: Mapping[str, Decimal]) -> Fraction:
    return Fraction(lines[condition.line.table] if condition.line.table else condition.line.fixed or 0)


def plain_level(rating: Ranking, values: Mapping[str, Fraction], lines: Mapping[str, Decimal]) -> str:
    """The first rung of which everything holds, read off the rules with nothing but comparisons of fractions."""
    for rung in rating.rungs:
        held = []
        for need in rung.needs:
            ways = []
            for one in need.any:
                value, line = values[one.measure], line_of(one, lines)
                ways.append(value == line if "=" in one.comparator else False)
                ways.append(value > line if ">" in one.comparator else value < line)
            held.append(any(ways))
        if all(held):
            return rung.level
    return rating.otherwise.level


def exact(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / value.denominator


def told_health(
    rng: Random, body: HealthBody, values: Mapping[str, Fraction], lines: Mapping[str, Decimal]
) -> HealthFacts:
    """Facts in which measures have these values; of two that share a count, one or the other does."""
    given = {rule.value: exact(values[rule.id]) for rule in body.measures if isinstance(rule, Given)}
    counts: dict[str, dict[str, Decimal | None]] = {name: {} for name in WINDOWS}
    rules = [rule for rule in body.measures if not isinstance(rule, Given)]
    for rule in rng.sample(rules, len(rules)):
        value = values[rule.id]
        for name in [rule.window.window] if isinstance(rule.window, FixedWindow) else WINDOWS:
            window = counts[name]
            if isinstance(rule, CountOf):
                window.setdefault(rule.count, exact(value))
                continue
            top, bottom = rule.of[0].count, rule.over[-1].count
            whole = 1 - value if len(rule.over) > 1 else Fraction(1)
            below = window.setdefault(bottom, exact(whole * 1000))
            assert below is not None
            window.setdefault(top, exact(value / whole * Fraction(below)) if whole else below)
    return HealthFacts("甲", ON, counts, given, lines=lines)


@pytest.mark.parametrize("rulebook", HEALTH, ids=named)
def test_a_rung_holds_on_its_line_as_its_comparators_say(rulebook: Rulebook) -> None:
    body = rulebook.body
    assert isinstance(body, HealthBody)
    lines = {table: Decimal(100 + at) for at, table in enumerate(rulebook.tables)}
    conditions = [one for rating in body.ratings for rung in rating.rungs for need in rung.needs for one in need.any]
    edges = {rule.id: {Fraction(1, 2), Fraction(1)} for rule in body.measures}
    for one in conditions:
        near = (line_of(one, lines) + Fraction(delta, 1000) for delta in (-1, 0, 1))
        edges[one.measure] |= {value for value in near if value >= 0}
    tried: set[tuple[str, Fraction]] = set()
    for rng in draws(f"rungs {named(rulebook)}", 160):
        values = {name: rng.choice(sorted(choices)) for name, choices in edges.items()}
        result = rate_health(rulebook, told_health(rng, body, values, lines))
        known = {each.id: each.value for each in result.measures if each.value is not None}
        if len(known) < len(result.measures):
            continue
        tried |= set(known.items())
        for rating, told in zip(body.ratings, result.ratings, strict=True):
            assert told.level == plain_level(rating, known, lines), (rating.id, known)
    wanted = {(one.measure, line_of(one, lines) + Fraction(delta, 1000)) for one in conditions for delta in (-1, 0, 1)}
    assert {(measure, value) for measure, value in wanted if value >= 0} - tried == set()


def test_a_window_is_chosen_by_its_count() -> None:
    seen = 0
    for rulebook in HEALTH:
        assert isinstance(rulebook.body, HealthBody)
        for rule in rulebook.body.measures:
            window = getattr(rule, "window", None)
            if not isinstance(window, WindowByCount):
                continue
            seen += 1
            for number, name in ((window.at_least - 1, window.otherwise), (window.at_least, window.window)):
                facts = HealthFacts("甲", ON, {window.window: {window.count: Decimal(number)}})
                measured = next(each for each in rate_health(rulebook, facts).measures if each.id == rule.id)
                assert measured.window == name
    assert seen > 3


@pytest.mark.parametrize("rulebook", WITH_REPLIES, ids=named)
def test_a_reply_counts_to_the_second_and_a_question_within_its_hours(rulebook: Rulebook) -> None:
    assert isinstance(rulebook.body, MetricsBody)
    lines, view_on = {"window_days": Decimal(30)}, date(2026, 8, 2)
    for rule in (each for each in rulebook.body.metrics if isinstance(each, ReplyRounds)):
        day = view_on - timedelta(days=rule.window.lag)
        noon = datetime.combine(day, datetime.min.time().replace(hour=12))
        from_at, before_at = datetime.combine(day, rule.from_time), datetime.combine(day, rule.before_time)
        second = timedelta(seconds=1)

        def answered(
            asked_at: datetime, after: int, rule: ReplyRounds = rule
        ) -> tuple[Fraction | None, Fraction | None]:
            chat = (ChatLine(asked_at, "buyer"), ChatLine(asked_at + timedelta(seconds=after), rule.answered_by[0]))
            told = derive_metrics(rulebook, MetricFacts(view_on, chats=(chat,), lines=lines))
            found = next(each for each in told.metrics if each.id == rule.id)
            return found.top, found.bottom

        assert answered(noon, rule.within_seconds) == (1, 1)
        assert answered(noon, rule.within_seconds + 1) == (0, 1)
        assert [answered(at, 1)[1] for at in (from_at - second, from_at, before_at - second, before_at)] == [0, 1, 1, 0]


def test_a_sample_above_its_cap_counts_as_the_cap() -> None:
    seen = 0
    for rulebook in METRICS:
        assert isinstance(rulebook.body, MetricsBody)
        for rule in rulebook.body.metrics:
            if isinstance(rule, CappedMean) and rule.cap is not None:
                seen += 1
                for extra, mean in ((-STEP, rule.cap - STEP), (Decimal(0), rule.cap), (STEP, rule.cap)):
                    facts = MetricFacts(ON, samples={rule.samples: (rule.cap + extra, Decimal(0))})
                    told = next(each for each in derive_metrics(rulebook, facts).metrics if each.id == rule.id)
                    assert told.value == Fraction(mean) / (1 if rule.skip_zero else 2)
    assert seen
