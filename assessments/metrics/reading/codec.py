"""Results as JSON between the reading process and its parent. No pickle: the child is not trusted to build objects."""

from __future__ import annotations

from datetime import date
from typing import Any

import orjson

from assessments.engine.text import Text
from assessments.metrics.reading.results import (
    Candidate,
    LeftOutColumn,
    ParsedFile,
    ParsedRow,
    PreviewSheet,
    Recognition,
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
            return orjson.dumps({"parsed": outcome})
        case Recognition():
            return orjson.dumps({"recognised": outcome})
        case TextSheets():
            return orjson.dumps({"texts": outcome})
        case UnreadableFile(code=code, reason=reason, sheet=sheet, recognition=recognition):
            return orjson.dumps(
                {"unreadable": {"code": code, "reason": reason, "sheet": sheet, "recognition": recognition}}
            )


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
        "rows": tuple(_row(row) for row in found["rows"]),
        "rejections": tuple(
            Rejection(**{**rejection, "reason": Text(**rejection["reason"])}) for rejection in found["rejections"]
        ),
        "left_out_columns": tuple(LeftOutColumn(**column) for column in found["left_out_columns"]),
    }
    return ParsedFile(**{**found, **lists})


def _row(row: dict[str, Any]) -> ParsedRow:
    return ParsedRow(
        sheet=row["sheet"],
        row_number=row["row_number"],
        store=StoreRef(**row["store"]),
        day=date.fromisoformat(row["day"]),
        values=row["values"],
        source_rows=tuple(row["source_rows"]),
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
