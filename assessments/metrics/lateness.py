"""When a file that is expected again and again is late: worked out on paper from days alone."""

from dataclasses import dataclass
from datetime import date, timedelta

from assessments.metrics.sources import Cadence


@dataclass(frozen=True, slots=True)
class Late:
    """The first file that is late: of days from `missing_from` on, in time up to and including `due_on`."""

    missing_from: date
    due_on: date

    @property
    def late_since(self) -> date:
        return self.due_on + timedelta(days=1)


def start_of(cadence: Cadence, day: date) -> date:
    """The first day of the day, week (from Monday) or month that one file covers."""
    if cadence is Cadence.WEEKLY:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if cadence is Cadence.MONTHLY else day


def end_of(cadence: Cadence, start: date) -> date:
    """The day after what one file covers."""
    if cadence is Cadence.MONTHLY:
        return (start + timedelta(days=31)).replace(day=1)
    return start + timedelta(days=7 if cadence is Cadence.WEEKLY else 1)


def find_late(
    *,
    cadence: Cadence,
    grace_days: int,
    opens_on: date,
    closes_before: date,
    known_through: date | None,
    today: date,
) -> Late | None:
    """The first late file of a store for which days of [opens_on, closes_before) count; None when none is late.

    A day, week or month has its file when something is known of one of its days. Its file is in time up to
    `grace_days` after the day that follows it: with none, yesterday's file is late tomorrow. Gaps before
    `known_through` are holes in the coverage, and late no more.
    """
    start = start_of(cadence, opens_on)
    if known_through is not None and known_through >= start:
        start = end_of(cadence, start_of(cadence, known_through))
    due_on = end_of(cadence, start) + timedelta(days=grace_days)
    missing_from = max(start, opens_on)
    return Late(missing_from, due_on) if missing_from < closes_before and due_on < today else None
