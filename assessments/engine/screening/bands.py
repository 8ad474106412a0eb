"""Warning bands in every case at once: what `judging.bands` does for one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from assessments.engine.judging.bands import RISK
from assessments.engine.language.assessment import AnyBand, Completion, FailuresLeft, LatestValue
from assessments.engine.outcomes import Standing
from assessments.engine.screening.columns import Block
from assessments.engine.screening.judged import LINE_NOT_SET, MET, NO_DATA, Judged, JudgedScore, JudgedTotal
from assessments.engine.screening.scaled import Flags, Ints, compared, multiplied, trimmed, whole_units


@dataclass(frozen=True, slots=True)
class Risk:
    """Ranks of RISK, 0 where no band warns; where figures are not enough to tell; where integers are not."""

    level: Ints
    untold: Flags
    exactly: Flags


def find_risk(bands: Sequence[AnyBand], results: Mapping[str, Judged], block: Block) -> Risk:
    """Put every case that has not failed into its bands; those of requirements that the phase lacks do not count."""
    shape = block.over.shape
    level, exactly, untold = np.zeros(shape, np.int64), np.zeros(shape, np.bool_), np.zeros(shape, np.bool_)
    for judged in results.values():
        untold |= judged.is_blank | (judged.live == NO_DATA) | (judged.live == LINE_NOT_SET)
    for band in bands:
        result = results.get(band.requirement)
        if result is None:
            continue
        if isinstance(band, Completion) and isinstance(result, JudgedTotal):
            found = _by_completion(band, result, block)
        else:
            assert isinstance(result, JudgedScore)
            found = _by_failures(band, result) if isinstance(band, FailuresLeft) else _by_latest(band, result)
        level, untold, exactly = np.maximum(level, found.level), untold | found.untold, exactly | found.exactly
    return Risk(level, untold, exactly)


def _by_failures(band: FailuresLeft, result: JudgedScore) -> Risk:
    applies = result.is_limited & (result.outcome != MET)
    level, at_worst = (_left_level(band, failures, result.limit) for failures in (result.failures, result.worst))
    untold = applies & result.has_unknown & (level != at_worst)
    return Risk(np.where(applies, level, 0), untold, np.zeros(applies.shape, np.bool_))


def _left_level(band: FailuresLeft, failures: Ints, limit: Ints) -> Ints:
    level = np.zeros(failures.shape, np.int64)
    # The lowest row that holds is written last; of two alike the one written first counts.
    for row in sorted(band.rows, key=lambda row: row.at_most)[::-1]:
        level = np.where(limit - failures <= row.at_most, _rank(row.level), level)
    return np.where(failures == 0, 0, level) if band.warn_from == "first_failure" else level


def _by_latest(band: AnyBand, result: JudgedScore) -> Risk:
    assert isinstance(band, LatestValue)
    nobody = np.zeros(result.is_running_low.shape, np.bool_)
    return Risk(np.where(result.is_running_low, _rank(band.level), 0), nobody, nobody)


def _by_completion(band: Completion, result: JudgedTotal, block: Block) -> Risk:
    """Steps by assessed months in a cycle of the band's length, else the pace. A gap may hide what is missing."""
    actual, target = result.actual, result.target
    applies = target.is_set & actual.is_set & (target.units != 0) & (block.over > 0) & (result.outcome != MET)
    # A target below 0 turns every comparison round: `assess` is asked.
    exactly = applies & (target.units < 0)
    level = np.zeros(applies.shape, np.int64)
    outside = applies
    for row in band.rows:
        mine = outside & (block.count == band.cycle_months) & np.isin(block.over, row.months)
        outside = outside & ~mine
        for below, word in _from_the_highest((step.below, step.level) for step in row.steps):
            is_below, tight = _is_below(result, below)
            level = np.where(mine & is_below, _rank(word), level)
            exactly = exactly | (mine & tight)
    if band.outside == "watch_pace":
        is_behind, tight = compared(actual, "<", target, by=block.count, to=block.over)
        level = np.where(outside & is_behind, _rank("watch"), level)
        exactly = exactly | (outside & tight)
    is_told = ~result.has_gap
    return Risk(np.where(is_told, level, 0), (level > 0) & ~is_told, exactly)


def _from_the_highest(steps: Iterable[tuple[Decimal, str]]) -> list[tuple[Decimal, str]]:
    """Order steps so that the lowest one that holds is written last; of two alike the one written later counts."""
    return sorted(dict(steps).items(), reverse=True)


def _is_below(result: JudgedTotal, share: Decimal) -> tuple[Flags, Flags]:
    whole = whole_units(share)
    if whole is None:
        nobody = np.zeros(result.has_gap.shape, np.bool_)
        return nobody, ~nobody
    wanted, tight = multiplied(result.target, trimmed(np.array([whole]), np.array([True])))
    is_below, too_tight = compared(result.actual, "<", wanted)
    return is_below, tight | too_tight


def _rank(level: str) -> int:
    return RISK.index(Standing(level))
