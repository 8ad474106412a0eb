"""What can still happen: the range of a value that is not known yet, and whether that range still leaves a choice."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor

from assessments.engine.language.common import Comparator, compares

RISING: tuple[Comparator, ...] = (">=", ">")
STRICT: tuple[Comparator, ...] = (">", "<")


class Reach(StrEnum):
    """Whether an outcome can still change, under a stated range of everything that is not known.

    UNKNOWN: it hangs only on figures that are missing, nothing is left to be done.
    """

    CLINCHED = "clinched"
    ELIMINATED = "eliminated"
    OPEN = "open"
    UNKNOWN = "unknown"
    LINE_NOT_SET = "line_not_set"
    EXEMPT = "exempt"


_BEST_FIRST = (Reach.CLINCHED, Reach.EXEMPT, Reach.OPEN, Reach.UNKNOWN, Reach.LINE_NOT_SET, Reach.ELIMINATED)
_WORST_FIRST = (Reach.ELIMINATED, Reach.LINE_NOT_SET, Reach.OPEN, Reach.UNKNOWN, Reach.EXEMPT, Reach.CLINCHED)


@dataclass(frozen=True, slots=True)
class Range:
    """The values that one figure may take: inclusive ends, None = no end known, and the smallest step between two."""

    lowest: Decimal | None = None
    highest: Decimal | None = None
    step: Decimal = Decimal("0.01")

    def best(self, comparator: Comparator) -> Decimal | None:
        """Return the end that helps a comparison most."""
        return self.highest if comparator in RISING else self.lowest

    def worst(self, comparator: Comparator) -> Decimal | None:
        """Return the end that helps it least."""
        return self.lowest if comparator in RISING else self.highest


@dataclass(frozen=True, slots=True)
class Ranges:
    """The bounds that an answer rests on: of a score, and of what one day adds to a sum; `of` by metric code."""

    score: Range = Range(Decimal(0), Decimal(5))
    daily: Range = Range(Decimal(0), None)
    of: Mapping[str, Range] = field(default_factory=dict)

    def of_score(self, metric: str) -> Range:
        """Return the range of one score."""
        return self.of.get(metric, self.score)

    def of_day(self, metric: str) -> Range:
        """Return the range of what one day adds to a sum."""
        return self.of.get(metric, self.daily)


DEFAULT_RANGES = Ranges()


def decide(
    best: Fraction | Decimal | None, worst: Fraction | Decimal | None, comparator: Comparator, target: Fraction
) -> Reach:
    """Decide from the best and the worst value that can still come out; None = no bound on that side."""
    if worst is not None and compares(worst, comparator, target):
        return Reach.CLINCHED
    if best is not None and not compares(best, comparator, target):
        return Reach.ELIMINATED
    return Reach.OPEN


def all_must_hold(reaches: Iterable[Reach]) -> Reach:
    """Join gates that must all hold: one that is eliminated eliminates the whole, all must be clinched."""
    return min(reaches, key=_WORST_FIRST.index, default=Reach.UNKNOWN)


def any_may_hold(reaches: Iterable[Reach]) -> Reach:
    """Join ways of which one is enough: one that is clinched clinches the whole, all must be eliminated."""
    return min(reaches, key=_BEST_FIRST.index, default=Reach.UNKNOWN)


def smallest_passing(line: Decimal | Fraction, comparator: Comparator, step: Decimal) -> Fraction:
    """Return the value nearest to the line, in whole steps, that passes: the line, or one step beyond for > and <."""
    width = Fraction(step)
    steps = Fraction(line) / width
    count = {">=": ceil(steps), ">": floor(steps) + 1, "<=": floor(steps), "<": ceil(steps) - 1}[comparator]
    return count * width


def as_decimal(value: Fraction) -> Decimal:
    """Return a fraction that ends as a Decimal. Raises ValueError when it has no end."""
    rest = value.denominator
    twos = fives = 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        raise ValueError(f"{value} has no end")
    places = max(twos, fives)
    return Decimal((value * 10**places).numerator).scaleb(-places)
