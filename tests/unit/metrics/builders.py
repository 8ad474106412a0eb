"""Builds small files in memory for the tests: CSV, .xlsx, legacy .xls and hand-made archives."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter
import xlwt

Rows = Sequence[Sequence[Any]]

SCORES = ("日期", "店铺ID", "店铺综合体验分", "交易成功金额(元)", "支付转化率")


def make_csv(rows: Rows, *, encoding: str = "utf-8") -> bytes:
    """A CSV without quoting beyond what separators need."""
    lines = [",".join(f'"{cell}"' if "," in str(cell) else str(cell) for cell in row) for row in rows]
    return ("\r\n".join(lines) + "\r\n").encode(encoding)


def make_xlsx(rows: Rows, *, sheet: str = "数据", formats: Mapping[tuple[int, int], str] | None = None) -> bytes:
    """An .xlsx; text stays text and numbers stay numbers. `formats`: (row, column) → number format."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False})
    page = book.add_worksheet(sheet)
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            shape = (formats or {}).get((row, column))
            style = book.add_format({"num_format": shape}) if shape else None
            if isinstance(cell, str) and cell:
                page.write_string(row, column, cell, style)
            elif cell is not None and cell != "":
                page.write(row, column, cell, style)
    book.close()
    return target.getvalue()


def make_xls(rows: Rows, *, sheet: str = "整体") -> bytes:
    """A legacy .xls."""
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet(sheet)
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            if cell is not None and cell != "":
                page.write(row, column, cell)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


SHEET_OPEN = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


def make_archive(sheet: str | bytes, *, extra: Sequence[tuple[str, bytes]] = ()) -> bytes:
    """A sound .xlsx whose only sheet is replaced by the given XML, with extra entries."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(make_xlsx([("a",)]))) as sound,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        taken = {name for name, _ in extra}
        for name in sound.namelist():
            if name not in taken:
                archive.writestr(name, sheet if name == "xl/worksheets/sheet1.xml" else sound.read(name))
        for name, content in extra:
            archive.writestr(name, content)
    return target.getvalue()


def sheet_of(cells: str) -> str:
    """A worksheet around the XML of its rows."""
    return f"{SHEET_OPEN}<sheetData>{cells}</sheetData></worksheet>"
