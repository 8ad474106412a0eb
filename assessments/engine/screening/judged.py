"""What screening keeps of a judged requirement: outcomes as ranks, the worst first, and where integers do not tell."""

from dataclasses import dataclass

from assessments.engine.judging.assessing import WORST_FIRST
from assessments.engine.outcomes import Outcome
from assessments.engine.screening.months import Days
from assessments.engine.screening.scaled import Flags, Ints, Scaled

RANK = {outcome: rank for rank, outcome in enumerate(WORST_FIRST)}
MISSED, LINE_NOT_SET, NO_DATA, PENDING, MET = (
    RANK[each] for each in (Outcome.MISSED, Outcome.LINE_NOT_SET, Outcome.NO_DATA, Outcome.PENDING, Outcome.MET)
)


@dataclass(frozen=True, slots=True)
class Judged:
    """One requirement in every case: `outcome` and `live` are ranks of WORST_FIRST.

    `missed_on` is the day on which it failed, to be read where it did. `is_blank` marks a pending requirement without
    any figure. `exactly` marks the cases that only `assess` can tell.
    """

    outcome: Ints
    live: Ints
    missed_on: Days
    is_blank: Flags
    exactly: Flags


@dataclass(frozen=True, slots=True)
class JudgedScore(Judged):
    """A monthly score, with what its warning bands read.

    `failures` are those that still count (to be read where the score has not failed), `worst` with every unknown month
    failing, of `limit` where `is_limited`. `is_running_low` tells that the newest value is of a month still to be
    judged, and would fail there.
    """

    failures: Ints
    worst: Ints
    limit: Ints
    is_limited: Flags
    has_unknown: Flags
    is_running_low: Flags


@dataclass(frozen=True, slots=True)
class JudgedTotal(Judged):
    """A total, with what its warning bands read: `actual` of `target`, and whether days are missing so far."""

    actual: Scaled
    target: Scaled
    has_gap: Flags
