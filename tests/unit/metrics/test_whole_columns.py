"""Reading whole columns gives what reading row by row gives: the same rows, the same words, the same counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assessments.metrics.reading import csv_text, limits, wide
from assessments.metrics.reading.formats import FORMATS
from assessments.metrics.reading.raw import Fault, Percent, RawCell
from assessments.metrics.reading.recognise import locate
from assessments.metrics.reading.results import UnreadableFile
from assessments.metrics.reading.sheets import Sheet
from assessments.metrics.reading.table import SheetAccount
from assessments.metrics.reading.whole_columns import read_certain_rows

HEADINGS = [
    "日期",
    "店铺ID",
    "店铺名称",
    "店铺综合体验分",
    "交易成功金额(元)",
    "支付转化率",
    "访客数",
    "收货人手机",
    "平均退款时长",
]
GOOD: list[RawCell] = ["2024-01-01", "900000001", "旗舰店", "4.52", "5,652.00", "2.19%", "17", "x", "40小时"]
NUMBERS = [
    "0",
    "1",
    "4.5",
    "4.50",
    "4.123456789",
    "-3",
    "1,234",
    "12,34",
    "1.2万",
    "7元",
    "3%",
    "1e5",
    "nan",
    "９",
    "9" * 20,
]
WORDS = [
    "",
    " ",
    "-",
    "暂无数据",
    "合计",
    "平均值(全部)",
    "总计店",
    "abc",
    "’",
    '="17"',
    "'17",
    "0.5",
    "12:00",
    "2小时5分",
]
DAYS = ["2024-01-01", "20240101", "2024/1/2", "1999-01-01", "2024-02-30", "2024-01-01~2024-01-01"]
TYPED: list[Any] = [
    *(None, 0, 1, True, False, 45292, 20240101, 10**17, Decimal("1"), Decimal("1.0"), Decimal("4.5200000000001")),
    *(Decimal("1.50"), Decimal("1.5"), Decimal("45292.5"), Percent(Decimal("0.0219"))),
    *(Percent(Decimal("0.021900000001")), Fault("#DIV/0!"), date(2024, 1, 1), datetime(2024, 1, 1, 23, 30)),  # noqa: DTZ001
]
CELL = st.sampled_from([*NUMBERS, *WORDS, *DAYS, *TYPED])


@st.composite
def drawn_row(draw: Any) -> list[RawCell]:
    """Mostly a good row with some cells replaced; sometimes too short, too long, or blank."""
    row: list[Any] = list(GOOD)
    row[0] = draw(st.sampled_from(DAYS[:3]))
    row[1] = draw(st.sampled_from(["900000001", "900000002", 900000003, ""]))
    for _ in range(draw(st.integers(0, 3))):
        row[draw(st.integers(0, len(row) - 1))] = draw(CELL)
    shape = draw(st.integers(0, 9))
    return {7: row[: draw(st.integers(0, 8))], 8: [*row, draw(CELL)], 9: [draw(CELL)] * len(row)}.get(shape, row)


def read(
    rows: Sequence[Sequence[RawCell]], headings: Sequence[str], *, is_padded: bool, row_by_row: bool
) -> SheetAccount | str:
    sheet = Sheet("s", [list(headings), *map(list, rows)])
    with pytest.MonkeyPatch.context() as patch:
        if row_by_row:
            patch.setattr(wide, "read_certain_rows", lambda rows, **_given: [None] * len(rows))
        found = locate(sheet, FORMATS)
        if not found:
            return "nowhere"
        try:
            return wide.read_wide(found[0], is_padded=is_padded, default_store="d")
        except UnreadableFile as refused:
            return refused.code


@given(rows=st.lists(drawn_row(), min_size=1, max_size=8), is_padded=st.booleans(), without=st.sets(st.integers(1, 2)))
@settings(max_examples=400)
@example(rows=[[*GOOD[:3], 1, *GOOD[4:]], [*GOOD[:3], True, *GOOD[4:]]], is_padded=True, without=set())
@example(
    rows=[[*GOOD[:2], Decimal("1.50"), *GOOD[3:]], [*GOOD[:2], Decimal("1.5"), *GOOD[3:]]], is_padded=True, without={1}
)
def test_columns_and_rows_are_read_alike(rows: list[list[RawCell]], is_padded: bool, without: set[int]) -> None:
    width = len(HEADINGS)
    if is_padded:
        rows = [[*row, *[None] * (width - len(row))] for row in rows]
    kept = [place for place in range(width + 1) if place not in without]
    rows = [[row[place] for place in kept if place < len(row)] for row in rows]
    headings = [HEADINGS[place] for place in kept if place < width]
    by_column, by_row = (read(rows, headings, is_padded=is_padded, row_by_row=way) for way in (False, True))
    assert repr(by_column) == repr(by_row)


def test_good_rows_never_reach_the_row_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[Any]] = []
    row_reader = wide._read_row
    monkeypatch.setattr(wide, "_read_row", lambda *given: (seen.append(list(given[4])), row_reader(*given)))
    bad = [*GOOD[:3], "abc", *GOOD[4:]]
    account = read([GOOD, bad, [*GOOD[:1], "900000002", *GOOD[2:]]], HEADINGS, is_padded=False, row_by_row=False)
    assert isinstance(account, SheetAccount)
    assert seen == [bad]
    assert [(row.row_number, row.store.shop_id) for row in account.rows] == [(2, "900000001"), (4, "900000002")]
    assert [(found.row_number, found.column, found.code) for found in account.rejections] == [(3, "D", "not_a_number")]


def test_rounded_cells_are_counted_once_for_each_row_that_holds_them() -> None:
    noisy = [*GOOD[:3], Decimal("4.5200000000001"), *GOOD[4:]]
    bad = [*GOOD[:3], Decimal("4.5200000000001"), "abc", *GOOD[5:]]
    account = read([noisy, noisy, bad, GOOD], HEADINGS, is_padded=True, row_by_row=False)
    assert isinstance(account, SheetAccount)
    assert account.rounded_cells == 3
    by_row = read([noisy, noisy, bad, GOOD], HEADINGS, is_padded=True, row_by_row=True)
    assert isinstance(by_row, SheetAccount)
    assert by_row.rounded_cells == 3


def test_a_sheet_without_metrics_is_left_to_the_row_reader() -> None:
    sheet = Sheet("s", [HEADINGS, GOOD])
    day = locate(sheet, FORMATS)[0].headings[0]
    none = read_certain_rows(
        [GOOD], first_number=2, width=9, sheet="s", day=day, store=None, keys=(day, None), metrics=()
    )
    assert none == [None]


@given(
    text=st.text(alphabet='a1,"\r\n合', max_size=60),
    most_rows=st.integers(0, 4),
    most_columns=st.integers(1, 4),
    most_cells=st.integers(1, 9),
    longest=st.integers(1, 5),
)
@settings(max_examples=400)
def test_a_csv_is_split_alike_by_chunks_and_by_rows(
    text: str, most_rows: int, most_columns: int, most_cells: int, longest: int
) -> None:
    def split(way: Any) -> Any:
        try:
            return way(text)
        except UnreadableFile as refused:
            return refused.code, refused.reason

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_text, "_CHUNK_ROWS", 2)
        patch.setattr(limits, "ROWS", most_rows)
        patch.setattr(limits, "HEADER_ROWS", 0)
        patch.setattr(limits, "COLUMNS", most_columns)
        patch.setattr(limits, "CELLS", most_cells)
        patch.setattr(limits, "CELL_CHARS", longest)
        assert split(csv_text._split) == split(csv_text._split_by_rows)
