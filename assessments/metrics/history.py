"""Figures as they were, worked out from the present row and the corrections since. No database here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

# A stored value, and whether a file said that this score has no data.
Cell = tuple[int | None, bool]
UNKNOWN: Cell = (None, False)


@dataclass(frozen=True, slots=True)
class Change:
    """What one write replaced. `was_removed`: the store-day vanished, and a value that is not in `before` was NULL."""

    at: datetime
    was_removed: bool
    before: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Day:
    """A store-day with its past: the present values (None: there is no such row) and the changes, oldest first."""

    values: Mapping[str, int | None] | None
    no_data: frozenset[str]
    changes: Sequence[Change]

    def cell_after(self, metric: str, moment: datetime) -> Cell:
        """What was known of a metric when everything up to and including `moment` had been written."""
        for change in self.changes:
            if change.at <= moment:
                continue
            if metric in change.before or change.was_removed:
                return change.before.get(metric), metric in (change.before.get("no_data") or ())
        return UNKNOWN if self.values is None else (self.values[metric], metric in self.no_data)


@dataclass(frozen=True, slots=True)
class Given:
    """That a source gave metrics of a store-day. `metrics` is None where it stands for all that was there before."""

    source: int
    at: datetime
    metrics: frozenset[str] | None

    def gave(self, metric: str) -> bool:
        return self.metrics is None or metric in self.metrics


def find_last(given: Iterable[Given], metric: str) -> Given | None:
    """The newest of these that gave a metric."""
    return max((each for each in given if each.gave(metric)), key=lambda each: each.at, default=None)


@dataclass(frozen=True, slots=True)
class Retreat:
    """What taking an import back means for store-days that the same sources gave.

    `back_to`: metric → the moment whose value returns, None where nothing else gave it. `kept_newer` counts the
    metrics that a later import gave too: they stay. `is_gone`: no other source gave the store-day at all.
    """

    back_to: Mapping[str, datetime | None]
    kept_newer: int
    is_gone: bool


def plan_retreat(*, taken_back: Sequence[Given], others: Sequence[Given]) -> Retreat:
    """What every metric of the import goes back to; `others` are the sources that stand."""
    back_to: dict[str, datetime | None] = {}
    kept_newer = 0
    for metric in sorted(set().union(*(each.metrics or () for each in taken_back))):
        mine, other = find_last(taken_back, metric), find_last(others, metric)
        if mine is not None and other is not None and other.at > mine.at:
            kept_newer += 1
        else:
            back_to[metric] = other.at if other is not None else None
    return Retreat(back_to, kept_newer, is_gone=not others)


def values_after(day: Day, retreat: Retreat) -> tuple[dict[str, int | None], list[str]]:
    """The values that return to a store-day, and which of these scores a file had said to be without data."""
    cells = {
        metric: UNKNOWN if moment is None else day.cell_after(metric, moment)
        for metric, moment in retreat.back_to.items()
    }
    return {metric: value for metric, (value, _said) in cells.items()}, [
        metric for metric, (_value, said) in cells.items() if said
    ]
