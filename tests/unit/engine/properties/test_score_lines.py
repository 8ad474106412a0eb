"""Every line of every shipped score: on it, a hair above, a hair below; and the counts that forgive or forbid."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest

from assessments.engine import PartScore, Rulebook, ScoreFacts, score
from assessments.engine.language.common import compares
from assessments.engine.language.score import Weighed
from tests.unit.engine.properties.test_more_bad_events import (
    COUNTED,
    WEIGHED,
    even_weights,
    lines_for,
    parts_of,
    values_for,
    weighted,
)

HAIR = Decimal("0.000000001")


def with_lines(rulebook: Rulebook, part: Weighed) -> dict[str, Decimal]:
    """Weights, and tier lines that stand apart: 0.9, 0.8, … as better goes down from the best score."""
    lines: dict[str, Decimal] = {}
    even_weights(weighted(rulebook).parts, lines)
    assert part.tiers is not None
    for at, tier in enumerate(part.tiers.lines):
        if tier.line.table is not None:
            sign = -1 if part.tiers.better == "higher" else 1
            lines[tier.line.table] = Decimal("0.5") + sign * Decimal(at) / 10
    return lines


def find_part(parts: tuple[PartScore, ...], name: str) -> PartScore:
    def walk(level: tuple[PartScore, ...]) -> Iterator[PartScore]:
        for part in level:
            yield part
            yield from walk(part.parts)

    return next(part for part in walk(parts) if part.id == name)


TIERED = [
    (rulebook, part) for rulebook in WEIGHED for part in parts_of(weighted(rulebook).parts) if part.tiers is not None
]


def test_every_score_with_tier_lines_is_looked_at() -> None:
    assert len(TIERED) > 15
    assert {rulebook.programme for rulebook, _ in TIERED} == {"tmall-real-experience-score"}


@pytest.mark.parametrize(("rulebook", "part"), TIERED, ids=lambda one: getattr(one, "id", ""))
def test_a_tier_is_reached_on_its_line_and_not_a_hair_before(rulebook: Rulebook, part: Weighed) -> None:
    assert part.tiers is not None
    lines = with_lines(rulebook, part)
    scores = [*(tier.score for tier in part.tiers.lines), part.tiers.below]
    worse = HAIR if part.tiers.better == "lower" else -HAIR
    for at, tier in enumerate(part.tiers.lines):
        line = tier.line.fixed if tier.line.table is None else lines[tier.line.table]
        assert line is not None
        for value, points in ((line, scores[at]), (line - worse, scores[at]), (line + worse, scores[at + 1])):
            told = score(rulebook, ScoreFacts(values={part.id: value}, lines=lines))
            assert find_part(told.parts, part.id).value == points, (tier, value)


BONUSES = [(rulebook, bonus) for rulebook in WEIGHED for bonus in weighted(rulebook).bonuses if bonus.when is not None]


def test_a_bonus_is_given_on_its_line_as_its_comparator_says() -> None:
    assert BONUSES
    for rulebook, bonus in BONUSES:
        assert bonus.when is not None
        assert bonus.when.line.fixed is not None
        assert bonus.points is not None
        lines = lines_for(rulebook, Random(1))
        plain = {part.id: Decimal(1) for part in parts_of(weighted(rulebook).parts) if not part.parts}
        for delta in (-HAIR, Decimal(0), HAIR):
            value = bonus.when.line.fixed + delta
            told = score(rulebook, ScoreFacts(values=plain | {bonus.when.value: value}, lines=lines)).value
            added = bonus.points.fixed if compares(value, bonus.when.comparator, bonus.when.line.fixed) else 0
            assert told == 1 + Fraction(added or 0)


def test_a_score_stops_at_its_cap() -> None:
    capped = [each for each in WEIGHED if weighted(each).cap is not None and weighted(each).bonuses]
    assert capped
    for rulebook in capped:
        cap, bonus = weighted(rulebook).cap, weighted(rulebook).bonuses[0]
        assert cap is not None
        lines = lines_for(rulebook, Random(1))
        if bonus.when is not None:
            continue
        top = {part.id: cap for part in weighted(rulebook).parts}
        for extra, value in ((-HAIR, cap - HAIR), (Decimal(0), cap), (HAIR, cap)):
            told = score(rulebook, ScoreFacts(values=top | {bonus.id: extra}, lines=lines)).value
            assert told == Fraction(value)


def test_the_fewest_samples_give_a_score_and_one_less_gives_none() -> None:
    seen = 0
    for rulebook in WEIGHED:
        lines, values = lines_for(rulebook, Random(2)), values_for(rulebook, Random(2))
        rule = weighted(rulebook).minimum
        if rule is not None:
            seen += 1
            for count, has_score in ((rule.at_least - 1, False), (rule.at_least, True)):
                told = score(rulebook, ScoreFacts(values=values, counts={rule.count: count}, lines=lines))
                assert (told.value is not None) is has_score
                assert ("too_few" in {reason.code for reason in told.reasons}) is not has_score
        for part in parts_of(weighted(rulebook).parts):
            if part.minimum is not None:
                seen += 1
                for count, has_score in ((part.minimum.at_least - 1, False), (part.minimum.at_least, True)):
                    told = score(rulebook, ScoreFacts(values=values, counts={part.minimum.count: count}, lines=lines))
                    assert (find_part(told.parts, part.id).value is not None) is has_score
    assert seen > 3


@pytest.mark.parametrize(("rulebook", "part"), COUNTED, ids=lambda one: getattr(one, "id", ""))
def test_forgiveness_ends_with_its_count(rulebook: Rulebook, part: Weighed) -> None:
    """Up to one event the score is 5, up to three it is at least the floor, with four the rate alone decides."""
    assert part.small_counts is not None
    lines = with_lines(rulebook, part) | {"small_count_floor": Decimal(4)}
    worst = Decimal(1) if part.tiers is not None and part.tiers.better == "lower" else Decimal(0)
    assert part.tiers is not None
    for row, least in zip(part.small_counts.rows, (Decimal(5), Decimal(4)), strict=True):
        for count, points in ((row.at_most, least), (row.at_most + 1, None)):
            told = score(
                rulebook,
                ScoreFacts(values={part.id: worst}, counts={part.small_counts.count: count}, lines=lines),
            )
            found = find_part(told.parts, part.id).value
            if points is not None:
                assert found == points
            else:
                assert found is not None
                assert found < least
