"""Moments in cells: a Beijing day with its time of day, where the cell has one."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from assessments.metrics.reading.days import BEIJING, read_day
from assessments.metrics.reading.raw import RawCell, narrow

_CLOCK: Final = re.compile(r"[\sT](\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?$", re.ASCII)
_SECONDS_OF_DAY: Final = 86_400


def read_moment(raw: RawCell) -> datetime:
    """A cell as a moment of Beijing time, without a zone; midnight where only a day is given. As read_day."""
    day = read_day(raw)
    match raw:
        case datetime():
            return (raw.astimezone(BEIJING) if raw.tzinfo else raw).replace(tzinfo=None)
        case str() if matched := _CLOCK.search(narrow(raw)):
            hour, minute, second = (int(part or 0) for part in matched.groups())
            return datetime.combine(day, time(hour, minute, second))
        case Decimal():
            return _midnight(day) + timedelta(seconds=int(raw % 1 * _SECONDS_OF_DAY))
        case _:
            return _midnight(day)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())
