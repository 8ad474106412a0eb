"""Exact numbers of many cases as 64-bit integers, compared by multiplying; what does not fit is said, never rounded."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact, localcontext

import numpy as np
import numpy.typing as npt

from assessments.engine.language.common import Comparator

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

# Decimals that a number may have when it is loaded: scores carry up to six, money two.
SCALE = 6
# A period of so many months at most; the sum of so many of the highest units still fits into 64 bits.
MOST_MONTHS = 60
_HIGHEST = 10**17
_UNIT = 10**SCALE
_EXACT = Context(traps=[Inexact])
_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Scaled:
    """One number for every case (or every month and case): `units` / 10^`scale`; `is_set` is False for "none"."""

    units: Ints
    is_set: Flags
    scale: int


def whole_units(number: Decimal) -> int | None:
    """Return the number in units of 10^-SCALE; None when it is not whole in them, too large, or no number at all."""
    if not number.is_finite():
        return None
    numerator, denominator = number.as_integer_ratio()
    factor, rest = divmod(_UNIT, denominator)
    units = numerator * factor
    return None if rest or abs(units) > _HIGHEST else units


def all_whole_units(numbers: Sequence[Decimal]) -> tuple[Ints, Flags]:
    """Return many numbers in units of 10^-SCALE, and which are held: all at once, one by one where any is odd."""
    try:
        with localcontext(_EXACT):
            products = np.array(numbers, object) * _UNIT
        units = products.astype(np.int64)
        if np.all(products == units) and np.all(np.abs(units) <= _HIGHEST):
            return units, np.ones(len(numbers), np.bool_)
    except (ArithmeticError, ValueError):  # too many digits, too large, or no number
        pass
    whole = [whole_units(number) for number in numbers]
    return np.array([each or 0 for each in whole], np.int64), np.array([each is not None for each in whole], np.bool_)


def trimmed(units: Ints, is_set: Flags) -> Scaled:
    """Take away the decimals that no number of the column uses: the smaller the units, the more products fit."""
    scale = SCALE
    while scale and not (units % 10).any():
        units, scale = units // 10, scale - 1
    return Scaled(units, is_set, scale)


def multiplied(number: Scaled, other: Scaled) -> tuple[Scaled, Flags]:
    """Return the product, set where both are, and the places where it does not fit."""
    units, tight = _product(number.units, 1, other.units)
    return Scaled(units, number.is_set & other.is_set, number.scale + other.scale), tight


def compared(
    left: Scaled, comparator: Comparator, right: Scaled, *, by: Ints | int = 1, to: Ints | int = 1
) -> tuple[Flags, Flags]:
    """Compare left × `by` with right × `to` where both are set, and tell the places where a product does not fit."""
    scale = max(left.scale, right.scale)
    one, one_tight = _product(left.units, 10 ** (scale - left.scale), by)
    other, other_tight = _product(right.units, 10 ** (scale - right.scale), to)
    if comparator == ">=":
        holds = one >= other
    elif comparator == ">":
        holds = one > other
    else:
        holds = one <= other if comparator == "<=" else one < other
    return holds, one_tight | other_tight


def anywhere(flags: Flags) -> Flags:
    """Tell of each case whether any month is marked."""
    marked: Flags = np.logical_or.reduce(flags, axis=0)
    return marked


def _product(units: Ints, power: int, times: Ints | int) -> tuple[Ints, Flags]:
    if power == 1 and isinstance(times, int) and times == 1:
        return units, np.zeros(units.shape, np.bool_)
    if power > _LARGEST:
        return units, np.ones(units.shape, np.bool_)
    most = power * int(np.max(np.abs(times), initial=0))
    # A product that does not fit wraps around without a word; its place is marked, so nobody reads it.
    return units * power * times, np.abs(units) > _LARGEST // max(most, 1)
