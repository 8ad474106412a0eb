"""Rules of a daily assessment: calendar, requirements, warning bands, consequences; and of a node probation."""

from datetime import date
from datetime import time as clock_time
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from assessments.engine.language.common import Amount, Bilingual, Comparator, Part, Rule, Word
from assessments.engine.language.requirements import (
    Activity,
    AnyRequirement,
    DailyScore,
    Incidents,
    MonthlyScore,
    PhaseCheckpoints,
    PhaseMonths,
    PhaseShare,
    Requirement,
    SeriesPart,
    Total,
)

__all__ = [
    "Activity",
    "AnyBand",
    "AnyRequirement",
    "AssessmentBody",
    "BandLevel",
    "Calendar",
    "CalendarMonths",
    "Completion",
    "CompletionRow",
    "CompletionStep",
    "DailyScore",
    "DaysUsed",
    "DaysUsedRow",
    "FailuresLeft",
    "Incidents",
    "LastDays",
    "LatestValue",
    "LeftRow",
    "Moment",
    "MonthlyScore",
    "Node",
    "NodeScore",
    "PhaseCheckpoints",
    "PhaseMonths",
    "PhaseShare",
    "ProbationBody",
    "Requirement",
    "RestOfMonth",
    "SeriesPart",
    "Stage",
    "StageLevel",
    "Total",
    "Transition",
    "UntilMonth",
]

BandLevel = Literal["watch", "low", "medium", "high"]
StageLevel = Literal["failed", "supervised", "removed"]


class RestOfMonth(Part):
    """Exempt: the rest of the go-live month."""

    kind: Literal["rest_of_month"]


class CalendarMonths(Part):
    """Exempt: `months` calendar months, this one included when the store went live on or before `join_by_day`."""

    kind: Literal["calendar_months"]
    months: int = Field(ge=1, le=24)
    join_by_day: int = Field(ge=0, le=31)


class UntilMonth(Part):
    """Exempt until the first day of a month of the year: cycles begin on the same day for every store."""

    kind: Literal["until_month"]
    month: int = Field(ge=1, le=12)


class Transition(Part):
    """Stores that were live before the rulebook: from when their exempt or formal period runs."""

    live_from: date | None = None
    live_before: date
    phase: Literal["exempt", "formal"]
    starts_on: date | None = None
    ends_before: date | None = None

    @model_validator(mode="after")
    def has_the_day_it_needs(self) -> "Transition":
        """A formal start needs its first day, an exempt period its end."""
        if self.phase == "formal" and self.starts_on is None:
            raise ValueError("a formal transition needs starts_on")
        if self.phase == "exempt" and self.ends_before is None:
            raise ValueError("an exempt transition needs ends_before")
        return self


class Calendar(Rule):
    """Periods from go-live: exempt, then one trial, then formal cycles without end."""

    exempt: Annotated[RestOfMonth | CalendarMonths | UntilMonth, Field(discriminator="kind")]
    trial_months: int = Field(ge=0, le=36)
    formal_months: int = Field(ge=1, le=36)
    transitions: tuple[Transition, ...] = ()


class LeftRow(Part):
    """At most this many failures left: this level."""

    at_most: int = Field(ge=1)
    level: BandLevel


class FailuresLeft(Rule):
    """Warns by the failures that are left before a score requirement fails."""

    kind: Literal["failures_left"]
    requirement: Word
    warn_from: Literal["first_failure", "start"]
    rows: tuple[LeftRow, ...] = Field(min_length=1)


class CompletionStep(Part):
    """Completion below this share (exclusive): this level."""

    below: Decimal
    level: BandLevel


class CompletionRow(Part):
    """The steps that hold after these numbers of assessed months."""

    months: tuple[int, ...] = Field(min_length=1)
    steps: tuple[CompletionStep, ...] = Field(min_length=1)


class Completion(Rule):
    """Warns by actual / target of a total; months outside the rows are watched against the pro-rata pace, or not."""

    kind: Literal["completion"]
    requirement: Word
    cycle_months: int
    rows: tuple[CompletionRow, ...] = ()
    outside: Literal["watch_pace", "nothing"]


class LatestValue(Rule):
    """Warns when the newest value of the running month would fail if today were the month's end."""

    kind: Literal["latest_value"]
    requirement: Word
    level: BandLevel


class DaysUsedRow(Part):
    """Up to this share of the allowed days used up (inclusive): this level."""

    up_to: Decimal = Field(gt=0)
    level: BandLevel


class DaysUsed(Rule):
    """Warns by the share of the allowed failing days that is used up, from the first such day on."""

    kind: Literal["days_used"]
    requirement: Word
    rows: tuple[DaysUsedRow, ...] = Field(min_length=1)
    above: BandLevel


AnyBand = Annotated[FailuresLeft | Completion | LatestValue | DaysUsed, Field(discriminator="kind")]


class Moment(Part):
    """A moment counted from the month of the failure: `months` later, its first or last day, at `time` (Beijing)."""

    months: int = Field(ge=0, le=24)
    day: Literal["first", "last"]
    time: clock_time = clock_time(0, 0)


class Stage(Rule):
    """One stage of the ladder after a failure."""

    level: StageLevel
    name: Bilingual
    begins: Moment
    deadline: Moment | None = None
    duty: Bilingual | None = None


class AssessmentBody(Part):
    """Everything a daily assessment says."""

    calendar: Calendar
    requirements: tuple[AnyRequirement, ...] = Field(min_length=1)
    bands: tuple[AnyBand, ...] = ()
    consequences: tuple[Stage, ...] = ()


class LastDays(Part):
    """An alternative way to pass a node: the average month of days `first_day`..`last_day`."""

    first_day: int = Field(ge=1)
    last_day: int
    comparator: Comparator
    target: Amount


class Node(Rule):
    """One node: the month-average of a sum since go-live, on a day counted from go-live (= day 1)."""

    id: Word
    name: Bilingual
    day: int = Field(ge=1, le=800)
    comparator: Comparator
    target: Amount
    alternative: LastDays | None = None


class NodeScore(Rule):
    """A score that is also needed at nodes from number `from_node` on."""

    metric: Word
    comparator: Comparator
    line: Amount
    from_node: int = Field(ge=1)


class ProbationBody(Part):
    """A probation of `days` days with nodes; every node must be passed."""

    days: int = Field(ge=1, le=800)
    month_days: int = Field(ge=1, le=31)
    metric: Word
    nodes: tuple[Node, ...] = Field(min_length=1)
    score: NodeScore | None = None
    consequences: tuple[Stage, ...] = ()
