"""Picking single rows out of a file as they stand there, in a process of its own; personal columns never leave it."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, Final

import orjson

from assessments.metrics.reading import limits
from assessments.metrics.reading.child import close_doors, load_codecs
from assessments.metrics.reading.formats.base import DAY_NAMES, STORE_NAMES
from assessments.metrics.reading.headings import Heading, is_personal, letter, name_of, read_heading
from assessments.metrics.reading.notes import find_day, find_store
from assessments.metrics.reading.opening import open_file
from assessments.metrics.reading.privacy import is_figure, mask
from assessments.metrics.reading.raw import RawCell, is_blank, show
from assessments.metrics.reading.results import UnreadableFile
from assessments.metrics.reading.sandbox import run_program
from assessments.metrics.reading.sheets import Sheet

CELL_CHARS: Final = 200
_LONG_NUMBER: Final = re.compile(r"\d{12,24}", re.ASCII)  # longer than any telephone number
# A second reading comes on top of the first: all of them must fit into the time of one task.
SECONDS: Final = limits.WALL_SECONDS // 2
_PROGRAM: Final = (
    "import sys; sys.path.insert(0, sys.argv[1]); from assessments.metrics.reading.picking import main; main()"
)


@dataclass(frozen=True, slots=True)
class Wish:
    """Rows wanted of one sheet, counted from 1. `dropped` columns are not carried; of `bare` ones only the heading is.

    Of `blanked` rows no cell is carried: their cells stand in wrong columns, so nobody knows which are personal.
    """

    sheet: str
    header_row: int
    rows: tuple[int, ...]
    dropped: tuple[str, ...]
    bare: tuple[str, ...]
    blanked: tuple[int, ...]


def pick_in_child(content: bytes, file_name: str, wishes: Sequence[Wish]) -> list[dict[str, Any]]:
    """The wished rows, one object a sheet (see RejectedRows.sheets). UnreadableFile when the file gives nothing."""
    request = orjson.dumps({"file_name": file_name, "wishes": [asdict(wish) for wish in wishes]})
    picked: list[dict[str, Any]] = orjson.loads(run_program(_PROGRAM, request + b"\n" + content, seconds=SECONDS))
    return picked


def pick_rows(content: bytes, file_name: str, wishes: Sequence[Wish]) -> list[dict[str, Any]]:
    """Opens a file and picks. UnreadableFile as parse_file."""
    sheets = {sheet.name: sheet for sheet in open_file(content).sheets}
    return [_pick(sheets[wish.sheet], wish, file_name) for wish in wishes if wish.sheet in sheets]


def _pick(sheet: Sheet, wish: Wish, file_name: str) -> dict[str, Any]:
    cells = sheet.rows[wish.header_row - 1]
    headings = [read_heading(column, raw) for column, raw in enumerate(cells) if not is_blank(raw)]
    bare = {heading.column for heading in headings if letter(heading.column) in wish.bare}
    carried = [heading for heading in headings if heading.column in bare or not _is_dropped(heading, wish)]
    blanked = set(wish.blanked)
    guarded = any(is_personal(heading) for heading in headings)
    return {
        "name": sheet.name,
        "notes": _notes(sheet, wish.header_row - 1, headings, file_name),
        "headings": [{"letter": letter(heading.column), "text": _text_of(heading)} for heading in carried],
        "rows": [
            {
                "number": number,
                "cells": [
                    None
                    if number in blanked or heading.column in bare
                    else _at(sheet.rows[number - 1], heading, guarded=guarded)
                    for heading in carried
                ],
            }
            for number in wish.rows
            if 0 < number <= len(sheet.rows)
        ],
    }


def _text_of(heading: Heading) -> str:
    """A heading about a person by its own word alone: it is needed to know the kind, what is glued to it is not."""
    return name_of(heading) if is_personal(heading) else mask(heading.shown)


def _is_dropped(heading: Heading, wish: Wish) -> bool:
    return letter(heading.column) in wish.dropped or is_personal(heading)


def _at(row: Sequence[RawCell], heading: Heading, *, guarded: bool) -> str | Mapping[str, str] | None:
    """A cell as JSON. Numbers stay numbers: an id that lost its digits to one must not look like a sound text.

    Of a `guarded` sheet, which has columns about people, only what can be none of their contents is carried.
    """
    raw = row[heading.column] if heading.column < len(row) else None
    if raw is None or (guarded and not _is_harmless(raw, heading)):
        return None
    if isinstance(raw, int | Decimal) and not isinstance(raw, bool):
        return {"number": str(raw)}
    text = mask(show(raw, limit=CELL_CHARS).replace("\0", ""))
    return text.encode("utf-8", "replace").decode()


def _is_harmless(raw: RawCell, heading: Heading) -> bool:
    """A figure, the store's own words under their heading, or a number as long as those of orders."""
    if is_figure(raw) or heading.name in STORE_NAMES:
        return True
    text = str(raw).strip("=\"' ")
    return _LONG_NUMBER.fullmatch(text) is not None and mask(text) == text


def _notes(sheet: Sheet, header_row: int, headings: Sequence[Heading], file_name: str) -> list[str]:
    """What stands outside the table and is needed to read it again: the store, and the day where no column has it."""
    store = find_store(sheet, header_row, None)
    notes = [f"店铺ID：{store.shop_id}"] if store.shop_id else []
    notes += [f"店铺名称：{store.name}"] if store.name else []
    if not {heading.name for heading in headings} & set(DAY_NAMES):
        with suppress(UnreadableFile):
            notes.append(f"统计日期：{find_day(sheet, header_row, file_name)}")
    return notes


def main() -> None:
    """Reads the request line and the file from standard input and writes the picked rows to standard output."""
    load_codecs()
    close_doors()
    asked = orjson.loads(sys.stdin.buffer.readline())
    try:
        wishes = [Wish(**wish) for wish in asked["wishes"]]
        picked = pick_rows(sys.stdin.buffer.read(), asked["file_name"], wishes)
    except (UnreadableFile, MemoryError):
        picked = []
    sys.stdout.buffer.write(orjson.dumps(picked))
    sys.stdout.buffer.flush()
