"""Levers: per requirement the smallest change that makes it pass, what it gains, and where levers overlap."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from assessments.engine.answers.changes import AddTotal, Change, SetClosing, SetScore
from assessments.engine.answers.cheapest import cheapest_set
from assessments.engine.answers.due_levers import raise_due
from assessments.engine.answers.dues import list_dues, rule_path
from assessments.engine.answers.gates import Gated, list_rules
from assessments.engine.answers.possible import DEFAULT_RANGES, RISING, Ranges, as_decimal, smallest_passing
from assessments.engine.answers.what_if import WhatIf, ask_fee_what_if, ask_what_if
from assessments.engine.calendar import PlannedPeriod, first_of_month
from assessments.engine.facts import FeeFacts, StoreFacts
from assessments.engine.judging.probation import judge_period
from assessments.engine.language.assessment import Activity, DailyScore, MonthlyScore, Total
from assessments.engine.language.common import compares
from assessments.engine.language.reading import Rulebook
from assessments.engine.outcomes import FeeBasis, MonthState, Outcome
from assessments.engine.results import MonthVerdict, Operands, RequirementResult, RulebookRef, Step
from assessments.engine.text import Text


@dataclass(frozen=True, slots=True)
class FeeYear:
    """The fee year that a lever's ¥ are worked out in."""

    rulebook: Rulebook
    facts: FeeFacts
    basis: FeeBasis = FeeBasis.AS_RECORDED


@dataclass(frozen=True, slots=True)
class Lever:
    """One change of the figures and what it gains, each the difference of two runs of the engine.

    `whole` True: the smallest change that makes the requirement pass when judged on `as_of`. False: one failing month
    (`month`) made to pass. `by` is what it moves in all, in the metric's unit. `refund_gain` in ¥, None without a fee
    year or when a refund is not known. `hours` is `by` times the effort given for the metric. `overlaps` names the
    requirements whose levers move the same metric, so that gains do not add up.
    """

    requirement: str
    name: Text
    metric: str
    whole: bool
    month: date | None
    changes: tuple[Change, ...]
    by: Fraction
    before: Outcome
    after: Outcome
    period_after: Outcome
    months_gained: int
    refund_gain: Decimal | None
    hours: Fraction | None
    overlaps: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Levers:
    """Every lever, cheapest by effort first. `together` are all whole levers at once: they gain at most the sum."""

    rulebook: RulebookRef
    store: str
    as_of: date
    live: Outcome
    levers: tuple[Lever, ...]
    together_live: Outcome
    together_months: int
    together_refund: Decimal | None
    added_refund: Decimal | None
    steps: tuple[Step, ...] = ()

    @property
    def parts(self) -> tuple[Lever, ...]:
        """The levers, for telling."""
        return self.levers


@dataclass(frozen=True, slots=True)
class _Bench:
    """A period with its fee year, on which changes are tried."""

    rulebook: Rulebook
    period: PlannedPeriod
    facts: StoreFacts
    fee: FeeYear | None
    effort: Mapping[str, Decimal]

    def try_(self, changes: Sequence[Change]) -> WhatIf:
        """Judge again with the changes."""
        return ask_what_if(self.rulebook, self.period, self.facts, changes)

    def refund_gain(self, changes: Sequence[Change]) -> Decimal | None:
        """Settle again with the changes."""
        if self.fee is None:
            return None
        return ask_fee_what_if(self.fee.rulebook, self.fee.facts, changes, self.fee.basis).gain


def find_levers(
    rulebook: Rulebook,
    period: PlannedPeriod,
    facts: StoreFacts,
    *,
    ranges: Ranges = DEFAULT_RANGES,
    fee: FeeYear | None = None,
    effort: Mapping[str, Decimal] | None = None,
) -> Levers:
    """Find the levers of a period as judged on `as_of`. `effort` maps a metric to hours for one unit of it.

    Months without a figure are no levers: they are filled in, not raised. Raises ValueError only when the rulebook
    judges no periods.
    """
    bench = _Bench(rulebook, period, facts, fee, effort or {})
    verdict = judge_period(rulebook, period, facts)
    rules, dues = list_rules(rulebook), list_dues(rulebook, facts)
    found = [
        lever
        for result in verdict.requirements
        if result.id in rules
        for lever in _of_requirement(bench, rules[result.id], result, ranges)
    ]
    found += [
        _lever(bench, result, *change)
        for result in verdict.requirements
        if result.id in dues and result.live is Outcome.MISSED
        for change in raise_due(dues[result.id], result, facts, ranges)
    ]
    levers = [_with_overlaps(lever, found) for lever in found]
    levers.sort(key=lambda each: (each.hours is None, each.hours or 0, not each.whole, each.requirement, each.by))
    return _together(bench, verdict.live, tuple(levers))


def _together(bench: _Bench, live: Outcome, levers: tuple[Lever, ...]) -> Levers:
    """Make the changes of all whole levers at once: what they share is gained once."""
    changes = [change for lever in levers if lever.whole for change in lever.changes]
    joint, refund = bench.try_(changes), bench.refund_gain(changes)
    gains = [lever.refund_gain for lever in levers if lever.whole]
    known = [gain for gain in gains if gain is not None]
    added = sum(known, Decimal(0)) if bench.fee is not None and len(known) == len(gains) else None
    told: Operands = {"months": joint.months_gained, "gain": refund, "sum": added}
    return Levers(
        rulebook=bench.rulebook.ref,
        store=bench.facts.store,
        as_of=bench.facts.as_of,
        live=live,
        levers=levers,
        together_live=joint.after.live,
        together_months=joint.months_gained,
        together_refund=refund,
        added_refund=added,
        steps=(Step("requirements", "levers_together" if changes else "levers_none", told),),
    )


def _of_requirement(bench: _Bench, rule: Gated, result: RequirementResult, ranges: Ranges) -> Iterator[Lever]:
    if isinstance(rule, Total):
        yield from _of_total(bench, rule, result, ranges)
        return
    if isinstance(rule, DailyScore):
        yield from _of_days(bench, rule, result, ranges)
        return
    raises = [_raise(rule, month, ranges) for month in result.months]
    if result.limit is not None and result.live is Outcome.MISSED:
        failing = [month.state is MonthState.FAILED for month in result.months]
        costs = [None if each is None else each[1] for each in raises]
        consecutive = isinstance(rule, Activity) or rule.counting == "consecutive"
        chosen = cheapest_set(failing, costs, result.limit, is_consecutive=consecutive)
        picked = [raises[at] for at in chosen or ()]
        changes = tuple(each[0] for each in picked if each is not None)
        if changes:
            by = sum((each[1] for each in picked if each is not None), Fraction(0))
            yield _lever(bench, result, changes, by)
    for month, each in zip(result.months, raises, strict=True):
        if isinstance(rule, MonthlyScore) and each is not None:
            yield _lever(bench, result, (each[0],), each[1], month=month.month)


def _raise(rule: MonthlyScore | Activity, month: MonthVerdict, ranges: Ranges) -> tuple[Change, Fraction] | None:
    """Return the smallest change that makes a failing month pass, and its size; None when the range forbids it."""
    if month.state is not MonthState.FAILED:
        return None
    if isinstance(rule, Activity):
        least = ranges.of_day(month.metric).step
        return AddTotal(month.metric, month.month, least), Fraction(least)
    possible = ranges.of_score(month.metric)
    if month.line is None or month.value is None:
        return None
    value = smallest_passing(month.line, rule.comparator, possible.step)
    best = possible.best(rule.comparator)
    if best is not None and (value > best if rule.comparator in RISING else value < best):
        return None
    return SetClosing(month.metric, month.month, as_decimal(value)), abs(value - Fraction(month.value))


def _of_days(bench: _Bench, rule: DailyScore, result: RequirementResult, ranges: Ranges) -> Iterator[Lever]:
    """Raise the failing days that lack least, as many as are one too many."""
    if result.live is not Outcome.MISSED or result.line is None or result.limit is None:
        return
    possible, until = ranges.of_score(rule.metric), min(bench.facts.as_of, bench.period.ends_before - timedelta(days=1))
    value = smallest_passing(result.line, rule.comparator, possible.step)
    best = possible.best(rule.comparator)
    if best is not None and not compares(best, rule.comparator, value):
        return
    known = bench.facts.daily.get(rule.metric, {})
    failing = sorted(
        (abs(value - Fraction(one)), on)
        for on, one in known.items()
        if one is not None and bench.period.starts_on <= on <= until and not compares(one, rule.comparator, result.line)
    )
    chosen = failing[: (result.failures or 0) - result.limit + 1]
    changes = tuple(SetScore(rule.metric, on, as_decimal(value)) for _, on in chosen)
    yield _lever(bench, result, changes, sum((by for by, _ in chosen), Fraction(0)))


def _of_total(bench: _Bench, rule: Total, result: RequirementResult, ranges: Ranges) -> Iterator[Lever]:
    """Add what is missing of the pace, which is the whole target once the period is over. Only a rising sum can."""
    goal = result.pace_target
    if goal is None or result.live in (Outcome.MET, Outcome.PENDING) or rule.comparator not in RISING:
        return
    if any(point.decides and point.outcome is Outcome.MISSED for point in result.checkpoints):
        return
    missing = smallest_passing(goal - Fraction(result.actual or 0), rule.comparator, ranges.of_day(rule.metric).step)
    month = first_of_month(min(bench.facts.as_of, bench.period.ends_before - timedelta(days=1)))
    if missing > 0:
        yield _lever(bench, result, (AddTotal(rule.metric, month, as_decimal(missing)),), missing)


def _lever(
    bench: _Bench, result: RequirementResult, changes: tuple[Change, ...], by: Fraction, *, month: date | None = None
) -> Lever:
    tried = bench.try_(changes)
    after = next(each for each in tried.after.requirements if each.id == result.id)
    metric = next(change.metric for change in changes if isinstance(change, SetClosing | SetScore | AddTotal))
    effort = bench.effort.get(metric)
    lever = Lever(
        requirement=result.id,
        name=result.name,
        metric=metric,
        whole=month is None,
        month=month,
        changes=changes,
        by=by,
        before=result.live,
        after=after.live,
        period_after=tried.after.live,
        months_gained=tried.months_gained,
        refund_gain=bench.refund_gain(changes),
        hours=None if effort is None else by * Fraction(effort),
    )
    told: Operands = {
        "name": lever.name,
        "on": lever.month,
        "by": lever.by,
        "before": lever.before.value,
        "after": lever.after.value,
        "months": lever.months_gained,
        "gain": lever.refund_gain,
        "hours": lever.hours,
    }
    step = Step(rule_path(bench.rulebook, bench.facts, result.id), "lever_gate" if lever.whole else "lever_month", told)
    return replace(lever, steps=(step,))


def _with_overlaps(lever: Lever, every: Sequence[Lever]) -> Lever:
    """Name the other requirements whose levers move the same metric."""
    others = [each for each in every if each.metric == lever.metric and each.requirement != lever.requirement]
    names = tuple(dict.fromkeys(each.requirement for each in others))
    if not names:
        return lever
    told: Operands = {"others": tuple(dict.fromkeys(each.name for each in others))}
    step = Step(lever.steps[0].rule, "lever_overlaps", told)
    return replace(lever, overlaps=names, steps=(*lever.steps, step))
