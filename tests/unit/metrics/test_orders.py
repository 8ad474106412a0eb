"""Order exports end in store-days: what counts on which day, and what a bad or doubtful row takes with it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from assessments.metrics.reading.parse import parse_file, recognise_file
from assessments.metrics.reading.results import ParsedFile, StoreRef, UnreadableFile
from tests.unit.metrics.builders import make_csv, make_xls, make_xlsx
from tests.unit.metrics.exports import OF_A_PERSON, ORDER, order, orders_csv, table

NAME = "ExportOrderList202411041030.csv"
FIRST = order(1, "2024/11/1 22:02", "2024/11/1 22:05", "50.00")
SECOND = order(2, "2024-11-02 09:00:00", "2024-11-02 09:01:30", "1,200.50")
UNPAID = order(3, "2024-11-02 10:00:00", amount="30.00")
LATE = order(4, "2024-11-02 23:58:00", "2024-11-03 00:20:00", "80.00")
LAST = order(5, "2024-11-03 11:00:00", "2024-11-03 11:00:30", "20.00", 宝贝总数量="3")
ALL = (FIRST, SECOND, UNPAID, LATE, LAST)


def days(parsed: ParsedFile) -> dict[date, dict[str, int | None]]:
    return {row.day: dict(row.values) for row in parsed.rows}


def day(number: int) -> date:
    return date(2024, 11, number)


def codes(parsed: ParsedFile) -> list[tuple[int, str]]:
    return [(one.row_number, one.code) for one in parsed.rejections]


def is_settled(parsed: ParsedFile) -> bool:
    return parsed.rows_read == sum(len(row.source_rows) for row in parsed.rows) + parsed.rejected_rows


def test_orders_count_on_the_day_they_were_placed_and_paid() -> None:
    parsed = parse_file(orders_csv(*ALL), NAME)
    assert (parsed.kind, parsed.encoding, parsed.rejections) == ("order_export", "gb18030", ())
    assert days(parsed) == {
        # An order placed on 31 October may have been paid on 1 November, and the export would not have it.
        day(1): {"order_amount": 5000, "order_items": 1},
        day(2): {
            "order_amount": 131050,
            "order_items": 3,
            "paid_orders": 1,
            "paid_amount": 120050,
            "paid_items": 1,
        },
        day(3): {"order_amount": 2000, "order_items": 3, "paid_orders": 2, "paid_amount": 10000, "paid_items": 4},
    }
    assert {row.store for row in parsed.rows} == {StoreRef(name="示例店")}
    assert {row.day: row.source_rows for row in parsed.rows} == {day(1): (2,), day(2): (3, 4, 5), day(3): (6,)}
    [notice] = parsed.notices
    assert notice.code == "partial_days"
    assert "2024-11-01" in notice.reason.zh and "支付父订单数、支付金额、支付件数" in notice.reason.zh
    assert is_settled(parsed)


def test_the_longest_wait_for_a_payment_says_how_long_the_export_misses_some() -> None:
    presale = order(6, "2024-11-01 08:00:00", "2024-11-02 20:00:00")
    parsed = parse_file(orders_csv(*ALL, presale), NAME)
    assert [number for number in (1, 2, 3) if "paid_orders" in days(parsed)[day(number)]] == [3]


@pytest.mark.parametrize(
    ("name", "taken"),
    [
        ("ExportOrderList202411041030.csv", [1, 2, 3]),
        ("ExportOrderList202411041030 (1).csv", [1, 2, 3]),
        ("ExportOrderList202411031030.csv", [1, 2]),  # the third day was not over yet
        ("订单.csv", [2]),  # nothing says that the ends are whole
        ("ExportOrderList22095471985.csv", [2]),  # the number of a task, not a time
        ("ExportOrderList202410011030.csv", [2]),  # made before its own rows: not to be believed
        ("订单_2024-11-01_2024-11-03.csv", [1, 2, 3]),
        ("订单_2024-11-01_2024-11-02.csv", [2]),  # a range that does not hold every row
        ("ExportOrderList202501291030.csv", [2, 3]),  # "the last three months" begin in the middle of a day
    ],
)
def test_a_day_that_may_be_partial_is_not_taken(name: str, taken: list[int]) -> None:
    parsed = parse_file(orders_csv(*ALL), name)
    assert sorted(found.day for found in parsed.rows) == [day(number) for number in taken]
    assert {code for _, code in codes(parsed)} == ({"partial_day"} if len(taken) < 3 else set())
    assert is_settled(parsed)


def test_a_paid_order_that_was_refunded_whole_counts_with_what_was_due() -> None:
    closed = order(
        7, "2024-11-02 12:00:00", "2024-11-02 12:01:00", "60.00", 订单状态="交易关闭", 买家实际支付金额="0.00"
    )
    parsed = parse_file(orders_csv(*ALL, closed), NAME)
    assert days(parsed)[day(2)]["paid_amount"] == 126050
    assert days(parsed)[day(2)]["paid_orders"] == 2


def test_a_paid_order_without_an_amount_is_rejected_and_never_counts_as_zero() -> None:
    parsed = parse_file(orders_csv(*ALL, order(8, "2024-11-03 12:00", "2024-11-03 12:01", 买家实际支付金额="-")), NAME)
    assert codes(parsed)[0] == (7, "amount_missing")
    # The bad row was placed somewhere among the store's days, so that none of their sums is sure.
    assert {code for _, code in codes(parsed)[1:]} == {"sum_incomplete"}
    assert is_settled(parsed)


def test_many_stores_in_one_file_are_counted_apart() -> None:
    other = [{**one, "店铺名称": "别家店", "店铺Id": "900000002"} for one in ALL]
    bad = order(9, "2024-11-02 12:00", "2024-11-02 12:01", "x")
    parsed = parse_file(orders_csv(*ALL, *other, bad), NAME)
    assert {row.store for row in parsed.rows} == {StoreRef(shop_id="900000002", name="别家店")}
    assert parsed.rejected_rows == 6
    assert is_settled(parsed)


@pytest.mark.parametrize("column", ["店铺名称", "订单创建时间"])
def test_a_row_that_does_not_say_whose_or_when_it_is_takes_all_sums_with_it(column: str) -> None:
    other = [{**one, "店铺名称": "别家店"} for one in ALL]
    parsed = parse_file(orders_csv(*ALL, *other, {**SECOND, "订单编号": "7", column: ""}), NAME)
    assert parsed.rows == ()
    assert parsed.rejected_rows == parsed.rows_read == 11


def test_the_same_order_twice_counts_once_and_one_that_differs_is_doubted() -> None:
    parsed = parse_file(orders_csv(*ALL, SECOND), NAME)
    assert days(parsed)[day(2)]["paid_orders"] == 1
    assert is_settled(parsed)
    doubted = parse_file(orders_csv(*ALL, {**SECOND, "买家实际支付金额": "1.00"}), NAME)
    assert sorted(found.day for found in doubted.rows) == [day(1), day(3)]
    assert (3, "repeated") in codes(doubted) and (7, "repeated") in codes(doubted)
    assert (4, "sum_incomplete") in codes(doubted)
    assert is_settled(doubted)


def test_a_file_without_stores_goes_to_the_one_that_was_chosen() -> None:
    headings = [heading for heading in ORDER if not heading.startswith("店铺")]
    with pytest.raises(UnreadableFile) as caught:
        parse_file(orders_csv(*ALL, headings=headings), NAME)
    assert caught.value.code == "store_needed"
    parsed = parse_file(orders_csv(*ALL, headings=headings), NAME, default_store="甲")
    assert {row.store for row in parsed.rows} == {StoreRef(chosen="甲")}


def test_a_total_is_left_out_and_a_buyer_with_such_a_name_is_not() -> None:
    named = {**LAST, "订单编号": '="1930000000000077"', "买家会员名": "总计师小王"}
    total = {"订单编号": "合计", "买家应付货款": "1380.50", "买家实际支付金额": "9999.00"}
    parsed = parse_file(orders_csv(*ALL, named, total), NAME)
    assert (parsed.summary_rows, days(parsed)[day(3)]["paid_orders"]) == (1, 3)


def test_shifted_short_and_long_rows_are_rejected_with_every_sum_that_they_may_belong_to() -> None:
    rows = table(ORDER, ALL)
    for shifted in (("", *rows[3][:-1]), rows[3][1:], rows[3][:20], (*rows[3], "x")):
        parsed = parse_file(make_csv([*rows, shifted], encoding="gbk"), NAME)
        assert parsed.rows == ()
        assert parsed.rejected_rows == parsed.rows_read == 6


def test_a_heading_that_stands_twice_is_read_once() -> None:
    rows = [(*row, "7" if index else "宝贝总数量") for index, row in enumerate(table(ORDER, ALL))]
    parsed = parse_file(make_csv(rows, encoding="gbk"), NAME)
    assert days(parsed)[day(1)]["order_items"] == 1
    assert [left.heading for left in parsed.left_out_columns].count("宝贝总数量") == 1


def test_headings_of_other_years_are_found_and_columns_that_lack_are_not_counted() -> None:
    headings = [{"买家实际支付金额": "买家实付金额"}.get(heading, heading) for heading in ORDER]
    renamed = [{**one, "买家实付金额": one["买家实际支付金额"]} for one in ALL]
    assert days(parse_file(orders_csv(*renamed, headings=headings), NAME))[day(3)]["paid_amount"] == 10000
    without = [heading for heading in ORDER if heading not in ("订单付款时间", "宝贝总数量")]
    assert days(parse_file(orders_csv(*ALL, headings=without), NAME))[day(3)] == {"order_amount": 2000}


def test_a_payment_before_its_order_is_a_sign_of_shifted_columns() -> None:
    parsed = parse_file(orders_csv(order(1, "2024-11-02 10:00:00", "2024-11-01 10:00:00")), NAME)
    assert codes(parsed) == [(2, "time_order")]


def test_workbooks_and_csv_give_the_same_days() -> None:
    rows = table(ORDER, ALL)
    expected = days(parse_file(orders_csv(*ALL), NAME))
    for content in (make_xlsx(rows), make_xls(rows)):
        assert days(parse_file(content, NAME)) == expected


def test_everything_about_people_is_dropped_and_counted() -> None:
    parsed = parse_file(orders_csv(*ALL, order(9, "bad")), NAME)
    personal = {left.heading: left.cells for left in parsed.left_out_columns if left.personal}
    assert set(personal) == set(OF_A_PERSON)
    assert set(personal.values()) == {6}
    assert not any(value.lstrip("'") in repr(parsed) for value in OF_A_PERSON.values())


def test_a_shifted_row_shows_nothing_of_what_stands_in_its_cells() -> None:
    cells: dict[str, Any] = dict.fromkeys(("订单创建时间", "买家应付货款", "买家实际支付金额", "宝贝总数量"), "甄有钱")
    parsed = parse_file(orders_csv(*ALL, order(9, "2024-11-02 10:00", "2024-11-02 10:01") | cells), NAME)
    assert "甄有钱" not in repr(parsed)
    assert ("***", "not_a_day") in [(one.value, one.code) for one in parsed.rejections]


def test_a_sum_beyond_its_column_is_rejected() -> None:
    much = [order(20 + number, "2024-11-02 10:00", "2024-11-02 10:01", 宝贝总数量="2000000000") for number in range(2)]
    parsed = parse_file(orders_csv(*ALL, *much), NAME)
    assert {code for _, code in codes(parsed)} == {"out_of_range"}
    assert is_settled(parsed)


def test_orders_refunds_and_goods_are_not_taken_for_one_another() -> None:
    assert recognise_file(orders_csv(*ALL), "a.csv").kind == "order_export"
    goods = make_csv(
        [("统计日期", "商品ID", "商品名称", "商品访客数", "支付金额", "支付件数"), ("2024-01-01", "1", "甲", 1, 2, 3)]
    )
    assert recognise_file(goods, "【生意参谋平台】商品_全部.xls").kind == ""
    lines = make_csv(
        [("子订单编号", "主订单编号", "订单编号", "订单状态", "订单创建时间", "买家实付金额"), *[("1",) * 6] * 2]
    )
    assert recognise_file(lines, "ExportOrderDetailList.csv").kind == ""
