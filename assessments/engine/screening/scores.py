"""Monthly scores in every case at once: what `judging.scores` does for one."""

import numpy as np

from assessments.engine.language.assessment import MonthlyScore, SeriesPart
from assessments.engine.language.reading import Rulebook
from assessments.engine.screening.columns import Block
from assessments.engine.screening.judged import PENDING, JudgedScore
from assessments.engine.screening.lines import find_number
from assessments.engine.screening.months import Days
from assessments.engine.screening.scaled import Flags, Scaled, anywhere, compared
from assessments.engine.screening.tallies import Months, tally


def screen_score(rule: MonthlyScore, rulebook: Rulebook, block: Block) -> JudgedScore:
    """Judge a monthly score in every case of a block."""
    months, exactly = _judged_months(rule, rulebook, block)
    amount, is_odd = find_number(rulebook, rule.limit, block)
    limit = np.maximum(-(-amount.units // 10**amount.scale), 1)
    counted = tally(
        months,
        limit,
        amount.is_set,
        consecutive=rule.counting == "consecutive",
        forgiving=rule.missing_month == "not_failing",
    )
    has_newest, is_low, unsure = _newest(rule, rulebook, block)
    return JudgedScore(
        outcome=counted.outcome,
        live=counted.live,
        missed_on=np.take_along_axis(block.month_ends, counted.missed_at[None], axis=0)[0],
        is_blank=(counted.live == PENDING) & ~has_newest,
        exactly=exactly | is_odd | unsure,
        failures=counted.failures,
        worst=counted.worst,
        limit=limit,
        is_limited=amount.is_set,
        has_unknown=anywhere(months.without_value | months.without_line),
        is_running_low=is_low,
    )


def _judged_months(rule: MonthlyScore, rulebook: Rulebook, block: Block) -> tuple[Months, Flags]:
    """Tell the months that are over apart: each is read under the part of the series that its last day falls into."""
    is_over = np.arange(len(block.month_ends))[:, None] < block.over
    failed, unread, unset, passed = (np.zeros(is_over.shape, np.bool_) for _kind in range(4))
    exactly = np.zeros(len(block.places), np.bool_)
    for at, part in enumerate(rule.series):
        mine = is_over & _reads(rule, at, block.month_ends)
        line, is_odd = _line(rule, part, rulebook, block)
        closing, is_odd_value = block.metric(part.metric).closing
        holds, tight = compared(closing, rule.comparator, line)
        is_judged = mine & closing.is_set & line.is_set
        failed |= is_judged & ~holds
        passed |= is_judged & holds
        unset |= mine & ~line.is_set
        unread |= mine & line.is_set & ~closing.is_set
        exactly |= anywhere(mine & (tight | is_odd | is_odd_value))
    return Months(failed, unread, unset, anywhere(passed), block.over, block.count), exactly


def _line(rule: MonthlyScore, part: SeriesPart, rulebook: Rulebook, block: Block) -> tuple[Scaled, Flags]:
    amount = part.line or rule.line
    assert amount is not None  # the language refuses a series without a line
    return find_number(rulebook, amount, block)


def _reads(rule: MonthlyScore, at: int, days: Days) -> Flags:
    """Tell the days on which part number `at` of a series is read."""
    until, since = rule.series[at].until, rule.series[at - 1].until if at else None
    reads = np.ones(days.shape, np.bool_)
    if until is not None:
        reads &= days < np.datetime64(until)
    if since is not None:
        reads &= days >= np.datetime64(since)
    return reads


def _newest(rule: MonthlyScore, rulebook: Rulebook, block: Block) -> tuple[Flags, Flags, Flags]:
    """Tell whether there is a newest value, whether it would fail a month still to be judged, and where that is unsure.

    The part of the series is that of the last day of today's month, today being no later than the period's end.
    """
    exists, is_low, exactly = (np.zeros(len(block.places), np.bool_) for _kind in range(3))
    for at, part in enumerate(rule.series):
        mine = _reads(rule, at, block.this_month_end)
        line, is_odd = _line(rule, part, rulebook, block)
        newest, is_odd_value = block.metric(part.metric).newest
        holds, tight = compared(newest, rule.comparator, line)
        is_running = block.metric(part.metric).newest_month >= block.over
        exists |= mine & newest.is_set
        is_low |= mine & newest.is_set & line.is_set & is_running & ~holds
        exactly |= mine & (tight | is_odd | is_odd_value)
    return exists, is_low, exactly
