"""Counting failing months in every case at once: what `judging.counting.Tally` is for one."""

from dataclasses import dataclass

import numpy as np

from assessments.engine.screening.judged import LINE_NOT_SET, MET, MISSED, NO_DATA, PENDING
from assessments.engine.screening.scaled import Flags, Ints


@dataclass(frozen=True, slots=True)
class Months:
    """The months of every case (month × case), told apart; a month in none of the three has passed or is to come.

    `has_passed` tells of each case whether any month has. `over` of `count` months are judged.
    """

    failed: Flags
    without_value: Flags
    without_line: Flags
    has_passed: Flags
    over: Ints
    count: Ints


@dataclass(frozen=True, slots=True)
class Tallied:
    """Months against the limit: ranks of outcome and live; `missed_at` is the month that failed, where one did."""

    outcome: Ints
    live: Ints
    missed_at: Ints
    failures: Ints
    worst: Ints


def tally(months: Months, limit: Ints, is_limited: Flags, *, consecutive: bool, forgiving: bool) -> Tallied:
    """Count failing months, all of them or the longest run, with every unknown month passing, failing, and to come."""
    maybe = months.failed | months.without_line if forgiving else months.failed | _unsure(months)
    month = np.arange(len(months.failed))[:, None]
    to_come = (month >= months.over) & (month < months.count)
    counted = _counts(months.failed, consecutive)
    worst = _counts(maybe, consecutive).max(axis=0)
    worst_to_come = _counts(maybe | to_come, consecutive).max(axis=0)
    reached = counted >= limit
    is_missed = is_limited & reached.any(axis=0)
    unknown = np.where(~is_limited | months.without_line.any(axis=0), LINE_NOT_SET, NO_DATA)
    is_known = months.failed.any(axis=0) | months.has_passed
    outcome = np.select(
        [is_missed, months.over < months.count, is_limited & (worst_to_come < limit)], [MISSED, PENDING, MET], unknown
    )
    live = np.select(
        [is_missed, ~is_limited, months.over == 0, is_known & (worst < limit)],
        [MISSED, LINE_NOT_SET, PENDING, MET],
        unknown,
    )
    last = np.maximum(months.over - 1, 0)
    still = np.take_along_axis(counted, last[None], axis=0)[0]
    failures = np.where(is_missed, counted.max(axis=0), still)
    return Tallied(outcome, live, reached.argmax(axis=0), failures, worst)


def _unsure(months: Months) -> Flags:
    return months.without_value | months.without_line


def _counts(failing: Flags, consecutive: bool) -> Ints:
    """Return, month by month, the failures so far or the run that the month ends."""
    if not consecutive:
        return np.cumsum(failing, axis=0)
    runs = np.zeros(failing.shape, np.int64)
    run = runs[0]
    for at, failed in enumerate(failing):
        run = np.where(failed, run + 1, 0)
        runs[at] = run
    return runs
