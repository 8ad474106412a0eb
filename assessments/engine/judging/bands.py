"""Warning bands: how near a store is to failing, and whether the figures are enough to say so."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from assessments.engine.calendar import first_of_month
from assessments.engine.language.assessment import (
    AssessmentBody,
    Completion,
    CompletionStep,
    DaysUsed,
    FailuresLeft,
    Incidents,
    LatestValue,
    MonthlyScore,
)
from assessments.engine.language.common import compares
from assessments.engine.language.reading import Rulebook
from assessments.engine.outcomes import MonthState, Outcome, Standing
from assessments.engine.results import Operands, RequirementResult, Step, Warned

RISK = (Standing.CLEAR, Standing.WATCH, Standing.LOW, Standing.MEDIUM, Standing.HIGH)
_UNTOLD = (Outcome.NO_DATA, Outcome.LINE_NOT_SET)


@dataclass(frozen=True, slots=True)
class Risk:
    """The bands that a store is in for certain, and the requirements whose figures are not enough to tell."""

    warnings: tuple[Warned, ...]
    untold: tuple[str, ...]

    @property
    def standing(self) -> Standing:
        """The worst certain band; without one, UNKNOWN as long as anything is untold."""
        if self.warnings:
            return max((warned.level for warned in self.warnings), key=RISK.index)
        return Standing.UNKNOWN if self.untold else Standing.CLEAR


def find_risk(rulebook: Rulebook, body: AssessmentBody, results: tuple[RequirementResult, ...]) -> Risk:
    """Put a store whose period has not failed into its warning bands."""
    by_id = {result.id: result for result in results}
    rules = {rule.id: rule for rule in body.requirements}
    warnings: list[Warned] = []
    untold = [result.id for result in results if result.live in _UNTOLD or _is_without_figures(result)]
    for at, band in enumerate(body.bands):
        result = by_id.get(band.requirement)
        if result is None:
            continue
        path = f"bands.{at}"
        if isinstance(band, FailuresLeft):
            warnings += _by_failures(rulebook, band, path, result, untold)
        elif isinstance(band, Completion):
            warnings += _by_completion(rulebook, band, path, result, untold)
        elif isinstance(band, DaysUsed):
            warnings += _by_days(rulebook, band, path, result)
        else:
            rule = rules[band.requirement]
            assert isinstance(rule, MonthlyScore)
            warnings += _by_latest(rulebook, band, path, rule, result)
    warnings += [warned for rule in body.requirements if isinstance(rule, Incidents) for warned in _warned(rule, by_id)]
    return Risk(tuple(warnings), tuple(dict.fromkeys(untold)))


def _warned(rule: Incidents, results: Mapping[str, RequirementResult]) -> Iterator[Warned]:
    """An incident that only warns puts the store under watch."""
    result = results.get(rule.id)
    if result is not None and rule.effect == "warns" and result.failures_left == 0:
        yield Warned(rule.id, Standing.WATCH, result.steps[-1])


def _by_days(rulebook: Rulebook, band: DaysUsed, path: str, result: RequirementResult) -> Iterator[Warned]:
    """Warn by how much of the allowed days is used up; the limit is one day more than is allowed."""
    if not result.failures or result.limit is None or result.outcome is Outcome.MET:
        return
    allowed = result.limit - 1
    used = Fraction(result.failures, allowed) if allowed else Fraction(1)
    rows = sorted(band.rows, key=lambda row: row.up_to)
    level = Standing(next((row.level for row in rows if used <= Fraction(row.up_to)), band.above))
    values: Operands = {"failures": result.failures, "allowed": allowed, "used": used, "level": level.value}
    yield Warned(result.id, level, Step(path, "band_days_used", values, rulebook.basis(band)))


def _is_without_figures(result: RequirementResult) -> bool:
    """A requirement that was never looked at and has no figure of the running month either says nothing."""
    if result.live is not Outcome.PENDING:
        return False
    if result.kind == "total":
        return result.actual is None
    return result.kind == "monthly_score" and result.latest is None


def _by_failures(
    rulebook: Rulebook, band: FailuresLeft, path: str, result: RequirementResult, untold: list[str]
) -> Iterator[Warned]:
    if result.limit is None or result.failures is None or result.outcome is Outcome.MET:
        return
    level = _left_level(band, result.failures, result.limit)
    unknown = sum(month.state in (MonthState.NO_DATA, MonthState.LINE_NOT_SET) for month in result.months)
    if (
        unknown
        and result.failures_worst is not None
        and _left_level(band, result.failures_worst, result.limit) != level
    ):
        untold.append(result.id)
    if level is not Standing.CLEAR:
        values: Operands = {"left": result.limit - result.failures, "failures": result.failures, "limit": result.limit}
        step = Step(path, "band_failures_left", {**values, "level": level.value}, rulebook.basis(band))
        yield Warned(result.id, level, step)


def _left_level(band: FailuresLeft, failures: int, limit: int) -> Standing:
    if failures == 0 and band.warn_from == "first_failure":
        return Standing.CLEAR
    for row in sorted(band.rows, key=lambda row: row.at_most):
        if limit - failures <= row.at_most:
            return Standing(row.level)
    return Standing.CLEAR


def _by_completion(
    rulebook: Rulebook, band: Completion, path: str, result: RequirementResult, untold: list[str]
) -> Iterator[Warned]:
    if result.completion is None or result.months_assessed == 0 or result.outcome is Outcome.MET:
        return
    steps = _completion_steps(band, result)
    if steps is None:
        return
    level, below = _completion_level(steps, result.completion)
    if level is Standing.CLEAR:
        return
    if any(reason.code == "days_missing" for reason in result.reasons):
        untold.append(result.id)
        return
    values: Operands = {
        "completion": result.completion,
        "months": result.months_assessed,
        "below": below,
        "level": level.value,
    }
    yield Warned(result.id, level, Step(path, "band_completion", values, rulebook.basis(band)))


def _completion_steps(band: Completion, result: RequirementResult) -> Mapping[Fraction, Standing] | None:
    if result.target is None or not result.pace_target:
        return None
    months = result.pace_target / result.target
    rows: tuple[CompletionStep, ...] = ()
    if Fraction(result.months_assessed) / months == band.cycle_months:
        rows = next((row.steps for row in band.rows if result.months_assessed in row.months), ())
    if rows:
        return {Fraction(step.below): Standing(step.level) for step in rows}
    return {months: Standing.WATCH} if band.outside == "watch_pace" else None


def _completion_level(steps: Mapping[Fraction, Standing], completion: Fraction) -> tuple[Standing, Fraction | None]:
    for below in sorted(steps):
        if completion < below:
            return steps[below], below
    return Standing.CLEAR, None


def _by_latest(
    rulebook: Rulebook, band: LatestValue, path: str, rule: MonthlyScore, result: RequirementResult
) -> Iterator[Warned]:
    """Only a value of the month that is still running warns: a month that is over has been counted."""
    running = {month.month for month in result.months if month.state is MonthState.PENDING}
    latest, on, line = result.latest, result.latest_on, result.line
    if latest is None or on is None or line is None or first_of_month(on) not in running:
        return
    if not compares(latest, rule.comparator, line):
        values: Operands = {"on": on, "value": latest, "comparator": rule.comparator, "line": line, "level": band.level}
        yield Warned(result.id, Standing(band.level), Step(path, "band_latest", values, rulebook.basis(band)))
