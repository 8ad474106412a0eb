"""The smallest change that makes a missed node or month of a probation pass."""

from collections.abc import Iterator
from fractions import Fraction

from assessments.engine.answers.changes import AddTotal, Change, SetClosing, SetScore
from assessments.engine.answers.dues import Due, DueSum
from assessments.engine.answers.possible import RISING, Ranges, as_decimal, smallest_passing
from assessments.engine.facts import StoreFacts
from assessments.engine.results import RequirementResult


def raise_due(
    due: Due, result: RequirementResult, facts: StoreFacts, ranges: Ranges
) -> Iterator[tuple[tuple[Change, ...], Fraction]]:
    """Return the change with its size: the nearest of several sums. Nothing for a line not set, or out of range."""
    if due.score is None:
        short = [
            (_missing(each.target, each, facts, ranges), each)
            for each in due.sums
            if each.target is not None and each.comparator in RISING and each.can_change(facts)
        ]
        if short:
            missing, nearest = min(short, key=lambda pair: pair[0])
            yield (AddTotal(nearest.metric, nearest.on, as_decimal(missing)),), missing
        return
    score = due.score
    if score.line is None or result.latest is None:
        return
    possible = ranges.of_score(score.metric)
    value = smallest_passing(score.line, score.comparator, possible.step)
    best = possible.best(score.comparator)
    if best is None or (value <= best if score.comparator in RISING else value >= best):
        kind = SetClosing if score.is_month_end else SetScore
        yield (kind(score.metric, score.on, as_decimal(value)),), abs(value - Fraction(result.latest))


def _missing(target: Fraction, each: DueSum, facts: StoreFacts, ranges: Ranges) -> Fraction:
    known, _unknown_days = each.known(facts)
    return smallest_passing(target - Fraction(known), each.comparator, ranges.of_day(each.metric).step)
