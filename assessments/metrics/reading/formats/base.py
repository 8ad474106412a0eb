"""What a format is: how its headings are recognised, and where its stores, days and metrics stand. Data, not code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from assessments.engine.text import Text
from assessments.metrics.catalogue import BY_CODE, Metric
from assessments.metrics.reading.fields import RecordShape
from assessments.metrics.reading.headings import METRIC_NAMES, Heading

DAY_NAMES = ("统计日期", "日期", "数据日期", "day", "date")
SHOP_ID_NAMES = ("店铺id", "店铺编号", "shopid", "shop_id")
SHOP_NAME_NAMES = ("店铺名称", "店铺", "店铺名", "shop")
STORE_NAMES = frozenset({*SHOP_ID_NAMES, *SHOP_NAME_NAMES})


class Layout(StrEnum):
    """How a sheet holds its figures."""

    WIDE = "wide"  # one row per store-day, one column per metric
    VERTICAL = "vertical"  # one sheet per store-day, one row per metric
    SUMMED = "summed"  # many rows that add up to one store-day
    COUNTED = "counted"  # one row per order, refund or good; each is counted to a store and a day
    RECORDS = "records"  # one row per record of another target, one column per field


@dataclass(frozen=True, slots=True)
class Vertical:
    """The parts of a vertical sheet, by heading name, and what the labels in its rows stand for."""

    dimension: str
    dimension_score: str
    metric: str
    metric_value: str
    metric_points: str
    dimensions: Mapping[str, str]
    points: Mapping[str, str]
    ends_before: tuple[str, ...] = ()  # labels with which another table begins below


Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """One metric that rows are counted to. Each group of names is one column under any of its headings.

    `on`: the column whose day a row counts on; a row without it does not count. `adds`: what a row adds, the sum of
    these columns; without any a row counts as one. `instead`: what it adds where `adds` comes to 0. `only`: the
    statuses that count; none means all.
    """

    metric: str
    on: Names
    adds: tuple[Names, ...] = ()
    instead: tuple[Names, ...] = ()
    only: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Counted:
    """The parts of a sheet of records.

    `identity`: the column of numbers that tells records apart; a repeat counts once. `status_words`: every status
    holds one of them; without any it is not looked at. `cut_by`: the column by which an export is cut at both ends.
    `is_by_day`: it is cut at midnight, so that its first and last day are whole. `only_grows`: counts that a fuller
    export of the same day can only raise. `numbered`: the column that no row of totals has, if not `identity`.
    `is_blank_nothing`: a cell without a value adds nothing, and a day of such cells alone has no data.
    """

    identity: Names
    cut_by: Names
    status: Names
    status_words: tuple[str, ...]
    tallies: tuple[Tally, ...]
    is_by_day: bool = False
    numbered: Names = ()
    is_blank_nothing: bool = False
    only_grows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of file. Names of headings are trimmed, lower-case and without units.

    `required`: of each group one heading must be there. `forbidden`: any of these headings means another kind.
    `target`: what the file's rows become; `record`: their fields, where that is not store-days.
    `starred`: the required headings carry a star, as our own templates do. `declared`: metric code → unit of bare
    numbers where the heading names none. `headings`: heading → metric code beyond the catalogue's own names.
    """

    kind: str
    name: Text
    layout: Layout
    required: tuple[tuple[str, ...], ...]
    forbidden: tuple[str, ...] = ()
    starred: bool = False
    day_names: tuple[str, ...] = DAY_NAMES
    shop_id_names: tuple[str, ...] = SHOP_ID_NAMES
    shop_name_names: tuple[str, ...] = SHOP_NAME_NAMES
    declared: Mapping[str, str] = field(default_factory=dict)
    headings: Mapping[str, str] = field(default_factory=dict)
    vertical: Vertical | None = None
    counted: Counted | None = None
    target: str = "store_days"
    record: RecordShape | None = None

    def count_known(self, headings: Iterable[Heading]) -> int:
        """How many headings mean something to this format."""
        if self.record is not None:
            return sum(self.record.find_field(heading.name) is not None for heading in headings)
        return sum(self.find_metric(heading) is not None for heading in headings)

    def find_metric(self, heading: Heading) -> Metric | None:
        """The metric of a heading, None when it names none."""
        if (code := self.headings.get(heading.name)) is not None:
            return BY_CODE[code]
        return METRIC_NAMES.get(heading.name)
