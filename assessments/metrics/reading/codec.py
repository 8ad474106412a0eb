"""Results as JSON between the reading process and its parent. No pickle: the child is not trusted to build objects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import date
from decimal import Decimal
from itertools import groupby, repeat
from typing import Any

import orjson

from assessments.engine.text import Text
from assessments.metrics.reading.fields import restore
from assessments.metrics.reading.formats import get_format
from assessments.metrics.reading.results import (
    Candidate,
    FieldPlace,
    LeftOutColumn,
    Notice,
    ParsedFile,
    ParsedRow,
    PreviewSheet,
    Recognition,
    Record,
    Rejection,
    SheetRead,
    StoreRef,
    TextSheet,
    TextSheets,
    UnreadableFile,
)

Outcome = ParsedFile | Recognition | TextSheets | UnreadableFile


def encode(outcome: Outcome) -> bytes:
    """One outcome as JSON: an object with exactly one key that says which it is."""
    match outcome:
        case ParsedFile():
            plain = {each.name: getattr(outcome, each.name) for each in fields(outcome)}
            blocks = [_block(rows) for rows in _alike(outcome.rows)]
            parsed = {"parsed": {**plain, "rows": blocks}}
            return orjson.dumps(parsed, default=_exact, option=orjson.OPT_NON_STR_KEYS)
        case Recognition():
            return orjson.dumps({"recognised": outcome})
        case TextSheets():
            return orjson.dumps({"texts": outcome})
        case UnreadableFile(code=code, reason=reason, sheet=sheet, recognition=recognition):
            return orjson.dumps(
                {"unreadable": {"code": code, "reason": reason, "sheet": sheet, "recognition": recognition}}
            )


def _exact(value: object) -> str:
    """A decimal of a record as text, digit by digit."""
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(type(value).__name__)


def decode(content: bytes) -> Outcome:
    """The outcome again. ValueError, KeyError or TypeError when the bytes are not what encode() writes."""
    match orjson.loads(content):
        case {"parsed": found}:
            return _parsed(found)
        case {"recognised": found}:
            return _recognition(found)
        case {"texts": found}:
            return TextSheets(
                tuple(TextSheet(sheet["name"], tuple(map(tuple, sheet["rows"]))) for sheet in found["sheets"])
            )
        case {"unreadable": found}:
            recognition = found["recognition"]
            return UnreadableFile(
                found["code"],
                Text(**found["reason"]),
                sheet=found["sheet"],
                recognition=None if recognition is None else _recognition(recognition),
            )
    raise ValueError("not an outcome of reading")


def _parsed(found: dict[str, Any]) -> ParsedFile:
    lists = {
        "sheets": tuple(SheetRead(**sheet) for sheet in found["sheets"]),
        "rows": tuple(row for block in found["rows"] for row in _rows(block)),
        "rejections": tuple(
            Rejection(**{**rejection, "reason": Text(**rejection["reason"])}) for rejection in found["rejections"]
        ),
        "notices": tuple(Notice(notice["code"], Text(**notice["reason"])) for notice in found["notices"]),
        "left_out_columns": tuple(LeftOutColumn(**column) for column in found["left_out_columns"]),
        "records": tuple(_record(found["kind"], record) for record in found["records"]),
        "places": tuple(FieldPlace(**place) for place in found["places"]),
    }
    return ParsedFile(**{**found, **lists})


def _alike(rows: Iterable[ParsedRow]) -> Iterator[list[ParsedRow]]:
    """Neighbours of one sheet with the same metrics in the same order."""
    for _key, group in groupby(rows, key=lambda row: (row.sheet, tuple(row.values))):
        yield list(group)


def _block(rows: list[ParsedRow]) -> dict[str, Any]:
    """Rows that are alike, turned on their side: what is the same is said once, and a column is a list."""
    stores = {row.store: None for row in rows}
    places = {store: place for place, store in enumerate(stores)}
    return {
        "sheet": rows[0].sheet,
        "codes": list(rows[0].values),
        "stores": list(stores),
        "store": [places[row.store] for row in rows],
        "day": [row.day.toordinal() for row in rows],
        "row_number": [row.row_number for row in rows],
        # Nearly every row comes from one row of the file: its own.
        "source_rows": {
            place: row.source_rows for place, row in enumerate(rows) if row.source_rows != (row.row_number,)
        },
        "columns": list(zip(*(row.values.values() for row in rows), strict=True)),
    }


def _rows(block: dict[str, Any]) -> Iterator[ParsedRow]:
    sheet, codes, sources = block["sheet"], block["codes"], block["source_rows"]
    stores = [StoreRef(**store) for store in block["stores"]]
    days = {day: date.fromordinal(day) for day in set(block["day"])}
    columns = zip(*block["columns"], strict=True) if codes else repeat(())
    lines = zip(block["row_number"], block["store"], block["day"], strict=True)
    for place, ((number, store, day), values) in enumerate(zip(lines, columns, strict=bool(codes))):
        source = tuple(sources[str(place)]) if sources and str(place) in sources else (number,)
        yield ParsedRow(sheet, number, stores[store], days[day], dict(zip(codes, values, strict=True)), source)


def _record(kind: str, record: dict[str, Any]) -> Record:
    shape = get_format(kind).record
    if shape is None:
        raise ValueError(f"{kind} has no records")
    return Record(
        sheet=record["sheet"],
        row_number=record["row_number"],
        store=StoreRef(**record["store"]),
        fields={code: restore(shape.get_field(code), told) for code, told in record["fields"].items()},
    )


def _recognition(found: dict[str, Any]) -> Recognition:
    return Recognition(
        kind=found["kind"],
        candidates=tuple(
            Candidate(**{**candidate, "name": Text(**candidate["name"])}) for candidate in found["candidates"]
        ),
        container=found["container"],
        encoding=found["encoding"],
        preview=tuple(
            PreviewSheet(sheet["name"], tuple(tuple(row) for row in sheet["rows"])) for sheet in found["preview"]
        ),
    )
