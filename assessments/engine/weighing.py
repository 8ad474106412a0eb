"""Weighted counts, the numerators and denominators of rates."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

from assessments.engine.language.score import Counted


def sum_weighted(
    counted: Iterable[Counted], counts: Mapping[str, int | None] | Mapping[str, Decimal | None]
) -> Fraction | None:
    """Return the sum of weight × count; None as soon as one count is not known, because no data is never zero."""
    total = Fraction(0)
    for one in counted:
        count = counts.get(one.count)
        if count is None:
            return None
        total += Fraction(one.weight) * Fraction(count)
    return total
