"""The consequence ladder in every case at once: the stage that a failure has reached by `as_of`."""

import numpy as np

from assessments.engine.language.assessment import Moment, Stage
from assessments.engine.outcomes import Standing
from assessments.engine.screening.months import Days, first_days, last_days, month_numbers
from assessments.engine.screening.scaled import Ints

STANDINGS = tuple(Standing)


def reached_standings(stages: tuple[Stage, ...], failed_on: Days, as_of: Days) -> Ints:
    """Return places in STANDINGS: the last stage that has begun by the end of the day, FAILED before the first.

    In which order stages begin is the same whenever a failure was; of two that begin together the first one counts.
    """
    standing = np.full(as_of.shape, STANDINGS.index(Standing.FAILED))
    for stage in sorted(stages, key=lambda stage: _order(stage.begins), reverse=True)[::-1]:
        begins_on = _begins_on(stage.begins, failed_on)
        standing = np.where(begins_on <= as_of, STANDINGS.index(Standing(stage.level)), standing)
    return standing


def _order(moment: Moment) -> tuple[int, bool, object]:
    return moment.months, moment.day == "last", moment.time


def _begins_on(moment: Moment, failed_on: Days) -> Days:
    months = month_numbers(failed_on) + moment.months
    return first_days(months) if moment.day == "first" else last_days(months)
