"""A metric's figures in many cases: gathered as they are, made integers when a rulebook first reads them, and kept."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

import numpy as np

from assessments.engine.facts import MonthValue
from assessments.engine.screening.months import Days, first_days, last_days
from assessments.engine.screening.scaled import Flags, Ints, Scaled, all_whole_units, trimmed


@dataclass(frozen=True, slots=True)
class Spans:
    """The months of every case: its first month's number, how many it has, and how many have begun or are over."""

    first: Ints
    count: Ints
    begun: Ints
    over: Ints
    as_of: Days

    @property
    def months(self) -> Ints:
        """The number of every month (month × case); after a period's end they go on, and nobody reads them."""
        return self.first + np.arange(int(self.count.max()))[:, None]


@dataclass(frozen=True, slots=True)
class Sums:
    """A metric summed up from the period's first month on: row m holds what is known of the first m months.

    `sums.is_set` tells whether any total is known, `has_gap` whether days are missing up to then. `business` and
    `idle` are month by month: a total above 0, and a complete month without one. `is_odd` marks the cases with a total
    that is not held.
    """

    sums: Scaled
    has_gap: Flags
    business: Flags
    idle: Flags
    is_odd: Flags

    def first_months(self, many: int) -> Scaled:
        """Return what is known of the first months together; -1 for all that have begun."""
        return Scaled(self.sums.units[many], self.sums.is_set[many], self.sums.scale)


@dataclass(frozen=True)
class Metric:
    """One metric of a block: values with their spots (month × case) and, by case, the newest one with its month.

    Not slotted: the columns that have been made are kept in the instance. Each comes with the cases in which a number
    is not held.
    """

    spans: Spans
    spots: list[int] = field(default_factory=list)
    values: list[MonthValue] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    newest_values: list[Decimal] = field(default_factory=list)
    newest_months: list[int] = field(default_factory=list)

    @cached_property
    def closing(self) -> tuple[Scaled, Flags]:
        """Month-end values, to be read where the month is over."""
        return place(self.spots, [value.closing for value in self.values], self.spans.months.shape)

    @cached_property
    def newest(self) -> tuple[Scaled, Flags]:
        """The newest value of this month or the one before, today being no later than the period's last day."""
        return place(self.rows, self.newest_values, self.spans.first.shape)

    @cached_property
    def newest_month(self) -> Ints:
        """The period's month, from 0, that the newest value is of."""
        months = np.zeros(self.spans.first.shape, np.int64)
        months[self.rows] = self.newest_months
        return months

    @cached_property
    def totals(self) -> Sums:
        """Sums from the period's first month on."""
        spans, months = self.spans, self.spans.months
        totals, is_odd = place(self.spots, [value.total for value in self.values], months.shape)
        days = np.zeros(months.shape, np.int64)
        # A total without a count of days is complete.
        days.reshape(-1)[self.spots] = [31 if value.days is None else min(value.days, 31) for value in self.values]
        wanted = (np.minimum(last_days(months), spans.as_of) - first_days(months)).astype(np.int64) + 1
        is_complete = totals.is_set & (days >= wanted)
        has_begun = months < spans.first + spans.begun
        return Sums(
            sums=Scaled(_from_the_start(totals.units), _from_the_start(totals.is_set) > 0, totals.scale),
            has_gap=_from_the_start(has_begun & ~is_complete) > 0,
            business=totals.units > 0,
            idle=is_complete & (totals.units <= 0),
            is_odd=is_odd,
        )


def place(spots: Sequence[int], numbers: Sequence[Decimal | None], shape: tuple[int, ...]) -> tuple[Scaled, Flags]:
    """Return a column with numbers on their spots, and the cases (its last axis) with one that is not held."""
    units, is_set, is_odd = np.zeros(shape, np.int64), np.zeros(shape, np.bool_), np.zeros(shape[-1], np.bool_)
    where = np.array([spot for spot, number in zip(spots, numbers, strict=True) if number is not None], np.int64)
    whole, is_held = all_whole_units([number for number in numbers if number is not None])
    units.reshape(-1)[where] = whole
    is_set.reshape(-1)[where] = True
    is_odd[where[~is_held] % shape[-1]] = True
    return trimmed(units, is_set), is_odd


def _from_the_start(months: Ints | Flags) -> Ints:
    """Return the sums over the first 0, 1, 2, … months."""
    sums = np.zeros((months.shape[0] + 1, months.shape[1]), np.int64)
    np.cumsum(months, axis=0, out=sums[1:])
    return sums
