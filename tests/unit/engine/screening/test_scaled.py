"""Scaled integers compare exactly, and say so where they cannot."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from assessments.engine.language.common import Comparator, compares
from assessments.engine.screening.scaled import (
    Scaled,
    all_whole_units,
    compared,
    multiplied,
    trimmed,
    whole_units,
)

LARGE = st.integers(-(10**17), 10**17)
SMALL = st.integers(-1000, 1000)
# Units, decimals, and what they are taken times.
Side = tuple[int, int, int]
SIDES = st.tuples(LARGE | SMALL, st.integers(0, 12), SMALL)


def one(units: int, scale: int) -> Scaled:
    return Scaled(np.array([units], np.int64), np.array([True]), scale)


@given(st.sampled_from([">=", ">", "<=", "<"]), SIDES, SIDES)
@example(">=", (10**17, 0, 60), (10**17, 6, 60))
@example(">=", (1, 0, 1), (10**12, 12, 1))
def test_a_comparison_that_fits_is_that_of_the_fractions(comparator: Comparator, left: Side, right: Side) -> None:
    holds, tight = compared(one(*left[:2]), comparator, one(*right[:2]), by=left[2], to=np.array([right[2]]))
    exact = [Fraction(units * times, 10**scale) for units, scale, times in (left, right)]
    assert tight[0] or holds[0] == compares(exact[0], comparator, exact[1])


def test_a_comparison_that_does_not_fit_is_marked() -> None:
    _holds, tight = compared(one(10**17, 0), ">=", one(1, 2), by=1)
    assert tight.tolist() == [True]
    _holds, tight = compared(one(0, 0), ">=", one(1, 30))
    assert tight.tolist() == [True]


def test_one_case_that_does_not_fit_leaves_the_others() -> None:
    many = Scaled(np.array([10**17, 5]), np.array([True, True]), 0)
    holds, tight = compared(many, ">=", one(499, 2))
    assert (tight.tolist(), holds[1]) == ([True, False], True)


@given(LARGE | SMALL, LARGE | SMALL)
def test_a_product_that_fits_is_exact(left: int, right: int) -> None:
    product, tight = multiplied(one(left, 2), one(right, 3))
    assert product.scale == 5
    assert tight[0] or product.units[0] == left * right


@given(st.decimals(allow_nan=True, allow_infinity=True) | st.decimals(-(10**11), 10**11, places=6))
@example(Decimal("4.1000001"))
@example(Decimal("4.1") + Decimal("1E-27"))
@example(Decimal("4.1000000000000000000000000000000000000001"))
@example(Decimal("1E+11"))
@example(Decimal("1.00000000001E+11"))
@example(Decimal("1E+400"))
@example(Decimal("sNaN"))
def test_a_number_is_held_whole_or_not_at_all(number: Decimal) -> None:
    whole = whole_units(number)
    units, is_held = all_whole_units([Decimal("4.1"), number])
    assert units[0] == 4_100_000
    assert is_held.tolist() == [True, whole is not None]
    if whole is not None:
        assert Fraction(whole, 10**6) == Fraction(number)
        assert units[1] == whole
    elif number.is_finite():
        assert abs(number) > 10**11 or number != round(number, 6)


def test_decimals_that_no_number_uses_are_taken_away() -> None:
    column = trimmed(np.array([4_100_000, 4_120_000]), np.array([True, True]))
    assert (column.units.tolist(), column.scale) == ([410, 412], 2)
    assert trimmed(np.array([0]), np.array([False])).scale == 0
