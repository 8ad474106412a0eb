"""The cheapest set of failing months to turn so that a count stays below its limit."""

from collections.abc import Sequence
from fractions import Fraction

_Best = tuple[Fraction, int, tuple[int, ...]]


def cheapest_set(
    failing: Sequence[bool], costs: Sequence[Fraction | None], limit: int, *, is_consecutive: bool
) -> tuple[int, ...] | None:
    """Return which failing months to turn, by number; least cost first, then fewest months; None = it cannot be done.

    `costs` None: that month cannot be turned. With `is_consecutive` the longest run must stay below the limit,
    otherwise their number.
    """
    states: dict[int, _Best] = {0: (Fraction(0), 0, ())}
    for at, (failed, cost) in enumerate(zip(failing, costs, strict=True)):
        after: dict[int, _Best] = {}
        for count, best in states.items():
            kept = count if not is_consecutive else 0
            if not failed:
                _keep(after, kept, best)
                continue
            if count + 1 < limit:
                _keep(after, count + 1, best)
            if cost is not None:
                _keep(after, kept, (best[0] + cost, best[1] + 1, (*best[2], at)))
        states = after
    return min(states.values())[2] if states else None


def _keep(states: dict[int, _Best], count: int, best: _Best) -> None:
    if count not in states or best < states[count]:
        states[count] = best
