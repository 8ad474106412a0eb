"""Which days an export of records covers whole: by its name, else by its first and last record."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from assessments.metrics.reading.days import find_days, find_range, read_day
from assessments.metrics.reading.raw import CellProblem, narrow

_MADE: Final = re.compile(r"(?<!\d)(20\d{6})[_-]?(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?(?!\d)", re.ASCII)
_ONE_DAY: Final = timedelta(days=1)
# "The last three months" begin at the minute of the export, and their first day is cut.
_ROLLING: Final = range(88, 94)


@dataclass(frozen=True, slots=True)
class Days:
    """Whole days, both ends included; empty when `last` is before `first`."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def after_wait(self, wait: timedelta) -> Days:
        """The days on which nothing can be missing that happens up to `wait` after what the export was cut by."""
        return Days(self.first + _ONE_DAY * -(-wait // _ONE_DAY), self.last)


def find_whole_days(*, earliest: datetime, latest: datetime, is_by_day: bool, file_name: str) -> Days:
    """The days that an export covers whole, from its first and last record and what its name says.

    A range in the name that holds every record is believed. With the moment of the export in the name, the last day is
    whole when it was over by then. Without either, the first and the last day may have been cut and are not whole.
    """
    first, last = earliest.date(), latest.date()
    if (span := find_range(file_name)) is not None and span[0] <= first and last <= span[1]:
        return Days(*span)
    made_on = find_made_on(file_name)
    if made_on is not None and last <= made_on:
        is_rolling = not is_by_day and (made_on - first).days in _ROLLING
        return Days(first + _ONE_DAY if is_rolling else first, min(last, made_on - _ONE_DAY))
    if is_by_day:
        return Days(first, last)
    return Days(first + _ONE_DAY, last - _ONE_DAY)


def find_made_on(file_name: str) -> date | None:
    """The day of the export by its name: ExportOrderList202411021030, 商品报表_20241102_103000, or a plain day."""
    if matched := _MADE.search(narrow(file_name)):
        try:
            return read_day(matched[1])
        except CellProblem:
            return None
    return max(find_days(file_name), default=None)
