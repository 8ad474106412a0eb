"""Wide layout: one row per store-day, one column per metric."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assessments.metrics.reading.cells import ColumnReader
from assessments.metrics.reading.days import read_day, read_id, read_name
from assessments.metrics.reading.formats.base import Format
from assessments.metrics.reading.headings import Heading
from assessments.metrics.reading.notes import find_store
from assessments.metrics.reading.raw import CellProblem, RawCell
from assessments.metrics.reading.recognise import Located
from assessments.metrics.reading.results import ParsedRow, StoreRef
from assessments.metrics.reading.table import (
    SheetAccount,
    list_left_out,
    place_headings,
    require_store,
)
from assessments.metrics.reading.whole_columns import read_certain_rows

Problem = tuple[Heading | None, RawCell, CellProblem]


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column gives what; every heading is in one place or left out."""

    day: Heading
    shop_id: Heading | None
    shop_name: Heading | None
    metrics: tuple[tuple[Heading, ColumnReader], ...]
    left_out: tuple[Heading, ...]


def assign_columns(form: Format, headings: Sequence[Heading]) -> Columns:
    """Sorts headings into keys and metrics. Of two columns with the same metric the one with its own name wins."""
    day = _first(headings, form.day_names)
    shop_id, shop_name = _first(headings, form.shop_id_names), _first(headings, form.shop_name_names)
    chosen: dict[str, Heading] = {}
    for heading in headings:
        if (metric := form.find_metric(heading)) is not None:
            earlier = chosen.get(metric.code)
            if earlier is None or (earlier.name != metric.zh.lower() and heading.name == metric.zh.lower()):
                chosen[metric.code] = heading
    readers = []
    for heading in chosen.values():
        metric = form.find_metric(heading)
        assert metric is not None
        readers.append((heading, ColumnReader(metric, heading.unit or form.declared.get(metric.code, ""))))
    used = {heading.column for heading in (day, shop_id, shop_name, *chosen.values()) if heading is not None}
    assert day is not None
    left_out = tuple(heading for heading in headings if heading.column not in used)
    return Columns(day, shop_id, shop_name, tuple(readers), left_out)


def _first(headings: Sequence[Heading], names: Sequence[str]) -> Heading | None:
    found = {heading.name: heading for heading in reversed(headings)}
    return next((found[name] for name in names if name in found), None)


def read_wide(found: Located, *, is_padded: bool, default_store: str | None) -> SheetAccount:
    """Reads every row below the headings; UnreadableFile "store_needed" when nothing names the store."""
    account = SheetAccount(found.sheet)
    columns = assign_columns(found.format, found.headings)
    store = None
    if columns.shop_id is None and columns.shop_name is None:
        store = find_store(found.sheet, found.row, default_store)
        require_store(store, found.sheet)
    account.left_out = list_left_out(found.sheet, found.row, columns.left_out)
    account.headings = place_headings(columns.metrics)
    rows = found.sheet.rows[found.row + 1 :]
    certain = read_certain_rows(
        rows,
        first_number=found.row + 2,
        width=found.headings[-1].column + 1,
        sheet=found.sheet.name,
        day=columns.day,
        store=store,
        keys=(columns.shop_id, columns.shop_name),
        metrics=columns.metrics,
    )
    for number, (row, taken) in enumerate(zip(rows, certain, strict=True), start=found.row + 1):
        if taken is not None:
            account.data_rows += 1
            account.rows.append(taken)
            continue
        if account.takes(number, row, found.headings, is_padded=is_padded):
            _read_row(account, columns, store, number, row)
    account.rounded_cells = sum(reader.rounded for _, reader in columns.metrics)
    return account


def _read_row(
    account: SheetAccount, columns: Columns, store: StoreRef | None, number: int, row: Sequence[RawCell]
) -> None:
    problems: list[Problem] = []
    day = _read_day(columns.day, row, problems)
    if problems and problems[0][2].code == "column_shift":
        # Every other cell is in the wrong column too; one message says it all.
        account.reject(number, problems)
        return
    if store is None:
        store = _read_store(columns, row, problems)
    values: dict[str, int | None] = {}
    for heading, reader in columns.metrics:
        try:
            values[reader.metric.code] = reader.read(row[heading.column])
        except CellProblem as problem:
            problems.append((heading, row[heading.column], problem))
    if problems or day is None:
        account.reject(number, problems)
        return
    account.rows.append(ParsedRow(account.sheet.name, number + 1, store, day, values, (number + 1,)))


def _read_day(heading: Heading, row: Sequence[RawCell], problems: list[Problem]) -> date | None:
    raw = row[heading.column]
    try:
        return read_day(raw)
    except CellProblem as problem:
        shifted = _is_day(row, heading.column + 1) or _is_day(row, heading.column - 1)
        problems.append((heading, raw, _shifted() if shifted else problem))
        return None


def _is_day(row: Sequence[RawCell], column: int) -> bool:
    if not (0 <= column < len(row)) or not isinstance(row[column], str | date):
        return False
    try:
        read_day(row[column])
    except CellProblem:
        return False
    return True


def _shifted() -> CellProblem:
    return CellProblem(
        "column_shift",
        "日期出现在相邻的列，疑似错列，整行未导入",
        "the day stands in the next column; the row seems shifted, so nothing of it was taken",
    )


def _read_store(columns: Columns, row: Sequence[RawCell], problems: list[Problem]) -> StoreRef:
    shop_id = name = ""
    for heading, read in ((columns.shop_id, read_id), (columns.shop_name, read_name)):
        if heading is None:
            continue
        try:
            text = read(row[heading.column])
        except CellProblem as problem:
            problems.append((heading, row[heading.column], problem))
            return StoreRef()
        shop_id, name = (text, name) if read is read_id else (shop_id, text)
    if not (shop_id or name):
        missing = CellProblem("store_missing", "缺少店铺", "the store is missing")
        problems.append((columns.shop_id or columns.shop_name, "", missing))
    return StoreRef(shop_id=shop_id, name=name)
