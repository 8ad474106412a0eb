"""Numbers in cells, by the table of cases that real exports hold."""

from decimal import Decimal

import pytest

from assessments.metrics.catalogue import get_metric
from assessments.metrics.reading.cells import ColumnReader, Quantity, read_metric, read_quantity
from assessments.metrics.reading.raw import CellProblem, Fault, Percent, RawCell

MONEY, VISITORS, RATE, TIME, SCORE = (
    "paid_amount",
    "visitors",
    "conversion_rate",
    "delivery_time",
    "real_experience_score",
)


@pytest.mark.parametrize(
    ("raw", "code", "stored"),
    [
        ("5,652.00", MONEY, 565200),
        ("5，652.00", MONEY, 565200),
        ("￥1,234.5", MONEY, 123450),
        ("0元", MONEY, 0),
        ("2.5万", VISITORS, 25000),
        ("12.35万元", MONEY, 12350000),
        ("1.2亿元", MONEY, 12000000000),
        ("2.19%", RATE, 2190000),
        ("0.22 %", RATE, 220000),
        ("0.22　%", RATE, 220000),
        ("0.0363%", RATE, 36300),
        ("0.0363％", RATE, 36300),
        ("0.00%", RATE, 0),
        ("0", RATE, 0),
        ("0", VISITORS, 0),
        ("40.42小时", TIME, 14551200),
        ("9小时20分", TIME, 3360000),
        ("1.5天", TIME, 12960000),
        ("35秒", TIME, 3500),
        ("3分钟", TIME, 18000),
        ("4.94分", SCORE, 4940000),
        ("4.0999", SCORE, 4099900),
        ("１２３", VISITORS, 123),
        ("　1,203　", VISITORS, 1203),
        ('="5652"', VISITORS, 5652),
        ("'5652", VISITORS, 5652),
        ("12次", VISITORS, 12),
        ("12.00", VISITORS, 12),
        ("-20.00", "sales_amount", -2000),
        (1203, VISITORS, 1203),
        (Decimal("0.30000000000000004"), MONEY, 30),
        (Decimal("12.000000000000002"), VISITORS, 12),
        (Percent(Decimal("0.0219")), RATE, 2190000),
    ],
)
def test_a_number_is_read_exactly(raw: RawCell, code: str, stored: int) -> None:
    assert read_metric(raw, get_metric(code)) == stored


@pytest.mark.parametrize("raw", ["-", "--", "—", "——", "", "  ", "　", None, "暂无数据", "无", "N/A", "null"])
def test_a_cell_without_a_figure_is_missing_and_never_zero(raw: RawCell) -> None:
    for code in (MONEY, VISITORS, RATE, TIME, SCORE):
        assert read_metric(raw, get_metric(code)) is None


@pytest.mark.parametrize(
    ("raw", "code", "problem"),
    [
        ("0.0219", RATE, "unit_missing"),
        ("2.19", RATE, "unit_missing"),
        (Decimal("0.0219"), RATE, "unit_missing"),
        ("40.42", TIME, "unit_missing"),
        ("1,23", VISITORS, "bad_separators"),
        ("12,34,567", VISITORS, "bad_separators"),
        ("1e5", VISITORS, "exponent"),
        ("1.0E12", VISITORS, "exponent"),
        ("nan", SCORE, "not_finite"),
        ("Infinity", MONEY, "not_finite"),
        (Decimal("NaN"), MONEY, "not_finite"),
        ("12.345", MONEY, "too_many_decimals"),
        ("1.5", VISITORS, "too_many_decimals"),
        ("5.01", SCORE, "out_of_range"),
        ("-1", VISITORS, "out_of_range"),
        ("101%", RATE, "out_of_range"),
        ("9999999999", VISITORS, "out_of_range"),
        (9999999999, VISITORS, "out_of_range"),
        (Decimal("1e300"), MONEY, "out_of_range"),
        ("1" * 40, MONEY, "too_long"),
        ("3%", VISITORS, "wrong_unit"),
        ("3小时", MONEY, "wrong_unit"),
        (Decimal("10.5"), VISITORS, "too_many_decimals"),
        ("abc", VISITORS, "not_a_number"),
        ("①", VISITORS, "not_a_number"),
        ("(100)", MONEY, "not_a_number"),
        (True, VISITORS, "wrong_type"),
        (Fault("#DIV/0!"), VISITORS, "spreadsheet_error"),
    ],
)
def test_a_cell_that_is_no_clear_number_is_refused_with_a_reason(raw: RawCell, code: str, problem: str) -> None:
    with pytest.raises(CellProblem) as caught:
        read_metric(raw, get_metric(code))
    assert caught.value.code == problem
    assert caught.value.reason.zh and caught.value.reason.en


@pytest.mark.parametrize(
    ("raw", "code", "declared", "stored"),
    [
        ("2.19", RATE, "%", 2190000),
        ("0.0219", RATE, "fraction", 2190000),
        ("2.19%", RATE, "fraction", 2190000),
        (Decimal("2.19"), RATE, "%", 2190000),
        ("40.42", TIME, "小时", 14551200),
        ("2", TIME, "天", 17280000),
        ("35", TIME, "秒", 3500),
        ("1.5", MONEY, "万元", 1500000),
        ("35秒", TIME, "小时", 3500),
    ],
)
def test_a_declared_unit_settles_bare_numbers_and_a_written_one_wins(
    raw: RawCell, code: str, declared: str, stored: int
) -> None:
    assert read_metric(raw, get_metric(code), declared) == stored


def test_only_spreadsheet_numbers_are_rounded_and_each_is_counted() -> None:
    reader = ColumnReader(get_metric(MONEY))
    assert reader.read(Decimal("0.30000000000000004")) == 30
    assert reader.read(Decimal("12.5")) == 1250
    assert reader.rounded == 1


def test_a_quantity_keeps_its_unit_as_written() -> None:
    assert read_quantity("40.42小时") == Quantity(Decimal("40.42"), "小时")
    assert read_quantity("2.19%") == Quantity(Decimal("2.19"), "%")
    assert read_quantity("2.5万") == Quantity(Decimal(25000), "")
    assert read_quantity("暂无数据") == Quantity(None)
