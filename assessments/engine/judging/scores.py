"""Judging a monthly score: the month-end value of each month against the line."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from math import ceil

from assessments.engine.calendar import PlannedPeriod, add_months, first_of_month, last_of_month, months_between
from assessments.engine.facts import MonthValue, StoreFacts
from assessments.engine.judging.counting import Tally
from assessments.engine.language.assessment import MonthlyScore, SeriesPart
from assessments.engine.language.common import Amount, compares
from assessments.engine.lines import Found, Lines, kept
from assessments.engine.outcomes import MonthState, Outcome
from assessments.engine.results import MonthVerdict, Operands, Reason, RequirementResult, Step
from assessments.engine.text import Text


def judge_score(rule: MonthlyScore, lines: Lines, period: PlannedPeriod, facts: StoreFacts) -> RequirementResult:
    """Judge a monthly score over a period; months without a value are never taken for failures or passes."""
    path = f"requirements.{rule.id}"
    months, steps = _judged_months(rule, lines, period, facts)
    limit = lines.find(rule.limit, rule)
    tally = Tally(
        months=months,
        limit=None if limit.value is None else max(ceil(limit.value), 1),
        consecutive=rule.counting == "consecutive",
        forgiving=rule.missing_month == "not_failing",
    )
    today = min(facts.as_of, period.ends_before - timedelta(days=1))
    part = series_part(rule, last_of_month(today))
    latest, latest_on = newest_value(facts.series.get(part.metric, ()), today)
    return RequirementResult(
        id=rule.id,
        kind=rule.kind,
        name=rule.name.text,
        outcome=tally.outcome,
        live=tally.live,
        months=months,
        failures=tally.failures,
        failures_worst=tally.worst,
        limit=tally.limit,
        failures_left=tally.left,
        line=_line(rule, part, lines).value,
        latest=latest,
        latest_on=latest_on,
        months_assessed=sum(month.state is not MonthState.PENDING for month in months),
        decided_on=tally.decided_on(period.starts_on),
        next_deadline_on=None if tally.is_missed else _next_month_end(months),
        reasons=_reasons(rule, lines, tally, limit),
        steps=kept(*steps, lines.step(path, rule.limit, limit), _count_step(path, rule, lines, tally)),
    )


def series_part(rule: MonthlyScore, on: date) -> SeriesPart:
    """Return the part of the series that says which metric is read on a day."""
    return rule.series[_part_on(rule, on)]


def _part_on(rule: MonthlyScore, on: date) -> int:
    return next(at for at, part in enumerate(rule.series) if part.until is None or on < part.until)


def _judged_months(
    rule: MonthlyScore, lines: Lines, period: PlannedPeriod, facts: StoreFacts
) -> tuple[tuple[MonthVerdict, ...], list[Step | None]]:
    read = {part.metric for part in rule.series}
    values = {metric: {month.month: month for month in facts.series.get(metric, ())} for metric in read}
    found_by_part = [_line(rule, part, lines) for part in rule.series]
    verdicts: list[MonthVerdict] = []
    steps: list[Step | None] = []
    for month in months_between(period.starts_on, period.ends_before):
        judged_on = last_of_month(month)
        at = _part_on(rule, judged_on)
        part, found = rule.series[at], found_by_part[at]
        value = _closing(values[part.metric], month) if judged_on <= facts.as_of else None
        state = _state(rule, value, found.value, is_over=judged_on <= facts.as_of)
        verdicts.append(MonthVerdict(month, judged_on, part.metric, value, found.value, state))
        if state is not MonthState.PENDING:
            steps.append(lines.step(f"requirements.{rule.id}", part.line or rule.line or rule.limit, found))
            steps.append(_month_step(rule, lines, verdicts[-1], found))
    return tuple(verdicts), steps


def _state(rule: MonthlyScore, value: Decimal | None, line: Decimal | None, *, is_over: bool) -> MonthState:
    if not is_over:
        return MonthState.PENDING
    if line is None:
        return MonthState.LINE_NOT_SET
    if value is None:
        return MonthState.NO_DATA
    return MonthState.PASSED if compares(value, rule.comparator, line) else MonthState.FAILED


def _line(rule: MonthlyScore, part: SeriesPart, lines: Lines) -> Found:
    amount = part.line or rule.line
    assert amount is not None  # the language refuses a series without a line
    return lines.find(amount, rule)


def _closing(months: Mapping[date, MonthValue], month: date) -> Decimal | None:
    value = months.get(month)
    return None if value is None else value.closing


def newest_value(months: tuple[MonthValue, ...], today: date) -> tuple[Decimal | None, date | None]:
    """Return the newest value of this month or the one before it."""
    since = add_months(first_of_month(today), -1)
    for month in sorted(months, key=lambda each: each.month, reverse=True):
        if since <= month.month <= today and month.latest is not None and month.latest_on is not None:
            if month.latest_on <= today:
                return month.latest, month.latest_on
        elif since <= month.month and month.closing is not None and last_of_month(month.month) <= today:
            return month.closing, last_of_month(month.month)
    return None, None


def _next_month_end(months: tuple[MonthVerdict, ...]) -> date | None:
    return next((month.judged_on for month in months if month.state is MonthState.PENDING), None)


def _reasons(rule: MonthlyScore, lines: Lines, tally: Tally, limit: Found) -> tuple[Reason, ...]:
    unset: list[Amount] = [rule.limit] if limit.value is None else []
    for part in dict.fromkeys(series_part(rule, month.judged_on) for month in tally.months):
        amount = part.line or rule.line
        if amount is not None and lines.find(amount, rule).value is None:
            unset.append(amount)
    reasons = [lines.reason(amount) for amount in dict.fromkeys(unset)]
    missing = [month.judged_on.isoformat() for month in tally.months if month.state is MonthState.NO_DATA]
    if missing and not tally.is_missed:
        days = ", ".join(missing)
        reasons.append(
            Reason(
                "month_end_missing", Text(zh=f"这些月末没有分数：{days}", en=f"no score on these month-ends: {days}")
            )
        )
    if tally.live is Outcome.PENDING:
        reasons.append(Reason("no_month_over", Text(zh="还没有结束的考核月", en="no assessed month is over yet")))
    return tuple(reasons)


def _month_step(rule: MonthlyScore, lines: Lines, month: MonthVerdict, found: Found) -> Step:
    return Step(
        f"requirements.{rule.id}",
        f"month_{month.state.value}",
        {
            "on": month.judged_on,
            "metric": month.metric,
            "value": month.value,
            "comparator": rule.comparator,
            "line": month.line,
        },
        found.basis if found.value is not None else lines.rulebook.basis(rule),
    )


def _count_step(path: str, rule: MonthlyScore, lines: Lines, tally: Tally) -> Step | None:
    if tally.limit is None:
        return None
    key = "failures_consecutive" if tally.consecutive else "failures_cumulative"
    values: Operands = {
        "failures": tally.failures,
        "limit": tally.limit,
        "left": tally.left,
        "unknown": tally.worst - tally.best,
    }
    return Step(path, key, values, lines.rulebook.basis(rule))
