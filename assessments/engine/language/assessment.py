"""Rules of a daily assessment: calendar, requirements, warning bands, consequences; and of a node probation."""

from datetime import date
from datetime import time as clock_time
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from assessments.engine.language.common import Amount, Bilingual, Comparator, Part, Phase, Rule, Word

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

    exempt: Annotated[RestOfMonth | CalendarMonths, Field(discriminator="kind")]
    trial_months: int = Field(ge=0, le=36)
    formal_months: int = Field(ge=1, le=36)
    transitions: tuple[Transition, ...] = ()


class SeriesPart(Part):
    """A metric that is read for days before `until`; the last part of a series has no `until`."""

    metric: Word
    until: date | None = None
    line: Amount | None = None


class PhaseShare(Part):
    """The share of the target that a phase asks for."""

    phase: Phase
    share: Amount


class PhaseMonths(Part):
    """A number of months in a phase."""

    phase: Phase
    months: int = Field(ge=1, le=36)


class PhaseCheckpoints(Part):
    """Months of a phase at whose end the total is looked at; `decide` makes each one a requirement pro rata."""

    phase: Phase
    months: tuple[int, ...] = Field(min_length=1)
    decide: bool = False


class Requirement(Rule):
    """What every requirement has."""

    id: Word
    name: Bilingual
    phases: tuple[Phase, ...] = Field(default=("trial", "formal"), min_length=1)


class MonthlyScore(Requirement):
    """Month-end values against a line; the period fails when the count of failing months reaches `limit`."""

    kind: Literal["monthly_score"]
    series: tuple[SeriesPart, ...] = Field(min_length=1)
    line: Amount | None = None
    comparator: Comparator
    limit: Amount
    counting: Literal["cumulative_in_cycle", "consecutive"]
    missing_month: Literal["unknown", "not_failing"] = "unknown"

    @model_validator(mode="after")
    def has_a_complete_series(self) -> "MonthlyScore":
        """Refuse a series with a gap, out of order, or without a line."""
        untils = [part.until for part in self.series]
        dated = [until for until in untils[:-1] if until is not None]
        if untils[-1] is not None or len(dated) != len(untils) - 1 or dated != sorted(set(dated)):
            raise ValueError("every part of a series but the last needs until, ascending; the last has none")
        if self.line is None and any(part.line is None for part in self.series):
            raise ValueError("a line is needed: on the requirement, or on every part of its series")
        return self


class Total(Requirement):
    """A sum over the whole period against a target, a share of which applies in some phases."""

    kind: Literal["total"]
    metric: Word
    comparator: Comparator
    target: Amount
    shares: tuple[PhaseShare, ...] = ()
    checkpoints: tuple[PhaseCheckpoints, ...] = ()


class Activity(Requirement):
    """Months in a row without business (a known total of 0); fails when the run compares so with the limit."""

    kind: Literal["activity"]
    metric: Word
    comparator: Literal[">=", ">"]
    limits: tuple[PhaseMonths, ...] = Field(min_length=1)


AnyRequirement = Annotated[MonthlyScore | Total | Activity, Field(discriminator="kind")]


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


AnyBand = Annotated[FailuresLeft | Completion | LatestValue, Field(discriminator="kind")]


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
