"""Columns: the periods of one phase side by side, months going down, one place to the right for every case."""

from collections.abc import Mapping
from dataclasses import dataclass

from assessments.engine.calendar import PlannedPeriod
from assessments.engine.facts import StoreFacts
from assessments.engine.screening.figures import Metric
from assessments.engine.screening.months import Days
from assessments.engine.screening.scaled import Flags, Ints, Scaled

Case = tuple[PlannedPeriod, StoreFacts]


@dataclass(frozen=True, slots=True)
class Block:
    """The cases of one phase. `places` are their numbers among all cases.

    `count` is how many months a period has, `over` how many of them have ended by `as_of`. `month_ends` are the last
    days of the months (month × case; after a period's end they go on, and nobody reads them). `this_month_end` is the
    last day of the month of `as_of`, or of the period's last month. `confirmed_on` is NaT where no failure was
    announced. `loose` marks cases whose facts no column holds as they are: nothing of them here is to be read.
    """

    phase: str
    places: Ints
    count: Ints
    over: Ints
    month_ends: Days
    this_month_end: Days
    as_of: Days
    confirmed_on: Days
    has_incidents: Flags
    categories: tuple[str, ...]
    category: Ints
    overrides: Mapping[str, Scaled]
    metrics: Mapping[str, Metric]
    nothing: Metric
    loose: Flags

    def metric(self, code: str) -> Metric:
        """Return a metric's figures; a metric that no case has is one without any."""
        return self.metrics.get(code, self.nothing)


@dataclass(frozen=True, slots=True)
class Columns:
    """Cases loaded for screening, in the order given; `exempt` and `irregular` are the places that no block holds."""

    cases: tuple[Case, ...]
    blocks: tuple[Block, ...]
    exempt: tuple[int, ...]
    irregular: tuple[int, ...]
