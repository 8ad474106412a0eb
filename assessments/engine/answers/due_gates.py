"""The gates of any period: an assessment's requirements, or what a probation demands by its days."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

from assessments.engine.answers.arithmetic import SumNeed, need_sum
from assessments.engine.answers.dues import Due, DueScore, DueSum, list_dues
from assessments.engine.answers.gates import Gate, list_gates
from assessments.engine.answers.month_ends import look_at_month, need_months
from assessments.engine.answers.possible import Ranges, Reach, any_may_hold
from assessments.engine.calendar import PlannedPeriod, first_of_month, months_between
from assessments.engine.facts import StoreFacts
from assessments.engine.language.reading import Rulebook
from assessments.engine.outcomes import MonthState, Outcome
from assessments.engine.results import Assessment, MonthVerdict, Operands, RequirementResult, Step

_STATES = {
    Outcome.MET: MonthState.PASSED,
    Outcome.MISSED: MonthState.FAILED,
    Outcome.PENDING: MonthState.PENDING,
    Outcome.LINE_NOT_SET: MonthState.LINE_NOT_SET,
}


def list_every_gate(
    rulebook: Rulebook, period: PlannedPeriod, facts: StoreFacts, verdict: Assessment, ranges: Ranges
) -> tuple[Gate, ...]:
    """Return every requirement of a verdict as a gate. Raises ValueError for a rulebook that judges no periods."""
    dues = list_dues(rulebook, facts)
    if not dues:
        return list_gates(rulebook, period, facts, verdict, ranges)
    return tuple(_gate(dues[result.id], result, facts, ranges) for result in verdict.requirements)


def _gate(due: Due, result: RequirementResult, facts: StoreFacts, ranges: Ranges) -> Gate:
    if due.score is not None:
        return _score_gate(due, due.score, result, ranges)
    needs = tuple(_need(due, each, facts, ranges) for each in due.sums)
    known = tuple(need for need in needs if need is not None)
    reaches = [Reach.LINE_NOT_SET if need is None else need.reach for need in needs]
    steps: list[Step] = []
    for each, need in zip(due.sums, needs, strict=True):
        if need is None:
            steps.append(Step(due.rule, "sum_line_not_set", {"metric": each.metric}, due.basis))
        else:
            steps += [*_average_step(due, each), *need.steps]
    if len(due.sums) > 1:
        steps.append(Step(due.rule, "one_is_enough", {"sums": len(due.sums)}, due.basis))
    return Gate(
        result.id,
        result.kind,
        result.name,
        due.sums[0].metric,
        any_may_hold(reaches),
        sums=known,
        one_is_enough=len(due.sums) > 1,
        steps=tuple(steps),
    )


def _need(due: Due, each: DueSum, facts: StoreFacts, ranges: Ranges) -> SumNeed | None:
    if each.target is None:
        return None
    from_day = max(facts.as_of + timedelta(days=1), each.first)
    known, missing = each.known(facts)
    return need_sum(
        metric=each.metric,
        on=each.on,
        target=each.target,
        comparator=each.comparator,
        actual=Fraction(known),
        days_left=max((each.on - from_day).days + 1, 0),
        months_left=len(months_between(from_day, each.on + timedelta(days=1))),
        unknown_days=missing,
        possible=ranges.of_day(each.metric),
        rule=due.rule,
        basis=due.basis,
    )


def _average_step(due: Due, each: DueSum) -> tuple[Step, ...]:
    """Say how an average for a month of so many days becomes the sum that is planned."""
    if each.average is None:
        return ()
    values: Operands = {
        "metric": each.metric,
        "first": each.first,
        "on": each.on,
        "days": each.days,
        "month_days": each.month_days,
        "comparator": each.comparator,
        "average": each.average,
        "target": each.target,
    }
    return (Step(due.rule, "average_as_sum", values, due.basis),)


def _score_gate(due: Due, score: DueScore, result: RequirementResult, ranges: Ranges) -> Gate:
    """A score is one value that must not fail: a count of one, with a limit of one."""
    possible = ranges.of_score(score.metric)
    verdict = MonthVerdict(
        month=first_of_month(score.on),
        judged_on=score.on,
        metric=score.metric,
        value=result.latest,
        line=score.line,
        state=_STATES.get(result.outcome, MonthState.NO_DATA),
    )
    value = look_at_month(verdict, score.comparator, possible)
    count = replace(need_months((value,), 1, is_consecutive=False), steps=())
    told: Operands = {
        "on": score.on,
        "metric": score.metric,
        "comparator": score.comparator,
        "line": score.line,
        "must": value.must_reach,
        "step": possible.step,
        "value": result.latest,
        "lowest": possible.lowest,
        "highest": possible.highest,
    }
    step = Step(due.rule, f"score_{count.reach.value}", told, due.basis)
    return Gate(result.id, result.kind, result.name, score.metric, count.reach, count=count, steps=(step,))
