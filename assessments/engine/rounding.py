"""Rounding of exact fractions, where a rule asks for it."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction


def rounded(value: Fraction, places: int, mode: str) -> Decimal:
    """Round a fraction to so many places; modes are decimal's ROUND_HALF_UP, ROUND_HALF_EVEN and ROUND_DOWN."""
    scaled = abs(value) * 10**places
    whole, rest = divmod(scaled.numerator, scaled.denominator)
    twice = 2 * rest - scaled.denominator
    up = twice > 0 or (twice == 0 and (mode == ROUND_HALF_UP or (mode == ROUND_HALF_EVEN and whole % 2 == 1)))
    if up and mode != ROUND_DOWN:
        whole += 1
    return Decimal(whole if value >= 0 else -whole).scaleb(-places)
