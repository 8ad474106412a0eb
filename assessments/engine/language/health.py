"""Rules of an account's health: measures over windows, and ratings whose rungs hold by all, any, rate and count."""

from typing import Annotated, Literal

from pydantic import Field

from assessments.engine.language.common import Amount, Bilingual, Comparator, Part, Rule, Word
from assessments.engine.language.score import Counted

WindowName = Annotated[str, Field(pattern=r"^[a-z0-9_]+$", max_length=30)]


class FixedWindow(Part):
    """Always the same window."""

    kind: Literal["fixed"]
    window: WindowName


class WindowByCount(Part):
    """`window` when a count in it is at least so high, else `otherwise`."""

    kind: Literal["by_count"]
    count: Word
    at_least: int = Field(ge=1)
    window: WindowName
    otherwise: WindowName


AnyWindow = Annotated[FixedWindow | WindowByCount, Field(discriminator="kind")]


class Measured(Rule):
    """What every measure has."""

    id: Word
    name: Bilingual


class RateOf(Measured):
    """Weighted counts over weighted counts, in one window."""

    kind: Literal["ratio"]
    of: tuple[Counted, ...] = Field(min_length=1)
    over: tuple[Counted, ...] = Field(min_length=1)
    window: AnyWindow


class CountOf(Measured):
    """A count in one window."""

    kind: Literal["count"]
    count: Word
    window: AnyWindow


class Given(Measured):
    """A number that the marketplace shows."""

    kind: Literal["given"]
    value: Word


AnyMeasure = Annotated[RateOf | CountOf | Given, Field(discriminator="kind")]


class Condition(Part):
    """A measure against a line."""

    measure: Word
    comparator: Comparator
    line: Amount


class AnyOf(Part):
    """At least one of these must hold: "a rate above this and a count above that" fails only when both fail."""

    any: tuple[Condition, ...] = Field(min_length=1)


class Rung(Rule):
    """A level, with what must hold for it (all of it), and the points it brings."""

    level: Word
    name: Bilingual
    needs: tuple[AnyOf, ...] = Field(min_length=1)
    points: Amount | None = None


class Otherwise(Part):
    """The level when no rung holds."""

    level: Word
    name: Bilingual
    points: Amount | None = None


class Ranking(Rule):
    """A rating: the first rung that holds, in the order written, else `otherwise`."""

    id: Word
    name: Bilingual
    rungs: tuple[Rung, ...] = Field(min_length=1)
    otherwise: Otherwise


class HealthBody(Part):
    """Everything that an account's health says."""

    measures: tuple[AnyMeasure, ...] = Field(min_length=1)
    ratings: tuple[Ranking, ...] = Field(min_length=1)
