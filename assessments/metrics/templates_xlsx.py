"""Our own import templates as .xlsx: Chinese headings with units, required columns starred, drop-downs, notes sheet."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

import xlsxwriter

from assessments.metrics.catalogue import BY_CODE, Metric

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MADE_AT: Final = datetime(2024, 1, 1, tzinfo=UTC)  # A fixed time stamp keeps equal templates equal byte by byte.
KEY_HEADINGS: Final = ("日期*", "店铺ID*", "店铺名称")
TEMPLATE_CODES: Final = (
    "comprehensive_experience_score",
    "basic_service_score",
    "real_experience_score",
    "dsr_description",
    "dsr_service",
    "dsr_logistics",
    "sales_amount",
    "sales_orders",
    "paid_amount",
    "paid_buyers",
    "paid_orders",
    "refund_amount",
    "refund_orders",
    "visitors",
    "views",
    "conversion_rate",
    "returning_buyers",
    "published_goods",
    "pickup_48h_rate",
    "delivery_time",
    "response_3min_rate",
    "satisfaction_rate",
    "refund_time",
    "first_quality_return_rate",
    "platform_help_rate",
    "ratings",
    "negative_ratings",
)
_ROWS: Final = 2000  # Rows that are formatted and checked while typing; more may be filled in.
_NOTES: Final = (
    ("怎么填", "每行是一家店铺一天的数据。带 * 的列必填，其余列可删可留，列的顺序不限。"),
    ("日期", "2026-11-21、2026/11/21、20261121 都可以，按北京时间。"),
    ("店铺ID", "请保持文本格式，15 位以上的编号变成数字会丢失末位。"),
    ("没有数据", "留空或写“-”。没有数据不等于 0，请不要填 0。"),
    ("百分比", "表头带 (%) 的列填 2.19 或 2.19%，都表示百分之 2.19。"),
    ("时长", "单位见表头，也可以在单元格里写明，如 40.42小时。"),
    ("金额", "单位为元，可带千分位，如 5,652.00；也可写 2.5万。"),
    ("合计行", "合计、汇总、平均值行会自动跳过。"),
    ("填写示例", "日期 2024-08-31，店铺ID 100000001，综合体验分 4.52，交易成功金额 12345.67，支付转化率 2.19%"),
    (
        "How to fill",
        "One row per store and day; starred columns are required. Leave a cell empty when there is no figure.",
    ),
)


def build_template(kind: str = "template_store_day", *, stores: Sequence[tuple[str, str]] = ()) -> bytes:
    """The template of a kind. `stores` (shop id, name) become drop-downs. KeyError for a kind without template."""
    if kind != "template_store_day":
        raise KeyError(kind)
    return write_store_days((), codes=TEMPLATE_CODES, stores=stores)


def write_store_days(
    rows: Sequence[Sequence[str | None]],
    *,
    codes: Sequence[str],
    stores: Sequence[tuple[str, str]] = (),
    note: str = "",
) -> bytes:
    """The template, filled: each row is day, shop id, name and one text per code in the unit of its heading."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": MADE_AT.replace(tzinfo=None), "title": "店铺日数据模板"})
    formats = {
        "required": book.add_format({"bold": True, "bg_color": "#FCE4D6", "border": 1}),
        "optional": book.add_format({"bold": True, "bg_color": "#E2EFDA", "border": 1}),
        "text": book.add_format({"num_format": "@"}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    metrics = [BY_CODE[code] for code in codes]
    _write_table(book, formats, metrics, rows, stores)
    _write_notes(book, formats, metrics, note)
    if stores:
        _write_stores(book, formats, stores)
    book.close()
    return target.getvalue()


def _write_table(
    book: Any,
    formats: dict[str, Any],
    metrics: Sequence[Metric],
    rows: Sequence[Sequence[str | None]],
    stores: Sequence[tuple[str, str]],
) -> None:
    sheet = book.add_worksheet("数据")
    sheet.freeze_panes(1, len(KEY_HEADINGS))
    headings = [*KEY_HEADINGS, *(metric.heading for metric in metrics)]
    for column, heading in enumerate(headings):
        sheet.write_string(0, column, heading, formats["required" if heading.endswith("*") else "optional"])
        # Text cells keep what was typed: a number cell would turn 2.19% into 0.0219 and cut long ids.
        sheet.set_column(column, column, max(12, 2 * len(heading)), formats["text"])
    for number, cells in enumerate(rows, start=1):
        for column, text in enumerate(cells):
            if text is not None:
                sheet.write_string(number, column, text, formats["text"])
    if stores:
        last = len(stores) + 1
        for column, letter in ((1, "A"), (2, "B")):
            source = f"=店铺!${letter}$2:${letter}${last}"
            sheet.data_validation(1, column, _ROWS, column, {"validate": "list", "source": source})


def _write_notes(book: Any, formats: dict[str, Any], metrics: Sequence[Metric], note: str) -> None:
    sheet = book.add_worksheet("说明")
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90, formats["wrap"])
    lines = [*([("注意", note)] if note else []), *_NOTES]
    lines += [(metric.heading, f"{metric.en}；页面位置：{metric.source}") for metric in metrics]
    for row, (name, text) in enumerate(lines):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, text)


def _write_stores(book: Any, formats: dict[str, Any], stores: Sequence[tuple[str, str]]) -> None:
    sheet = book.add_worksheet("店铺")
    sheet.set_column(0, 1, 28, formats["text"])
    for row, (shop_id, name) in enumerate((("店铺ID", "店铺名称"), *stores)):
        sheet.write_string(row, 0, shop_id)
        sheet.write_string(row, 1, name)
