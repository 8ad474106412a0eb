"""What a period may require: scores by month or by day, totals, activity, and that incidents stay away."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from assessments.engine.language.common import Amount, Bilingual, Comparator, Part, Phase, Rule, Word


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


class DailyScore(Requirement):
    """Day by day against a line; the period fails when more than `allowed` days of it fail, in a row or not."""

    kind: Literal["daily_score"]
    metric: Word
    line: Amount
    comparator: Comparator
    allowed: Amount


class Incidents(Requirement):
    """A gate: so many incidents of these topics inside the period, and it fails, or only warns, or nothing follows.

    `metric` is the word under which what is counted is shown.
    """

    kind: Literal["incidents"]
    metric: Word = "incidents"
    topics: tuple[str, ...] = Field(min_length=1)
    at_least: int = Field(default=1, ge=1)
    effect: Literal["fails", "warns", "nothing"]


AnyRequirement = Annotated[MonthlyScore | Total | Activity | DailyScore | Incidents, Field(discriminator="kind")]
