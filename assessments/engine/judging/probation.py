"""Judging a probation by nodes: the month-average of a sum since go-live on given days, and a score beside it."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from assessments.engine.calendar import PlannedPeriod, last_of_month, probation_ends_before
from assessments.engine.facts import MonthValue, StoreFacts
from assessments.engine.judging.assessing import assess, concluded
from assessments.engine.judging.bands import Risk
from assessments.engine.judging.new_store import assess_months
from assessments.engine.language.assessment import Node, ProbationBody
from assessments.engine.language.common import Amount, Comparator, compares
from assessments.engine.language.new_store import MonthlyProbationBody
from assessments.engine.language.reading import Rulebook
from assessments.engine.lines import Lines, kept
from assessments.engine.outcomes import Outcome
from assessments.engine.results import Assessment, Operands, Reason, RequirementResult, Step
from assessments.engine.text import Text

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
    sums = facts.cumulative.get(body.metric, {})
    found = lines.find(node.target, node)
    actual = sums.get(node.day) if on <= facts.as_of else None
    average = None if actual is None else Fraction(actual) * body.month_days / node.day
    outcome = _compared(average, node.comparator, found.value, is_over=on <= facts.as_of)
    reasons = [lines.reason(node.target)] if outcome is Outcome.LINE_NOT_SET else []
    steps = [lines.step(path, node.target, found)]
    if average is not None and found.value is not None:
        values: Operands = {"day": node.day, "actual": actual, "average": average, "comparator": node.comparator}
        steps.append(Step(path, "node_compared", {**values, "target": found.value}, lines.rulebook.basis(node)))
    if node.alternative is not None and outcome is not Outcome.MET and on <= facts.as_of:
        other, step = _judge_last_days(lines, body, node, sums)
        steps.append(step)
        if other is Outcome.MET or (outcome is Outcome.MISSED and other in _UNTOLD):
            outcome = other
    if outcome is Outcome.NO_DATA:
        reasons.append(_missing(on))
    return RequirementResult(
        id=node.id,
        kind="node",
        name=node.name.text,
        outcome=outcome,
        live=outcome,
        actual=actual,
        target=None if found.value is None else Fraction(found.value),
        decided_on=on if outcome in (Outcome.MET, Outcome.MISSED) else None,
        next_deadline_on=on if outcome is Outcome.PENDING else None,
        reasons=tuple(reasons),
        steps=kept(*steps),
    )


def _judge_last_days(
    lines: Lines, body: ProbationBody, node: Node, sums: Mapping[int, Decimal | None]
) -> tuple[Outcome, Step | None]:
    last = node.alternative
    assert last is not None
    found = lines.find(last.target, node)
    before = Decimal(0) if last.first_day == 1 else sums.get(last.first_day - 1)
    until = sums.get(last.last_day)
    if before is None or until is None or found.value is None:
        return (Outcome.LINE_NOT_SET if found.value is None else Outcome.NO_DATA), None
    days = last.last_day - last.first_day + 1
    average = Fraction(until - before) * body.month_days / days
    outcome = _compared(average, last.comparator, found.value, is_over=True)
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
    value = _known_on(facts.series.get(rule.metric, ()), on) if on <= facts.as_of else None
    outcome = _compared(
        None if value is None else Fraction(value), rule.comparator, found.value, is_over=on <= facts.as_of
    )
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
        decided_on=on if outcome in (Outcome.MET, Outcome.MISSED) else None,
        next_deadline_on=on if outcome is Outcome.PENDING else None,
        reasons=_why(lines, rule.line, outcome, on),
        steps=kept(lines.step(path, rule.line, found), step),
    )


def _why(lines: Lines, amount: Amount, outcome: Outcome, on: date) -> tuple[Reason, ...]:
    if outcome is Outcome.LINE_NOT_SET:
        return (lines.reason(amount),)
    return (_missing(on),) if outcome is Outcome.NO_DATA else ()


def _known_on(months: tuple[MonthValue, ...], on: date) -> Decimal | None:
    for month in sorted(months, key=lambda each: each.month, reverse=True):
        if month.closing is not None and last_of_month(month.month) <= on:
            return month.closing
        if month.latest is not None and month.latest_on is not None and month.latest_on <= on:
            return month.latest
    return None


def _missing(on: date) -> Reason:
    return Reason("node_missing", Text(zh=f"没有截至 {on} 的数据", en=f"no figures up to {on}"))


def _compared(value: Fraction | None, comparator: Comparator, line: Decimal | None, *, is_over: bool) -> Outcome:
    if line is None:
        return Outcome.LINE_NOT_SET
    if not is_over:
        return Outcome.PENDING
    if value is None:
        return Outcome.NO_DATA
    return Outcome.MET if compares(value, comparator, line) else Outcome.MISSED
