"""Settled, live and projected verdicts side by side; the projection says what it carries forward."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from assessments.engine.answers.dues import Due, list_dues
from assessments.engine.answers.filling import with_days
from assessments.engine.answers.gates import list_rules, unknown_days
from assessments.engine.calendar import PlannedPeriod, last_of_month, months_between
from assessments.engine.facts import MonthValue, StoreFacts
from assessments.engine.judging.probation import judge_period
from assessments.engine.judging.scores import series_part
from assessments.engine.judging.spans import newest_on
from assessments.engine.language.assessment import DailyScore, MonthlyScore
from assessments.engine.language.reading import Rulebook
from assessments.engine.outcomes import Outcome
from assessments.engine.results import Assessment, Operands, RulebookRef, Step

CENT = 2


@dataclass(frozen=True, slots=True)
class Carried:
    """What the projection takes a metric to do: every month-end to come is `value`, or every day adds `per_day`."""

    metric: str
    value: Decimal | None = None
    value_on: date | None = None
    per_day: Fraction | None = None
    days: int = 0


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Three verdicts on one period. `projected` is what comes out if the metrics go on as `carried` says.

    It is no forecast: a metric without any figure in the period is not carried, and its gate stays without data.
    """

    rulebook: RulebookRef
    store: str
    as_of: date
    settled: Outcome
    live: Outcome
    projected: Outcome
    projection: Assessment
    carried: tuple[Carried, ...]
    steps: tuple[Step, ...] = ()


def compare_verdicts(rulebook: Rulebook, period: PlannedPeriod, facts: StoreFacts) -> Verdicts:
    """Return the three verdicts. Raises ValueError only when the rulebook judges no periods."""
    now = judge_period(rulebook, period, facts)
    carried = tuple(dict.fromkeys(_carried(rulebook, period, facts))) if now.outcome is not Outcome.EXEMPT else ()
    ahead = facts
    for each in carried:
        ahead = _carry(ahead, period, each)
    last_day = max(period.ends_before - timedelta(days=1), facts.as_of)
    projection = judge_period(rulebook, period, replace(ahead, as_of=last_day))
    told: Operands = {
        "as_of": facts.as_of,
        "settled": now.outcome.value,
        "live": now.live.value,
        "projected": projection.outcome.value,
    }
    return Verdicts(
        rulebook=rulebook.ref,
        store=facts.store,
        as_of=facts.as_of,
        settled=now.outcome,
        live=now.live,
        projected=projection.outcome,
        projection=projection,
        carried=carried,
        steps=(Step("requirements", "three_verdicts", told), *(_step(each) for each in carried)),
    )


def _carried(rulebook: Rulebook, period: PlannedPeriod, facts: StoreFacts) -> Iterator[Carried]:
    """Take the newest score, and the mean of the known days of a sum."""
    for due in list_dues(rulebook, facts).values():
        yield from _carried_due(due, period, facts)
    rules = [rule for rule in list_rules(rulebook).values() if period.phase in rule.phases]
    for rule in rules:
        if isinstance(rule, MonthlyScore):
            for month in months_between(period.starts_on, period.ends_before):
                if last_of_month(month) > facts.as_of:
                    metric = series_part(rule, last_of_month(month)).metric
                    newest = newest_on(facts, metric, facts.as_of)
                    if newest is not None:
                        yield Carried(metric, value=newest[1], value_on=newest[0])
            continue
        if isinstance(rule, DailyScore):
            newest = newest_on(facts, rule.metric, facts.as_of)
            if newest is not None:
                yield Carried(rule.metric, value=newest[1], value_on=newest[0])
            continue
        until = min(facts.as_of, period.ends_before - timedelta(days=1))
        months = facts.series.get(rule.metric, ())
        inside = [each for each in months if period.starts_on <= each.month <= until and each.total is not None]
        gaps = unknown_days(months, period.starts_on, until)
        days = (until - period.starts_on).days + 1 - sum(gaps.values())
        if inside and days > 0:
            total = sum((Fraction(each.total or 0) for each in inside), Fraction(0))
            yield Carried(rule.metric, per_day=total / days, days=days)


def _carried_due(due: Due, period: PlannedPeriod, facts: StoreFacts) -> Iterator[Carried]:
    """Take the newest score, and the mean of all known days since the period began."""
    if due.score is not None:
        newest = newest_on(facts, due.score.metric, facts.as_of)
        if newest is not None:
            yield Carried(due.score.metric, value=newest[1], value_on=newest[0])
        return
    longest = replace(due.sums[0], first=period.starts_on, on=period.ends_before - timedelta(days=1))
    known, missing = longest.known(facts)
    days = (min(longest.on, facts.as_of) - longest.first).days + 1 - missing
    if days > 0:
        yield Carried(longest.metric, per_day=Fraction(known) / days, days=days)


def _carry(facts: StoreFacts, period: PlannedPeriod, carried: Carried) -> StoreFacts:
    """Write the carried value into every day and month that is not over; what is past keeps its gaps."""
    if carried.metric in facts.daily:
        from_day = max(facts.as_of + timedelta(days=1), period.starts_on)
        ahead = [from_day + timedelta(days=at) for at in range((period.ends_before - from_day).days)]
        facts = with_days(facts, carried.metric, dict(zip(ahead, _spread(carried, len(ahead)), strict=True)))
    months = {each.month: each for each in facts.series.get(carried.metric, ())}
    for month in months_between(period.starts_on, period.ends_before):
        if last_of_month(month) <= facts.as_of:
            continue
        old = months.get(month, MonthValue(month)) if month <= facts.as_of else MonthValue(month)
        if carried.value is not None:
            months[month] = replace(old, closing=carried.value)
        elif carried.per_day is not None:
            from_day = max(facts.as_of + timedelta(days=1), month)
            days = (last_of_month(month) - from_day).days + 1
            amount = _to_the_cent(carried.per_day * days)
            known = None if old.days is None else old.days + days
            months[month] = replace(old, total=(old.total or Decimal(0)) + amount, days=known)
    ordered = tuple(sorted(months.values(), key=lambda each: each.month))
    return replace(facts, series={**facts.series, carried.metric: ordered})


def _spread(carried: Carried, days: int) -> list[Decimal]:
    """Return what each day to come has; a mean is rounded so that the days add up to it to the cent."""
    if carried.per_day is None:
        return [carried.value or Decimal(0)] * days
    sums = [_to_the_cent(carried.per_day * at) for at in range(days + 1)]
    return [after - before for before, after in pairwise(sums)]


def _to_the_cent(amount: Fraction) -> Decimal:
    return Decimal((round(amount, CENT) * 10**CENT).numerator).scaleb(-CENT)


def _step(carried: Carried) -> Step:
    told: Operands = {
        "metric": carried.metric,
        "value": carried.value,
        "on": carried.value_on,
        "per_day": carried.per_day,
        "days": carried.days,
    }
    return Step("requirements", "carried_value" if carried.value is not None else "carried_days", told)
