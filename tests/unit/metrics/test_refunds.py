"""Refund exports end in store-days: what was refunded on a day, and from which day on nothing can be missing."""

from __future__ import annotations

from datetime import date

import pytest

from assessments.metrics.reading.parse import parse_file, recognise_file
from assessments.metrics.reading.results import ParsedFile
from tests.unit.metrics.builders import make_csv, make_xlsx
from tests.unit.metrics.exports import REFUND, refund, refunds_csv, table

NAME = "退款单_20241110.csv"
ALL = (
    refund(1, "2024-11-01 08:00:00", "2024-11-03 07:00:00", "30.00"),
    refund(2, "2024-11-02 09:00:00", "2024-11-02 09:30:00", "12.50"),
    refund(3, "2024-11-04 10:00:00", "2024-11-04 11:00:00", "1,000.00"),
    refund(4, "2024-11-04 12:00:00", "2024-11-05 11:00:00", "7.00", 退款状态="退款关闭"),
    refund(5, "2024-11-05 12:00:00"),
    refund(6, "2024-11-05 13:00:00", "2024-11-05 18:00:00", "5.00"),
)


def read(*refunds: dict[str, str], name: str = NAME) -> ParsedFile:
    parsed = parse_file(refunds_csv(*refunds), name, default_store="甲")
    assert parsed.rows_read == sum(len(row.source_rows) for row in parsed.rows) + parsed.rejected_rows
    return parsed


def days(parsed: ParsedFile) -> dict[int, dict[str, int | None]]:
    return {row.day.day: dict(row.values) for row in parsed.rows}


def test_a_refund_counts_on_the_day_it_was_completed_and_only_when_it_succeeded() -> None:
    parsed = read(*ALL)
    assert (parsed.kind, parsed.rejected_rows) == ("refund_export", 1)
    # The slowest refund took two days: before 3 November, refunds asked for in October could be missing.
    assert days(parsed) == {
        3: {"refund_orders": 1, "refund_amount": 3000},
        4: {"refund_orders": 1, "refund_amount": 100000},
        5: {"refund_orders": 1, "refund_amount": 500},
    }
    assert [(one.row_number, one.code) for one in parsed.rejections] == [(3, "partial_day")]
    assert [notice.code for notice in parsed.notices] == ["partial_days"]


def test_a_day_on_which_refunds_were_asked_for_and_none_succeeded_is_zero() -> None:
    parsed = read(*ALL, refund(7, "2024-11-06 08:00:00"))
    assert days(parsed)[6] == {"refund_orders": 0, "refund_amount": 0}


def test_the_day_of_the_export_is_not_over() -> None:
    assert sorted(days(read(*ALL, name="退款单_2024-11-05.csv"))) == [3, 4, 5]
    assert days(read(*ALL, name="退款单_2024-11-05.csv"))[5] == {}
    assert days(read(*ALL, name="退款单.csv"))[5] == {}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("退款的申请时间", "退款申请时间"),
        ("买家退款金额", "退款总额"),
        ("退款编号", "退款单号"),
        ("退款完结时间", "完结时间"),
    ],
)
def test_headings_of_other_years_mean_the_same(old: str, new: str) -> None:
    headings = [new if heading == old else heading for heading in REFUND]
    renamed = [{(new if key == old else key): value for key, value in one.items()} for one in ALL]
    parsed = parse_file(make_csv(table(headings, renamed)), NAME, default_store="甲")
    assert days(parsed) == days(read(*ALL))


def test_a_workbook_gives_the_same_days() -> None:
    parsed = parse_file(make_xlsx(table(REFUND, ALL)), "退款单_20241110.xlsx", default_store="甲")
    assert days(parsed) == days(read(*ALL))


def test_one_bad_amount_takes_the_store_with_it_and_a_total_does_not() -> None:
    parsed = read(*ALL, refund(9, "2024-11-05 08:00", "2024-11-05 09:00", "bad"))
    assert parsed.rows == ()
    assert {one.code for one in parsed.rejections} == {"not_a_number", "sum_incomplete"}
    totalled = parse_file(
        make_csv([*table(REFUND, ALL), ("合计", *[""] * (len(REFUND) - 1))]), NAME, default_store="甲"
    )
    assert (totalled.summary_rows, totalled.rejected_rows) == (1, 1)


def test_a_shifted_row_is_rejected_and_quotes_nobody() -> None:
    rows = table(REFUND, ALL)
    shifted = (rows[2][0], "88000099", *rows[2][2:10], "甄有钱", *rows[2][10:-1])
    parsed = parse_file(make_csv([*rows, shifted]), NAME, default_store="甲")
    assert parsed.rows == ()
    assert "unknown_status" in {one.code for one in parsed.rejections}
    assert "甄有钱" not in repr(parsed) and "tb_nick_77" not in repr(parsed) and "YT123" not in repr(parsed)


def test_a_refund_without_a_status_is_not_left_out_in_silence() -> None:
    parsed = read(*ALL, refund(9, "2024-11-05 08:00", "2024-11-05 09:00", 退款状态=""))
    assert "unknown_status" in {one.code for one in parsed.rejections}


def test_a_refund_export_is_recognised_by_its_headings() -> None:
    assert recognise_file(refunds_csv(*ALL), "a.csv").kind == "refund_export"
    assert parse_file(refunds_csv(*ALL), NAME, default_store="甲").rows[0].day == date(2024, 11, 3)
