"""Judging a probation by nodes: the month-average of a sum since go-live on given days, and a score beside it."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from assessments.engine.calendar import PlannedPeriod, probation_ends_before
from assessments.engine.facts import StoreFacts
from assessments.engine.judging.assessing import assess, concluded
from assessments.engine.judging.bands import Risk
from assessments.engine.judging.new_store import assess_months
from assessments.engine.judging.spans import Span, newest_on, sum_span
from assessments.engine.language.assessment import Node, ProbationBody
from assessments.engine.language.common import Amount, Comparator, compares
from assessments.engine.language.new_store import MonthlyProbationBody
from assessments.engine.language.reading import Rulebook
from assessments.engine.lines import Lines, kept
from assessments.engine.outcomes import Outcome
from assessments.engine.results import Assessment, Operands, Reason, RequirementResult, Step
from assessments.engine.text import Text

_TOLD = (Outcome.MET, Outcome.MISSED)
_UNTOLD = (Outcome.NO_DATA, Outcome.LINE_NOT_SET)


def assess_probation(rulebook: Rulebook, facts: StoreFacts) -> Assessment:
    """Judge the nodes of a store's probation, the go-live day being day 1 and the go-live month month 1.

    Raises ValueError only when the rulebook is not a probation.
    """
    body = rulebook.body
    period = PlannedPeriod("probation", 0, facts.go_live_on, probation_ends_before(rulebook, facts.go_live_on))
    if isinstance(body, MonthlyProbationBody):
        return assess_months(rulebook, body, period, facts)
    assert isinstance(body, ProbationBody)
    lines = Lines(rulebook, facts.category, facts.lines)
    results = []
    for number, node in enumerate(body.nodes, start=1):
        results.append(_judge_node(lines, body, node, facts))
        if body.score is not None and number >= body.score.from_node:
            results.append(_judge_node_score(lines, body, node, facts))
    untold = tuple(result.id for result in results if result.live in _UNTOLD)
    return concluded(rulebook, period, facts, tuple(results), risk=Risk((), untold), stages=body.consequences)


def judge_period(rulebook: Rulebook, period: PlannedPeriod, facts: StoreFacts) -> Assessment:
    """Judge one period of one store by the rulebook's kind. Raises ValueError when it judges no periods."""
    return assess_probation(rulebook, facts) if rulebook.kind == "probation" else assess(rulebook, period, facts)


def _judge_node(lines: Lines, body: ProbationBody, node: Node, facts: StoreFacts) -> RequirementResult:
    path = f"nodes.{node.id}"
    on = facts.go_live_on + timedelta(days=node.day - 1)
    is_over, is_daily = on <= facts.as_of, body.metric in facts.daily
    found = lines.find(node.target, node)
    span = sum_span(facts, body.metric, facts.go_live_on, min(on, facts.as_of))
    average = Fraction(span.known) * body.month_days / node.day
    outcome = Outcome.PENDING if found.value is not None else Outcome.LINE_NOT_SET
    if is_over and found.value is not None:
        outcome = _proven(span, average, node.comparator, found.value, is_lower_bound=is_daily)
    reasons = [lines.reason(node.target)] if outcome is Outcome.LINE_NOT_SET else []
    steps = [lines.step(path, node.target, found)]
    if is_over and found.value is not None and (outcome in _TOLD or not span.missing):
        values: Operands = {"day": node.day, "actual": span.known, "average": average, "comparator": node.comparator}
        steps.append(Step(path, "node_compared", {**values, "target": found.value}, lines.rulebook.basis(node)))
    if node.alternative is not None and outcome is not Outcome.MET and is_over:
        other, step = _judge_last_days(lines, body, node, facts)
        steps.append(step)
        if other is Outcome.MET or (outcome is Outcome.MISSED and other in _UNTOLD):
            outcome = other
    if outcome is Outcome.NO_DATA:
        reasons.append(_missing(on))
    is_known = span.days > 0 if is_daily else is_over and not span.missing
    return RequirementResult(
        id=node.id,
        kind="node",
        name=node.name.text,
        outcome=outcome,
        live=outcome,
        actual=span.known if is_known else None,
        target=None if found.value is None else Fraction(found.value),
        decided_on=on if outcome in _TOLD else None,
        next_deadline_on=on if outcome is Outcome.PENDING else None,
        reasons=tuple(reasons),
        steps=kept(*steps),
    )


def _judge_last_days(lines: Lines, body: ProbationBody, node: Node, facts: StoreFacts) -> tuple[Outcome, Step | None]:
    last = node.alternative
    assert last is not None
    found = lines.find(last.target, node)
    if found.value is None:
        return Outcome.LINE_NOT_SET, None
    first, until = (facts.go_live_on + timedelta(days=day - 1) for day in (last.first_day, last.last_day))
    span = sum_span(facts, body.metric, first, until)
    average = Fraction(span.known) * body.month_days / (last.last_day - last.first_day + 1)
    is_daily = body.metric in facts.daily
    outcome = _proven(span, average, last.comparator, found.value, is_lower_bound=is_daily)
    if outcome not in _TOLD:
        return outcome, None
    values: Operands = {
        "first": last.first_day,
        "last": last.last_day,
        "average": average,
        "comparator": last.comparator,
    }
    step = Step(f"nodes.{node.id}", "last_days_compared", {**values, "target": found.value}, lines.rulebook.basis(node))
    return outcome, step


def _judge_node_score(lines: Lines, body: ProbationBody, node: Node, facts: StoreFacts) -> RequirementResult:
    """Compare the newest score known on the node's day: a month-end before it, or the latest value of its month."""
    rule = body.score
    assert rule is not None
    path = "score"
    on = facts.go_live_on + timedelta(days=node.day - 1)
    found = lines.find(rule.line, rule)
    newest = newest_on(facts, rule.metric, on) if on <= facts.as_of else None
    value = None if newest is None else newest[1]
    outcome = Outcome.LINE_NOT_SET
    if found.value is not None:
        outcome = Outcome.PENDING if on > facts.as_of else Outcome.NO_DATA
    if value is not None and found.value is not None:
        outcome = Outcome.MET if compares(value, rule.comparator, found.value) else Outcome.MISSED
    step = None
    if value is not None and found.value is not None:
        values: Operands = {
            "on": on,
            "metric": rule.metric,
            "value": value,
            "comparator": rule.comparator,
            "line": found.value,
        }
        step = Step(path, "month_passed" if outcome is Outcome.MET else "month_failed", values, found.basis)
    return RequirementResult(
        id=f"{node.id}_score",
        kind="node_score",
        name=Text(zh=f"{node.name.zh}服务分", en=f"{node.name.en}: service score"),
        outcome=outcome,
        live=outcome,
        line=found.value,
        latest=value,
        decided_on=on if outcome in _TOLD else None,
        next_deadline_on=on if outcome is Outcome.PENDING else None,
        reasons=_why(lines, rule.line, outcome, on),
        steps=kept(lines.step(path, rule.line, found), step),
    )


def _why(lines: Lines, amount: Amount, outcome: Outcome, on: date) -> tuple[Reason, ...]:
    if outcome is Outcome.LINE_NOT_SET:
        return (lines.reason(amount),)
    return (_missing(on),) if outcome is Outcome.NO_DATA else ()


def _missing(on: date) -> Reason:
    return Reason("node_missing", Text(zh=f"没有截至 {on} 的数据", en=f"no figures up to {on}"))


def _proven(span: Span, average: Fraction, comparator: Comparator, line: Decimal, *, is_lower_bound: bool) -> Outcome:
    """Compare an average of days. With days missing it proves nothing, or, as a lower bound, what they cannot undo."""
    holds = compares(average, comparator, line)
    if span.missing and not (is_lower_bound and holds == (comparator in (">=", ">"))):
        return Outcome.NO_DATA
    return Outcome.MET if holds else Outcome.MISSED
