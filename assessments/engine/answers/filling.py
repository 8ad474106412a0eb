"""Gaps in a store's figures, and the same facts with the gaps filled by the best or the worst possible value."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from assessments.engine.answers.gates import Gated, unknown_days
from assessments.engine.answers.possible import RISING, Range, Ranges
from assessments.engine.calendar import PlannedPeriod, last_of_month
from assessments.engine.facts import MonthValue, StoreFacts
from assessments.engine.language.assessment import DailyScore, MonthlyScore, Total
from assessments.engine.language.common import Comparator
from assessments.engine.results import RequirementResult

# Stands for "as much as anybody likes" where a range has no end; it never shows in an answer.
_UNBOUNDED = Decimal(10) ** 15


@dataclass(frozen=True, slots=True)
class Gap:
    """Figures of one metric that are missing in one month: its last day's value (`line` given or not), or `days`."""

    metric: str
    month: date
    days: int
    line: Decimal | None = None


def list_gaps(rule: Gated, result: RequirementResult, period: PlannedPeriod, facts: StoreFacts) -> tuple[Gap, ...]:
    """Return what a requirement misses up to `as_of`."""
    if isinstance(rule, MonthlyScore):
        return tuple(
            Gap(month.metric, month.month, 1, month.line)
            for month in result.months
            if month.judged_on <= facts.as_of and month.value is None
        )
    until = min(facts.as_of, period.ends_before - timedelta(days=1))
    if isinstance(rule, DailyScore):
        missing = Counter(day.replace(day=1) for day in days_without(rule.metric, facts, period.starts_on, until))
        return tuple(Gap(rule.metric, month, days, result.line) for month, days in missing.items())
    gaps = unknown_days(facts.series.get(rule.metric, ()), period.starts_on, until)
    return tuple(Gap(rule.metric, month, days) for month, days in gaps.items())


def fill_gaps(rule: Gated, facts: StoreFacts, gaps: Iterable[Gap], ranges: Ranges, *, at_best: bool) -> StoreFacts:
    """Return the facts with the gaps filled by what helps, or hurts, the requirement most."""
    filled = facts
    for gap in gaps:
        if isinstance(rule, MonthlyScore):
            value = extreme(ranges.of_score(gap.metric), rule.comparator, gap.line, at_best=at_best)
            filled = with_month(filled, gap.metric, gap.month, closing=value)
        elif isinstance(rule, DailyScore):
            value = extreme(ranges.of_score(gap.metric), rule.comparator, gap.line, at_best=at_best)
            until = min(last_of_month(gap.month), facts.as_of)
            missing = days_without(gap.metric, filled, gap.month, until)
            filled = with_days(filled, gap.metric, dict.fromkeys(missing, value))
        else:
            comparator = rule.comparator if isinstance(rule, Total) else ">="
            day = extreme(ranges.of_day(gap.metric), comparator, None, at_best=at_best)
            filled = add_total(filled, gap.metric, gap.month, day * gap.days)
    return filled


def days_without(metric: str, facts: StoreFacts, starts_on: date, until: date) -> list[date]:
    """Return the days from `starts_on` to `until`, both included, without a value."""
    values = facts.daily.get(metric, {})
    days = [starts_on + timedelta(days=at) for at in range((until - starts_on).days + 1)]
    return [day for day in days if values.get(day) is None]


def with_days(facts: StoreFacts, metric: str, values: Mapping[date, Decimal | None]) -> StoreFacts:
    """Return the facts with the values of single days set."""
    return replace(facts, daily={**facts.daily, metric: {**facts.daily.get(metric, {}), **values}})


def extreme(possible: Range, comparator: Comparator, line: Decimal | None, *, at_best: bool) -> Decimal:
    """Return the end of a range that helps, or hurts, most; without an end, something far beyond the line."""
    end = possible.best(comparator) if at_best else possible.worst(comparator)
    if end is not None:
        return end
    is_up = (comparator in RISING) == at_best
    return (line or Decimal(0)) + (_UNBOUNDED if is_up else -_UNBOUNDED)


def with_month(facts: StoreFacts, metric: str, month: date, *, closing: Decimal | None) -> StoreFacts:
    """Return the facts with the value of a month's last day set."""
    old = next((each for each in facts.series.get(metric, ()) if each.month == month), MonthValue(month))
    return _with(facts, metric, replace(old, closing=closing))


def add_total(facts: StoreFacts, metric: str, month: date, amount: Decimal) -> StoreFacts:
    """Return the facts with an amount added to a month's total, which is then complete."""
    old = next((each for each in facts.series.get(metric, ()) if each.month == month), MonthValue(month))
    return _with(facts, metric, replace(old, total=(old.total or Decimal(0)) + amount, days=None))


def _with(facts: StoreFacts, metric: str, value: MonthValue) -> StoreFacts:
    others = [each for each in facts.series.get(metric, ()) if each.month != value.month]
    months = tuple(sorted([*others, value], key=lambda each: each.month))
    return replace(facts, series={**facts.series, metric: months})
