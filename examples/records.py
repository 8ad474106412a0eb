"""Order and refund exports of one store and one week, which add up to the figures of its daily report."""

from __future__ import annotations

import io
import random
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

import xlsxwriter
from figures import Day
from writers import yuan

from assessments.metrics.templates_xlsx import MADE_AT

ORDER_HEADINGS = tuple(
    """
    订单编号 买家会员名 买家支付宝账号 买家应付货款 买家应付邮费 总金额 买家实际支付金额 订单状态 买家留言
    收货人姓名 收货地址 联系手机 订单创建时间 订单付款时间 宝贝标题 物流单号 宝贝总数量 店铺Id 店铺名称
    """.split()  # noqa: SIM905  (19 headings on two lines)
)
REFUND_HEADINGS = tuple(
    """
    订单编号 退款编号 支付宝交易号 订单付款时间 商品id 宝贝标题 买家会员名称 买家实际支付金额 退款的申请时间
    退款完结时间 退款状态 买家退款金额 买家退款说明 物流信息 店铺名称
    """.split()  # noqa: SIM905
)


def write_orders(store: Mapping[str, Any], days: Sequence[Day]) -> bytes:
    """ExportOrderList as GBK CSV; each day ends with an order that nobody paid."""
    rng = random.Random(f"orders {store['shop_id']}")
    rows = [ORDER_HEADINGS]
    for day in days:
        amounts, items = _split(day.paid, day.orders, rng), _split_items(day.items, day.orders)
        for place, (amount, count) in enumerate(zip(amounts, items, strict=True)):
            placed = _at(day, 8) + timedelta(seconds=place * 50_000 // max(day.orders, 1))
            rows.append(
                _order(store, len(rows), placed, paid=placed + timedelta(minutes=3), amount=amount, count=count)
            )
        rows.append(_order(store, len(rows), _at(day, 22), paid=None, amount=12_800, count=1))
    lines = [",".join(f'"{cell}"' if "," in cell else cell for cell in row) for row in rows]
    return ("\r\n".join(lines) + "\r\n").encode("gbk")


def write_refunds(store: Mapping[str, Any], days: Sequence[Day]) -> bytes:
    """A refund export as .xlsx: each refund was asked for in the evening before; the last one is still open."""
    rng = random.Random(f"refunds {store['shop_id']}")
    rows: list[tuple[str, ...]] = [REFUND_HEADINGS]
    for day in days:
        for amount in _split(day.refunds, day.refund_orders, rng):
            rows.append(_refund(store, len(rows), _at(day, 9), yuan(amount)))
    asked = _refund(store, len(rows), _at(days[-1], 33), "15.00")
    rows.append((*asked[:9], "", "等待卖家同意", *asked[11:]))
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_numbers": False})
    book.set_properties({"created": MADE_AT.replace(tzinfo=None)})
    sheet = book.add_worksheet("退款单")
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell:
                sheet.write_string(number, column, cell)
    book.close()
    return target.getvalue()


def _order(
    store: Mapping[str, Any], number: int, placed: datetime, *, paid: datetime | None, amount: int, count: int
) -> tuple[str, ...]:
    due = yuan(amount)
    return (
        f'="{1930000000000000 + number}"',
        f"示例买家{number}",
        f"buyer{number}@mail.example",
        due,
        "0元",
        due,
        due if paid else "0.00",
        "交易成功" if paid else "等待买家付款",
        "示例留言",
        "示例收货人",
        "示例省 示例市 示例路 1 号",
        f"'1380000{number % 10_000:04d}",
        f"{placed:%Y/%m/%d %H:%M}",
        f"{paid:%Y/%m/%d %H:%M}" if paid else "",
        "示例宝贝",
        f"No:YT{number:010d}",
        str(count),
        "0",
        store["name"],
    )


def _refund(store: Mapping[str, Any], number: int, completed: datetime, amount: str) -> tuple[str, ...]:
    applied = completed - timedelta(hours=13)
    return (
        str(1930000000000000 + number),
        str(88_000_000 + number),
        f"2024{number:012d}",
        f"{applied - timedelta(days=9):%Y-%m-%d %H:%M:%S}",
        "612345678901",
        "示例宝贝",
        f"示例买家{number}",
        amount,
        f"{applied:%Y-%m-%d %H:%M:%S}",
        f"{completed:%Y-%m-%d %H:%M:%S}",
        "退款成功",
        amount,
        "示例说明",
        f"YT{number:010d}",
        store["name"],
    )


def _at(day: Day, hours: int) -> datetime:
    return datetime.combine(day.day, time()) + timedelta(hours=hours)


def _split(total: int, count: int, rng: random.Random) -> list[int]:
    """Uneven parts that add up to the total exactly; none without a count."""
    marks = sorted(rng.sample(range(1, total), count - 1)) if count > 1 else []
    return [end - start for start, end in zip([0, *marks], [*marks, total], strict=True)] if count else []


def _split_items(total: int, count: int) -> list[int]:
    """One item for each order and the rest with the first."""
    return [total - count + 1, *([1] * (count - 1))] if count else []
