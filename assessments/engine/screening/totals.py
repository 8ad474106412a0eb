"""Totals and activity in every case at once: what `judging.totals` does for one."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from assessments.engine.language.assessment import Activity, Total
from assessments.engine.language.reading import Rulebook
from assessments.engine.screening.columns import Block
from assessments.engine.screening.figures import Sums
from assessments.engine.screening.judged import LINE_NOT_SET, MET, MISSED, NO_DATA, PENDING, Judged, JudgedTotal
from assessments.engine.screening.lines import find_number
from assessments.engine.screening.months import Days
from assessments.engine.screening.scaled import Flags, Ints, Scaled, anywhere, compared, multiplied
from assessments.engine.screening.tallies import Months, tally


def screen_total(rule: Total, rulebook: Rulebook, block: Block) -> JudgedTotal:
    """Judge a sum over the period in every case of a block; the target pro rata is never divided out."""
    sums = block.metric(rule.metric).totals
    target, is_odd = _target(rule, rulebook, block)
    is_over = block.over == block.count
    whole, tight = _reached(rule, sums, -1, target, of=block.count, block=block)
    so_far, live_tight = _reached(rule, sums, -1, target, of=block.over, block=block)
    points = _look_on_the_way(rule, sums, target, block)
    # What had to be reached on the way is not proven: the whole sum alone does not meet the requirement.
    is_unproven = points.is_unproven & is_over
    outcome, live = (
        np.select([points.is_missed, is_unproven & (each == MET)], [MISSED, NO_DATA], each)
        for each in (
            np.select([~target.is_set, ~is_over], [LINE_NOT_SET, PENDING], whole),
            np.select([~target.is_set, block.over == 0], [LINE_NOT_SET, PENDING], so_far),
        )
    )
    last_day = np.take_along_axis(block.month_ends, block.count[None] - 1, axis=0)[0]
    actual = sums.first_months(-1)
    return JudgedTotal(
        outcome=outcome,
        live=live,
        missed_on=np.where(points.is_missed, points.missed_on, last_day),
        is_blank=(live == PENDING) & ~actual.is_set,
        exactly=sums.is_odd | is_odd | (is_over & tight) | live_tight | points.exactly,
        actual=actual,
        target=target,
        has_gap=sums.has_gap[-1],
    )


@dataclass(frozen=True, slots=True)
class _Points:
    """The checkpoints that decide: whether one is missed and when, whether one lacks figures, where that is unsure."""

    is_missed: Flags
    missed_on: Days
    is_unproven: Flags
    exactly: Flags


def _look_on_the_way(rule: Total, sums: Sums, target: Scaled, block: Block) -> _Points:
    is_missed, is_unproven, exactly = (np.zeros(block.over.shape, np.bool_) for _kind in range(3))
    missed_on = block.as_of
    for month in _deciding(rule, block.phase):
        at = min(month, len(block.month_ends))
        point, tight = _reached(rule, sums, at, target, of=np.full(block.over.shape, month), block=block)
        is_due = (block.over >= month) & target.is_set
        fails = is_due & (point == MISSED)
        missed_on = np.where(fails & ~is_missed, block.month_ends[at - 1], missed_on)
        is_missed = is_missed | fails
        is_unproven = is_unproven | (is_due & (point == NO_DATA))
        # A checkpoint after the period's end asks for months that no column holds.
        exactly = exactly | (is_due & tight) | (month > block.count)
    return _Points(is_missed, missed_on, is_unproven, exactly)


def _target(rule: Total, rulebook: Rulebook, block: Block) -> tuple[Scaled, Flags]:
    """Return the target with the phase's shares taken, and where it is not held."""
    target, exactly = find_number(rulebook, rule.target, block)
    for share in rule.shares:
        if share.phase == block.phase:
            part, is_odd = find_number(rulebook, share.share, block)
            target, tight = multiplied(target, part)
            exactly = exactly | is_odd | tight
    return target, exactly


def _deciding(rule: Total, phase: str) -> Iterator[int]:
    for plan in rule.checkpoints:
        if plan.phase == phase and plan.decide:
            yield from plan.months


def _reached(rule: Total, sums: Sums, at: int, target: Scaled, *, of: Ints, block: Block) -> tuple[Ints, Flags]:
    """Compare the sum of the first `at` months with `of` months' part of the target.

    What is missing can only add to the sum: with a gap only what more would not undo is proven.
    """
    actual = sums.first_months(at)
    holds, tight = compared(actual, rule.comparator, target, by=block.count, to=of)
    is_unsure = sums.has_gap[at] & (holds != (rule.comparator in (">=", ">")))
    return np.select([~actual.is_set | is_unsure, holds], [NO_DATA, MET], MISSED), tight


def screen_activity(rule: Activity, block: Block) -> Judged:
    """Judge months in a row without business in every case of a block."""
    sums = block.metric(rule.metric).totals
    limit = next((each.months for each in rule.limits if each.phase == block.phase), None)
    needed = 0 if limit is None else limit + (rule.comparator == ">")
    is_over = np.arange(len(block.month_ends))[:, None] < block.over
    nobody = np.zeros(is_over.shape, np.bool_)
    months = Months(
        failed=is_over & sums.idle,
        without_value=is_over & ~sums.idle & ~sums.business,
        without_line=nobody,
        has_passed=anywhere(is_over & sums.business),
        over=block.over,
        count=block.count,
    )
    shape = block.over.shape
    counted = tally(months, np.full(shape, needed), np.ones(shape, np.bool_), consecutive=True, forgiving=False)
    is_free = np.full(shape, limit is None)
    return Judged(
        outcome=np.where(is_free, MET, counted.outcome),
        live=np.where(is_free, MET, counted.live),
        missed_on=np.take_along_axis(block.month_ends, counted.missed_at[None], axis=0)[0],
        is_blank=np.zeros(shape, np.bool_),
        exactly=sums.is_odd,
    )
