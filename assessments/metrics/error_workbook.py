"""An import's rejected rows as a workbook with the reasons beside them: corrected there and uploaded again as it is."""

import io
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from assessments.metrics.models import Import, RejectedRows, Rejection
from assessments.metrics.reading.formats.base import DAY_NAMES, SHOP_ID_NAMES, SHOP_NAME_NAMES
from assessments.metrics.reading.headings import read_heading
from assessments.metrics.templates_xlsx import MADE_AT
from core.api.errors import ServiceError

# A spreadsheet takes a text that begins so for a formula once somebody edits the cell.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
SHEET_NAME_CHARS = 31
FORBIDDEN_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", "_"))
# Reasons that name no column, and the columns that they are about.
ROLES = {
    "unknown_store": (*SHOP_ID_NAMES, *SHOP_NAME_NAMES),
    "future_day": DAY_NAMES,
    "repeated": DAY_NAMES,
    "contradiction": DAY_NAMES,
}


class Workbook:
    """The sheets of one import's rejected rows."""

    def __init__(self, *, is_chinese: bool) -> None:
        self.target = io.BytesIO()
        self.book = xlsxwriter.Workbook(
            self.target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        self.book.set_properties({"created": MADE_AT.replace(tzinfo=None), "title": "错误原因"})
        self.is_chinese = is_chinese
        self.taken: set[str] = set()
        bad = {"bg_color": "#FFC7CE", "font_color": "#9C0006"}
        text = {"num_format": "@"}
        self.heading = self.book.add_format({"bold": True, "border": 1, "bg_color": "#E2EFDA"})
        self.reason = self.book.add_format({"font_color": "#9C0006", "text_wrap": True, "valign": "top"})
        # (is bad, is quoted) → format; quoted as by a leading apostrophe, so that editing makes no formula of it.
        self.cells = {
            (is_bad, is_quoted): self.book.add_format(
                {**text, **(bad if is_bad else {}), **({"quote_prefix": True} if is_quoted else {})}
            )
            for is_bad in (False, True)
            for is_quoted in (False, True)
        }
        self.numbers = {False: self.book.add_format(), True: self.book.add_format(bad)}

    def add_sheet(self, sheet: Mapping[str, Any], rejections: Mapping[int, Sequence[Rejection]]) -> None:
        """One sheet: notes, headings, the rejected rows, and the reasons in the last column."""
        page = self.book.add_worksheet(self._name(sheet["name"]))
        headings = sheet["headings"]
        for row, note in enumerate(sheet["notes"]):
            page.write_string(row, 0, note)
        top = len(sheet["notes"])
        for column, heading in enumerate(headings):
            page.write_string(top, column, heading["text"], self.heading)
            page.set_column(column, column, max(12, 2 * min(len(heading["text"]), 20)), self.cells[False, False])
        page.write_string(top, len(headings), "错误原因" if self.is_chinese else "Error reason", self.heading)
        page.set_column(len(headings), len(headings), 60)
        page.freeze_panes(top + 1, 0)
        for row, line in enumerate(sheet["rows"], start=top + 1):
            found = rejections.get(line["number"], ())
            bad = _bad_columns(headings, found)
            for column, cell in enumerate(line["cells"]):
                self._write(page, row, column, cell, is_bad=column in bad)
            page.write_string(row, len(headings), self._tell(line["number"], found), self.reason)

    def _write(self, page: Any, row: int, column: int, cell: Any, *, is_bad: bool) -> None:
        if isinstance(cell, Mapping):
            try:
                page.write_number(row, column, Decimal(cell["number"]), self.numbers[is_bad])
                return
            except (InvalidOperation, TypeError, OverflowError):
                cell = cell["number"]
        if cell:
            page.write_string(row, column, cell, self.cells[is_bad, cell.startswith(FORMULA_STARTS)])
        elif is_bad:
            page.write_blank(row, column, None, self.cells[True, False])

    def _tell(self, number: int, found: Sequence[Rejection]) -> str:
        if self.is_chinese:
            # Some reasons name the metric themselves.
            told = [
                f"{f'“{each.heading}”' if each.heading and each.reason_zh[:1] != '“' else ''}{each.reason_zh}"
                for each in found
            ]
            return f"第 {number} 行：{'；'.join(told)}"
        told = [f"{f'“{each.heading}” ' if each.heading else ''}{each.reason_en}" for each in found]
        return f"Row {number}: {'; '.join(told)}"

    def _name(self, name: str) -> str:
        """A name that a spreadsheet takes, and no other sheet has."""
        base = name.translate(FORBIDDEN_IN_NAMES).strip("'")[:SHEET_NAME_CHARS] or "Sheet"
        base = f"{base}_"[:SHEET_NAME_CHARS] if base.lower() == "history" else base
        found, number = base, 1
        while found.lower() in self.taken:
            number += 1
            found = f"{base[: SHEET_NAME_CHARS - 5]}_{number}"
        self.taken.add(found.lower())
        return found

    def close(self) -> bytes:
        """The workbook's bytes."""
        self.book.close()
        return self.target.getvalue()


def build_error_workbook(*, upload: Import, language: str) -> bytes:
    """The rejected rows of an import. Raises ServiceError "no_rejected_rows" when none is kept."""
    kept = RejectedRows.objects.filter(upload=upload).first()
    if kept is None:
        raise ServiceError(
            "no_rejected_rows",
            _("No rejected rows are kept: none was rejected, or the import ended more than 30 days ago."),
        )
    by_sheet: dict[str, dict[int, list[Rejection]]] = {}
    for rejection in upload.rejections.order_by("pk"):
        by_sheet.setdefault(rejection.sheet, {}).setdefault(rejection.row_number, []).append(rejection)
    workbook = Workbook(is_chinese=language.startswith("zh"))
    for sheet in kept.sheets:
        workbook.add_sheet(sheet, by_sheet.get(sheet["name"][:120], {}))
    return workbook.close()


def _bad_columns(headings: Sequence[Mapping[str, str]], found: Sequence[Rejection]) -> set[int]:
    letters = {each.column for each in found if each.column}
    names = {name for each in found if not each.column for name in ROLES.get(each.code, ())}
    return {
        column
        for column, heading in enumerate(headings)
        if heading["letter"] in letters or read_heading(0, heading["text"]).name in names
    }
