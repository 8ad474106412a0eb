"""One row of an export of records: its store, the moment it was cut by, and what it adds to which metric when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final, TypeVar

from assessments.metrics.catalogue import BY_CODE
from assessments.metrics.reading.cells import ColumnReader
from assessments.metrics.reading.days import read_id, read_name
from assessments.metrics.reading.formats.base import Counted, Format, Names, Tally
from assessments.metrics.reading.headings import Heading
from assessments.metrics.reading.moments import read_moment
from assessments.metrics.reading.raw import CellProblem, RawCell, is_missing, narrow, show
from assessments.metrics.reading.results import StoreRef

Problem = tuple[Heading | None, RawCell, CellProblem]
T = TypeVar("T")
_NO_SHOP: Final = "0"  # What exports write as the shop id where they know none.


@dataclass(slots=True)
class CountedRow:
    """A row as far as it could be read; `problems` say what could not. `adds`: metric → day, stored integer, wait."""

    row: int
    store: StoreRef | None = None
    identity: str = ""
    cut_at: datetime | None = None
    adds: dict[str, tuple[date, int, timedelta]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    is_repeat: bool = False

    @property
    def days(self) -> frozenset[date] | None:
        """The days that this row could be part of; None when a row that could not be read does not say."""
        if self.problems or self.cut_at is None:
            return None
        return frozenset((self.cut_at.date(), *(day for day, _, _ in self.adds.values())))


@dataclass(frozen=True, slots=True)
class Adder:
    """A tally whose columns are all there."""

    metric: str
    on: Heading
    adds: tuple[tuple[Heading, ColumnReader], ...]
    instead: tuple[tuple[Heading, ColumnReader], ...]
    only: frozenset[str]


class CountedRowReader:
    """Knows the columns of one sheet and reads its rows."""

    def __init__(self, form: Format, headings: Sequence[Heading], chosen: StoreRef | None) -> None:
        assert form.counted is not None
        shape: Counted = form.counted
        self._named = {heading.name: heading for heading in reversed(headings)}
        self.identity = self._find(shape.identity)
        self.cut = self._find(shape.cut_by)
        self.numbered = self._find(shape.numbered or shape.identity)
        self.is_blank_nothing = shape.is_blank_nothing
        self._status, self._status_words = self._find(shape.status), shape.status_words
        self._shop_id, self._shop_name = self._find(form.shop_id_names), self._find(form.shop_name_names)
        self._chosen = chosen
        self.adders = tuple(adder for tally in shape.tallies if (adder := self._adder(tally)) is not None)

    @property
    def columns(self) -> frozenset[int]:
        """The columns that are read; all others are left out."""
        keys = (self.identity, self.cut, self._status, self._shop_id, self._shop_name)
        used = {heading.column for heading in keys if heading is not None}
        for adder in self.adders:
            used |= {adder.on.column, *(heading.column for heading, _ in (*adder.adds, *adder.instead))}
        return frozenset(used)

    @property
    def rounded(self) -> int:
        """Spreadsheet numbers whose binary noise was rounded away."""
        return sum(reader.rounded for adder in self.adders for _, reader in adder.adds)

    def read(self, number: int, row: Sequence[RawCell]) -> CountedRow:
        """The row as a record; nothing is raised, its problems are listed."""
        record = CountedRow(number)
        record.store = self._chosen or self._read_store(row, record.problems)
        if self.identity is not None:
            record.identity = _take(self.identity, row, record.problems, _read_number) or ""
            if not record.identity and not record.problems:
                record.problems.append((self.identity, "", _missing()))
        assert self.cut is not None
        record.cut_at = _take(self.cut, row, record.problems, read_moment)
        status = self._read_status(row, record.problems)
        if record.cut_at is not None:
            for adder in self.adders:
                if not adder.only or status in adder.only:
                    self._add(adder, row, record, record.cut_at)
        # Several tallies read the same cell; one message says it.
        told = {heading.column if heading else None: (heading, raw, why) for heading, raw, why in record.problems}
        record.problems = list(told.values())
        return record

    def _read_status(self, row: Sequence[RawCell], problems: list[Problem]) -> str:
        if self._status is None or not self._status_words:
            return ""
        raw = row[self._status.column]
        status = narrow(raw) if isinstance(raw, str) else ""
        if not any(word in status for word in self._status_words):
            # Left out in silence, the row would be missing from a sum.
            problems.append((self._status, raw, _no_status()))
        return status

    def _add(self, adder: Adder, row: Sequence[RawCell], record: CountedRow, cut_at: datetime) -> None:
        if is_missing(row[adder.on.column]):
            return
        moment = _take(adder.on, row, record.problems, read_moment)
        if moment is None:
            return
        # Only the minute is given in some columns of an export whose others have seconds.
        if moment < cut_at.replace(second=0):
            record.problems.append((adder.on, row[adder.on.column], _too_early()))
            return
        amount = self._sum(adder.adds, row, record.problems) if adder.adds else 1
        if amount == 0 and adder.instead:
            amount = self._sum(adder.instead, row, record.problems)
        if amount is not None:
            record.adds[adder.metric] = (moment.date(), amount, max(moment - cut_at, timedelta()))

    def _sum(
        self, columns: Sequence[tuple[Heading, ColumnReader]], row: Sequence[RawCell], problems: list[Problem]
    ) -> int | None:
        total = None if self.is_blank_nothing else 0
        for heading, reader in columns:
            try:
                value = reader.read(row[heading.column])
            except CellProblem as problem:
                problems.append((heading, row[heading.column], problem))
                return None
            if value is None and self.is_blank_nothing:
                continue
            if value is None:
                problems.append((heading, row[heading.column], _no_amount()))
                return None
            total = (total or 0) + value
        return total

    def _read_store(self, row: Sequence[RawCell], problems: list[Problem]) -> StoreRef | None:
        shop_id = name = ""
        if self._shop_id is not None:
            shop_id = _take(self._shop_id, row, problems, read_id) or ""
        if self._shop_name is not None:
            name = _take(self._shop_name, row, problems, read_name) or ""
        store = StoreRef(shop_id="" if shop_id == _NO_SHOP else shop_id, name=name)
        if store.label:
            return store
        if not problems:
            missing = CellProblem("store_missing", "缺少店铺", "the store is missing")
            problems.append((self._shop_id or self._shop_name, "", missing))
        return None

    def _find(self, names: Names) -> Heading | None:
        return next((self._named[name] for name in names if name in self._named), None)

    def _adder(self, tally: Tally) -> Adder | None:
        on = self._find(tally.on)
        adds, instead = self._columns(tally.metric, tally.adds), self._columns(tally.metric, tally.instead)
        if on is None or adds is None:
            return None
        return Adder(tally.metric, on, adds, instead or (), tally.only)

    def _columns(self, metric: str, groups: tuple[Names, ...]) -> tuple[tuple[Heading, ColumnReader], ...] | None:
        found = [self._find(names) for names in groups]
        if any(heading is None for heading in found):
            return None
        return tuple((heading, ColumnReader(BY_CODE[metric], heading.unit)) for heading in found if heading is not None)


def _take(heading: Heading, row: Sequence[RawCell], problems: list[Problem], read: Callable[[RawCell], T]) -> T | None:
    try:
        return read(row[heading.column])
    except CellProblem as problem:
        problems.append((heading, row[heading.column], problem))
        return None


def _read_number(raw: RawCell) -> str:
    number = read_id(raw)
    if number and not (number.isascii() and number.isdigit()):
        raise CellProblem("not_an_id", f"不是有效编号：{show(raw)}", f"{show(raw)} is not an id")
    return number


def _missing() -> CellProblem:
    return CellProblem("identity_missing", "缺少编号，无法排除重复", "the number is missing, so repeats cannot be told")


def _too_early() -> CellProblem:
    return CellProblem(
        "time_order",
        "时间早于该行的创建（申请）时间，疑似错列",
        "earlier than the row's own beginning; it seems shifted",
    )


def _no_status() -> CellProblem:
    return CellProblem(
        "unknown_status",
        "缺少状态，或不是已知的状态，疑似错列",
        "the status is missing or unknown; the row seems shifted",
    )


def _no_amount() -> CellProblem:
    return CellProblem(
        "amount_missing", "这一行要计入合计，但没有数值", "this row counts toward a sum but holds no value"
    )
