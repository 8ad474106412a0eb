"""Summed layout: rows of one sheet, such as members of staff, that add up to one store-day."""

from __future__ import annotations

from collections.abc import Sequence

from assessments.metrics.catalogue import Unit
from assessments.metrics.reading.cells import ColumnReader
from assessments.metrics.reading.headings import Heading
from assessments.metrics.reading.notes import find_day, find_store
from assessments.metrics.reading.raw import CellProblem, RawCell
from assessments.metrics.reading.recognise import Located
from assessments.metrics.reading.results import ParsedRow
from assessments.metrics.reading.table import (
    SheetAccount,
    is_too_much,
    list_left_out,
    place_headings,
    require_store,
)

Problem = tuple[Heading | None, RawCell, CellProblem]
_ADDABLE = (Unit.COUNT, Unit.YUAN)


def read_summed(found: Located, *, file_name: str, is_padded: bool, default_store: str | None) -> SheetAccount:
    """Adds up counts and money over the rows; rates and durations have no sum and are left out.

    One bad row takes the store-day with it, because a sum without it would be wrong: its other rows are rejected too,
    with code "sum_incomplete". UnreadableFile: store_needed, day_needed.
    """
    store = find_store(found.sheet, found.row, default_store)
    require_store(store, found.sheet)
    day = find_day(found.sheet, found.row, file_name)
    account = SheetAccount(found.sheet)
    readers = _readers(found)
    account.headings = place_headings(readers)
    used = {heading.column for heading, _ in readers}
    account.left_out = list_left_out(
        found.sheet, found.row, (heading for heading in found.headings if heading.column not in used)
    )
    totals: dict[str, int | None] = {reader.metric.code: None for _, reader in readers}
    taken: list[int] = []
    for number, row in enumerate(found.sheet.rows[found.row + 1 :], start=found.row + 1):
        if not account.takes(number, row, found.headings, is_padded=is_padded):
            continue
        problems = _add_row(readers, row, totals)
        if problems:
            account.reject(number, problems)
        else:
            taken.append(number)
    if account.rejections or is_too_much(totals):
        why = _incomplete() if account.rejections else _too_much()
        for number in taken:
            account.reject(number, [(None, "", why)])
    elif taken:
        rows = tuple(number + 1 for number in taken)
        account.rows.append(ParsedRow(found.sheet.name, rows[-1], store, day, totals, rows))
    account.rounded_cells = sum(reader.rounded for _, reader in readers)
    return account


def _readers(found: Located) -> list[tuple[Heading, ColumnReader]]:
    readers: dict[str, tuple[Heading, ColumnReader]] = {}
    for heading in found.headings:
        metric = found.format.find_metric(heading)
        if metric is not None and metric.unit in _ADDABLE:
            readers.setdefault(metric.code, (heading, ColumnReader(metric, heading.unit)))
    return list(readers.values())


def _add_row(
    readers: Sequence[tuple[Heading, ColumnReader]], row: Sequence[RawCell], totals: dict[str, int | None]
) -> list[Problem]:
    problems: list[Problem] = []
    for heading, reader in readers:
        try:
            value = reader.read(row[heading.column])
        except CellProblem as problem:
            problems.append((heading, row[heading.column], problem))
            continue
        if value is not None:
            totals[reader.metric.code] = (totals[reader.metric.code] or 0) + value
    return problems


def _incomplete() -> CellProblem:
    return CellProblem(
        "sum_incomplete",
        "同表有其他行出错，合计会不完整，本行一并未导入",
        "another row of the sheet was rejected, so the sum would be incomplete; this row was not taken either",
    )


def _too_much() -> CellProblem:
    return CellProblem(
        "out_of_range",
        "合计超出可能的范围，请检查是否错列",
        "the sum is outside the possible range; check for shifted columns",
    )
