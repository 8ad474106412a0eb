"""Every kind of file, as it comes out of the back offices, ends in the right store-days."""

from __future__ import annotations

from datetime import date

import pytest

from assessments.metrics.reading.formats import FORMATS
from assessments.metrics.reading.parse import parse_file, recognise_file
from assessments.metrics.reading.results import StoreRef, UnreadableFile
from tests.unit.metrics.builders import SCORES, make_csv, make_xls, make_xlsx

SYCM = ("统计日期", "访客数", "浏览量", "支付金额", "支付转化率", "交易成功金额", "平均停留时长", "PC端访客数")
NOTES = (("【生意参谋平台】店铺取数",), ("店铺名称：示例店",), ("店铺ID：900000001",), ("说明：示例",))
DAY_ONE = ("2024-01-01", "1,203", "5,652", "5,652.00", "2.19%", "5,000.00", "35.5", "12")
DAY_TWO = ("2024-01-02", "-", "0", "0.00", "0.00%", "-", "-", "-")


def test_a_sycm_report_is_found_below_its_notes_and_read_by_day() -> None:
    parsed = parse_file(make_xls([*NOTES, SYCM, DAY_ONE, DAY_TWO]), "日报.xls")
    assert parsed.kind == "sycm_store_daily"
    assert parsed.sheets[0].header_row == 5
    assert [row.day for row in parsed.rows] == [date(2024, 1, 1), date(2024, 1, 2)]
    assert parsed.rows[0].store == StoreRef(shop_id="900000001", name="示例店")
    assert parsed.rows[0].values == {
        "visitors": 1203,
        "views": 5652,
        "paid_amount": 565200,
        "conversion_rate": 2190000,
        "sales_amount": 500000,
        "average_stay": 3550,
    }
    assert parsed.rows[1].values["visitors"] is None
    assert parsed.rows[1].values["conversion_rate"] == 0
    assert [(column.heading, column.personal) for column in parsed.left_out_columns] == [("PC端访客数", False)]


@pytest.mark.parametrize("notes", [0, 3, 5, 20])
def test_the_heading_row_may_stand_anywhere_in_the_first_thirty(notes: int) -> None:
    rows = [*([("说明",)] * notes), SYCM, DAY_ONE]
    parsed = parse_file(make_xls(rows), "日报.xls", default_store="甲")
    assert parsed.sheets[0].header_row == notes + 1
    assert parsed.rows[0].store == StoreRef(chosen="甲")


def test_headings_are_found_with_spaces_bom_and_full_width_brackets() -> None:
    headings = ("\ufeff统计 日期", "访客　数", "浏览量 ", "支付金额（元）", "支付转化率（%）")
    parsed = parse_file(make_csv([headings, ("2024/1/1", "5", "9", "1.50", "2.19")]), "a.csv", default_store="甲")
    assert parsed.rows[0].values == {"visitors": 5, "views": 9, "paid_amount": 150, "conversion_rate": 2190000}


def test_a_report_without_a_store_asks_for_it() -> None:
    with pytest.raises(UnreadableFile) as caught:
        parse_file(make_xls([SYCM, DAY_ONE]), "日报.xls")
    assert caught.value.code == "store_needed"


def test_a_report_of_goods_is_not_taken_for_one_of_the_store() -> None:
    goods = make_xls([("统计日期", "商品ID", "访客数", "支付金额"), ("2024-01-01", "123", "5", "1.00")])
    assert recognise_file(goods, "商品.xls").kind == ""


def test_gbk_and_utf8_with_bom_give_identical_results() -> None:
    rows = [
        SCORES,
        ("2024-01-01", '="900000001"', "4.52", "5,652.00", "2.19%"),
        ("2024-01-01", "900000002", "-", "--", ""),
    ]
    as_gbk = parse_file(make_csv(rows, encoding="gbk"), "a.csv")
    as_utf8 = parse_file(make_csv(rows, encoding="utf-8-sig"), "a.csv")
    assert as_gbk.rows == as_utf8.rows
    assert as_gbk.rejections == as_utf8.rejections == ()
    assert (as_gbk.encoding, as_utf8.encoding) == ("gb18030", "utf-8-bom")
    assert [row.store.shop_id for row in as_gbk.rows] == ["900000001", "900000002"]
    assert as_gbk.rows[1].values["comprehensive_experience_score"] is None


def test_personal_columns_are_dropped_and_counted() -> None:
    headings = (*SCORES, "收货人姓名", "联系手机", "买家会员名", "物流单号", "买家支付宝账号", "收货地址 ", "买家留言")
    secret = ("张三丰", "'13800000000", "buyer_nick", "YT123456", "a@b.example", "某路 1 号", "请快点")
    rows = [headings, ("2024-01-01", "900000001", "4.52", "1.00", "2%", *secret)]
    parsed = parse_file(make_csv(rows), "a.csv")
    assert [(column.personal, column.cells) for column in parsed.left_out_columns] == [(True, 1)] * 7
    assert not any(word.lstrip("'") in repr(parsed) for word in secret)


def test_the_value_of_a_personal_cell_is_never_shown_in_a_rejection() -> None:
    rows = [(*SCORES, "联系手机"), ("bad", "900000001", "4.52", "1.00", "2%", "13800000000")]
    parsed = parse_file(make_csv(rows), "a.csv")
    assert "13800000000" not in repr(parsed)


def test_phones_in_a_preview_are_masked() -> None:
    recognition = recognise_file(make_csv([("甲", "乙"), ("'13800000000", "x")]), "a.csv")
    assert recognition.preview[0].rows[1] == ("***", "x")


EXPERIENCE = ("考核维度", "考核得分", "体验指标", "指标得分", "指标值", "5分标准")
METRICS = (
    ("宝贝质量", "4.94分", "商品负反馈率", "5分", "0.1436%", "0.2%"),
    ("", "", "商品好评率", "4.8分", "1.9231%", ""),
    ("物流速度", "4.2分", "物流到货时长", "4.2分", "40.42小时", ""),
    ("服务保障", "-", "旺旺满意度", "-", "暂无数据", ""),
    ("店铺真实体验分", "4.71分", "", "", "", ""),
)


def test_a_real_experience_sheet_becomes_one_store_day() -> None:
    parsed = parse_file(make_xlsx([*NOTES, EXPERIENCE, *METRICS], sheet="体验分"), "真实体验分_2026-08-02.xlsx")
    assert parsed.kind == "real_experience"
    (row,) = parsed.rows
    assert row.day == date(2026, 8, 2)
    assert row.values == {
        "real_experience_goods": 4940000,
        "goods_negative_rate": 143600,
        "points_goods_negative": 5000000,
        "goods_good_review_rate": 1923100,
        "points_goods_good": 4800000,
        "real_experience_logistics": 4200000,
        "delivery_time": 14551200,
        "points_delivery_time": 4200000,
        "real_experience_service": None,
        "satisfaction_rate": None,
        "points_satisfaction": None,
        "real_experience_score": 4710000,
    }
    assert parsed.rows_read == len(row.source_rows) == 5


@pytest.mark.parametrize(
    ("note", "name", "day"),
    [
        ("统计日期：2026-08-01", "真实体验分_2026-08-02.xlsx", date(2026, 8, 1)),
        ("统计周期：30天，2026-06-30~2026-07-29", "真实体验分.xlsx", date(2026, 7, 29)),
        ("说明", "真实体验分20260803.xlsx", date(2026, 8, 3)),
    ],
)
def test_the_day_of_a_sheet_comes_from_a_note_a_name_or_its_range(note: str, name: str, day: date) -> None:
    parsed = parse_file(make_xlsx([(note,), EXPERIENCE, *METRICS], sheet="x"), name, default_store="甲")
    assert parsed.rows[0].day == day


def test_a_sheet_that_does_not_say_its_day_is_refused() -> None:
    with pytest.raises(UnreadableFile) as caught:
        parse_file(make_xlsx([EXPERIENCE, *METRICS], sheet="x"), "真实体验分.xlsx", default_store="甲")
    assert caught.value.code == "day_needed"


def test_an_unknown_metric_in_a_sheet_is_rejected_by_name() -> None:
    rows = [EXPERIENCE, *METRICS, ("", "", "新指标率", "5分", "1%", "")]
    parsed = parse_file(make_xlsx(rows, sheet="x"), "a_2026-08-02.xlsx", default_store="甲")
    (rejection,) = parsed.rejections
    assert (rejection.code, rejection.value, rejection.row_number) == ("unknown_metric", "新指标率", 7)
    assert "新指标率" in rejection.reason.zh


def test_two_values_for_one_metric_in_a_sheet_conflict() -> None:
    rows = [EXPERIENCE, *METRICS, ("", "", "物流到货时长", "4.2分", "41小时", "")]
    parsed = parse_file(make_xlsx(rows, sheet="x"), "a_2026-08-02.xlsx", default_store="甲")
    assert [rejection.code for rejection in parsed.rejections] == ["conflict"]


STAFF = ("旺旺昵称", "询单人数", "询单最终付款人数", "首次响应时长（秒)", "客户满意率", "询单最终付款金额")
TAIL = ("汇总值", "平均值", "全店汇总值", "全店平均值", "同行同层优秀", "同行同层均值")


def test_staff_rows_add_up_and_the_six_tail_rows_are_skipped() -> None:
    rows = [STAFF, ("店:小美", "20", "8", "35", "98%", "1,200.50"), ("店:小丽", "30", "-", "41", "97%", "300.00")]
    rows += [(name, "999", "999", "99", "9%", "9,999.00") for name in TAIL]
    parsed = parse_file(make_csv(rows, encoding="gbk"), "客服绩效20240105.csv", default_store="甲")
    assert parsed.kind == "service_performance"
    (row,) = parsed.rows
    assert row.day == date(2024, 1, 5)
    assert row.values == {"inquiry_buyers": 50, "inquiry_paid_buyers": 8, "inquiry_paid_amount": 150050}
    assert (parsed.rows_read, parsed.summary_rows, row.source_rows) == (2, 6, (2, 3))
    assert "小美" not in repr(parsed)


def test_one_bad_staff_row_takes_the_sum_with_it() -> None:
    rows = [STAFF, ("甲", "20", "8", "35", "98%", "1.00"), ("乙", "x", "8", "35", "98%", "1.00")]
    parsed = parse_file(make_csv(rows), "客服绩效20240105.csv", default_store="甲")
    assert parsed.rows == ()
    assert {rejection.code for rejection in parsed.rejections} == {"not_a_number", "sum_incomplete"}
    assert parsed.rejected_rows == 2


def test_the_kind_may_be_given_and_must_then_fit() -> None:
    content = make_csv([SCORES, ("2024-01-01", "900000001", "4.52", "1.00", "2%")])
    assert parse_file(content, "a.csv", kind="store_scores").kind == "store_scores"
    for kind, code in (("real_experience", "kind_mismatch"), ("nonsense", "unknown_kind")):
        with pytest.raises(UnreadableFile) as caught:
            parse_file(content, "a.csv", kind=kind)
        assert caught.value.code == code


def test_an_unknown_table_is_unsure_and_comes_with_a_preview() -> None:
    with pytest.raises(UnreadableFile) as caught:
        parse_file(make_csv([("甲", "乙"), ("1", "2")]), "a.csv")
    assert caught.value.code == "unsure"
    assert caught.value.recognition is not None
    assert caught.value.recognition.preview[0].rows == (("甲", "乙"), ("1", "2"))


def test_an_xls_that_is_called_csv_is_read_as_what_it_is() -> None:
    parsed = parse_file(make_xls([*NOTES, SYCM, DAY_ONE]), "报表.csv")
    assert (parsed.container, len(parsed.rows)) == ("xls", 1)


def test_every_required_heading_of_a_format_is_trimmed_and_lower_case() -> None:
    for form in FORMATS:
        names = [name for group in form.required for name in group] + list(form.forbidden)
        assert all(name == name.strip().lower() for name in names)
