"""What the engine is told: a store's figures, its fee year, its score inputs. Numbers are Decimal in natural units."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction


class ExitReason(StrEnum):
    """Why a store left. Only some reasons cost it the refund; which ones is rulebook data."""

    VOLUNTARY = "voluntary"
    NOT_RENEWED = "not_renewed"
    FAILED_ASSESSMENT = "failed_assessment"
    VIOLATION = "violation"
    FALSE_CREDENTIALS = "false_credentials"


# A field that only some rulebooks read: left out of the canonical JSON while it is empty, so that no digest changes.
SPARSE = {"sparse": True}


@dataclass(frozen=True, slots=True)
class MonthValue:
    """One metric in one calendar month.

    `month` is the first day. `total` is the sum over the observed days (None when no day has a value). `closing` is
    the value on the calendar month's last day (None is "no data", never 0). `latest` is the newest value inside the
    month and `latest_on` its day. `days` is how many days have a value; None means that the total is known to be
    complete without counting days.
    """

    month: date
    total: Decimal | None = None
    closing: Decimal | None = None
    latest: Decimal | None = None
    latest_on: date | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class StoreFacts:
    """What is known about one store for an assessment.

    `as_of` is the last day for which figures can exist, inclusive. `series` maps a metric code to its months,
    ascending. `lines` maps a rulebook table to this store's value after category and store overrides; a table that is
    absent falls back to the rulebook's own row for `category`, then to the table's default, then is "not set".
    `confirmed_failure_on` is the day on which the marketplace announced a failure, when it did: consequences are
    dated from it. `daily` maps a metric to the value of each day (absent or None is "no data"). `cumulative` states
    sums where days are not known: metric → (day number since go-live, go-live day = 1) → sum up to that day; `daily`
    goes before it. `incidents` are every one known.
    """

    store: str
    category: str
    go_live_on: date
    as_of: date
    series: Mapping[str, tuple[MonthValue, ...]] = field(default_factory=dict)
    lines: Mapping[str, Decimal] = field(default_factory=dict)
    confirmed_failure_on: date | None = None
    cumulative: Mapping[str, Mapping[int, Decimal | None]] = field(default_factory=dict)
    daily: Mapping[str, Mapping[date, Decimal | None]] = field(default_factory=dict, metadata=SPARSE)
    incidents: tuple["ViolationFact", ...] = field(default=(), metadata=SPARSE)


@dataclass(frozen=True, slots=True)
class ViolationFact:
    """One deduction of violation points. `severity` and `topic` are words that the rulebook's bars name."""

    on: date
    points: Decimal
    severity: str = "general"
    topic: str = ""
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Exit:
    """A store's leaving. `effective_on` is the day the marketplace confirmed it; None while that is not known."""

    applied_on: date
    reason: ExitReason = ExitReason.VOLUNTARY
    effective_on: date | None = None


@dataclass(frozen=True, slots=True)
class CategorySales:
    """Sales that count (¥) in one level-1 category of a store; None when not known."""

    category: str
    sales: Decimal | None = None


@dataclass(frozen=True, slots=True)
class FeeFacts:
    """What is known about one store's fee year.

    `categories` are the store's level-1 categories with their sales; `main_category` decides between them while
    their sales are not known. `sales` is the store total that counts so far (¥); None = the categories' sum.
    `sales_complete` is False when days are missing, and the total is then a lower bound. `activated_on` None = same as
    `go_live_on`; `go_live_on` None = never went live. `prepaid` None = computed from the activation month. `series`
    holds month-end values as in StoreFacts. `score_on` maps a metric to the value of single days (the January rule).
    `means` holds means that the marketplace states itself and replaces the mean of that metric. `no_score_months`
    are first days of months for which the marketplace itself shows no score. `lines` maps category → table → value.
    """

    store: str
    year: int
    as_of: date
    categories: tuple[CategorySales, ...]
    main_category: str | None = None
    activated_on: date | None = None
    go_live_on: date | None = None
    prepaid: Decimal | None = None
    sales: Decimal | None = None
    sales_complete: bool = True
    series: Mapping[str, tuple[MonthValue, ...]] = field(default_factory=dict)
    score_on: Mapping[str, Mapping[date, Decimal | None]] = field(default_factory=dict)
    means: Mapping[str, Fraction] = field(default_factory=dict)
    no_score_months: tuple[date, ...] = ()
    violations: tuple[ViolationFact, ...] = ()
    exit: Exit | None = None
    lines: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rating:
    """One buyer's rating of one order, dated by the day on which the trade succeeded."""

    buyer: str
    on: date
    stars: Decimal


@dataclass(frozen=True, slots=True)
class ScoreFacts:
    """Inputs of a score: metric values or part scores by code, sample counts, ratings by item, table values."""

    category: str = ""
    values: Mapping[str, Decimal | None] = field(default_factory=dict)
    counts: Mapping[str, int | None] = field(default_factory=dict)
    ratings: Mapping[str, tuple[Rating, ...]] = field(default_factory=dict)
    lines: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OrderFact:
    """One order (¥): what was paid, what went back before and after the buyer confirmed receipt; None = not yet."""

    placed_on: date
    paid: Decimal
    confirmed_on: date | None = None
    refunded_before: Decimal = Decimal(0)
    refunded_after: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class CommissionFacts:
    """What is known about one store's commission: its orders, or the sum confirmed so far (¥; None = not known).

    `is_complete` is False when days are missing, and the sum is then a lower bound.
    """

    store: str
    as_of: date
    orders: tuple[OrderFact, ...] = ()
    confirmed: Decimal | None = None
    is_complete: bool = True
    exit: Exit | None = None
    category: str = ""
    lines: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PointsFacts:
    """Every deduction known for one store; `as_of` is the last day that counts, inclusive."""

    store: str
    as_of: date
    violations: tuple[ViolationFact, ...] = ()
    category: str = ""
    lines: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChatLine:
    """One line of a chat (Beijing wall clock): who is buyer, person, assistant (a robot led by a person) or robot."""

    at: datetime
    who: str


@dataclass(frozen=True, slots=True)
class MetricFacts:
    """What happened in the windows of metrics viewed on `view_on`. A word that is absent is not known.

    `samples` are durations in seconds, `choices` one order's choices in the order in which they were made, `chats`
    one buyer's lines each; None = not known.
    """

    view_on: date
    category: str = ""
    counts: Mapping[str, int | None] = field(default_factory=dict)
    samples: Mapping[str, tuple[Decimal, ...]] = field(default_factory=dict)
    choices: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    chats: tuple[tuple[ChatLine, ...], ...] | None = None
    lines: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HealthFacts:
    """What is known about one account: counts by window and code, numbers that the marketplace shows by code."""

    store: str
    as_of: date
    counts: Mapping[str, Mapping[str, Decimal | None]] = field(default_factory=dict)
    values: Mapping[str, Decimal | None] = field(default_factory=dict)
    category: str = ""
    lines: Mapping[str, Decimal] = field(default_factory=dict)


Facts = StoreFacts | FeeFacts | ScoreFacts | CommissionFacts | PointsFacts | MetricFacts | HealthFacts
