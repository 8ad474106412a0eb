"""Where a figure stands in a file: its sheet, its rows, its column."""

from __future__ import annotations

import io

from openpyxl import Workbook

from assessments.metrics.reading.codec import decode, encode
from assessments.metrics.reading.parse import parse_file
from assessments.metrics.reading.results import ParsedFile
from tests.unit.metrics.builders import SCORES, Rows, make_csv

GOOD = ("2024-01-01", "900000001", "4.52", "5,652.00", "2.19%")


def make_book(sheets: dict[str, Rows]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def test_a_sheet_tells_the_column_of_each_metric_in_the_child_and_in_its_parent() -> None:
    parsed = parse_file(make_csv([SCORES, GOOD]), "a.csv")
    [sheet] = parsed.sheets
    assert set(sheet.headings) == set(parsed.metric_codes)
    assert sheet.headings["sales_amount"] == f"D {SCORES[3]}"
    again = decode(encode(parsed))
    assert isinstance(again, ParsedFile)
    assert again.sheets == parsed.sheets


def test_repeats_that_agree_keep_their_own_sheets_and_rows() -> None:
    visitors = ("日期", "店铺ID", "访客数")
    day = GOOD[:2]
    parsed = parse_file(make_book({"A": [SCORES, GOOD, GOOD], "B": [visitors, (*day, "7")]}), "a.xlsx")
    assert parsed.rejections == ()
    assert [(row.sheet, row.source_rows, set(row.values)) for row in parsed.rows] == [
        ("A", (2, 3), {"comprehensive_experience_score", "sales_amount", "conversion_rate"}),
        ("B", (2,), {"visitors"}),
    ]
    assert parsed.rows_read == 3


def test_repeats_that_disagree_across_sheets_are_all_rejected() -> None:
    other = (*GOOD[:2], "4.10", *GOOD[3:])
    parsed = parse_file(make_book({"A": [SCORES, GOOD], "B": [SCORES, other]}), "a.xlsx")
    assert parsed.rows == ()
    assert [(one.sheet, one.code) for one in parsed.rejections] == [("A", "repeated"), ("B", "repeated")]
