"""What the engine answers: verdicts, settlements and scores, each with the steps that made it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from assessments.engine.further_results import (
    Commission,
    HealthMeasure,
    HealthResult,
    LadderResult,
    Measure,
    MetricResult,
    MetricsResult,
    PointsResult,
    RankingResult,
)
from assessments.engine.lineage import Assumption, Operands, Provenance, Reason, RulebookRef, Step, SumLine, Value
from assessments.engine.outcomes import FeeBasis, MonthState, Outcome, SettlementState, Standing
from assessments.engine.text import Text

__all__ = [
    "Assessment",
    "Assumption",
    "Checkpoint",
    "Commission",
    "Consequence",
    "HealthMeasure",
    "HealthResult",
    "LadderResult",
    "Measure",
    "MetricResult",
    "MetricsResult",
    "MonthVerdict",
    "Operands",
    "PartScore",
    "PointsResult",
    "Provenance",
    "RankingResult",
    "Reason",
    "RequirementResult",
    "Result",
    "RulebookRef",
    "ScoreCheck",
    "ScoreResult",
    "Settlement",
    "Step",
    "SumLine",
    "Value",
    "Warned",
]


@dataclass(frozen=True, slots=True)
class MonthVerdict:
    """One month of a requirement: `judged_on` is its last day; `value` and `line` are as compared, unrounded."""

    month: date
    judged_on: date
    metric: str
    value: Decimal | None
    line: Decimal | None
    state: MonthState


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A day inside the period on which a total is looked at. `decides` False = shows the pace only."""

    on: date
    target: Fraction | None
    actual: Decimal | None
    outcome: Outcome
    decides: bool


@dataclass(frozen=True, slots=True)
class RequirementResult:
    """One requirement. `outcome` is settled, `live` is "if judged today". Fields that do not apply are None.

    Score and activity: `failures` known so far (cumulative, or the longest run), `failures_worst` with every unknown
    month counted as failing, `limit` at which the period fails, `failures_left` before that. Totals: `actual`, `target`
    for the whole period, `completion` actual / target, `pace_target` pro rata of the months assessed.
    `decided_on` is the first day from which the outcome could no longer change.
    """

    id: str
    kind: str
    name: Text
    outcome: Outcome
    live: Outcome
    months: tuple[MonthVerdict, ...] = ()
    failures: int | None = None
    failures_worst: int | None = None
    limit: int | None = None
    failures_left: int | None = None
    line: Decimal | None = None
    latest: Decimal | None = None
    latest_on: date | None = None
    actual: Decimal | None = None
    target: Fraction | None = None
    pace_target: Fraction | None = None
    completion: Fraction | None = None
    months_assessed: int = 0
    checkpoints: tuple[Checkpoint, ...] = ()
    decided_on: date | None = None
    next_deadline_on: date | None = None
    reasons: tuple[Reason, ...] = ()
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Warned:
    """One warning band that a store is in."""

    requirement: str
    level: Standing
    step: Step


@dataclass(frozen=True, slots=True)
class Consequence:
    """One stage of the ladder. `begins_at` and `deadline_at` are Beijing wall-clock times without a zone."""

    level: Standing
    name: Text
    begins_at: datetime
    deadline_at: datetime | None
    duty: Text | None
    basis: Provenance

    def is_in_time(self, at: datetime) -> bool:
        """Tell whether something done `at` (Beijing wall clock) is before this stage's deadline."""
        return self.deadline_at is None or at < self.deadline_at


@dataclass(frozen=True, slots=True)
class Assessment:
    """The verdict on one period of one store, with everything that led to it."""

    engine_version: str
    rulebook: RulebookRef
    store: str
    phase: str
    number: int
    starts_on: date
    ends_before: date
    as_of: date
    outcome: Outcome
    live: Outcome
    standing: Standing
    requirements: tuple[RequirementResult, ...] = ()
    warnings: tuple[Warned, ...] = ()
    consequences: tuple[Consequence, ...] = ()
    failed_on: date | None = None
    decided_on: date | None = None
    next_deadline_on: date | None = None
    assumptions: tuple[Assumption, ...] = ()
    reasons: tuple[Reason, ...] = ()
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class ScoreCheck:
    """The score condition of a fee year: which rule chose the days, what was read, what it was compared with.

    `mean` is the mean as compared; `before_rounding` the exact one, None when rounding left it as it was.
    """

    rule: str
    metric: str
    mean: Fraction | None
    standard: Decimal | None
    passed: bool | None
    days: tuple[date, ...] = ()
    missing: tuple[date, ...] = ()
    before_rounding: Fraction | None = field(default=None, metadata={"sparse": True})


@dataclass(frozen=True, slots=True)
class Settlement:
    """A fee year settled or estimated. Money in ¥. `refund` is None when a person or a figure must come first.

    `refund_low` and `refund_high` are exact bounds over everything that is not known. `discount` is the share of the
    fee that is given back (0, 0.5 or 1). `complete` is False when months or days are missing from the figures.
    """

    engine_version: str
    rulebook: RulebookRef
    store: str
    year: int
    as_of: date
    basis: FeeBasis
    state: SettlementState
    category: str | None = None
    prepaid: Decimal | None = None
    months_paid: int = 0
    months_effective: int = 0
    score_rule: str = ""
    scores: tuple[ScoreCheck, ...] = ()
    score_passed: bool | None = None
    sales: Decimal | None = None
    threshold_half: Fraction | None = None
    threshold_full: Fraction | None = None
    discount: Decimal | None = None
    bars: tuple[str, ...] = ()
    removal_due: bool = False
    forfeited: bool = False
    due: Decimal | None = None
    refund: Decimal | None = None
    refund_low: Decimal | None = None
    refund_high: Decimal | None = None
    still_owed: Decimal | None = None
    lines: tuple[SumLine, ...] = ()
    question: Text | None = None
    complete: bool = True
    missing_months: tuple[date, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    reasons: tuple[Reason, ...] = ()
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class PartScore:
    """One part of a score: `weight` as set, `share` after renormalisation, `contribution` to the whole."""

    id: str
    name: Text
    value: Fraction | None
    weight: Decimal | None = None
    share: Fraction | None = None
    contribution: Fraction | None = None
    parts: tuple["PartScore", ...] = ()


@dataclass(frozen=True, slots=True)
class ScoreResult:
    """A score, unrounded; None is "no score", never 0."""

    engine_version: str
    rulebook: RulebookRef
    value: Fraction | None
    parts: tuple[PartScore, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    reasons: tuple[Reason, ...] = ()
    steps: tuple[Step, ...] = field(default=())


Result = Assessment | Settlement | ScoreResult | Commission | PointsResult | MetricsResult | HealthResult
