"""What a sheet says outside its table: the store and the day in note rows, sheet name or file name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from assessments.engine.text import Text
from assessments.metrics.reading.days import find_days, find_range, read_day, read_id, read_name
from assessments.metrics.reading.raw import CellProblem, RawCell, is_blank, narrow
from assessments.metrics.reading.results import StoreRef, UnreadableFile
from assessments.metrics.reading.sheets import Sheet

_SCANNED_ROWS: Final = 300  # Sheets that name their day only in date ranges are short.
_SHOP_ID: Final = re.compile(r"店铺\s*id\s*(?::\s*(.*))?", re.IGNORECASE)
_SHOP_NAME: Final = re.compile(r"店铺(?:名称|名)?\s*(?::\s*(.*))?")
_DAY: Final = re.compile(r"(?:统计|数据|查看|更新)?日期\s*(?::\s*(.*))?")


def find_store(sheet: Sheet, header_row: int, default_store: str | None) -> StoreRef:
    """The store that the note rows name, else the uploader's choice, else an empty reference."""
    notes = sheet.rows[:header_row]
    try:
        found = StoreRef(shop_id=read_id(_labelled(notes, _SHOP_ID)), name=read_name(_labelled(notes, _SHOP_NAME)))
    except CellProblem:
        found = StoreRef()
    if found.label:
        return found
    return StoreRef(chosen=default_store or "")


def find_day(sheet: Sheet, header_row: int, file_name: str) -> date:
    """The day of a sheet that has no day column.

    In this order: a note such as 统计日期：2026-08-02; the sheet's name; the file's name; the last day of the latest
    date range written anywhere in the sheet. UnreadableFile "day_needed" when there is none.
    """
    try:
        return read_day(_labelled(sheet.rows[:header_row], _DAY))
    except CellProblem:
        pass
    for name in (sheet.name, file_name):
        if days := find_days(name):
            return days[-1]
    ends = [span[1] for text in _texts(sheet) if (span := find_range(text)) is not None]
    if not ends:
        raise UnreadableFile(
            "day_needed",
            Text(
                zh="看不出是哪一天的数据：请在文件名里写上日期，如 真实体验分_2026-08-02.xlsx",
                en="the sheet does not say its day: put it into the file name, like scores_2026-08-02.xlsx",
            ),
            sheet=sheet.name,
        )
    return max(ends)


def _labelled(rows: Sequence[Sequence[RawCell]], label: re.Pattern[str]) -> RawCell:
    """The value after a label, in the same cell after a colon or in the next cell of the row."""
    for row in rows:
        for column, raw in enumerate(row):
            if not isinstance(raw, str) or (matched := label.fullmatch(narrow(raw))) is None:
                continue
            if matched[1]:
                return re.split("[:：]", raw, maxsplit=1)[1]  # As written: names keep their full-width signs.
            following = next((cell for cell in row[column + 1 :] if not is_blank(cell)), None)
            if following is not None:
                return following
    return None


def _texts(sheet: Sheet) -> Iterator[str]:
    for row in sheet.rows[:_SCANNED_ROWS]:
        yield from (raw for raw in row if isinstance(raw, str))
