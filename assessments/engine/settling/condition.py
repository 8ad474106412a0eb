"""The score condition of a fee year: which days are read, their mean, and whether it reaches the standard."""

from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

from assessments.engine.calendar import first_of_month, last_of_month
from assessments.engine.facts import FeeFacts
from assessments.engine.language.common import compares
from assessments.engine.language.fee import ScoreCondition
from assessments.engine.lines import Found
from assessments.engine.results import Operands, Reason, ScoreCheck, Step
from assessments.engine.rounding import rounded
from assessments.engine.settling.charge import CategoryLines
from assessments.engine.settling.timeline import JANUARY, JANUARY_ASK, Timeline
from assessments.engine.text import Text

_MODES = {"half_up_2": ROUND_HALF_UP, "half_even_2": ROUND_HALF_EVEN, "down_2": ROUND_DOWN}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the score condition holds. `may_pass` and `may_fail` cover every value that is not known yet."""

    passed: bool | None
    may_pass: bool
    may_fail: bool
    checks: tuple[ScoreCheck, ...] = ()
    missing: tuple[date, ...] = ()
    reasons: tuple[Reason, ...] = ()
    steps: tuple[Step, ...] = ()


@dataclass(slots=True)
class _Read:
    """What was read for one metric."""

    values: list[tuple[date, Decimal]] = field(default_factory=list)
    dropped: list[date] = field(default_factory=list)
    unknown: list[date] = field(default_factory=list)
    to_come: list[date] = field(default_factory=list)


def check_scores(
    rule: ScoreCondition | None, lines: CategoryLines, category: str | None, timeline: Timeline, facts: FeeFacts
) -> Verdict:
    """Check every metric's mean against the standard of the settling category; all must reach it."""
    if rule is None:
        return Verdict(passed=True, may_pass=True, may_fail=False)
    if category is None or timeline.score_rule == JANUARY_ASK:
        return Verdict(passed=None, may_pass=True, may_fail=True)
    standard = lines.find(category, rule.standard, rule)
    verdicts = [_check_one(rule, lines, standard, metric, timeline=timeline, facts=facts) for metric in rule.metrics]
    unset = (lines.of(category).reason(rule.standard),) if standard.value is None else ()
    looked_up = lines.of(category).step("score.standard", rule.standard, standard)
    passes = [verdict.passed for verdict in verdicts]
    passed = False if False in passes else None if None in passes else True
    return Verdict(
        passed=passed,
        may_pass=all(verdict.may_pass for verdict in verdicts),
        may_fail=any(verdict.may_fail for verdict in verdicts),
        checks=tuple(check for verdict in verdicts for check in verdict.checks),
        missing=tuple(sorted({day for verdict in verdicts for day in verdict.missing})),
        reasons=(*unset, *dict.fromkeys(reason for verdict in verdicts for reason in verdict.reasons)),
        steps=(*([looked_up] if looked_up else []), *(step for verdict in verdicts for step in verdict.steps)),
    )


def _check_one(
    rule: ScoreCondition,
    lines: CategoryLines,
    standard: Found,
    metric: str,
    *,
    timeline: Timeline,
    facts: FeeFacts,
) -> Verdict:
    read = _read(rule, metric, timeline, facts)
    exact = _mean(metric, read, facts)
    mean = None if exact is None else _rounded(rule, exact)
    low, high = _bounds(rule, metric, read, facts)
    line = standard.value
    passed = None if mean is None or line is None else compares(mean, rule.comparator, line)
    check = ScoreCheck(
        rule=timeline.score_rule,
        metric=metric,
        mean=mean,
        standard=line,
        passed=passed,
        days=tuple(day for day, _ in read.values),
        missing=tuple(sorted(read.dropped + read.unknown)),
        before_rounding=None if exact == mean else exact,
    )
    return Verdict(
        passed=passed,
        may_pass=line is None or compares(high, rule.comparator, line),
        may_fail=line is None or not compares(low, rule.comparator, line),
        checks=(check,),
        missing=tuple(read.unknown) if metric not in facts.means else (),
        reasons=_reasons(read, mean, metric),
        steps=_steps(lines, rule, check, read, timeline=timeline, facts=facts),
    )


def _read(rule: ScoreCondition, metric: str, timeline: Timeline, facts: FeeFacts) -> _Read:
    """Sort the days into read, dropped ("no score" said by the marketplace), unknown, and still to come."""
    months = {month.month: month for month in facts.series.get(metric, ())}
    single = facts.score_on.get(metric, {})
    read = _Read()
    for day in timeline.score_days[-(rule.last_months or 12) :]:
        month = months.get(first_of_month(day))
        value = single.get(day)
        if value is None and month is not None:
            value = month.closing if day == last_of_month(day) else None
            if value is None and month.latest_on == day:
                value = month.latest
        if value is not None and day <= facts.as_of:
            read.values.append((day, value))
        elif day > facts.as_of:
            read.to_come.append(day)
        elif first_of_month(day) in facts.no_score_months and timeline.score_rule != JANUARY:
            read.dropped.append(day)
        else:
            read.unknown.append(day)
    return read


def _mean(metric: str, read: _Read, facts: FeeFacts) -> Fraction | None:
    """Return the exact mean, as given or of the values read."""
    if metric in facts.means:
        return facts.means[metric]
    return _total(read) / len(read.values) if read.values else None


def _total(read: _Read) -> Fraction:
    return sum((Fraction(value) for _, value in read.values), Fraction(0))


def _bounds(rule: ScoreCondition, metric: str, read: _Read, facts: FeeFacts) -> tuple[Fraction, Fraction]:
    """Return the bounds of the mean as compared, when unknown days take the lowest and the highest value."""
    if metric in facts.means:
        given = _rounded(rule, facts.means[metric])
        return given, given
    total, open_days = _total(read), len(read.unknown) + len(read.to_come)
    days = len(read.values) + open_days
    if not days:
        return Fraction(rule.lowest), Fraction(rule.highest)
    low = _rounded(rule, (total + open_days * Fraction(rule.lowest)) / days)
    high = _rounded(rule, (total + open_days * Fraction(rule.highest)) / days)
    return low, high


def _rounded(rule: ScoreCondition, mean: Fraction) -> Fraction:
    return mean if rule.rounding == "none" else Fraction(rounded(mean, 2, _MODES[rule.rounding]))


def _reasons(read: _Read, mean: Fraction | None, metric: str) -> tuple[Reason, ...]:
    reasons = []
    if read.unknown:
        days = ", ".join(day.isoformat() for day in read.unknown)
        text = Text(zh=f"没有这些日子的分数：{days}", en=f"no score on these days: {days}")
        reasons.append(Reason("score_missing", text))
    if mean is None:
        text = Text(zh=f"没有可以计算的分数（{metric}）", en=f"there is no score to average ({metric})")
        reasons.append(Reason("no_score", text))
    return tuple(reasons)


def _steps(
    lines: CategoryLines, rule: ScoreCondition, check: ScoreCheck, read: _Read, *, timeline: Timeline, facts: FeeFacts
) -> tuple[Step, ...]:
    basis = lines.rulebook.basis(rule)
    chosen = f"score_rule_{timeline.score_rule}"
    steps = [Step("termination.score", chosen, {"days": check.days}, basis)]
    if timeline.score_rule == JANUARY and timeline.exit is not None and timeline.exit.applied_on.day == 1:
        steps.append(Step("termination.first_of_january", "first_of_january", {}, basis))
    if read.dropped:
        steps.append(Step("score", "score_dropped", {"days": tuple(read.dropped)}, basis))
    mean, line = check.mean, check.standard
    if mean is None:
        return tuple(steps)
    if check.metric in facts.means:
        steps.append(Step("score", "mean_given", {"metric": check.metric, "mean": mean}))
    else:
        total = sum((value for _, value in read.values), Decimal(0))
        added: Operands = {"metric": check.metric, "sum": total, "count": len(read.values), "mean": mean}
        steps.append(Step("score", "mean_computed", added, basis))
    if line is not None:
        key = "mean_passed" if check.passed else "mean_failed"
        compared: Operands = {"metric": check.metric, "mean": mean, "comparator": rule.comparator, "line": line}
        steps.append(Step("score", key, compared, basis))
    return tuple(steps)
