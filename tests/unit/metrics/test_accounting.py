"""Every data row of a file ends in exactly one place, whatever is in it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.metrics.reading.parse import parse_file
from assessments.metrics.reading.results import ParsedFile, UnreadableFile
from tests.unit.metrics.builders import SCORES, make_csv, make_xls, make_xlsx

GOOD = ("2024-01-01", "900000001", "4.52", "5,652.00", "2.19%")


def places(parsed: ParsedFile) -> list[tuple[str, int]]:
    """Sheet and number of every row, once per place in which it ended."""
    taken = [(row.sheet, number) for row in parsed.rows for number in row.source_rows]
    rejected = {(rejection.sheet, rejection.row_number) for rejection in parsed.rejections}
    return [*taken, *rejected]


CELL = st.sampled_from(
    [
        "",
        "-",
        "0",
        "4.52",
        "5,652.00",
        "2.19%",
        "1e5",
        "abc",
        "2024-01-01",
        "2024-01-02",
        "900000001",
        "合计",
        "７",
        "nan",
        "0.0%",
    ]
)
ROW = st.one_of(st.just(GOOD), st.tuples(CELL, CELL, CELL, CELL, CELL), st.lists(CELL, max_size=8).map(tuple))


@settings(max_examples=150, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=12), st.sampled_from(["utf-8", "utf-8-sig", "gbk"]))
def test_each_row_of_a_csv_is_taken_rejected_or_skipped_exactly_once(
    rows: list[tuple[str, ...]], encoding: str
) -> None:
    try:
        parsed = parse_file(make_csv([SCORES, *rows], encoding=encoding), "a.csv")
    except UnreadableFile as problem:
        assert problem.code == "no_rows"
        return
    ended = places(parsed)
    assert len(ended) == len(set(ended)) == parsed.rows_read
    assert parsed.rows_read == sum(len(row.source_rows) for row in parsed.rows) + parsed.rejected_rows
    blank = sum(not any(cell for cell in row) for row in rows)
    assert parsed.rows_read + parsed.summary_rows + blank == len(rows)
    assert len({(row.store.shop_id, row.day) for row in parsed.rows}) == len(parsed.rows)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(CELL, CELL, CELL, CELL, CELL), min_size=1, max_size=10))
def test_the_same_rows_read_the_same_from_every_container(rows: list[tuple[str, ...]]) -> None:
    outcomes = []
    for content in (make_csv([SCORES, *rows]), make_xlsx([SCORES, *rows], sheet=""), make_xls([SCORES, *rows])):
        try:
            parsed = parse_file(content, "a")
        except UnreadableFile as problem:
            outcomes.append((problem.code,))
        else:
            rejected = {(rejection.row_number, rejection.code) for rejection in parsed.rejections}
            outcomes.append((tuple((row.day, row.values, row.source_rows) for row in parsed.rows), rejected))
    assert outcomes[0] == outcomes[1] == outcomes[2]


def test_a_bad_row_has_one_rejection_per_bad_cell_with_its_place() -> None:
    rows = [SCORES, GOOD, ("2024-02-30", "900000001", "5.2", "1,23", "0.0219")]
    parsed = parse_file(make_csv(rows), "a.csv")
    found = [(one.row_number, one.column, one.heading, one.value, one.code) for one in parsed.rejections]
    assert found == [
        (3, "A", "日期", "2024-02-30", "not_a_day"),
        (3, "C", "店铺综合体验分", "5.2", "out_of_range"),
        (3, "D", "交易成功金额(元)", "1,23", "bad_separators"),
        (3, "E", "支付转化率", "0.0219", "unit_missing"),
    ]
    assert (parsed.rows_read, parsed.rejected_rows, len(parsed.rows)) == (2, 1, 1)


def test_equal_repeats_become_one_row_and_differing_ones_are_all_rejected() -> None:
    other = ("2024-01-01", "900000002", "4.10", "1.00", "1%")
    parsed = parse_file(make_csv([SCORES, GOOD, other, GOOD, (*other[:2], "4.11", *other[3:])]), "a.csv")
    (row,) = parsed.rows
    assert row.source_rows == (2, 4)
    assert [(one.row_number, one.code) for one in parsed.rejections] == [(3, "repeated"), (5, "repeated")]
    assert (parsed.rows_read, parsed.rejected_rows) == (4, 2)


@pytest.mark.parametrize("word", ["合计", "总计", "汇总", "平均值", "全店汇总值", "同行同层均值"])
def test_summary_rows_are_skipped_and_counted_apart(word: str) -> None:
    parsed = parse_file(make_csv([SCORES, GOOD, (word, "", "", "5,652.00", "")]), "a.csv")
    assert (parsed.rows_read, parsed.summary_rows, parsed.rejected_rows) == (1, 1, 0)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("", *GOOD), "column_shift"),
        ((*GOOD, "-"), "column_shift"),
        (GOOD[:4], "short_row"),
        ((GOOD[0], "", GOOD[2], GOOD[3], GOOD[4]), "store_missing"),
        (("", *GOOD[1:]), "day_missing"),
    ],
)
def test_a_row_out_of_place_is_rejected_whole(row: tuple[str, ...], code: str) -> None:
    parsed = parse_file(make_csv([SCORES, GOOD, row]), "a.csv")
    assert [(one.row_number, one.code) for one in parsed.rejections] == [(3, code)]
    assert [taken.source_rows for taken in parsed.rows] == [(2,)]


def test_a_shifted_row_of_a_legacy_book_is_rejected_whole() -> None:
    headings = ("统计日期", "访客数", "支付金额", "支付转化率")
    rows = [headings, ("2024-01-01", "5", "1.00", "2%"), (None, "2024-01-02", "5", "1.00", "2%")]
    parsed = parse_file(make_xls(rows), "a.xls", default_store="甲")
    assert [(one.row_number, one.code) for one in parsed.rejections] == [(3, "column_shift")]


def test_headings_without_rows_are_a_file_without_rows() -> None:
    with pytest.raises(UnreadableFile) as caught:
        parse_file(make_csv([SCORES, ("", "", "", "", "")]), "a.csv")
    assert caught.value.code == "no_rows"


def test_a_heading_that_stands_twice_is_read_once_and_the_other_listed() -> None:
    rows = [("日期", "店铺ID", "访客数", "访客数"), ("2024-01-01", "1", "5", "6")]
    parsed = parse_file(make_csv(rows), "a.csv")
    assert parsed.rows[0].values == {"visitors": 5}
    assert [column.column for column in parsed.left_out_columns] == ["D"]


def test_a_file_full_of_bad_cells_still_accounts_for_each_row() -> None:
    first = date(2020, 1, 1)
    rows = [((first + timedelta(days=day)).isoformat(), "900000001", "x", "y", "z") for day in range(9000)]
    parsed = parse_file(make_csv([SCORES, *rows]), "a.csv")
    assert parsed.rejected_rows == parsed.rows_read == 9000
    assert 20_000 < len(parsed.rejections) < 27_000
