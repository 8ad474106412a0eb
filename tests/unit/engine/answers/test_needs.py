"""Sums, means and ratios: the worked numbers, and agreement with trying every completion."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.engine import Provenance, SumNeed, need_mean, need_ratio, need_sum
from assessments.engine.answers.possible import Range, Reach, as_decimal, smallest_passing
from assessments.engine.language.common import Comparator, compares

FIVE = Range(Decimal(0), Decimal(5))
COMPARATORS: tuple[Comparator, ...] = (">=", ">", "<=", "<")
comparators = st.sampled_from(COMPARATORS)


def _sold(actual: str, comparator: Comparator = ">=", days: int = 10, possible: Range | None = None) -> SumNeed:
    return need_sum(
        metric="sales",
        on=date(2026, 1, 31),
        target=Fraction(100),
        comparator=comparator,
        actual=Fraction(actual),
        days_left=days,
        months_left=2,
        possible=possible or Range(Decimal(0)),
    )


def test_a_sum_is_spread_over_the_days_and_months_left() -> None:
    need = _sold("40")
    assert (need.reach, need.missing, need.per_day, need.per_month) == (Reach.OPEN, 60, 6, 30)


def test_a_strict_sum_asks_for_one_step_more() -> None:
    assert (_sold("40").must_add, _sold("40", ">").must_add) == (60, Fraction("60.01"))
    assert (_sold("100").reach, _sold("100", ">").reach) == (Reach.CLINCHED, Reach.OPEN)


def test_a_sum_is_out_of_reach_only_under_a_bound_on_a_day() -> None:
    assert _sold("40").reach is Reach.OPEN
    assert _sold("40", possible=Range(Decimal(0), Decimal("5.99"))).reach is Reach.ELIMINATED
    assert _sold("40", possible=Range(Decimal(0), Decimal(6))).reach is Reach.OPEN
    assert _sold("99.99", days=0).reach is Reach.ELIMINATED


def test_a_sum_that_may_shrink_is_never_safe_before_the_end() -> None:
    assert _sold("100", possible=Range(None)).reach is Reach.OPEN


@pytest.mark.parametrize(
    ("known", "mean", "needed", "reach"),
    [(20, "4.62", Fraction("4.86"), Reach.OPEN), (24, "4.50", Fraction("5.5"), Reach.ELIMINATED)],
)
def test_the_remaining_days_must_average_what_is_missing(known: int, mean: str, needed: Fraction, reach: Reach) -> None:
    need = need_mean(
        metric="score",
        target=Decimal("4.70"),
        comparator=">=",
        values=[Decimal(mean)] * known,
        to_come=30 - known,
        possible=FIVE,
    )
    assert (need.needed, need.reach) == (needed, reach)


SMALL = Range(Decimal(0), Decimal(3), Decimal(1))
small_values = st.lists(st.integers(0, 3).map(Decimal), max_size=3)


@given(small_values, st.integers(0, 3), st.integers(0, 2), st.fractions(0, 4, max_denominator=6), comparators)
def test_a_mean_plan_agrees_with_trying_every_completion(
    known: list[Decimal], to_come: int, unknown: int, target: Fraction, comparator: Comparator
) -> None:
    need = need_mean(
        metric="m",
        target=target,
        comparator=comparator,
        values=known,
        to_come=to_come,
        possible=SMALL,
        unknown=unknown,
    )
    days = len(known) + to_come + unknown
    if days == 0:
        assert need.reach is Reach.UNKNOWN
        return
    passes: dict[tuple[int, ...], set[bool]] = {}
    for ahead in product(range(4), repeat=to_come):
        for past in product(range(4), repeat=unknown):
            mean = (Fraction(sum(known)) + sum(ahead) + sum(past)) / days
            passes.setdefault(ahead, set()).add(compares(mean, comparator, target))
    every = set().union(*passes.values())
    if every == {True}:
        assert need.reach is Reach.CLINCHED
    elif every == {False}:
        assert need.reach is Reach.ELIMINATED
    else:
        assert need.reach is (Reach.OPEN if to_come else Reach.UNKNOWN)
    for ahead, seen in passes.items() if to_come else ():
        assert need.needed is not None
        assert need.needed_at_best is not None
        average = Fraction(sum(ahead), to_come)
        assert (seen == {True}) == compares(average, comparator, need.needed)
        assert (True in seen) == compares(average, comparator, need.needed_at_best)


@pytest.mark.parametrize(("comparator", "allowed"), [("<=", 12), ("<", 11)])
def test_strictness_changes_how_many_bad_orders_are_allowed(comparator: Comparator, allowed: int) -> None:
    need = need_ratio(
        metric="bad",
        counted=14,
        orders=900,
        threshold=Decimal("0.02"),
        comparator=comparator,
        more_at_most=400,
    )
    assert (need.allowed, need.reach) == (allowed, Reach.OPEN)


@pytest.mark.parametrize(("comparator", "clean"), [("<=", 200), ("<", 201)])
def test_clean_orders_dilute_a_ratio(comparator: Comparator, clean: int) -> None:
    need = need_ratio(
        metric="bad",
        counted=22,
        orders=900,
        threshold=Decimal("0.02"),
        comparator=comparator,
        more_at_most=None,
    )
    assert (need.clean_needed, need.reach, need.allowed) == (clean, Reach.OPEN, None)


@pytest.mark.parametrize(
    ("threshold", "comparator", "counted", "orders", "reach", "clean"),
    [
        ("1", "<=", 0, 0, Reach.CLINCHED, 0),
        ("1", "<", 0, 0, Reach.OPEN, 0),
        ("0.5", "<=", 0, 0, Reach.OPEN, 0),
        ("0", "<=", 0, 10, Reach.OPEN, 0),
        ("0", "<=", 1, 10, Reach.ELIMINATED, None),
        ("0", "<", 0, 10, Reach.ELIMINATED, None),
        ("0.1", "<=", 2, 10, Reach.OPEN, 10),
        ("0.1", "<", 2, 10, Reach.OPEN, 11),
    ],
)
def test_a_ratio_at_its_ends(
    threshold: str, comparator: Comparator, counted: int, orders: int, *, reach: Reach, clean: int | None
) -> None:
    need = need_ratio(
        metric="bad",
        counted=counted,
        orders=orders,
        threshold=Decimal(threshold),
        comparator=comparator,
        more_at_most=20,
        rule="measures.odr",
        basis=Provenance("E6", 2024, "secondary"),
    )
    assert (need.reach, need.clean_needed) == (reach, clean)
    assert {(step.rule, step.basis) for step in need.steps} == {("measures.odr", Provenance("E6", 2024, "secondary"))}


def test_a_mean_says_its_rule_and_where_it_comes_from() -> None:
    basis = Provenance("C1", 2025, "official")
    need = need_mean(
        metric="m", target=4, comparator=">=", values=[Decimal(5)], to_come=1, possible=FIVE, rule="score", basis=basis
    )
    assert [(step.rule, step.basis) for step in need.steps] == [("score", basis)]


@pytest.mark.parametrize(
    ("value", "text"),
    [("1/8", "0.125"), ("1/5", "0.2"), ("1/40", "0.025"), ("1/25", "0.04"), ("3", "3"), ("-7/2", "-3.5")],
)
def test_a_fraction_that_ends_is_a_decimal(value: str, text: str) -> None:
    assert str(as_decimal(Fraction(value))) == text


def test_a_ratio_of_good_orders_is_planned_by_its_bad_rest() -> None:
    need = need_ratio(
        metric="ok",
        counted=886,
        orders=900,
        threshold=Decimal("0.98"),
        comparator=">",
        more_at_most=400,
    )
    assert (need.bad, need.threshold, need.comparator, need.allowed) == (14, Fraction(1, 50), "<", 11)


def test_more_counted_than_ordered_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and all"):
        need_ratio(metric="m", counted=3, orders=2, threshold=1, comparator="<=", more_at_most=0)


@given(st.integers(0, 5), st.integers(0, 5), st.integers(0, 5), st.fractions(0, 1, max_denominator=7), comparators)
def test_a_ratio_plan_agrees_with_trying_every_order(
    bad: int, good: int, more: int, line: Fraction, comparator: Comparator
) -> None:
    orders = bad + good
    counted = bad if comparator in ("<=", "<") else good
    need = need_ratio(
        metric="m",
        counted=counted,
        orders=orders,
        threshold=line,
        comparator=comparator,
        more_at_most=more,
    )

    def holds(extra_bad: int, extra: int) -> bool:
        inside = bad + extra_bad if comparator in ("<=", "<") else good + extra - extra_bad
        return compares(Fraction(inside, orders + extra), comparator, line)

    outcomes = {holds(x, m) for m in range(more + 1) for x in range(m + 1) if orders + m}
    wanted = {frozenset(): Reach.UNKNOWN, frozenset([True]): Reach.CLINCHED, frozenset([False]): Reach.ELIMINATED}
    assert need.reach is wanted.get(frozenset(outcomes), Reach.OPEN)
    if orders + more and need.allowed is not None:
        assert [x for x in range(more + 1) if holds(x, more)] == list(range(min(max(need.allowed + 1, 0), more + 1)))
    if orders:
        dilutes = [m for m in range(60) if holds(0, m)]
        assert (need.clean_needed if (need.clean_needed or 0) < 60 else None) == (dilutes[0] if dilutes else None)


@given(st.fractions(-5, 5), comparators, st.sampled_from(["1", "0.1", "0.01"]))
def test_the_smallest_passing_value_passes_and_one_step_worse_does_not(
    line: Fraction, comparator: Comparator, step: str
) -> None:
    value = smallest_passing(line, comparator, Decimal(step))
    worse = value - Fraction(step) if comparator in (">=", ">") else value + Fraction(step)
    assert compares(value, comparator, line)
    assert not compares(worse, comparator, line)
    assert Fraction(as_decimal(value)) == value


def test_a_fraction_without_end_is_no_decimal() -> None:
    with pytest.raises(ValueError, match="no end"):
        as_decimal(Fraction(1, 3))
