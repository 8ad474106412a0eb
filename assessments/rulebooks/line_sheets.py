"""Lines as a sheet, to fill in with Excel: write what is set and what is missing, read it back row by row."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from assessments.engine import Text
from assessments.metrics.reading.cells import read_quantity
from assessments.metrics.reading.raw import CellProblem, is_missing, narrow
from assessments.metrics.reading.results import Rejection, TextSheet

SHEET = "类目线"
# Heading → what it is read as. The stars mark what a row must have.
HEADINGS = {
    "项目*": "programme",
    "赛道": "track",
    "数值表*": "table",
    "类目": "category",
    "店铺ID": "shop_id",
    "数值": "value",
    "来源或原因": "note",
}
ALIASES = {
    **{heading.strip("*").lower(): name for heading, name in HEADINGS.items()},
    **{name: name for name in HEADINGS.values()},
}
MOST_ROWS = 5_000
HEADER_ROWS = 30
LONGEST = {"programme": 60, "track": 40, "table": 60, "category": 60, "note": 200}
# What CategoryLine.value holds: twelve digits before the point, eight behind.
LARGEST, FINEST = Decimal(10) ** 12, 8
# Fixed, so that equal sheets are equal byte by byte.
MADE_AT = datetime(2024, 1, 1)  # noqa: DTZ001 - a workbook's time stamp has no zone
NOTES = (
    ("怎么填", "每行是一个数值：类目一行，或店铺一行（填店铺ID，不填类目）。店铺的数值优先于类目的数值。"),
    ("数值", "留空表示撤回：恢复为规则集自带的数值；从未设置过的空行会跳过。可写 25万、4.1、50%。"),
    ("来源或原因", "建议填写：平台通知的标题或日期。每次改动都会留下记录。"),
    ("赛道", "留空表示该项目的所有赛道。"),
    ("How to fill", "One value a row, for a category or for one store (give its id and no category)."),
    ("Empty value", "Withdraws a line that is set; a row that was never set is skipped."),
)


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One row of the sheet. `value` None withdraws the line. `row_number` counts from 1, as Excel does."""

    sheet: str
    row_number: int
    programme: str
    track: str
    table: str
    category: str
    shop_id: str
    value: Decimal | None
    note: str

    @property
    def subject(self) -> tuple[str, str, str, str, str]:
        """What the row is about; two rows about the same thing cannot both be meant."""
        return self.programme, self.track, self.table, self.category, self.shop_id


def write_lines(rows: Iterable[Mapping[str, str]], tables: Iterable[tuple[str, str, str, str]]) -> bytes:
    """The sheet as .xlsx: each row by HEADINGS' names; `tables` (programme, table, name, unit) go to the notes."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": MADE_AT, "title": SHEET})
    text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "bg_color": "#FCE4D6"})
    sheet = book.add_worksheet(SHEET)
    sheet.freeze_panes(1, 0)
    for column, (heading, name) in enumerate(HEADINGS.items()):
        sheet.write_string(0, column, heading, bold)
        # Text cells keep what was typed, 15-digit ids and 4.10 alike.
        sheet.set_column(column, column, 28 if name in ("note", "programme", "table") else 18, text)
    for number, row in enumerate(rows, start=1):
        for column, name in enumerate(HEADINGS.values()):
            sheet.write_string(number, column, row.get(name, ""), text)
    notes = book.add_worksheet("说明")
    notes.set_column(0, 2, 30)
    for number, line in enumerate([*NOTES, ("项目 / 数值表", "名称", "单位"), *_told(tables)]):
        notes.write_row(number, 0, line)
    book.close()
    return target.getvalue()


def _told(tables: Iterable[tuple[str, str, str, str]]) -> Iterator[tuple[str, str, str]]:
    for programme, table, name, unit in tables:
        yield f"{programme} / {table}", name, unit


def read_lines(sheets: Sequence[TextSheet]) -> tuple[list[SheetLine], list[Rejection]]:
    """Every row of the first sheet that has the headings, and everything that is wrong with the others."""
    for sheet in sheets:
        for at, row in enumerate(sheet.rows[:HEADER_ROWS]):
            words = (narrow(cell).strip("*").lower() for cell in row)
            columns = {ALIASES[word]: column for column, word in enumerate(words) if word in ALIASES}
            if {"programme", "table", "value"} <= columns.keys():
                return _read_rows(sheet, at + 1, columns)
    needed = "、".join(HEADINGS)
    reason = Text(
        zh=f"找不到表头，需要：{needed}", en=f"no headings: 项目 (programme), 数值表 (table), 数值 (value) of {needed}"
    )
    return [], [Rejection(sheets[0].name if sheets else "", 1, "", "", "", "no_headings", reason)]


def _read_rows(sheet: TextSheet, first: int, columns: Mapping[str, int]) -> tuple[list[SheetLine], list[Rejection]]:
    found: list[SheetLine] = []
    wrong: list[Rejection] = []
    seen: dict[tuple[str, ...], int] = {}
    rows = sheet.rows[first:]
    if len(rows) > MOST_ROWS:
        reason = Text(zh=f"最多 {MOST_ROWS} 行", en=f"at most {MOST_ROWS} rows")
        return [], [Rejection(sheet.name, first + MOST_ROWS + 1, "", "", "", "too_many_rows", reason)]
    for number, row in enumerate(rows, start=first + 1):
        cells = {name: narrow(row[column]) if column < len(row) else "" for name, column in columns.items()}
        if not any(cells.values()):
            continue
        reader = _Row(sheet.name, number, columns, {name: cells.get(name, "") for name in HEADINGS.values()})
        line = reader.read()
        if line is not None and line.subject in seen:
            reader.refuse("table", "repeated", f"与第 {seen[line.subject]} 行重复", f"repeats row {seen[line.subject]}")
        elif line is not None:
            seen[line.subject] = number
            found.append(line)
        wrong += reader.wrong
    return found, wrong


class _Row:
    """One row on its way to a line, with what is wrong in it."""

    def __init__(self, sheet: str, number: int, columns: Mapping[str, int], cells: Mapping[str, str]) -> None:
        self.sheet, self.number, self.columns, self.cells = sheet, number, columns, cells
        self.wrong: list[Rejection] = []

    def refuse(self, name: str, code: str, zh: str, en: str) -> None:
        """Note what is wrong with a cell, named as Excel names it."""
        column = chr(ord("A") + self.columns[name]) if self.columns.get(name, 26) < 26 else ""
        heading = next(heading for heading, known in HEADINGS.items() if known == name)
        value = self.cells[name][:60]
        self.wrong.append(Rejection(self.sheet, self.number, column, heading, value, code, Text(zh=zh, en=en)))

    def read(self) -> SheetLine | None:
        """The row as a line; None when anything is wrong with it."""
        cells = self.cells
        for name in ("programme", "table"):
            if not cells[name]:
                self.refuse(name, "missing", "必填", "this must be filled in")
        for name, longest in LONGEST.items():
            if len(cells[name]) > longest:
                self.refuse(name, "too_long", f"最多 {longest} 个字", f"at most {longest} characters")
        if bool(cells["category"]) == bool(cells["shop_id"]):
            self.refuse("category", "category_or_store", "类目和店铺ID必须二选一", "give a category or a store id")
        value = self._value()
        if self.wrong:
            return None
        rest = {name: cells[name] for name in HEADINGS.values() if name != "value"}
        return SheetLine(self.sheet, self.number, value=value, **rest)

    def _value(self) -> Decimal | None:
        text = self.cells["value"]
        if is_missing(text):
            return None
        try:
            quantity = read_quantity(text)
        except CellProblem as problem:
            self.refuse("value", problem.code, problem.reason.zh, problem.reason.en)
            return None
        assert quantity.value is not None
        value = quantity.value.scaleb(-2) if quantity.unit == "%" else quantity.value
        exponent: Any = value.as_tuple().exponent
        if abs(value) >= LARGEST or -exponent > FINEST:
            self.refuse("value", "out_of_range", "数值过大或小数位过多", "too large, or more than 8 decimal places")
        return value
