"""What the rest of a period must look like: sums and means. Plain numbers in, the arithmetic out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from assessments.engine.answers.possible import Range, Reach, decide, smallest_passing
from assessments.engine.language.common import Comparator
from assessments.engine.results import Operands, Provenance, Step


@dataclass(frozen=True, slots=True)
class SumNeed:
    """What a sum still needs by its last day `on`.

    `missing` is target − actual (for <= and <: what may still be added). `per_day` and `per_month` spread it over the
    days and over the months that are not over; `must_add` is the least amount in whole steps. `unknown_days` lie in
    the past without a figure and are taken at their worst.
    """

    reach: Reach
    on: date
    target: Fraction
    comparator: Comparator
    actual: Fraction
    missing: Fraction
    must_add: Fraction
    days_left: int
    months_left: int
    unknown_days: int
    per_day: Fraction | None
    per_month: Fraction | None
    possible: Range
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class MeanNeed:
    """What the values to come must be on average for a mean over `days` values.

    `needed` takes past values that are not known at their worst (so it is enough for certain), `needed_at_best` at
    their best (below it nothing helps); None = nothing is to come, or no bound. `must_reach` is `needed` in whole
    steps, beyond the line for strict comparators.
    """

    reach: Reach
    target: Fraction
    comparator: Comparator
    days: int
    known: int
    to_come: int
    unknown: int
    sum: Fraction
    needed: Fraction | None
    needed_at_best: Fraction | None
    must_reach: Fraction | None
    possible: Range
    steps: tuple[Step, ...] = ()


def need_sum(
    *,
    metric: str,
    on: date,
    target: Fraction,
    comparator: Comparator,
    actual: Fraction,
    days_left: int,
    months_left: int,
    possible: Range,
    unknown_days: int = 0,
    rule: str = "",
    basis: Provenance | None = None,
) -> SumNeed:
    """Spread what a sum still needs over the days that are left."""
    best, worst = possible.best(comparator), possible.worst(comparator)
    open_days = days_left + unknown_days
    reach = decide(_added(actual, best, open_days), _added(actual, worst, open_days), comparator, target)
    if reach is Reach.OPEN and days_left == 0:
        reach = Reach.UNKNOWN
    missing = target - actual
    need = SumNeed(
        reach=reach,
        on=on,
        target=target,
        comparator=comparator,
        actual=actual,
        missing=missing,
        must_add=smallest_passing(missing, comparator, possible.step),
        days_left=days_left,
        months_left=months_left,
        unknown_days=unknown_days,
        per_day=missing / days_left if days_left else None,
        per_month=missing / months_left if months_left else None,
        possible=possible,
    )
    return replace(need, steps=(Step(rule, f"sum_{reach.value}", _sum_told(need, metric), basis),))


def _sum_told(need: SumNeed, metric: str) -> Operands:
    return {
        "metric": metric,
        "on": need.on,
        "comparator": need.comparator,
        "target": need.target,
        "actual": need.actual,
        "missing": need.missing,
        "must_add": need.must_add,
        "days": need.days_left,
        "months": need.months_left,
        "per_day": need.per_day,
        "per_month": need.per_month,
        "unknown": need.unknown_days,
        "lowest": need.possible.lowest,
        "highest": need.possible.highest,
    }


def need_mean(
    *,
    metric: str,
    target: Fraction | Decimal,
    comparator: Comparator,
    values: Sequence[Decimal | Fraction],
    to_come: int,
    possible: Range,
    unknown: int = 0,
    rule: str = "",
    basis: Provenance | None = None,
) -> MeanNeed:
    """Return r = (N·T − S) / (N − k), the average that the values to come must reach."""
    line, total = Fraction(target), sum((Fraction(value) for value in values), Fraction(0))
    days = len(values) + to_come + unknown
    best, worst = possible.best(comparator), possible.worst(comparator)
    missing = days * line - total
    needed = _share(missing, worst, unknown, to_come)
    reach = _mean_reach(best, worst, comparator, open_days=to_come + unknown, missing=missing)
    if days == 0 or (reach is Reach.OPEN and to_come == 0):
        reach = Reach.UNKNOWN
    need = MeanNeed(
        reach=reach,
        target=line,
        comparator=comparator,
        days=days,
        known=len(values),
        to_come=to_come,
        unknown=unknown,
        sum=total,
        needed=needed,
        needed_at_best=_share(missing, best, unknown, to_come),
        must_reach=None if needed is None else smallest_passing(needed, comparator, possible.step),
        possible=possible,
    )
    return replace(need, steps=(Step(rule, f"mean_{reach.value}", _mean_told(need, metric), basis),))


def _mean_told(need: MeanNeed, metric: str) -> Operands:
    return {
        "metric": metric,
        "comparator": need.comparator,
        "target": need.target,
        "days": need.days,
        "sum": need.sum,
        "known": need.known,
        "to_come": need.to_come,
        "unknown": need.unknown,
        "needed": need.needed,
        "at_best": need.needed_at_best,
        "must": need.must_reach,
        "step": need.possible.step,
        "lowest": need.possible.lowest,
        "highest": need.possible.highest,
    }


def _added(actual: Fraction, each: Decimal | None, days: int) -> Fraction | None:
    if days == 0:
        return actual
    return None if each is None else actual + Fraction(each) * days


def _share(missing: Fraction, each: Decimal | None, unknown: int, to_come: int) -> Fraction | None:
    if to_come == 0 or (unknown and each is None):
        return None
    return (missing - unknown * Fraction(each or 0)) / to_come


def _mean_reach(
    best: Decimal | None, worst: Decimal | None, comparator: Comparator, *, open_days: int, missing: Fraction
) -> Reach:
    """Compare what the open values can add with what is missing: the same as comparing the mean with the target."""
    can = [None if end is None and open_days else open_days * Fraction(end or 0) for end in (best, worst)]
    return decide(can[0], can[1], comparator, missing)
