"""Promotion reports add their goods up to store-days, and DSR sheets give the DSR and not the day's new ratings."""

from __future__ import annotations

from datetime import date

import pytest

from assessments.metrics.reading.parse import parse_file, recognise_file
from assessments.metrics.reading.results import ParsedFile, UnreadableFile
from tests.unit.metrics.builders import make_csv, make_xls, make_xlsx
from tests.unit.metrics.exports import PROMOTED

NAME = "商品报表_20241103_110309.csv"
ROWS = (
    PROMOTED,
    ("2024-11-01", "612345678901", "示例宝贝", "1,200", "30", "45.60", "2.5%", "3.2", "145.92", "2", "5"),
    ("2024-11-01", "612345678902", "总计算器", "800", "10", "4.40", "1.25%", "-", "-", "0", "1"),
    ("2024-11-02", "612345678901", "示例宝贝", "5", "0", "0.00", "0%", "-", "-", "-", "-"),
)


def read(*rows: tuple[str, ...], name: str = NAME) -> ParsedFile:
    parsed = parse_file(make_csv([*ROWS, *rows], encoding="gbk"), name, default_store="甲")
    assert parsed.rows_read == sum(len(row.source_rows) for row in parsed.rows) + parsed.rejected_rows
    return parsed


def days(parsed: ParsedFile) -> dict[date, dict[str, int | None]]:
    return {row.day: dict(row.values) for row in parsed.rows}


def test_the_goods_of_a_day_add_up_and_rates_have_no_sum() -> None:
    parsed = read()
    assert (parsed.kind, parsed.rejections, parsed.summary_rows) == ("promotion_report", (), 0)
    assert days(parsed) == {
        date(2024, 11, 1): {"ad_impressions": 2000, "ad_clicks": 40, "ad_spend": 5000, "ad_sales_amount": 14592},
        date(2024, 11, 2): {"ad_impressions": 5, "ad_clicks": 0, "ad_spend": 0, "ad_sales_amount": None},
    }
    assert "点击率" in {left.heading for left in parsed.left_out_columns}


def test_the_day_of_the_report_is_not_over_and_a_total_is_no_good() -> None:
    today = ("2024-11-03", "612345678901", "示例宝贝", "9", "9", "9.00", "1%", "1", "9.00", "1", "1")
    parsed = read(today, ("合计", "", "", "99", "9", "9.00"))
    assert sorted(days(parsed)) == [date(2024, 11, 1), date(2024, 11, 2)]
    assert ([one.code for one in parsed.rejections], parsed.summary_rows) == (["partial_day"], 1)
    assert sorted(days(read(today, name="推广.csv")))[-1] == date(2024, 11, 3)


@pytest.mark.parametrize(
    "row",
    [
        ("2024-11-01", "612345678903", "示例", "x", "1", "1.00", "1%", "1", "1.00", "1", "1"),
        ("", "2024-11-01", "612345678903", "示例", "1", "1", "1.00", "1%", "1", "1.00", "1"),
        ("2024-11-01", "612345678903", "示例", "1"),
        ("2024-11-01至2024-11-02", "612345678903", "示例", "1", "1", "1.00", "1%", "1", "1.00", "1", "1"),
    ],
)
def test_a_bad_row_takes_every_sum_with_it_that_it_may_belong_to(row: tuple[str, ...]) -> None:
    parsed = read(row)
    assert {one.code for one in parsed.rejections} >= {"sum_incomplete"}
    assert parsed.rows == ()


def test_a_report_of_goods_needs_a_store_and_is_no_report_of_the_store() -> None:
    with pytest.raises(UnreadableFile) as caught:
        parse_file(make_csv(ROWS), NAME)
    assert caught.value.code == "store_needed"
    goods = ("统计日期", "商品ID", "商品名称", "商品访客数", "商品浏览量", "支付件数", "支付金额", "支付买家数")
    notes = (("【生意参谋平台】商品",), ("统计时间",), ("说明",), ("",))
    whole = make_xls([*notes, goods, ("2024-11-01", "612345678901", "示例", "5", "6", "1", "9.00", "1")])
    assert recognise_file(whole, "【生意参谋平台】商品_全部_2024-11-01_2024-11-01.xls").kind == ""


DSR = (
    ("店铺180天 DSR（数据日期：2024-11-02）",),
    ("指标", "得分", "趋势", "行业均值", "与行业对比", "目标值", "距目标值差距"),
    ("近180天宝贝与描述相符DSR", "4.86", "↑", "4.80", "高于", "4.90", "120 笔"),
    ("近180天服务态度DSR", "4.91", "↑", "4.80", "高于", "4.90", "-"),
    ("近180天物流质量DSR", "-", "↓", "4.80", "低于", "4.90", "300 笔"),
)
NEW_RATINGS = (
    ("店铺新增 DSR（日维度，2024-11-01 至 2024-11-02）",),
    ("日期", "描述得分（较上日）", "物流得分（较上日）", "服务得分（较上日）"),
    ("2024-11-01", "5.00 (0.00%)", "5.00 (0.00%)", "4.00 (-20.00%)"),
)


@pytest.mark.parametrize("below", [(), NEW_RATINGS, ((), *NEW_RATINGS)])
def test_a_dsr_sheet_gives_the_dsr_and_leaves_the_new_ratings_of_a_day_alone(
    below: tuple[tuple[str, ...], ...],
) -> None:
    parsed = parse_file(make_xlsx([*DSR, *below]), "店铺DSR数据_2024-11-02.xlsx", default_store="甲")
    assert (parsed.kind, parsed.rejections, parsed.rows_read) == ("dsr_sheet", (), 3)
    assert days(parsed) == {
        date(2024, 11, 2): {"dsr_description": 4860000, "dsr_service": 4910000, "dsr_logistics": None}
    }


def test_an_unknown_dsr_is_rejected_by_name_and_a_sheet_without_a_day_is_refused() -> None:
    parsed = parse_file(make_xlsx([*DSR, ("近180天新指标", "4.9")]), "DSR_2024-11-02.xlsx", default_store="甲")
    assert [(one.row_number, one.code) for one in parsed.rejections] == [(6, "unknown_metric")]
    with pytest.raises(UnreadableFile) as caught:
        parse_file(make_xlsx(DSR[1:]), "DSR.xlsx", default_store="甲")
    assert caught.value.code == "day_needed"
