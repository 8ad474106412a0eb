"""Which way a store turns: the same, better, worse, or not to be told."""

from collections.abc import Sequence

from assessments.backtests.models import Direction
from assessments.engine import Outcome, Standing
from assessments.periods.portfolio import URGENCY

# From good to bad. What is not known has no place among them.
_OUTCOMES = {Outcome.EXEMPT: 0, Outcome.MET: 0, Outcome.PENDING: 1, Outcome.MISSED: 2}
# As the board sorts, but that a store which was removed stands worst of all.
_STANDINGS = {**URGENCY, Standing.REMOVED: max(URGENCY.values()) + 1}
Words = tuple[Outcome, Outcome, Standing]


def compare_words(before: Words, after: Words) -> Direction:
    """The settled outcome decides, then the live one, then the standing."""
    ranked = [
        *((_OUTCOMES.get(old), _OUTCOMES.get(new)) for old, new in zip(before[:2], after[:2], strict=True)),
        tuple(None if one is Standing.UNKNOWN else _STANDINGS[one] for one in (before[2], after[2])),
    ]
    return _first(ranked, [old != new for old, new in zip(before, after, strict=True)])


def _first(ranked: Sequence[tuple[int | None, ...]], differs: Sequence[bool]) -> Direction:
    for (old, new), is_other in zip(ranked, differs, strict=True):
        if not is_other or old == new:
            continue
        if old is None or new is None:
            return Direction.UNCLEAR
        return Direction.WORSE if new > old else Direction.BETTER
    return Direction.UNCLEAR if any(differs) else Direction.SAME


def compare_amounts(before: int | None, after: int | None) -> Direction:
    """More refund is better; one that is not known tells nothing."""
    if before == after:
        return Direction.SAME
    if before is None or after is None:
        return Direction.UNCLEAR
    return Direction.BETTER if after > before else Direction.WORSE
