"""Judging a probation by calendar months: every assessed month needs its sales and its month-end score."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from assessments.engine.calendar import PlannedPeriod, add_months, first_of_month, last_of_month
from assessments.engine.facts import MonthValue, StoreFacts
from assessments.engine.judging.assessing import concluded
from assessments.engine.judging.bands import Risk
from assessments.engine.judging.totals import is_complete
from assessments.engine.language.common import Amount, compares
from assessments.engine.language.new_store import MonthlyProbationBody, MonthNode, MonthScore
from assessments.engine.language.reading import Rulebook
from assessments.engine.lines import Lines, kept
from assessments.engine.outcomes import Outcome
from assessments.engine.results import Assessment, Operands, Reason, RequirementResult, Step
from assessments.engine.text import Text

_UNTOLD = (Outcome.NO_DATA, Outcome.LINE_NOT_SET)
_DECIDED = (Outcome.MET, Outcome.MISSED)


def assess_months(
    rulebook: Rulebook, body: MonthlyProbationBody, period: PlannedPeriod, facts: StoreFacts
) -> Assessment:
    """Judge the assessed months of a store from its go-live month on."""
    lines = Lines(rulebook, facts.category, facts.lines)
    results = []
    for number, node in enumerate(body.months):
        month = add_months(facts.go_live_on, body.first_month - 1 + number)
        results.append(_judge_sales(lines, body, node, month, facts))
        if body.score is not None:
            results.append(_judge_score(lines, body.score, node, month, facts))
    untold = tuple(result.id for result in results if result.live in _UNTOLD)
    return concluded(rulebook, period, facts, tuple(results), risk=Risk((), untold), stages=body.consequences)


def _judge_sales(
    lines: Lines, body: MonthlyProbationBody, node: MonthNode, month: date, facts: StoreFacts
) -> RequirementResult:
    path, on = f"months.{node.id}", last_of_month(month)
    found = lines.find(node.target, node)
    value = _month_value(facts.series.get(body.metric, ()), month) if first_of_month(month) <= facts.as_of else None
    actual = None if value is None else value.total
    outcome = Outcome.PENDING if on > facts.as_of else Outcome.NO_DATA
    if found.value is None:
        outcome = Outcome.LINE_NOT_SET
    elif actual is not None:
        holds, is_rising = compares(actual, body.comparator, found.value), body.comparator in (">=", ">")
        # A month's sum only grows: what reaches a target early has reached it, what exceeds a cap has exceeded it.
        if holds == is_rising or (on <= facts.as_of and is_complete(value, month, facts.as_of)):
            outcome = Outcome.MET if holds else Outcome.MISSED
    step = None
    if actual is not None and found.value is not None:
        values: Operands = {"month": month, "metric": body.metric, "actual": actual, "comparator": body.comparator}
        step = Step(path, "month_sum_compared", {**values, "target": found.value}, lines.rulebook.basis(node))
    return RequirementResult(
        id=node.id,
        kind="month",
        name=node.name.text,
        outcome=outcome,
        live=outcome,
        actual=actual,
        target=None if found.value is None else Fraction(found.value),
        decided_on=on if outcome in _DECIDED else None,
        next_deadline_on=on if outcome is Outcome.PENDING else None,
        reasons=_why(lines, node.target, outcome, month),
        steps=kept(lines.step(path, node.target, found), step),
    )


def _judge_score(lines: Lines, rule: MonthScore, node: MonthNode, month: date, facts: StoreFacts) -> RequirementResult:
    on = last_of_month(month)
    found = lines.find(rule.line, rule)
    value = _month_value(facts.series.get(rule.metric, ()), month) if on <= facts.as_of else None
    closing: Decimal | None = None if value is None else value.closing
    step = None
    if found.value is None:
        outcome = Outcome.LINE_NOT_SET
    elif on > facts.as_of or closing is None:
        outcome = Outcome.PENDING if on > facts.as_of else Outcome.NO_DATA
    else:
        outcome = Outcome.MET if compares(closing, rule.comparator, found.value) else Outcome.MISSED
        values: Operands = {"on": on, "metric": rule.metric, "value": closing, "comparator": rule.comparator}
        key = "month_passed" if outcome is Outcome.MET else "month_failed"
        step = Step("score", key, {**values, "line": found.value}, found.basis)
    return RequirementResult(
        id=f"{node.id}_score",
        kind="month_score",
        name=Text(zh=f"{node.name.zh}月末分", en=f"{node.name.en}: month-end score"),
        outcome=outcome,
        live=outcome,
        line=found.value,
        latest=closing,
        decided_on=on if outcome in _DECIDED else None,
        next_deadline_on=on if outcome is Outcome.PENDING else None,
        reasons=_why(lines, rule.line, outcome, month),
        steps=kept(lines.step("score", rule.line, found), step),
    )


def _why(lines: Lines, amount: Amount, outcome: Outcome, month: date) -> tuple[Reason, ...]:
    if outcome is Outcome.LINE_NOT_SET:
        return (lines.reason(amount),)
    text = Text(zh=f"{month:%Y-%m} 的数据不全", en=f"figures of {month:%Y-%m} are incomplete")
    return (Reason("month_missing", text),) if outcome is Outcome.NO_DATA else ()


def _month_value(months: tuple[MonthValue, ...], month: date) -> MonthValue | None:
    return next((value for value in months if value.month == month), None)
