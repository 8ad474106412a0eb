"""Counting failing months: how many of the months to come may still fail, and which must pass at the latest."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

from assessments.engine.answers.possible import Range, Reach, smallest_passing
from assessments.engine.language.common import Comparator, compares
from assessments.engine.outcomes import MonthState
from assessments.engine.results import MonthVerdict, Operands, Provenance, Step


@dataclass(frozen=True, slots=True)
class MonthEnd:
    """One month that counts: whether it can still pass, whether it can still fail, and the value that passes."""

    month: date
    judged_on: date
    metric: str
    state: MonthState
    value: Decimal | None
    line: Decimal | None
    must_reach: Fraction | None
    can_pass: bool
    can_fail: bool

    @property
    def is_pending(self) -> bool:
        """Whether the month is still to be judged."""
        return self.state is MonthState.PENDING


@dataclass(frozen=True, slots=True)
class CountNeed:
    """What a count of failing months still allows; it fails when the count reaches `limit`.

    `failures` are certain, `failures_worst` counts months without a figure as failing. `may_fail` is how many of the
    `remaining` months may fail when the unknown ones failed (so it is safe; None: then it is lost already),
    `may_fail_at_best` when they passed. `must_pass` is how many of them must pass at least. `pass_by` are, when only
    months in a row count, the month-ends by which a passing month must have come at the latest, each one after the
    other was used to the full.
    """

    reach: Reach
    is_consecutive: bool
    limit: int | None
    failures: int
    failures_worst: int
    months: tuple[MonthEnd, ...]
    remaining: tuple[date, ...]
    may_fail: int | None
    may_fail_at_best: int | None
    must_pass: int | None
    pass_by: tuple[date, ...]
    steps: tuple[Step, ...] = ()


def look_at_month(
    verdict: MonthVerdict, comparator: Comparator, possible: Range, *, is_forgiving: bool = False
) -> MonthEnd:
    """Tell what a month of a score can still become. `is_forgiving`: a month without a value does not fail."""
    line, state = verdict.line, verdict.state
    best, worst = possible.best(comparator), possible.worst(comparator)
    can_pass = line is None or best is None or compares(best, comparator, line)
    can_fail = line is None or worst is None or not compares(worst, comparator, line)
    if state in (MonthState.PASSED, MonthState.FAILED):
        can_pass, can_fail = state is MonthState.PASSED, state is MonthState.FAILED
    elif state is MonthState.NO_DATA and is_forgiving:
        can_pass, can_fail = True, False
    return MonthEnd(
        month=verdict.month,
        judged_on=verdict.judged_on,
        metric=verdict.metric,
        state=state,
        value=verdict.value,
        line=line,
        must_reach=None if line is None else smallest_passing(line, comparator, possible.step),
        can_pass=can_pass,
        can_fail=can_fail,
    )


def look_at_activity(verdict: MonthVerdict, possible: Range) -> MonthEnd:
    """Tell what a month of business can still become: any business passes it, unless a later day can take it back."""
    has_business = verdict.value is not None and verdict.value > 0
    cannot_shrink = possible.lowest is not None and possible.lowest >= 0
    is_open = verdict.state in (MonthState.PENDING, MonthState.NO_DATA)
    return MonthEnd(
        month=verdict.month,
        judged_on=verdict.judged_on,
        metric=verdict.metric,
        state=verdict.state,
        value=verdict.value,
        line=None,
        must_reach=Fraction(possible.step),
        can_pass=verdict.state is MonthState.PASSED or (is_open and (possible.highest is None or possible.highest > 0)),
        can_fail=verdict.state is MonthState.FAILED or (is_open and not (has_business and cannot_shrink)),
    )


def need_months(
    months: Sequence[MonthEnd],
    limit: int | None,
    *,
    is_consecutive: bool,
    rule: str = "",
    basis: Provenance | None = None,
) -> CountNeed:
    """Plan the months that are left against the limit."""
    surely = count_failing([not month.can_pass for month in months if not month.is_pending], is_consecutive)
    worst = count_failing([month.can_fail for month in months if not month.is_pending], is_consecutive)
    remaining = tuple(month.judged_on for month in months if month.is_pending)
    safe = None if limit is None else most_failures(months, limit, is_consecutive=is_consecutive, unknown_fails=True)
    hoped = None if limit is None else most_failures(months, limit, is_consecutive=is_consecutive, unknown_fails=False)
    needs_pass = None if safe is None else len(remaining) - safe
    need = CountNeed(
        reach=_reach(months, limit, is_consecutive),
        is_consecutive=is_consecutive,
        limit=limit,
        failures=surely,
        failures_worst=worst,
        months=tuple(months),
        remaining=remaining,
        may_fail=safe,
        may_fail_at_best=hoped,
        must_pass=needs_pass,
        pass_by=tuple(_pass_by(months, limit, unknown_fails=safe is not None)) if is_consecutive else (),
    )
    return _with_steps(need, rule, basis)


def count_failing(failing: Sequence[bool], is_consecutive: bool) -> int:
    """Count failing months: all of them, or the longest run."""
    if not is_consecutive:
        return sum(failing)
    return max((len(list(run)) for failed, run in groupby(failing) if failed), default=0)


def most_failures(months: Sequence[MonthEnd], limit: int, *, is_consecutive: bool, unknown_fails: bool) -> int | None:
    """Return the greatest number of months to come that may fail without reaching the limit; None = lost anyway."""
    spent = {0: 0}
    for month in months:
        can_pass, can_fail = month.can_pass, month.can_fail
        if not month.is_pending and can_pass and can_fail:
            can_pass, can_fail = not unknown_fails, unknown_fails
        after: dict[int, int] = {}
        for count, failed in spent.items():
            if can_fail and count + 1 < limit:
                after[count + 1] = max(after.get(count + 1, 0), failed + month.is_pending)
            if can_pass:
                reset = 0 if is_consecutive else count
                after[reset] = max(after.get(reset, 0), failed)
        spent = after
    return max(spent.values(), default=None)


def _pass_by(months: Sequence[MonthEnd], limit: int | None, *, unknown_fails: bool) -> Iterator[date]:
    """Let every month to come fail as long as the run allows, and name the month that must not."""
    run = 0
    for month in months:
        if month.is_pending:
            fails = month.can_fail
            if fails and limit is not None and run + 1 >= limit:
                yield month.judged_on
                fails = False
        else:
            fails = month.can_fail and (unknown_fails or not month.can_pass)
        run = run + 1 if fails else 0


def _reach(months: Sequence[MonthEnd], limit: int | None, is_consecutive: bool) -> Reach:
    if limit is None:
        return Reach.LINE_NOT_SET
    if count_failing([not month.can_pass for month in months], is_consecutive) >= limit:
        return Reach.ELIMINATED
    if count_failing([month.can_fail for month in months], is_consecutive) < limit:
        return Reach.CLINCHED
    if any(month.state is MonthState.LINE_NOT_SET or _lacks_line(month) for month in months):
        return Reach.LINE_NOT_SET
    return Reach.OPEN if any(month.is_pending for month in months) else Reach.UNKNOWN


def _lacks_line(month: MonthEnd) -> bool:
    return month.is_pending and month.must_reach is None


def _with_steps(need: CountNeed, rule: str, basis: Provenance | None) -> CountNeed:
    counting = "row" if need.is_consecutive else "all"
    values: Operands = {
        "limit": need.limit,
        "failures": need.failures,
        "worst": need.failures_worst,
        "remaining": len(need.remaining),
        "may_fail": need.may_fail,
        "at_best": need.may_fail_at_best,
        "must_pass": need.must_pass,
        "days": need.pass_by,
    }
    steps = [Step(rule, f"count_{counting}_{need.reach.value}", values, basis)]
    if need.pass_by and need.reach is Reach.OPEN:
        steps.append(Step(rule, "pass_by", values, basis))
    return replace(need, steps=tuple(steps))
