"""What the engine answers beside verdicts, settlements and scores: commissions, violation points, metrics, health."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from assessments.engine.lineage import Assumption, Reason, RulebookRef, Step, SumLine
from assessments.engine.outcomes import SettlementState
from assessments.engine.text import Text


@dataclass(frozen=True, slots=True)
class Commission:
    """A commission and what comes back of it (¥). None is "not known". A running window makes it an estimate."""

    engine_version: str
    rulebook: RulebookRef
    store: str
    as_of: date
    state: SettlementState
    confirmed: Decimal | None = None
    fee: Decimal | None = None
    cash_back: Decimal | None = None
    coupon: Decimal | None = None
    forfeited: bool = False
    complete: bool = True
    lines: tuple[SumLine, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    reasons: tuple[Reason, ...] = ()
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure that a node brought: from `on`, before `ends_before` (None = without end), at this much money (¥)."""

    id: str
    name: Text
    on: date
    at_least: Decimal
    ends_before: date | None = None
    money: Decimal | None = None
    removes: bool = False


@dataclass(frozen=True, slots=True)
class LadderResult:
    """One ladder of points: the balance, the node it has reached and the next one, and what the next reset leaves."""

    id: str
    name: Text
    points: Decimal
    reached_at: Decimal | None
    next_at: Decimal | None
    points_left: Decimal | None
    resets_on: date
    after_reset: Decimal
    removed: bool
    measures: tuple[Measure, ...] = ()


@dataclass(frozen=True, slots=True)
class PointsResult:
    """A store's violation points at the end of a day. `removed`: a node that removes was reached once."""

    engine_version: str
    rulebook: RulebookRef
    store: str
    as_of: date
    removed: bool
    ladders: tuple[LadderResult, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    reasons: tuple[Reason, ...] = ()
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class MetricResult:
    """One metric over its window (both days inclusive; None = its length is not set): value = top / bottom."""

    id: str
    name: Text
    first_on: date | None
    last_on: date | None
    value: Fraction | None = None
    top: Fraction | None = None
    bottom: Fraction | None = None


@dataclass(frozen=True, slots=True)
class MetricsResult:
    """Every metric of a page as viewed on a day; a value of None is "no data", never 0."""

    engine_version: str
    rulebook: RulebookRef
    view_on: date
    metrics: tuple[MetricResult, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    reasons: tuple[Reason, ...] = ()
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class HealthMeasure:
    """One measure: its value in the window read, and for a rate what was divided by what; None = not known."""

    id: str
    name: Text
    value: Fraction | None
    window: str | None = None
    top: Fraction | None = None
    bottom: Fraction | None = None


@dataclass(frozen=True, slots=True)
class RankingResult:
    """One rating: the level reached (None = cannot be told) and the points it brings."""

    id: str
    name: Text
    level: str | None
    level_name: Text | None
    points: Decimal | None = None


@dataclass(frozen=True, slots=True)
class HealthResult:
    """An account's health on a day."""

    engine_version: str
    rulebook: RulebookRef
    store: str
    as_of: date
    measures: tuple[HealthMeasure, ...] = ()
    ratings: tuple[RankingResult, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    reasons: tuple[Reason, ...] = ()
    steps: tuple[Step, ...] = ()
