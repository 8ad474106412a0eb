"""Rules of a score: weighted parts, tier lines, means of ratings, minimum samples, bonus and cap."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from assessments.engine.language.common import Amount, Bilingual, Comparator, Part, Rule, Word


class TierLine(Part):
    """A value that reaches the line gets this score."""

    score: Decimal
    line: Amount


class Tiers(Rule):
    """Best score first; `lower` is better means value <= line. A value that reaches no line gets `below`."""

    better: Literal["higher", "lower"]
    lines: tuple[TierLine, ...] = Field(min_length=1)
    below: Decimal

    @model_validator(mode="after")
    def has_descending_scores(self) -> "Tiers":
        """Refuse lines out of order."""
        scores = [line.score for line in self.lines]
        if scores != sorted(set(scores), reverse=True):
            raise ValueError("tier lines must descend by score")
        return self


class Minimum(Rule):
    """Fewer than this many samples: no score."""

    count: Word
    name: Bilingual
    at_least: int = Field(ge=1)


class Leniency(Part):
    """Up to so many bad events: the full `score`, at least `floor`, or (`left_out`) no score for the part."""

    at_most: int = Field(ge=0)
    score: Decimal | None = None
    floor: Amount | None = None
    left_out: bool = False

    @model_validator(mode="after")
    def says_one_thing(self) -> "Leniency":
        """Refuse a row that says nothing, or two things."""
        if (self.score is not None) + (self.floor is not None) + self.left_out != 1:
            raise ValueError("write exactly one of score, floor, left_out = true")
        return self


class SmallCounts(Rule):
    """What holds while a part has only few bad events, counted by `count`; the first row that fits decides."""

    count: Word
    rows: tuple[Leniency, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def has_ascending_rows(self) -> "SmallCounts":
        """Refuse rows out of order."""
        limits = [row.at_most for row in self.rows]
        if limits != sorted(set(limits)):
            raise ValueError("rows must ascend by at_most")
        return self


class Counted(Part):
    """A count, times its weight."""

    count: Word
    weight: Decimal = Field(default=Decimal(1), ge=0)


class CountRatio(Rule):
    """A metric made of counts: weighted sum over weighted sum. A value that is given beside it wins."""

    of: tuple[Counted, ...] = Field(min_length=1)
    over: tuple[Counted, ...] = Field(min_length=1)


class Weighed(Rule):
    """A part with its weight: a score that is given, a metric scored by tier lines, or a weighted sum of parts.

    Where every part weighs the same (`weights = "even"` on the score), `weight` is left out.
    """

    id: Word
    name: Bilingual
    weight: Amount | None = None
    ratio: CountRatio | None = None
    minimum: Minimum | None = None
    small_counts: SmallCounts | None = None
    tiers: Tiers | None = None
    parts: tuple["Weighed", ...] = ()


class Share(Part):
    """A value that must compare so with a line."""

    value: Word
    comparator: Comparator
    line: Amount


class Bonus(Rule):
    """Points added after the weighted sum: as the facts give them, or `points` when the `when` value is reached."""

    id: Word
    name: Bilingual
    points: Amount | None = None
    when: Share | None = None

    @model_validator(mode="after")
    def has_points_and_when_together(self) -> "Bonus":
        """Refuse one without the other."""
        if (self.points is None) != (self.when is None):
            raise ValueError("points and when belong together")
        return self


class WeightedScore(Rule):
    """A weighted sum of parts; missing parts are left out and the weights renormalised, or there is no score."""

    kind: Literal["weighted"]
    parts: tuple[Weighed, ...] = Field(min_length=1)
    weights: Literal["given", "even"] = "given"
    weights_total: Decimal | None = None
    missing: Literal["renormalise", "no_score"]
    minimum: Minimum | None = None
    bonuses: tuple[Bonus, ...] = ()
    cap: Decimal | None = None

    @model_validator(mode="after")
    def has_every_weight_or_none(self) -> "WeightedScore":
        """Refuse weights where all are even, and a part or a total without one where they are given."""
        weights = [part.weight is not None for part in _every(self.parts)]
        if self.weights == "even" and (any(weights) or self.weights_total is not None):
            raise ValueError("weights are even: leave out weight and weights_total")
        if self.weights == "given" and (not all(weights) or self.weights_total is None):
            raise ValueError("every part needs a weight, and the score weights_total")
        return self


def _every(parts: tuple[Weighed, ...]) -> Iterator[Weighed]:
    for part in parts:
        yield part
        yield from _every(part.parts)


class RatedItem(Part):
    """One rated item."""

    id: Word
    name: Bilingual


class RatingMean(Rule):
    """Each item is the mean of its ratings; only the first `per_buyer_month` of a buyer in a month count."""

    kind: Literal["rating_mean"]
    items: tuple[RatedItem, ...] = Field(min_length=1)
    per_buyer_month: int = Field(ge=1)


class ScoreBody(Part):
    """Everything a score says."""

    score: Annotated[WeightedScore | RatingMean, Field(discriminator="kind")]
