"""Months and days of many cases: months are numbered from January 1970, days are numpy's."""

from datetime import date
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from assessments.engine.screening.scaled import Ints

Days = npt.NDArray[np.datetime64]


@lru_cache(maxsize=4096)
def month_number(on: date) -> int:
    """Return the number of the month that a day lies in."""
    return (on.year - 1970) * 12 + on.month - 1


def month_numbers(days: Days) -> Ints:
    """Return the numbers of the months that days lie in."""
    return days.astype("datetime64[M]").astype(np.int64)


def first_days(months: Ints) -> Days:
    """Return the first day of each month."""
    return months.astype("datetime64[M]").astype("datetime64[D]")


def last_days(months: Ints) -> Days:
    """Return the last day of each month."""
    return (first_days(months + 1).astype(np.int64) - 1).astype("datetime64[D]")
