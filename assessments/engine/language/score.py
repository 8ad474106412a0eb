"""Rules of a score: weighted parts, tier lines, means of ratings, minimum samples, bonus and cap."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from assessments.engine.language.common import Amount, Bilingual, Part, Rule, Word


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


class Weighed(Rule):
    """A part with its weight: a score that is given, a metric scored by tier lines, or a weighted sum of parts."""

    id: Word
    name: Bilingual
    weight: Amount
    tiers: Tiers | None = None
    parts: tuple["Weighed", ...] = ()


class Minimum(Rule):
    """Fewer than this many samples: no score."""

    count: Word
    name: Bilingual
    at_least: int = Field(ge=1)


class Bonus(Rule):
    """Points added after the weighted sum, when the facts give them."""

    id: Word
    name: Bilingual


class WeightedScore(Rule):
    """A weighted sum of parts; missing parts are left out and the weights renormalised, or there is no score."""

    kind: Literal["weighted"]
    parts: tuple[Weighed, ...] = Field(min_length=1)
    weights_total: Decimal
    missing: Literal["renormalise", "no_score"]
    minimum: Minimum | None = None
    bonuses: tuple[Bonus, ...] = ()
    cap: Decimal | None = None


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
