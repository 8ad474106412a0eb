"""Records layout: one row per record, such as a violation or a store; one column per field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assessments.metrics.reading.days import read_id, read_name
from assessments.metrics.reading.fields import FieldReader, RecordShape, Value
from assessments.metrics.reading.formats.base import Format
from assessments.metrics.reading.headings import Heading, letter
from assessments.metrics.reading.notes import find_store
from assessments.metrics.reading.raw import CellProblem, RawCell
from assessments.metrics.reading.recognise import Located
from assessments.metrics.reading.results import FieldPlace, Record, StoreRef
from assessments.metrics.reading.table import (
    SheetAccount,
    list_left_out,
    require_store,
)

Problem = tuple[Heading | None, RawCell, CellProblem]


@dataclass(frozen=True, slots=True)
class RecordColumns:
    """Which column gives what; every heading is in one place or left out."""

    shop_id: Heading | None
    shop_name: Heading | None
    fields: tuple[tuple[Heading, FieldReader], ...]
    left_out: tuple[Heading, ...]


def assign_fields(form: Format, shape: RecordShape, headings: Sequence[Heading]) -> RecordColumns:
    """Sorts headings into the store and the fields. Of two columns of one field, the better name wins."""
    shop_id = shop_name = None
    if shape.names_store:
        shop_id, shop_name = _first(headings, form.shop_id_names), _first(headings, form.shop_name_names)
    chosen = [
        (heading, FieldReader(known, heading.unit))
        for known in shape.fields
        if (heading := _first(headings, known.names)) is not None
    ]
    used = {heading.column for heading in (shop_id, shop_name, *(heading for heading, _ in chosen)) if heading}
    return RecordColumns(
        shop_id, shop_name, tuple(chosen), tuple(heading for heading in headings if heading.column not in used)
    )


def _first(headings: Sequence[Heading], names: Sequence[str]) -> Heading | None:
    found = {heading.name: heading for heading in reversed(headings)}
    return next((found[name] for name in names if name in found), None)


def read_records(found: Located, *, is_padded: bool, default_store: str | None) -> SheetAccount:
    """Reads every row below the headings; UnreadableFile "store_needed" when nothing names the store."""
    shape = found.format.record
    assert shape is not None
    account = SheetAccount(found.sheet)
    columns = assign_fields(found.format, shape, found.headings)
    store = None if shape.names_store else StoreRef()
    if shape.names_store and columns.shop_id is None and columns.shop_name is None:
        store = find_store(found.sheet, found.row, default_store)
        require_store(store, found.sheet)
    account.left_out = list_left_out(found.sheet, found.row, columns.left_out)
    account.places = [
        FieldPlace(found.sheet.name, reader.field.code, letter(heading.column), heading.shown)
        for heading, reader in columns.fields
    ]
    for number, row in enumerate(found.sheet.rows[found.row + 1 :], start=found.row + 1):
        if account.takes(number, row, found.headings, is_padded=is_padded):
            _read_record(account, columns, store, number, row)
    account.rounded_cells = sum(reader.rounded for _, reader in columns.fields)
    return account


def _read_record(
    account: SheetAccount, columns: RecordColumns, store: StoreRef | None, number: int, row: Sequence[RawCell]
) -> None:
    problems: list[Problem] = []
    if store is None:
        store = _read_store(columns, row, problems)
    fields: dict[str, Value] = {}
    for heading, reader in columns.fields:
        try:
            fields[reader.field.code] = reader.read(row[heading.column])
        except CellProblem as problem:
            problems.append((heading, row[heading.column], problem))
    if problems:
        account.reject(number, problems)
        return
    account.records.append(Record(account.sheet.name, number + 1, store, fields))


def _read_store(columns: RecordColumns, row: Sequence[RawCell], problems: list[Problem]) -> StoreRef:
    shop_id = name = ""
    try:
        if (heading := columns.shop_id) is not None:
            shop_id = read_id(row[heading.column])
        if (heading := columns.shop_name) is not None:
            name = read_name(row[heading.column])
    except CellProblem as problem:
        assert heading is not None
        problems.append((heading, row[heading.column], problem))
        return StoreRef()
    if not (shop_id or name):
        missing = CellProblem("store_missing", "缺少店铺", "the store is missing")
        problems.append((columns.shop_id or columns.shop_name, "", missing))
    return StoreRef(shop_id=shop_id, name=name)
