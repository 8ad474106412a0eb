"""Days, identifiers and names in cells."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from assessments.metrics.reading.days import find_days, find_range, read_day, read_id, read_name
from assessments.metrics.reading.raw import CellProblem, RawCell


@pytest.mark.parametrize(
    "raw",
    [
        "2026-11-21",
        "2026/11/21",
        "20261121",
        "2026年11月21日",
        "２０２６-11-21",
        " 2026-11-21 08:30:00",
        "2026/11/21 8:30",
        20261121,
        46347,
        "46347",
        Decimal("46347.75"),
        date(2026, 11, 21),
        datetime(2026, 11, 21, 23, 59),  # noqa: DTZ001  (spreadsheets have no time zones)
        "2026-11-21~2026-11-21",
    ],
)
def test_every_usual_way_to_write_a_day_is_read(raw: RawCell) -> None:
    assert read_day(raw) == date(2026, 11, 21)


def test_a_moment_with_a_zone_falls_on_its_day_in_beijing() -> None:
    assert read_day("2026-11-20T16:00:00Z") == date(2026, 11, 21)
    assert read_day("2026-11-20T15:59:59Z") == date(2026, 11, 20)
    assert read_day(datetime(2026, 11, 20, 16, tzinfo=UTC)) == date(2026, 11, 21)


@pytest.mark.parametrize(
    "raw", ["2026-02-30", "1999-01-01", "2026-13-01", "21/11/2026", "abc", "2026", 5, True, "2026-01-01~2026-01-31"]
)
def test_what_is_no_day_is_refused(raw: RawCell) -> None:
    with pytest.raises(CellProblem) as caught:
        read_day(raw)
    assert caught.value.code == "not_a_day"


def test_a_missing_day_has_its_own_reason() -> None:
    with pytest.raises(CellProblem) as caught:
        read_day("-")
    assert caught.value.code == "day_missing"


def test_dates_are_found_in_ranges_and_file_names() -> None:
    assert find_range("30天，2026-06-30~2026-07-29") == (date(2026, 6, 30), date(2026, 7, 29))
    assert find_range("没有日期") is None
    assert find_days("真实体验分_2026-08-02 (1).xlsx") == (date(2026, 8, 2),)
    assert find_days("客服绩效20260802.xlsx") == (date(2026, 8, 2),)
    assert find_days("ExportOrderList202608021230.csv") == ()


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ('="1930000000000000"', "1930000000000000"),
        ("'13800000000", "13800000000"),
        ("００１２３", "00123"),
        (123456789, "123456789"),
        (Decimal("123456789.0"), "123456789"),
        ("123456789.0", "123456789"),
        ("-", ""),
        (None, ""),
    ],
)
def test_an_id_is_kept_exactly_as_text(raw: RawCell, text: str) -> None:
    assert read_id(raw) == text


@pytest.mark.parametrize("raw", [1930000000000000, "1.93E+15", Decimal("1.93e15")])
def test_an_id_that_a_spreadsheet_damaged_is_refused(raw: RawCell) -> None:
    with pytest.raises(CellProblem) as caught:
        read_id(raw)
    assert caught.value.code == "id_damaged"


@pytest.mark.parametrize("raw", [Decimal("NaN"), Decimal("Infinity"), Decimal("1.5"), -1])
def test_a_number_that_is_no_id_is_told_as_such(raw: RawCell) -> None:
    with pytest.raises(CellProblem) as caught:
        read_id(raw)
    assert caught.value.code == "not_an_id"


def test_a_name_keeps_its_full_width_signs() -> None:
    assert read_name("　云裳旗舰店（示例） ") == "云裳旗舰店（示例）"
    with pytest.raises(CellProblem):
        read_name("坏\x00名")
