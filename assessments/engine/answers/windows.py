"""Rolling windows judged on a day to come: only the days that will still be inside count."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from assessments.engine.answers.arithmetic import MeanNeed, need_mean
from assessments.engine.answers.possible import Range
from assessments.engine.answers.ratios import RatioNeed, need_ratio
from assessments.engine.language.common import Comparator
from assessments.engine.results import Operands, Step


@dataclass(frozen=True, slots=True)
class Window:
    """The days [starts_on, ends_on] of a window as it will stand on the judging day, seen from `as_of`.

    `locked` days lie inside and are over; `to_come` days lie inside and are not; `dropping` is how many days of
    today's window will have left it.
    """

    starts_on: date
    ends_on: date
    judged_on: date
    as_of: date
    locked: int
    to_come: int
    dropping: int
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class WindowMean:
    """A mean over a window: which days count, and what the days to come must be."""

    window: Window
    need: MeanNeed

    @property
    def steps(self) -> tuple[Step, ...]:
        """The window first, then what it needs."""
        return (*self.window.steps, *self.need.steps)


@dataclass(frozen=True, slots=True)
class WindowRatio:
    """A ratio over a window: which days count, and how many bad orders are still allowed."""

    window: Window
    need: RatioNeed

    @property
    def steps(self) -> tuple[Step, ...]:
        """The window first, then what it needs."""
        return (*self.window.steps, *self.need.steps)


def lay_window(*, days: int, judged_on: date, as_of: date, lag: int = 0, rule: str = "") -> Window:
    """Lay out the window of `days` days that ends `lag` days before the judging day."""
    ends_on = judged_on - timedelta(days=lag)
    starts_on = ends_on - timedelta(days=days - 1)
    seen_until = min(max(as_of, starts_on - timedelta(days=1)), ends_on)
    locked = (seen_until - starts_on).days + 1
    today_starts_on = as_of - timedelta(days=lag + days - 1)
    dropping = min(max((starts_on - today_starts_on).days, 0), days)
    values: Operands = {
        "window": days,
        "judged": judged_on,
        "from": starts_on,
        "until": ends_on,
        "locked": locked,
        "to_come": days - locked,
        "dropping": dropping,
    }
    return Window(
        starts_on=starts_on,
        ends_on=ends_on,
        judged_on=judged_on,
        as_of=as_of,
        locked=locked,
        to_come=days - locked,
        dropping=dropping,
        steps=(Step(rule, "window_days", values),),
    )


def need_window_mean(
    *,
    metric: str,
    values: Mapping[date, Decimal],
    days: int,
    judged_on: date,
    as_of: date,
    target: Fraction | Decimal,
    comparator: Comparator,
    possible: Range,
    lag: int = 0,
) -> WindowMean:
    """Plan a mean of daily values on the days that will still count; a day without a value is not known."""
    window = lay_window(days=days, judged_on=judged_on, as_of=as_of, lag=lag)
    inside = [value for on, value in values.items() if window.starts_on <= on <= min(as_of, window.ends_on)]
    need = need_mean(
        metric=metric,
        target=target,
        comparator=comparator,
        values=inside,
        to_come=window.to_come,
        unknown=window.locked - len(inside),
        possible=possible,
    )
    return WindowMean(window, need)


def need_window_ratio(
    *,
    metric: str,
    counts: Mapping[date, tuple[int, int]],
    days: int,
    judged_on: date,
    as_of: date,
    threshold: Fraction | Decimal,
    comparator: Comparator,
    more_at_most: int | None,
    lag: int = 0,
) -> WindowRatio:
    """Plan a ratio on the days that will still count; `counts` are (counted, orders) of a day."""
    window = lay_window(days=days, judged_on=judged_on, as_of=as_of, lag=lag)
    inside = [pair for on, pair in counts.items() if window.starts_on <= on <= min(as_of, window.ends_on)]
    need = need_ratio(
        metric=metric,
        counted=sum(pair[0] for pair in inside),
        orders=sum(pair[1] for pair in inside),
        threshold=threshold,
        comparator=comparator,
        more_at_most=more_at_most if window.to_come else 0,
    )
    return WindowRatio(window, need)
