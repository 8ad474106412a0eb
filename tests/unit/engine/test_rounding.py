"""Rounding of exact fractions: every mode around a half, on both sides of zero."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.engine.rounding import rounded

MODES = (ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_DOWN)


@pytest.mark.parametrize(
    ("value", "half_up", "half_even", "down"),
    [
        ("2.875", "2.88", "2.88", "2.87"),
        ("2.885", "2.89", "2.88", "2.88"),
        ("2.8750001", "2.88", "2.88", "2.87"),
        ("2.8849999", "2.88", "2.88", "2.88"),
        ("0.025", "0.03", "0.02", "0.02"),
        ("0.045", "0.05", "0.04", "0.04"),
        ("0", "0", "0", "0"),
        ("0.004", "0", "0", "0"),
        ("-2.885", "-2.89", "-2.88", "-2.88"),
        ("-2.875", "-2.88", "-2.88", "-2.87"),
        ("7", "7", "7", "7"),
    ],
)
def test_a_half_goes_where_the_rule_says(value: str, half_up: str, half_even: str, down: str) -> None:
    assert [rounded(Fraction(value), 2, mode) for mode in MODES] == [
        Decimal(each) for each in (half_up, half_even, down)
    ]


@given(st.decimals(-1000, 1000, places=4), st.integers(0, 4), st.sampled_from(MODES))
def test_it_agrees_with_decimal_where_decimal_is_exact(value: Decimal, places: int, mode: str) -> None:
    assert rounded(Fraction(value), places, mode) == value.quantize(Decimal(1).scaleb(-places), rounding=mode)


def test_a_fraction_without_end_is_rounded_from_its_exact_value() -> None:
    assert [rounded(Fraction(2, 3), 2, mode) for mode in MODES] == [Decimal("0.67"), Decimal("0.67"), Decimal("0.66")]
    assert rounded(Fraction(26, 9), 0, ROUND_HALF_UP) == 3
