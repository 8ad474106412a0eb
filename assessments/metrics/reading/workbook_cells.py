"""Cells of a workbook, by calamine, once a scan of the bytes has shown that its size is harmless."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

from assessments.engine.text import Text
from assessments.metrics.reading import limits
from assessments.metrics.reading.privacy import mask
from assessments.metrics.reading.raw import Fault, Percent, RawCell
from assessments.metrics.reading.results import UnreadableFile
from assessments.metrics.reading.sheets import Sheet


@dataclass(slots=True)
class SheetScan:
    """What a scan of a sheet's bytes found: its extent, and the cells whose meaning calamine does not report.

    Coordinates count from 0. `percents` are numbers shown as percents, `faults` are cells with an error value.
    """

    last_row: int = -1
    last_column: int = -1
    percents: dict[int, set[int]] = field(default_factory=dict)
    faults: dict[int, dict[int, str]] = field(default_factory=dict)

    def extend(self, row: int, column: int) -> None:
        """Widens the extent to a cell with content."""
        self.last_row = max(self.last_row, row)
        self.last_column = max(self.last_column, column)

    def check_extent(self, name: str) -> None:
        """Raises UnreadableFile when the box from A1 to the last cell is larger than the contract allows.

        The box counts and not the cells: calamine allocates it whole, and aborts the process when it cannot.
        """
        rows, columns = self.last_row + 1, self.last_column + 1
        limits.refuse_too_many("行数", "rows", rows, limits.ROWS + limits.HEADER_ROWS, sheet=name)
        limits.refuse_too_many("列数", "columns", columns, limits.COLUMNS, sheet=name)
        limits.refuse_too_many("单元格数", "cells", rows * columns, limits.CELLS, sheet=name)


def read_cells(content: bytes, scans: Mapping[str, SheetScan]) -> tuple[Sheet, ...]:
    """Every worksheet of a workbook as raw cells, with percents and faults of its scan put in."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = [sheet.name for sheet in book.sheets_metadata if sheet.typ is SheetTypeEnum.WorkSheet]
        limits.refuse_too_many("工作表数", "sheets", len(names), limits.SHEETS)
        shown = _tell_apart(names)
        return tuple(
            Sheet(told, _read_rows(book, name, scans.get(name, SheetScan())))
            for name, told in zip(names, shown, strict=True)
        )
    except PasswordError:
        raise encrypted() from None
    except UnreadableFile:
        raise
    except (CalamineError, ValueError, OSError) as problem:
        # The parser's own words may quote a cell.
        raise damaged(type(problem).__name__) from None
    except BaseException as problem:
        # A panic of the parser's own language arrives as a BaseException of this name.
        if type(problem).__name__ == "PanicException":
            raise damaged("parser panic") from None
        raise


def _tell_apart(names: Sequence[str]) -> list[str]:
    """The names without what looks personal, each once: rows are accounted for by sheet and number."""
    shown: list[str] = []
    for name in names:
        told, number = mask(name), 1
        while told in shown:
            number += 1
            told = f"{mask(name)} ({number})"
        shown.append(told)
    return shown


def _read_rows(book: CalamineWorkbook, name: str, scan: SheetScan) -> list[list[RawCell]]:
    rows: list[list[RawCell]] = []
    for number, values in enumerate(book.get_sheet_by_name(name).to_python(skip_empty_area=False)):
        row = [_to_raw(value) for value in values]
        _put_in(row, scan.percents.get(number, ()), scan.faults.get(number, {}))
        rows.append(row)
    return rows


def _put_in(row: list[RawCell], percents: Iterable[int], faults: Mapping[int, str]) -> None:
    for column in percents:
        if column < len(row) and isinstance(number := row[column], int | Decimal):
            row[column] = Percent(Decimal(number))
    for column, shown in faults.items():
        if column < len(row):
            row[column] = Fault(shown)


def _to_raw(value: object) -> RawCell:
    match value:
        case "" | None:
            return None
        case str() if len(value) > limits.CELL_CHARS:
            limits.refuse_too_many("单元格字数", "characters in a cell", len(value), limits.CELL_CHARS)
            return None
        case str() | bool() | int() | datetime() | date():
            return value
        case float():
            # The shortest text that gives the same float is what the author of the sheet saw.
            return int(value) if value.is_integer() and abs(value) < 2**53 else Decimal(repr(value))
        case _:
            return str(value)


_LITERALS = re.compile(r'"[^"]*"|[\\_*].')


def is_percent_format(code: str) -> bool:
    """Whether a number format multiplies by 100. A percent sign that is mere text ("0.0\\%") does not."""
    return "%" in _LITERALS.sub("", code)


def damaged(detail: str = "") -> UnreadableFile:
    """The error for a workbook that is cut off or malformed."""
    return UnreadableFile(
        "damaged",
        Text(
            zh="文件已损坏或不完整，无法读取；请重新导出或重新下载后再上传",
            en=f"the file is damaged or incomplete; export or download it again{f' ({detail})' if detail else ''}",
        ),
    )


def encrypted() -> UnreadableFile:
    """The error for a workbook that asks for a password."""
    return UnreadableFile(
        "encrypted",
        Text(zh="文件设有密码；请去掉密码后再上传", en="the file has a password; remove it and upload again"),
    )


def has_macros() -> UnreadableFile:
    """The error for a workbook with macros or embedded objects."""
    return UnreadableFile(
        "active_content",
        Text(
            zh="文件含有宏或嵌入对象；请另存为普通的 .xlsx 后再上传",
            en="the file holds macros or embedded objects; save it as a plain .xlsx",
        ),
    )
