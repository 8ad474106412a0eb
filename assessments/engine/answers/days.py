"""Counting failing days: how many of the days to come may still fail a line."""

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from assessments.engine.answers.possible import Range, Reach, smallest_passing
from assessments.engine.language.common import Comparator, compares
from assessments.engine.results import Operands, Provenance, Step


@dataclass(frozen=True, slots=True)
class DaysNeed:
    """What a count of failing days still allows; it fails when the count reaches `limit`.

    `may_fail` is how many of the `days_left` may fail when the `unknown` past days failed (negative: then it is lost
    already), `may_fail_at_best` when they passed. `must_reach` is the value that a day needs, in whole steps.
    """

    reach: Reach
    limit: int | None
    failures: int
    unknown: int
    days_left: int
    may_fail: int | None
    may_fail_at_best: int | None
    must_reach: Fraction | None
    steps: tuple[Step, ...] = ()


def need_days(
    *,
    metric: str,
    limit: int | None,
    failures: int,
    unknown: int,
    days_left: int,
    line: Decimal | None,
    comparator: Comparator,
    possible: Range,
    rule: str = "",
    basis: Provenance | None = None,
) -> DaysNeed:
    """Plan the days that are left against the limit; a day without a value may have failed."""
    must = None if line is None else smallest_passing(line, comparator, possible.step)
    spare = None if limit is None else limit - 1 - failures
    need = DaysNeed(
        reach=_reach(spare, line, comparator, possible, unknown=unknown, days_left=days_left),
        limit=limit,
        failures=failures,
        unknown=unknown,
        days_left=days_left,
        may_fail=None if spare is None else min(spare - unknown, days_left),
        may_fail_at_best=None if spare is None else min(spare, days_left),
        must_reach=must,
    )
    values: Operands = {
        "metric": metric,
        "comparator": comparator,
        "line": line,
        "limit": limit,
        "failures": failures,
        "unknown": unknown,
        "days": days_left,
        "may_fail": need.may_fail,
        "at_best": need.may_fail_at_best,
        "must": must,
    }
    return replace(need, steps=(Step(rule, f"days_{need.reach.value}", values, basis),))


def _reach(
    spare: int | None, line: Decimal | None, comparator: Comparator, possible: Range, *, unknown: int, days_left: int
) -> Reach:
    if spare is None or line is None:
        return Reach.LINE_NOT_SET
    best, worst = possible.best(comparator), possible.worst(comparator)
    open_days = unknown + days_left
    can_pass = best is None or compares(best, comparator, line)
    can_fail = worst is None or not compares(worst, comparator, line)
    if spare < (0 if can_pass else open_days):
        return Reach.ELIMINATED
    if spare >= (open_days if can_fail else 0):
        return Reach.CLINCHED
    return Reach.OPEN if days_left else Reach.UNKNOWN
