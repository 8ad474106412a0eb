"""The gates of a period: every requirement of a rulebook as a sum or a count of months that can still change."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from assessments.engine.answers.arithmetic import SumNeed, need_sum
from assessments.engine.answers.days import DaysNeed, need_days
from assessments.engine.answers.month_ends import CountNeed, MonthEnd, look_at_activity, look_at_month, need_months
from assessments.engine.answers.possible import Ranges, Reach, all_must_hold
from assessments.engine.calendar import PlannedPeriod, Probation, last_of_month, months_between
from assessments.engine.facts import MonthValue, StoreFacts
from assessments.engine.language.assessment import Activity, AssessmentBody, DailyScore, MonthlyScore, Total
from assessments.engine.language.reading import Rulebook
from assessments.engine.outcomes import Outcome
from assessments.engine.results import Assessment, Operands, RequirementResult, Step
from assessments.engine.text import Text

Gated = MonthlyScore | Total | Activity | DailyScore
_JUDGED = {
    Outcome.MET: Reach.CLINCHED,
    Outcome.MISSED: Reach.ELIMINATED,
    Outcome.PENDING: Reach.OPEN,
    Outcome.NO_DATA: Reach.UNKNOWN,
    Outcome.LINE_NOT_SET: Reach.LINE_NOT_SET,
    Outcome.EXEMPT: Reach.EXEMPT,
}


@dataclass(frozen=True, slots=True)
class Gate:
    """One requirement as it can still change. `sums` has the total and every deciding checkpoint, or, when
    `one_is_enough`, the ways to pass; `count` the months; `days` the days of a score judged day by day.

    A requirement of another kind (incidents) keeps the engine's verdict, without any of them.
    """

    id: str
    kind: str
    name: Text
    metric: str
    reach: Reach
    sums: tuple[SumNeed, ...] = ()
    count: CountNeed | None = None
    days: DaysNeed | None = None
    one_is_enough: bool = False
    steps: tuple[Step, ...] = ()


def list_rules(rulebook: Rulebook) -> dict[str, Gated]:
    """Return the requirements that can be planned, by id: none of a probation, which has dues.

    Raises ValueError for a rulebook that judges no periods.
    """
    body = rulebook.body
    if isinstance(body, Probation):
        return {}
    if not isinstance(body, AssessmentBody):
        raise ValueError(f"{rulebook.version} of {rulebook.programme} is a {rulebook.kind} rulebook, not an assessment")
    return {
        rule.id: rule for rule in body.requirements if isinstance(rule, MonthlyScore | Total | Activity | DailyScore)
    }


def list_gates(
    rulebook: Rulebook, period: PlannedPeriod, facts: StoreFacts, verdict: Assessment, ranges: Ranges
) -> tuple[Gate, ...]:
    """Return every requirement of a verdict as a gate."""
    rules = list_rules(rulebook)
    gates = []
    for result in verdict.requirements:
        rule = rules.get(result.id)
        if isinstance(rule, Total):
            gates.append(_total_gate(rulebook, rule, result, period=period, facts=facts, ranges=ranges))
        elif isinstance(rule, MonthlyScore | Activity):
            gates.append(_count_gate(rulebook, rule, result, ranges))
        elif isinstance(rule, DailyScore):
            gates.append(_days_gate(rulebook, rule, result, days_left=_days_left(period, facts), ranges=ranges))
        else:
            gates.append(_other_gate(result))
    return tuple(gates)


def unknown_days(months: tuple[MonthValue, ...], starts_on: date, until: date) -> dict[date, int]:
    """Return the months of [starts_on, until] with days that have no figure, and how many."""
    known = {month.month: month for month in months}
    gaps = {}
    for month in months_between(starts_on, until + timedelta(days=1)) if until >= starts_on else ():
        expected = (min(last_of_month(month), until) - month).days + 1
        value = known.get(month)
        if value is None or value.total is None:
            missing = expected
        else:
            missing = 0 if value.days is None else max(expected - value.days, 0)
        if missing:
            gaps[month] = missing
    return gaps


def month_ends(rule: MonthlyScore | Activity, result: RequirementResult, ranges: Ranges) -> tuple[MonthEnd, ...]:
    """Return the months of a counted requirement with what each can still become."""
    if isinstance(rule, Activity):
        return tuple(look_at_activity(month, ranges.of_day(month.metric)) for month in result.months)
    forgiving = rule.missing_month == "not_failing"
    return tuple(
        look_at_month(month, rule.comparator, ranges.of_score(month.metric), is_forgiving=forgiving)
        for month in result.months
    )


def _count_gate(rulebook: Rulebook, rule: MonthlyScore | Activity, result: RequirementResult, ranges: Ranges) -> Gate:
    path, basis = f"requirements.{rule.id}", rulebook.basis(rule)
    months = month_ends(rule, result, ranges)
    is_consecutive = isinstance(rule, Activity) or rule.counting == "consecutive"
    metric = next((month.metric for month in months if month.is_pending), months[-1].metric if months else "")
    if isinstance(rule, Activity) and result.limit is None:
        return Gate(result.id, result.kind, result.name, metric, Reach.CLINCHED)
    count = need_months(months, result.limit, is_consecutive=is_consecutive, rule=path, basis=basis)
    steps: tuple[Step, ...] = count.steps
    if isinstance(rule, MonthlyScore) and count.reach is Reach.OPEN:
        steps += tuple(
            _month_step(path, rule, month, ranges) for month in months if month.is_pending and month.line is not None
        )
    return Gate(result.id, result.kind, result.name, metric, count.reach, count=count, steps=steps)


def _month_step(path: str, rule: MonthlyScore, month: MonthEnd, ranges: Ranges) -> Step:
    possible = ranges.of_score(month.metric)
    values: Operands = {
        "on": month.judged_on,
        "metric": month.metric,
        "comparator": rule.comparator,
        "line": month.line,
        "must": month.must_reach,
        "step": possible.step,
        "highest": possible.best(rule.comparator),
    }
    return Step(path, "month_end_must" if month.can_pass else "month_end_cannot", values)


def _total_gate(
    rulebook: Rulebook,
    rule: Total,
    result: RequirementResult,
    *,
    period: PlannedPeriod,
    facts: StoreFacts,
    ranges: Ranges,
) -> Gate:
    """A total must hold on the period's last day, and on every checkpoint that decides."""
    if result.target is None:
        step = Step(f"requirements.{rule.id}", "sum_line_not_set", {"metric": rule.metric}, rulebook.basis(rule))
        return Gate(result.id, result.kind, result.name, rule.metric, Reach.LINE_NOT_SET, steps=(step,))
    last_day = period.ends_before - timedelta(days=1)
    due = [(point.on, point.target, point.actual) for point in result.checkpoints if point.decides]
    due = [*(each for each in due if each[0] != last_day), (last_day, result.target, result.actual)]
    sums = []
    for on, target, actual in due:
        seen = min(on, facts.as_of)
        gaps = unknown_days(facts.series.get(rule.metric, ()), period.starts_on, seen)
        from_day = max(facts.as_of + timedelta(days=1), period.starts_on)
        sums.append(
            need_sum(
                metric=rule.metric,
                on=on,
                target=target or Fraction(0),
                comparator=rule.comparator,
                actual=Fraction(actual or 0),
                days_left=max((on - from_day).days + 1, 0),
                months_left=_months_left(period, on, facts.as_of),
                unknown_days=sum(gaps.values()),
                possible=ranges.of_day(rule.metric),
                rule=f"requirements.{rule.id}",
                basis=rulebook.basis(rule),
            )
        )
    reach = all_must_hold(need.reach for need in sums)
    steps = tuple(step for need in sums for step in need.steps)
    return Gate(result.id, result.kind, result.name, rule.metric, reach, sums=tuple(sums), steps=steps)


def _days_gate(
    rulebook: Rulebook, rule: DailyScore, result: RequirementResult, *, days_left: int, ranges: Ranges
) -> Gate:
    failures = result.failures or 0
    need = need_days(
        metric=rule.metric,
        limit=result.limit,
        failures=failures,
        unknown=(result.failures_worst or 0) - failures,
        days_left=days_left,
        line=result.line,
        comparator=rule.comparator,
        possible=ranges.of_score(rule.metric),
        rule=f"requirements.{rule.id}",
        basis=rulebook.basis(rule),
    )
    return Gate(result.id, result.kind, result.name, rule.metric, need.reach, days=need, steps=need.steps)


def _days_left(period: PlannedPeriod, facts: StoreFacts) -> int:
    return max((period.ends_before - max(facts.as_of + timedelta(days=1), period.starts_on)).days, 0)


def _months_left(period: PlannedPeriod, on: date, as_of: date) -> int:
    """Count the months up to a day that are not over; the running month is one of them."""
    return sum(last_of_month(month) > as_of for month in months_between(period.starts_on, on + timedelta(days=1)))


def _other_gate(result: RequirementResult) -> Gate:
    return Gate(result.id, result.kind, result.name, "", _JUDGED[result.outcome], steps=result.steps)
