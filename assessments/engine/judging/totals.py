"""Judging a total over the period against its target, and months in a row without business."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from assessments.engine.calendar import PlannedPeriod, add_months, last_of_month, months_between
from assessments.engine.facts import MonthValue, StoreFacts
from assessments.engine.judging.counting import Tally
from assessments.engine.language.assessment import Activity, Total
from assessments.engine.language.common import Amount, compares
from assessments.engine.lines import Lines, kept
from assessments.engine.outcomes import MonthState, Outcome
from assessments.engine.results import Checkpoint, MonthVerdict, Operands, Reason, RequirementResult, Step
from assessments.engine.text import Text


@dataclass(frozen=True, slots=True)
class Summed:
    """A sum over the months up to a day. `actual` None = nothing known; `missing` are the months with gaps."""

    actual: Decimal | None
    missing: tuple[date, ...]
    months_over: int


def sum_months(months: tuple[MonthValue, ...], starts_on: date, ends_before: date, today: date) -> Summed:
    """Add up a metric over [starts_on, ends_before) as far as `today`, naming the months with unknown days."""
    known = {month.month: month for month in months}
    actual: Decimal | None = None
    missing = []
    over = 0
    for month in months_between(starts_on, ends_before):
        if month > today:
            break
        value = known.get(month)
        over += last_of_month(month) <= today
        if value is not None and value.total is not None:
            actual = value.total if actual is None else actual + value.total
        if not is_complete(value, month, today):
            missing.append(month)
    return Summed(actual, tuple(missing), over)


def is_complete(value: MonthValue | None, month: date, today: date) -> bool:
    """Tell whether every day of the month up to `today` has a value."""
    if value is None or value.total is None:
        return False
    return value.days is None or value.days >= (min(last_of_month(month), today) - month).days + 1


def judge_total(rule: Total, lines: Lines, period: PlannedPeriod, facts: StoreFacts) -> RequirementResult:
    """Judge a sum over the period.

    With days missing the sum is a lower bound: where it must reach a target it can prove "met" and never "missed",
    where it must stay below one "missed" and never "met".
    """
    last_day = period.ends_before - timedelta(days=1)
    months = facts.series.get(rule.metric, ())
    summed = sum_months(months, period.starts_on, period.ends_before, min(facts.as_of, last_day))
    target, unset, steps = _target(rule, lines, period)
    count = len(months_between(period.starts_on, period.ends_before))
    pace = None if target is None else target * summed.months_over / count
    checkpoints = _checkpoints(rule, period, facts, target, count)
    missed_on = next((point.on for point in checkpoints if point.decides and point.outcome is Outcome.MISSED), None)
    is_over = facts.as_of >= last_day
    outcome = _outcome(rule, summed, target, is_over=is_over) if missed_on is None else Outcome.MISSED
    live = _live(rule, summed, target, pace) if missed_on is None else Outcome.MISSED
    if is_over and any(point.decides and point.outcome is Outcome.NO_DATA for point in checkpoints):
        # What had to be reached on the way is not proven: the whole sum alone does not meet the requirement.
        outcome, live = (Outcome.NO_DATA if each is Outcome.MET else each for each in (outcome, live))
    return RequirementResult(
        id=rule.id,
        kind=rule.kind,
        name=rule.name.text,
        outcome=outcome,
        live=live,
        actual=summed.actual,
        target=target,
        pace_target=pace,
        completion=Fraction(summed.actual) / target if target and summed.actual is not None else None,
        months_assessed=summed.months_over,
        checkpoints=checkpoints,
        decided_on=missed_on or (last_day if is_over and outcome in (Outcome.MET, Outcome.MISSED) else None),
        next_deadline_on=None if missed_on else _next_day(period, facts, last_day),
        reasons=_reasons(lines, unset, summed),
        steps=kept(*steps, _total_step(rule, lines, summed, target, pace)),
    )


def _target(
    rule: Total, lines: Lines, period: PlannedPeriod
) -> tuple[Fraction | None, tuple[Amount, ...], list[Step | None]]:
    path = f"requirements.{rule.id}"
    found = lines.find(rule.target, rule)
    steps = [lines.step(path, rule.target, found)]
    unset = (rule.target,) if found.value is None else ()
    target = None if found.value is None else Fraction(found.value)
    for share in rule.shares:
        if share.phase != period.phase:
            continue
        part = lines.find(share.share, rule)
        steps.append(lines.step(path, share.share, part))
        if part.value is None:
            return None, (*unset, share.share), steps
        if target is not None:
            target *= Fraction(part.value)
            values: Operands = {"full": found.value, "share": part.value, "target": target}
            steps.append(Step(path, "target_shared", values, part.basis))
    return target, unset, steps


def _outcome(rule: Total, summed: Summed, target: Fraction | None, *, is_over: bool) -> Outcome:
    if target is None:
        return Outcome.LINE_NOT_SET
    if not is_over:
        return Outcome.PENDING
    return _compared(rule, summed, target)


def _live(rule: Total, summed: Summed, target: Fraction | None, pace: Fraction | None) -> Outcome:
    """Judge the sum so far against the target pro rata of the months that are over."""
    if target is None or pace is None:
        return Outcome.LINE_NOT_SET
    return Outcome.PENDING if summed.months_over == 0 else _compared(rule, summed, pace)


def _compared(rule: Total, summed: Summed, target: Fraction) -> Outcome:
    if summed.actual is None:
        return Outcome.NO_DATA
    holds = compares(summed.actual, rule.comparator, target)
    # What is missing can only add to the sum: it may still lift it over a line, never bring it back under one.
    is_proven = not summed.missing or holds == (rule.comparator in (">=", ">"))
    return (Outcome.MET if holds else Outcome.MISSED) if is_proven else Outcome.NO_DATA


def _checkpoints(
    rule: Total, period: PlannedPeriod, facts: StoreFacts, target: Fraction | None, count: int
) -> tuple[Checkpoint, ...]:
    points = []
    for plan in rule.checkpoints:
        for month in plan.months if plan.phase == period.phase else ():
            on = add_months(period.starts_on, month) - timedelta(days=1)
            part = None if target is None else target * month / count
            summed = sum_months(
                facts.series.get(rule.metric, ()), period.starts_on, on + timedelta(days=1), facts.as_of
            )
            if part is None:
                outcome = Outcome.LINE_NOT_SET
            else:
                outcome = Outcome.PENDING if on > facts.as_of else _compared(rule, summed, part)
            points.append(Checkpoint(on, part, summed.actual, outcome, plan.decide))
    return tuple(points)


def _next_day(period: PlannedPeriod, facts: StoreFacts, last_day: date) -> date | None:
    return next((on for on in sorted({*period.checkpoints, last_day}) if on > facts.as_of), None)


def _reasons(lines: Lines, unset: tuple[Amount, ...], summed: Summed) -> tuple[Reason, ...]:
    reasons = [lines.reason(amount) for amount in unset]
    if summed.missing:
        months = ", ".join(f"{month:%Y-%m}" for month in summed.missing)
        text = Text(zh=f"这些月份的数据不全：{months}", en=f"figures of these months are incomplete: {months}")
        reasons.append(Reason("days_missing", text))
    return tuple(reasons)


def _total_step(
    rule: Total, lines: Lines, summed: Summed, target: Fraction | None, pace: Fraction | None
) -> Step | None:
    if target is None or summed.actual is None:
        return None
    values: Operands = {
        "metric": rule.metric,
        "actual": summed.actual,
        "comparator": rule.comparator,
        "target": target,
        "completion": Fraction(summed.actual) / target if target else None,
        "months": summed.months_over,
        "pace": pace,
    }
    return Step(f"requirements.{rule.id}", "total_compared", values, lines.rulebook.basis(rule))


def judge_activity(rule: Activity, lines: Lines, period: PlannedPeriod, facts: StoreFacts) -> RequirementResult:
    """Judge months in a row without business. A month whose figures are missing is not "no business"."""
    path = f"requirements.{rule.id}"
    today = min(facts.as_of, period.ends_before - timedelta(days=1))
    known = {month.month: month for month in facts.series.get(rule.metric, ())}
    months = tuple(
        _active_month(rule, known.get(month), month, today)
        for month in months_between(period.starts_on, period.ends_before)
    )
    limit = next((each.months for each in rule.limits if each.phase == period.phase), None)
    needed = None if limit is None else limit + (rule.comparator == ">")
    tally = Tally(months=months, limit=needed, consecutive=True)
    is_unlimited = needed is None
    values: Operands = {
        "run": tally.failures,
        "longest": tally.best,
        "limit": needed,
        "unknown": tally.worst - tally.best,
    }
    judged = [month for month in months if month.state is not MonthState.PENDING]
    missing = [f"{month.month:%Y-%m}" for month in months if month.state is MonthState.NO_DATA]
    text = Text(zh=f"这些月份没有数据：{'、'.join(missing)}", en=f"no figures for these months: {', '.join(missing)}")
    return RequirementResult(
        id=rule.id,
        kind=rule.kind,
        name=rule.name.text,
        outcome=Outcome.MET if is_unlimited else tally.outcome,
        live=Outcome.MET if is_unlimited else tally.live,
        months=months,
        failures=tally.failures,
        failures_worst=tally.worst,
        limit=needed,
        failures_left=tally.left,
        months_assessed=len(judged),
        decided_on=tally.decided_on(period.starts_on),
        next_deadline_on=None if tally.is_missed else next((m.judged_on for m in months if m not in judged), None),
        reasons=(Reason("month_missing", text),) if missing and not tally.is_missed else (),
        steps=() if is_unlimited else (Step(path, "activity_counted", values, lines.rulebook.basis(rule)),),
    )


def _active_month(rule: Activity, value: MonthValue | None, month: date, today: date) -> MonthVerdict:
    on = last_of_month(month)
    total = None if value is None else value.total
    if month > today:
        total = None
    if total is not None and total > 0:
        state = MonthState.PASSED if on <= today else MonthState.PENDING
    elif on > today:
        state = MonthState.PENDING
    else:
        state = MonthState.FAILED if is_complete(value, month, today) else MonthState.NO_DATA
    return MonthVerdict(month, on, rule.metric, total, None, state)
