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
    """Months against the limit: ranks of outcome and live.

    `missed_at` is the month that reached the limit, where one did; `failures` those that still count, where none did;
    `worst` counts every unknown month as failing.
    """

    outcome: Ints
    live: Ints
    missed_at: Ints
    failures: Ints
    worst: Ints


def tally(months: Months, limit: Ints, is_limited: Flags, *, consecutive: bool, forgiving: bool) -> Tallied:
    """Count failing months, all of them or the longest run, with every unknown month passing and with all failing."""
    maybe = months.failed | months.without_line if forgiving else months.failed | _unsure(months)
    counted = _counts(months.failed, consecutive)
    worst = _counts(maybe, consecutive).max(axis=0)
    reached = counted >= limit
    is_missed = is_limited & reached.any(axis=0)
    unknown = np.where(~is_limited | months.without_line.any(axis=0), LINE_NOT_SET, NO_DATA)
    is_known = months.failed.any(axis=0) | months.has_passed
    # Once no month is to come, the limit that the worst count stays below can no longer be reached.
    outcome = np.select(
        [is_missed, months.over < months.count, is_limited & (worst < limit)], [MISSED, PENDING, MET], unknown
    )
    live = np.select(
        [is_missed, ~is_limited, months.over == 0, is_known & (worst < limit)],
        [MISSED, LINE_NOT_SET, PENDING, MET],
        unknown,
    )
    failures = np.take_along_axis(counted, np.maximum(months.over - 1, 0)[None], axis=0)[0]
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
