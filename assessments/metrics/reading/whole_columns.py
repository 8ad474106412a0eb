"""Whole columns at once: a text that stands a thousand times in a column is read once.

Only what is certain is taken: every other row is None here and left to the row reader, which alone decides about it and
finds the words for what is wrong. Both use the same cell readers, so a value cannot depend on the way it was read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from assessments.metrics.reading.cells import ColumnReader
from assessments.metrics.reading.days import read_day, read_id, read_name
from assessments.metrics.reading.headings import Heading
from assessments.metrics.reading.raw import CellProblem, RawCell, is_blank
from assessments.metrics.reading.results import ParsedRow, StoreRef
from assessments.metrics.reading.table import is_summary_label

# 1, True and Decimal("1") are one key of a dictionary; a column that holds truth values is read cell by cell.
_CONFUSABLE: Final = bool
_Column = Sequence[RawCell]


class _Unsure(Exception):  # noqa: N818 - no fault: the row reader decides
    """A cell on which more depends than whole columns know."""


def read_certain_rows(
    rows: Sequence[Sequence[RawCell]],
    *,
    first_number: int,
    width: int,
    sheet: str,
    day: Heading,
    store: StoreRef | None,
    keys: Sequence[Heading | None],
    metrics: Sequence[tuple[Heading, ColumnReader]],
) -> list[ParsedRow | None]:
    """One entry per row. `keys` are the columns of the shop's id and name, for sheets whose `store` is not known.

    `first_number` is that of the first row, counted from 1. Roundings of the rows taken are added to their readers.
    """
    found: list[ParsedRow | None] = [None] * len(rows)
    places = [place for place, row in enumerate(rows) if _is_regular(row, width)]
    columns: Sequence[_Column] = list(zip(*map(rows.__getitem__, places), strict=False))[:width]
    if not places or not metrics or any(_CONFUSABLE in set(map(type, column)) for column in columns):
        return found
    unsure = _find_summaries(columns)
    days = _read_all(columns[day.column], read_day, unsure)
    stores = [store] * len(places) if store is not None else _read_stores(columns, keys, unsure)
    probes = [ColumnReader(reader.metric, reader.declared) for _heading, reader in metrics]
    roundings: list[set[RawCell]] = []
    values = [
        _read_all(columns[heading.column], _noting(probe, roundings), unsure)
        for (heading, _reader), probe in zip(metrics, probes, strict=True)
    ]
    codes = [reader.metric.code for _heading, reader in metrics]
    for nth, (place, on, of, row) in enumerate(zip(places, days, stores, zip(*values, strict=True), strict=True)):
        if nth not in unsure:
            number = first_number + place
            found[place] = ParsedRow(sheet, number, of, on, dict(zip(codes, row, strict=True)), (number,))
    for (heading, reader), rounded in zip(metrics, roundings, strict=True):
        if rounded:
            cells = enumerate(columns[heading.column])
            reader.rounded += sum(cell in rounded and nth not in unsure for nth, cell in cells)
    return found


def _is_regular(row: Sequence[RawCell], width: int) -> bool:
    """Whether a row is as wide as its headings, blank cells beyond them not counted."""
    return len(row) == width or (len(row) > width and all(map(is_blank, row[width:])))


def _noting(reader: ColumnReader, roundings: list[set[RawCell]]) -> Callable[[RawCell], int | None]:
    """The reader's read, with a new set of `roundings` for the cells whose binary noise it rounded away."""
    rounded: set[RawCell] = set()
    roundings.append(rounded)

    def read(raw: RawCell) -> int | None:
        before = reader.rounded
        value = reader.read(raw)
        if reader.rounded > before:
            rounded.add(raw)
        return value

    return read


def _read_all(column: Sequence[Any], read: Callable[[Any], Any], unsure: set[int]) -> list[Any]:
    """Each cell as `read` reads it; the places of those that it refuses are added to `unsure`."""
    known: dict[Any, Any] = {}
    refused = set()
    for cell in set(column):
        try:
            known[cell] = read(cell)
        except (CellProblem, _Unsure):
            known[cell] = None
            refused.add(cell)
    if refused:
        unsure.update(nth for nth, cell in enumerate(column) if cell in refused)
    return list(map(known.__getitem__, column))


def _read_stores(columns: Sequence[_Column], keys: Sequence[Heading | None], unsure: set[int]) -> list[Any]:
    """A StoreRef for each row. The sheet has at least one of the two columns."""
    nothing = [""] * len(columns[0])
    ids, names = (
        nothing if heading is None else _read_all(columns[heading.column], read, unsure)
        for heading, read in zip(keys, (read_id, _read_text), strict=True)
    )
    return _read_all(list(zip(ids, names, strict=True)), _name_store, unsure)


def _read_text(raw: RawCell) -> str:
    # Decimal("1.0") and Decimal("1.00") are one key and two names.
    if raw is None or isinstance(raw, str):
        return read_name(raw)
    raise _Unsure


def _name_store(pair: tuple[str | None, str | None]) -> StoreRef:
    shop_id, name = pair
    if shop_id or name:
        return StoreRef(shop_id=shop_id or "", name=name or "")
    raise _Unsure


def _find_summaries(columns: Sequence[_Column]) -> set[int]:
    """Rows in which some cell begins like the label of a total: more than the totals, and never fewer."""
    found: set[int] = set()
    for column in columns:
        labels = {cell for cell in set(column) if is_summary_label(cell)}
        if labels:
            found.update(nth for nth, cell in enumerate(column) if cell in labels)
    return found
