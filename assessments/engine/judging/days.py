"""Judging a score day by day, and the gate that incidents close."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import floor

from assessments.engine.calendar import PlannedPeriod
from assessments.engine.facts import StoreFacts
from assessments.engine.language.assessment import DailyScore, Incidents
from assessments.engine.language.common import compares
from assessments.engine.lines import Lines, kept
from assessments.engine.outcomes import Outcome
from assessments.engine.results import Operands, Reason, RequirementResult, Step
from assessments.engine.text import Text


@dataclass(frozen=True, slots=True)
class _Counted:
    """The days that failed, how many had a value, and how many had none."""

    failed: tuple[date, ...] = ()
    known: int = 0
    unknown: int = 0


def judge_days(rule: DailyScore, lines: Lines, period: PlannedPeriod, facts: StoreFacts) -> RequirementResult:
    """Count the days on which a score fails its line; a day without a value may still be one of them."""
    path = f"requirements.{rule.id}"
    last_day = period.ends_before - timedelta(days=1)
    line, allowed = lines.find(rule.line, rule), lines.find(rule.allowed, rule)
    limit = None if allowed.value is None else floor(allowed.value) + 1
    counted = _Counted() if line.value is None else _count(rule, period, facts, line.value)
    is_set = line.value is not None and limit is not None
    to_come = max((last_day - facts.as_of).days, 0)
    outcome = _outcome(counted, limit, to_come=to_come) if is_set and limit else Outcome.LINE_NOT_SET
    live = _live(counted, limit) if is_set and limit else Outcome.LINE_NOT_SET
    is_missed = outcome is Outcome.MISSED and limit is not None
    failures = len(counted.failed)
    return RequirementResult(
        id=rule.id,
        kind=rule.kind,
        name=rule.name.text,
        outcome=outcome,
        live=live,
        failures=failures if is_set else None,
        failures_worst=failures + counted.unknown if is_set else None,
        limit=limit,
        failures_left=max(limit - failures, 0) if is_set and limit else None,
        line=line.value,
        decided_on=_decided_on(counted, limit, outcome, min(last_day, facts.as_of)),
        next_deadline_on=last_day if outcome is Outcome.PENDING else None,
        reasons=_reasons(rule, lines, counted, is_missed=is_missed),
        steps=kept(
            lines.step(path, rule.line, line),
            lines.step(path, rule.allowed, allowed),
            _days_step(rule, lines, counted, line=line.value, limit=limit),
        ),
    )


def _decided_on(counted: _Counted, limit: int | None, outcome: Outcome, today: date) -> date | None:
    if outcome is Outcome.MISSED and limit is not None:
        return counted.failed[limit - 1]
    return today if outcome is Outcome.MET else None


def _reasons(rule: DailyScore, lines: Lines, counted: _Counted, *, is_missed: bool) -> tuple[Reason, ...]:
    unset = [lines.reason(amount) for amount in (rule.line, rule.allowed) if lines.find(amount, rule).value is None]
    if counted.unknown and not is_missed:
        text = Text(zh=f"{counted.unknown} 天没有数据", en=f"{counted.unknown} days have no figures")
        unset.append(Reason("days_missing", text))
    return tuple(unset)


def _days_step(
    rule: DailyScore, lines: Lines, counted: _Counted, *, line: Decimal | None, limit: int | None
) -> Step | None:
    if line is None or limit is None:
        return None
    values: Operands = {
        "metric": rule.metric,
        "comparator": rule.comparator,
        "line": line,
        "failures": len(counted.failed),
        "limit": limit,
        "unknown": counted.unknown,
    }
    return Step(f"requirements.{rule.id}", "days_counted", values, lines.rulebook.basis(rule))


def _count(rule: DailyScore, period: PlannedPeriod, facts: StoreFacts, line: Decimal) -> _Counted:
    values = facts.daily.get(rule.metric, {})
    until = min(facts.as_of, period.ends_before - timedelta(days=1))
    days = [period.starts_on + timedelta(days=at) for at in range((until - period.starts_on).days + 1)]
    known = [(day, value) for day in days if (value := values.get(day)) is not None]
    failed = [day for day, value in known if not compares(value, rule.comparator, line)]
    return _Counted(tuple(failed), len(known), len(days) - len(known))


def _outcome(counted: _Counted, limit: int, *, to_come: int) -> Outcome:
    failures = len(counted.failed)
    if failures >= limit:
        return Outcome.MISSED
    if counted.known and failures + counted.unknown + to_come < limit:
        return Outcome.MET
    return Outcome.PENDING if to_come else Outcome.NO_DATA


def _live(counted: _Counted, limit: int) -> Outcome:
    if len(counted.failed) >= limit:
        return Outcome.MISSED
    if not counted.known:
        return Outcome.NO_DATA if counted.unknown else Outcome.PENDING
    return Outcome.MET if len(counted.failed) + counted.unknown < limit else Outcome.NO_DATA


def judge_incidents(rule: Incidents, lines: Lines, period: PlannedPeriod, facts: StoreFacts) -> RequirementResult:
    """Count incidents of the rule's topics inside the period; none recorded is none."""
    last_day = period.ends_before - timedelta(days=1)
    until = min(facts.as_of, last_day)
    days = sorted(
        each.on
        for each in facts.incidents
        if each.topic in rule.topics and not each.withdrawn and period.starts_on <= each.on <= until
    )
    reached = len(days) >= rule.at_least
    fails = reached and rule.effect == "fails"
    is_over = facts.as_of >= last_day
    outcome = Outcome.MISSED if fails else Outcome.MET if is_over or rule.effect != "fails" else Outcome.PENDING
    values: Operands = {"count": len(days), "at_least": rule.at_least, "days": tuple(days)}
    key = f"incidents_{rule.effect if reached else 'none'}"
    return RequirementResult(
        id=rule.id,
        kind=rule.kind,
        name=rule.name.text,
        outcome=outcome,
        live=Outcome.MISSED if fails else Outcome.MET,
        failures=len(days),
        limit=rule.at_least,
        failures_left=max(rule.at_least - len(days), 0),
        decided_on=days[rule.at_least - 1] if fails else last_day if outcome is Outcome.MET else None,
        next_deadline_on=last_day if outcome is Outcome.PENDING else None,
        steps=(Step(f"requirements.{rule.id}", key, values, lines.rulebook.basis(rule)),),
    )
