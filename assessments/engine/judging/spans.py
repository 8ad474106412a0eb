"""Sums over spans of days, and the newest value known on a day: by single days, or as the facts state sums."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from assessments.engine.calendar import last_of_month
from assessments.engine.facts import StoreFacts


@dataclass(frozen=True, slots=True)
class Span:
    """The sum of the days that have a value, how many those are, and how many have none."""

    known: Decimal
    days: int
    missing: int


def sum_span(facts: StoreFacts, metric: str, first: date, last: date) -> Span:
    """Sum a metric over the days from `first` to `last`, both included; nothing when `last` comes before.

    Facts that hold the metric day by day are exact. Facts that only state sums since go-live (`cumulative`) give the
    longest part of the span that they know, and every day after it as missing.
    """
    days = max((last - first).days + 1, 0)
    by_day = facts.daily.get(metric)
    if by_day is not None:
        values = [by_day.get(first + timedelta(days=at)) for at in range(days)]
        known = [value for value in values if value is not None]
        return Span(sum(known, Decimal(0)), len(known), days - len(known))
    stated = facts.cumulative.get(metric, {})
    before = (first - facts.go_live_on).days
    start = stated.get(before) if before else Decimal(0)
    for number in range(before + days, before, -1):
        end = stated.get(number)
        if start is not None and end is not None:
            return Span(end - start, number - before, before + days - number)
    return Span(Decimal(0), 0, days)


def newest_on(facts: StoreFacts, metric: str, on: date) -> tuple[date, Decimal] | None:
    """Return the newest value that a day knows, with the day it is of.

    Facts that hold the metric by months know a month's end and its newest value, not what came before that.
    """
    by_day = facts.daily.get(metric)
    if by_day is not None:
        known = [(day, value) for day, value in by_day.items() if value is not None and day <= on]
        return max(known, default=None)
    for month in sorted(facts.series.get(metric, ()), key=lambda each: each.month, reverse=True):
        end = last_of_month(month.month)
        if month.closing is not None and end <= on:
            return end, month.closing
        if month.latest is not None and month.latest_on is not None and month.latest_on <= on:
            return month.latest_on, month.latest
    return None
