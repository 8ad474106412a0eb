"""How metrics come from what happened: windows with a lag, capped means, reply rounds, first choices, ratios."""

from datetime import time
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from assessments.engine.language.common import Amount, Bilingual, Part, Rule, Word
from assessments.engine.language.score import Counted


class Window(Part):
    """`days` days that end `lag` days before the day T on which the metric is viewed: lag 2, 30 days is T-31..T-2."""

    days: Amount
    lag: int = Field(ge=0, le=120)


class Derived(Rule):
    """What every metric has."""

    id: Word
    name: Bilingual
    window: Window


class CountedRatio(Derived):
    """Weighted counts over weighted counts."""

    kind: Literal["ratio"]
    of: tuple[Counted, ...] = Field(min_length=1)
    over: tuple[Counted, ...] = Field(min_length=1)


class CappedMean(Derived):
    """Mean of samples, each taken as `cap` at most; samples of 0 are left out with `skip_zero`."""

    kind: Literal["capped_mean"]
    samples: Word
    cap: Decimal | None = None
    skip_zero: bool = False


class ReplyRounds(Derived):
    """Share of chat rounds answered within so many seconds by one of `answered_by`.

    A round runs from the first question to the first such answer of the same day; questions repeated meanwhile belong
    to it. Rounds whose first question is outside the hours are not counted.
    """

    kind: Literal["reply_rounds"]
    within_seconds: int = Field(ge=1)
    from_time: time
    before_time: time
    answered_by: tuple[Literal["person", "assistant", "robot"], ...] = Field(min_length=1)


class FirstChoice(Derived):
    """Share of orders whose first choice (later changes do not matter) is one of `counts`."""

    kind: Literal["first_choice"]
    choices: Word
    counts: tuple[str, ...] = Field(min_length=1)
    over: Word


AnyMetric = Annotated[CountedRatio | CappedMean | ReplyRounds | FirstChoice, Field(discriminator="kind")]


class MetricsBody(Part):
    """Every metric of a page."""

    metrics: tuple[AnyMetric, ...] = Field(min_length=1)
