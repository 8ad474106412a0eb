"""Ratios of counted orders: how many bad ones are still allowed, how many clean ones bring a store back."""

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from assessments.engine.answers.possible import RISING, STRICT, Reach
from assessments.engine.language.common import Comparator, compares
from assessments.engine.results import Operands, Provenance, Step


@dataclass(frozen=True, slots=True)
class RatioNeed:
    """A ratio bad / orders against a threshold, under the bound that at most `more_at_most` orders are still to come.

    A ratio of good orders (>= or >) is turned into its bad rest. `allowed` is how many of those orders may be bad
    when all of them come (negative: too many already); `allowed_if_none` when none comes. `clean_needed` is how many
    clean orders in a row bring the ratio back (0 = it holds now, None = nothing can). Without a bound
    (`more_at_most` None) nothing is ever decided.
    """

    reach: Reach
    bad: int
    orders: int
    threshold: Fraction
    comparator: Comparator
    more_at_most: int | None
    ratio: Fraction | None
    allowed: int | None
    allowed_if_none: int
    clean_needed: int | None
    steps: tuple[Step, ...] = ()


def need_ratio(
    *,
    metric: str,
    counted: int,
    orders: int,
    threshold: Fraction | Decimal,
    comparator: Comparator,
    more_at_most: int | None,
    rule: str = "",
    basis: Provenance | None = None,
) -> RatioNeed:
    """Return what a ratio still allows. `counted` are the bad orders for <= and <, the good ones for >= and >.

    Raises ValueError when more orders are counted than there are.
    """
    if not 0 <= counted <= orders or (more_at_most or 0) < 0:
        raise ValueError("counted orders must lie between 0 and all orders")
    rising = comparator in RISING
    bad = orders - counted if rising else counted
    line = 1 - Fraction(threshold) if rising else Fraction(threshold)
    strict = comparator in STRICT
    falling: Comparator = "<" if strict else "<="
    most = None if more_at_most is None else orders + more_at_most
    need = RatioNeed(
        reach=_reach(bad, orders, line, falling, more=more_at_most),
        bad=bad,
        orders=orders,
        threshold=line,
        comparator=falling,
        more_at_most=more_at_most,
        ratio=Fraction(bad, orders) if orders else None,
        allowed=None if most is None else _allowed(line, most, strict) - bad,
        allowed_if_none=_allowed(line, orders, strict) - bad,
        clean_needed=_clean_needed(bad, orders, line, strict=strict),
    )
    return replace(need, steps=_steps(need, metric, rule, basis))


def _steps(need: RatioNeed, metric: str, rule: str, basis: Provenance | None) -> tuple[Step, ...]:
    values: Operands = {
        "metric": metric,
        "comparator": need.comparator,
        "bad": need.bad,
        "orders": need.orders,
        "threshold": need.threshold,
        "more": need.more_at_most,
        "allowed": need.allowed,
        "clean": need.clean_needed,
    }
    key = "ratio_unbounded" if need.more_at_most is None else f"ratio_{need.reach.value}"
    steps = (Step(rule, key, values, basis),)
    return (*steps, Step(rule, "ratio_clean", values, basis)) if need.clean_needed else steps


def _allowed(line: Fraction, orders: int, strict: bool) -> int:
    """Return the greatest number of bad orders among so many."""
    return ceil(line * orders) - 1 if strict else floor(line * orders)


def _reach(bad: int, orders: int, line: Fraction, comparator: Comparator, *, more: int | None) -> Reach:
    """The ratio is greatest when all orders to come are bad, and least when all are clean, and all of them come."""
    if more is None:
        return Reach.OPEN if orders else Reach.UNKNOWN
    if orders + more == 0:
        return Reach.UNKNOWN
    if orders and compares(Fraction(bad + more, orders + more), comparator, line):
        return Reach.CLINCHED
    if not compares(Fraction(bad, orders + more), comparator, line):
        return Reach.ELIMINATED
    return Reach.CLINCHED if not orders and compares(1, comparator, line) else Reach.OPEN


def _clean_needed(bad: int, orders: int, line: Fraction, *, strict: bool) -> int | None:
    if line < 0 or (line == 0 and (strict or bad)):
        return None
    if bad == 0:
        return 0
    total = floor(bad / line) + 1 if strict else ceil(bad / line)
    return max(total - orders, 0)
