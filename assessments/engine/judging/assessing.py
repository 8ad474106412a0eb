"""The verdict on a period: every requirement must hold; standing and consequences follow."""

from collections.abc import Iterable
from datetime import date

from assessments.engine.calendar import PlannedPeriod
from assessments.engine.facts import StoreFacts
from assessments.engine.judging.bands import Risk, find_risk
from assessments.engine.judging.days import judge_days, judge_incidents
from assessments.engine.judging.ladder import climb, ladder_steps, next_stage_on, reached_standing
from assessments.engine.judging.scores import judge_score
from assessments.engine.judging.totals import judge_activity, judge_total
from assessments.engine.language.assessment import (
    AnyRequirement,
    AssessmentBody,
    DailyScore,
    Incidents,
    MonthlyScore,
    Stage,
    Total,
)
from assessments.engine.language.reading import Rulebook
from assessments.engine.lines import Lines
from assessments.engine.outcomes import Outcome, Standing
from assessments.engine.results import Assessment, Reason, RequirementResult, Step, Warned
from assessments.engine.text import Text
from assessments.engine.version import ENGINE_VERSION

WORST_FIRST = (Outcome.MISSED, Outcome.LINE_NOT_SET, Outcome.NO_DATA, Outcome.PENDING, Outcome.MET)


def assess(rulebook: Rulebook, period: PlannedPeriod, facts: StoreFacts) -> Assessment:
    """Judge one period of one store. Raises ValueError only when the rulebook is not an assessment."""
    body = rulebook.body
    if not isinstance(body, AssessmentBody):
        raise ValueError(f"{rulebook.version} of {rulebook.programme} is a {rulebook.kind} rulebook, not an assessment")
    if period.phase == "exempt":
        return _exempt(rulebook, body, period, facts)
    lines = Lines(rulebook, facts.category, facts.lines)
    rules = [rule for rule in body.requirements if period.phase in rule.phases]
    results = tuple(_judge(rule, lines, period, facts) for rule in rules)
    risk = find_risk(rulebook, body, results)
    return concluded(rulebook, period, facts, results, risk=risk, stages=body.consequences)


def concluded(
    rulebook: Rulebook,
    period: PlannedPeriod,
    facts: StoreFacts,
    results: tuple[RequirementResult, ...],
    *,
    risk: Risk,
    stages: tuple[Stage, ...],
) -> Assessment:
    """Put requirements together: the worst one decides, and a failure starts the ladder."""
    outcome = _worst(result.outcome for result in results)
    failed_on = _failed_on(results, facts) if outcome is Outcome.MISSED else None
    consequences = climb(rulebook, stages, failed_on) if failed_on else ()
    standing = reached_standing(consequences, facts.as_of) if failed_on else risk.standing
    warnings = () if failed_on else risk.warnings
    steps = (ladder_steps(consequences, failed_on) if failed_on else ()) + _untold_steps(risk, standing)
    next_on = min((each.next_deadline_on for each in results if each.next_deadline_on), default=None)
    return Assessment(
        engine_version=ENGINE_VERSION,
        rulebook=rulebook.ref,
        store=facts.store,
        phase=period.phase,
        number=period.number,
        starts_on=period.starts_on,
        ends_before=period.ends_before,
        as_of=facts.as_of,
        outcome=outcome,
        live=_worst(result.live for result in results),
        standing=standing,
        requirements=results,
        warnings=warnings,
        consequences=consequences,
        failed_on=failed_on,
        decided_on=failed_on or _met_on(outcome, results),
        next_deadline_on=next_stage_on(consequences, facts.as_of) if failed_on else next_on,
        assumptions=rulebook.assumptions(_rules(steps, results, warnings)),
        reasons=tuple(dict.fromkeys(reason for each in results for reason in each.reasons)),
        steps=steps,
    )


def _rules(
    steps: tuple[Step, ...], results: tuple[RequirementResult, ...], warnings: tuple[Warned, ...]
) -> frozenset[str]:
    """Return the paths of every rule that had a part in the verdict."""
    every = [*steps, *(step for each in results for step in each.steps), *(warned.step for warned in warnings)]
    return frozenset(step.rule for step in every)


def _judge(rule: AnyRequirement, lines: Lines, period: PlannedPeriod, facts: StoreFacts) -> RequirementResult:
    if isinstance(rule, MonthlyScore):
        return judge_score(rule, lines, period, facts)
    if isinstance(rule, Total):
        return judge_total(rule, lines, period, facts)
    if isinstance(rule, DailyScore):
        return judge_days(rule, lines, period, facts)
    if isinstance(rule, Incidents):
        return judge_incidents(rule, lines, period, facts)
    return judge_activity(rule, lines, period, facts)


def _exempt(rulebook: Rulebook, body: AssessmentBody, period: PlannedPeriod, facts: StoreFacts) -> Assessment:
    step = Step(
        "calendar", "exempt", {"from": period.starts_on, "before": period.ends_before}, rulebook.basis(body.calendar)
    )
    return Assessment(
        engine_version=ENGINE_VERSION,
        rulebook=rulebook.ref,
        store=facts.store,
        phase=period.phase,
        number=period.number,
        starts_on=period.starts_on,
        ends_before=period.ends_before,
        as_of=facts.as_of,
        outcome=Outcome.EXEMPT,
        live=Outcome.EXEMPT,
        standing=Standing.CLEAR,
        reasons=(Reason("exempt", Text(zh="免考期不考核", en="exempt: nothing is assessed in this period")),),
        steps=(step,),
    )


def _worst(outcomes: Iterable[Outcome]) -> Outcome:
    return min(outcomes, key=WORST_FIRST.index, default=Outcome.NO_DATA)


def _failed_on(results: tuple[RequirementResult, ...], facts: StoreFacts) -> date:
    """Return the day the marketplace announced the failure, else the day on which it became certain."""
    if facts.confirmed_failure_on is not None:
        return facts.confirmed_failure_on
    days = [result.decided_on for result in results if result.outcome is Outcome.MISSED and result.decided_on]
    return min(days, default=facts.as_of)


def _met_on(outcome: Outcome, results: tuple[RequirementResult, ...]) -> date | None:
    days = [result.decided_on for result in results if result.decided_on]
    return max(days) if outcome is Outcome.MET and len(days) == len(results) else None


def _untold_steps(risk: Risk, standing: Standing) -> tuple[Step, ...]:
    if standing is not Standing.UNKNOWN:
        return ()
    return (Step("requirements", "standing_untold", {"requirements": tuple(risk.untold)}),)
