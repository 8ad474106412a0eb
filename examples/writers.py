"""Writes the demo's figures in the formats that agencies really hold. Equal figures give equal bytes."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter
import xlwt
from figures import Day

from assessments.metrics.templates_xlsx import MADE_AT, write_store_days

NOTE = "示例数据：店铺与数字全部虚构 / invented example figures"
MISSING = "-"

# The last three belong to no metric: real reports are full of columns that nobody reads.
SYCM_HEADINGS = tuple(
    """
    统计日期 访客数 浏览量 支付金额 支付买家数 支付父订单数 支付件数 支付转化率 客单价 UV价值 成功退款金额 成功退款笔数
    交易成功金额 交易成功订单数 支付老买家数 评价数 负面评价数 发货包裹数 签收成功包裹数 平均支付_签收时长(秒)
    描述相符评分 服务态度评分 物流服务评分 在售商品数 PC端访客数 无线端访客数 行业排名
    """.split()  # noqa: SIM905  (27 headings on three lines, as a reader of the report sees them)
)

TEMPLATE_CODES = (
    "comprehensive_experience_score",
    "sales_amount",
    "sales_orders",
    "paid_amount",
    "paid_buyers",
    "visitors",
    "views",
    "conversion_rate",
    "refund_amount",
    "published_goods",
)


def yuan(fen: int) -> str:
    """An amount in 分 as reports print it: 565200 is "5,652.00"."""
    return f"{Decimal(fen) / 100:,.2f}"


def count(number: int) -> str:
    """A count with thousand separators."""
    return f"{number:,}"


def percent(part: int, whole: int) -> str:
    """A ratio as a percent with two decimals; "-" over nothing."""
    return f"{Decimal(part) * 100 / whole:.2f}%" if whole else MISSING


def ratio(part: int, whole: int) -> str:
    """An amount in 分 per head in yuan; "-" over nothing."""
    return yuan(round(Decimal(part) / whole)) if whole else MISSING


def shown(value: Decimal | None) -> str:
    """A score as text; "-" without one."""
    return MISSING if value is None else str(value)


def sycm_cells(day: Day) -> list[str]:
    """One row of the daily report, in the order of SYCM_HEADINGS."""
    dsr = day.dsr or (None, None, None)
    pc = day.visitors // 9
    return [
        day.day.isoformat(),
        *map(count, (day.visitors, day.views)),
        yuan(day.paid),
        *map(count, (day.buyers, day.orders, day.items)),
        percent(day.buyers, day.visitors),
        ratio(day.paid, day.buyers),
        ratio(day.paid, day.visitors),
        yuan(day.refunds),
        count(day.refund_orders),
        yuan(day.sales),
        *map(count, (day.sales_orders, day.returning, day.ratings, day.negative, day.shipped, day.signed)),
        count(day.sign_seconds) if day.sign_seconds else MISSING,
        *map(shown, dsr),
        count(day.goods),
        *map(count, (pc, day.visitors - pc)),
        MISSING,
    ]


def write_sycm(store: Mapping[str, Any], days: Sequence[Day]) -> bytes:
    """生意参谋 店铺取数 as a true legacy .xls: five rows of notes, the headings, a row per day, a row of totals."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("整体")
    notes = (
        "【生意参谋平台】店铺取数 整体",
        f"店铺名称：{store['name']}",
        f"店铺ID：{store['shop_id']}",
        f"统计时间：{days[0].day} ~ {days[-1].day}",
        f"说明：{NOTE}",
    )
    for row, note in enumerate(notes):
        sheet.write(row, 0, note)
    for column, heading in enumerate(SYCM_HEADINGS):
        sheet.write(len(notes), column, heading)
    row = len(notes)
    for row, day in enumerate(days, start=len(notes) + 1):
        for column, text in enumerate(sycm_cells(day)):
            sheet.write(row, column, text)
    sheet.write(row + 1, 0, "汇总")
    sheet.write(row + 1, 3, yuan(sum(day.paid for day in days)))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def write_scores(rows: Sequence[tuple[Mapping[str, Any], Day]]) -> bytes:
    """The agency's daily scores of all stores as GBK CSV, the way its spreadsheet program saves it."""
    lines = ["日期,店铺ID,店铺名称,店铺综合体验分,描述相符评分,服务态度评分,物流服务评分,备注"]
    for store, day in rows:
        dsr = day.dsr or (None, None, None)
        cells = (day.day.strftime("%Y/%m/%d"), f'="{store["shop_id"]}"', store["name"], shown(day.score))
        lines.append(",".join((*cells, *map(shown, dsr), "示例")))
    return ("\r\n".join(lines) + "\r\n").encode("gbk")


def write_template(pairs: Sequence[tuple[Mapping[str, Any], Sequence[Day]]]) -> bytes:
    """Our own template, filled in for stores of which the agency holds no report."""
    rows = [
        [
            day.day.isoformat(),
            store["shop_id"],
            store["name"],
            None if day.score is None else str(day.score),
            f"{Decimal(day.sales) / 100:.2f}",
            str(day.sales_orders),
            f"{Decimal(day.paid) / 100:.2f}",
            str(day.buyers),
            str(day.visitors),
            str(day.views),
            percent(day.buyers, day.visitors),
            f"{Decimal(day.refunds) / 100:.2f}",
            str(day.goods),
        ]
        for store, days in pairs
        for day in days
    ]
    stores = [(store["shop_id"], store["name"]) for store, _ in pairs]
    return write_store_days(rows, codes=TEMPLATE_CODES, stores=stores, note=NOTE)


# dimension, its score, metric, points, value, lines for 2 to 5 points
REAL_EXPERIENCE = (
    ("宝贝质量", "4.94分", "商品负反馈率", "5分", "0.1436%", "0.9%", "0.6%", "0.4%", "0.2%"),
    ("", "", "商品好评率", "4.8分", "1.9231%", "0.4%", "0.8%", "1.2%", "2%"),
    ("物流速度", "4.6分", "48小时揽收及时率", "5分", "99.8712%", "95%", "97%", "99%", "99.8%"),
    ("", "", "物流到货时长", "4.2分", "40.42小时", "72小时", "60小时", "48小时", "36小时"),
    ("服务保障", "4.5分", "3分钟人工响应率", "4.7分", "93.4%", "60%", "75%", "85%", "95%"),
    ("", "", "旺旺满意度", "4.4分", "88.21%", "60%", "70%", "80%", "90%"),
    ("", "", "退款处理时长", "4.6分", "9小时20分", "48小时", "36小时", "24小时", "8小时"),
    ("", "", "平台求助率", "5分", "0.0363%", "0.5%", "0.3%", "0.2%", "0.1%"),
    ("附加分", "-", "", "", "", "", "", "", ""),
    ("店铺真实体验分", "4.71分", "", "", "", "", "", "", ""),
)


def write_real_experience(store: Mapping[str, Any], period: str) -> bytes:
    """A 真实体验分 sheet: a row per metric, units glued to the values, the window in a note."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties({"created": MADE_AT.replace(tzinfo=None)})
    sheet = book.add_worksheet("真实体验分")
    notes = (f"店铺名称：{store['name']}", f"店铺ID：{store['shop_id']}", f"统计周期：{period}", f"说明：{NOTE}")
    for row, note in enumerate(notes):
        sheet.write_string(row, 0, note)
    headings = ("考核维度", "考核得分", "体验指标", "指标得分", "指标值", "2分标准", "3分标准", "4分标准", "5分标准")
    for row, cells in enumerate((headings, *REAL_EXPERIENCE), start=len(notes)):
        for column, text in enumerate(cells):
            if text:
                sheet.write_string(row, column, text)
    book.close()
    return target.getvalue()
