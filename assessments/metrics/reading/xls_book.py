"""Legacy .xls: the container and its records are walked before calamine sees the file."""

from __future__ import annotations

import struct
from typing import Final

from assessments.metrics.reading.ole import OleFile
from assessments.metrics.reading.sheets import Sheet
from assessments.metrics.reading.workbook_cells import (
    SheetScan,
    damaged,
    encrypted,
    has_macros,
    is_percent_format,
    read_cells,
)

_BOF, _BOUNDSHEET, _FILEPASS, _FORMAT, _XF = 0x0809, 0x0085, 0x002F, 0x041E, 0x00E0
_FORMULA, _NUMBER, _RK, _MULRK, _BOOLERR = 0x0006, 0x0203, 0x027E, 0x00BD, 0x0205
_LABELS: Final = frozenset({0x00FD, 0x0204, 0x00D6})
_CELLS: Final = _LABELS | {_FORMULA, _NUMBER, _RK, _MULRK, _BOOLERR}
_NUMERIC: Final = frozenset({_FORMULA, _NUMBER, _RK})
_BIFF8: Final = 0x0600
_ERRORS: Final = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}


def read_sheets(content: bytes) -> tuple[Sheet, ...]:
    """The worksheets of an .xls. UnreadableFile: damaged, encrypted, active_content, too_large."""
    container = OleFile(content)
    names = {name.lower() for name in container.names}
    if names & {"encryptedpackage", "encryptioninfo"}:
        raise encrypted()
    if names & {"_vba_project_cur", "_vba_project", "vba", "macros"}:
        raise has_macros()
    stream = container.read("Workbook", "Book")
    if stream is None:
        raise damaged("no workbook inside")
    return read_cells(content, RecordScan(stream).sheets)


class RecordScan:
    """One walk over the records of a workbook stream: extents, percent formats and error cells by sheet name."""

    def __init__(self, stream: bytes) -> None:
        self.sheets: dict[str, SheetScan] = {}
        self._starts: dict[int, str] = {}
        self._percent_formats = {9, 10}
        self._style_formats: list[int] = []
        self._version = 0
        self._sheet = SheetScan()
        self._walk(stream)

    def _walk(self, stream: bytes) -> None:
        at, end = 0, len(stream)
        while at + 4 <= end:
            kind, size = struct.unpack_from("<HH", stream, at)
            body = stream[at + 4 : at + 4 + size]
            if len(body) < size:
                raise damaged("a record is cut off")
            try:
                self._record(kind, body, at)
            except (struct.error, IndexError, UnicodeDecodeError):
                raise damaged(f"record {kind:#06x} is malformed") from None
            at += 4 + size

    def _record(self, kind: int, body: bytes, at: int) -> None:
        if kind in _CELLS:
            self._cell(kind, body)
        elif kind == _BOF:
            self._version = self._version or struct.unpack_from("<H", body)[0]
            name = self._starts.get(at, "")
            self._sheet = self.sheets.setdefault(name, SheetScan())
        elif kind == _FILEPASS:
            raise encrypted()
        elif kind == _BOUNDSHEET and self._version == _BIFF8:
            start, _, count, wide = struct.unpack_from("<IHBB", body)
            self._starts[start] = _text(body[8:], count, wide)
        elif kind == _FORMAT and self._version == _BIFF8:
            number, count, wide = struct.unpack_from("<HHB", body)
            if is_percent_format(_text(body[5:], count, wide)):
                self._percent_formats.add(number)
        elif kind == _XF:
            self._style_formats.append(struct.unpack_from("<HH", body)[1])

    def _cell(self, kind: int, body: bytes) -> None:
        row, column, style = struct.unpack_from("<HHH", body)
        sheet = self._sheet
        if kind == _MULRK:
            for offset in range((len(body) - 6) // 6):
                self._number(row, column + offset, struct.unpack_from("<H", body, 4 + 6 * offset)[0])
            column += max((len(body) - 6) // 6 - 1, 0)
        elif kind in _NUMERIC:
            self._number(row, column, style)
        sheet.extend(row, column)
        sheet.check_extent("")
        is_error = kind == _BOOLERR and body[7] == 1
        if is_error or (kind == _FORMULA and body[12:14] == b"\xff\xff" and body[6] == 2):
            sheet.faults.setdefault(row, {})[column] = _ERRORS.get(body[6 if is_error else 8], "#ERROR")

    def _number(self, row: int, column: int, style: int) -> None:
        if style < len(self._style_formats) and self._style_formats[style] in self._percent_formats:
            self._sheet.percents.setdefault(row, set()).add(column)


def _text(body: bytes, count: int, wide: int) -> str:
    return body[: count * 2].decode("utf-16-le") if wide & 1 else body[:count].decode("latin-1")
