"""Exports of records as the back offices write them, with invented people: orders, refunds, promoted goods."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.unit.metrics.builders import make_csv

ORDER = tuple(
    """
    订单编号 买家会员名 买家支付宝账号 买家应付货款 买家应付邮费 买家支付积分 总金额 返点积分 买家实际支付金额
    买家实际支付积分 订单状态 买家留言 收货人姓名 收货地址 运送方式 联系电话 联系手机 订单创建时间
    订单付款时间 宝贝标题 宝贝种类 物流单号 物流公司 订单备注 宝贝总数量 店铺Id 店铺名称 订单关闭原因
    卖家服务费 买家服务费 发票抬头 是否手机订单 修改后的收货地址 打款商家金额
    """.split()  # noqa: SIM905  (34 headings as the export has them)
)
REFUND = tuple(
    """
    订单编号 退款编号 支付宝交易号 订单付款时间 商品id 宝贝标题 买家会员名称 买家实际支付金额 退款的申请时间
    退款完结时间 退款状态 货物状态 售后类型 买家退款金额 买家退款原因 买家退款说明 物流信息 发货物流信息
    卖家真实姓名 卖家电话 卖家手机 客服介入状态 商家备注 退款操作人
    """.split()  # noqa: SIM905
)
PROMOTED = tuple("日期 主体ID 主体名称 展现量 点击量 花费 点击率 投入产出比 总成交金额 总成交笔数 收藏宝贝数".split())  # noqa: SIM905
OF_A_PERSON = {
    "买家会员名": "tb_nick_77",
    "买家支付宝账号": "buyer@mail.example",
    "买家留言": "请快点发货",
    "收货人姓名": "甄有钱",
    "收货地址": "浙江省 杭州市 某路 1 号",
    "联系电话": "0571-88886666",
    "联系手机": "'13800000000",
    "物流单号": "No:YT1234567890",
    "订单备注": "老客户",
    "发票抬头": "甄有钱",
    "修改后的收货地址": "某路 2 号",
}


def order(number: int, placed: str, paid: str = "", amount: str = "100.00", **cells: Any) -> dict[str, Any]:
    """One order of one item; unpaid without `paid`."""
    return {
        **OF_A_PERSON,
        "订单编号": f'="{1930000000000000 + number}"',
        "买家应付货款": amount,
        "买家应付邮费": "0元",
        "总金额": amount,
        "买家实际支付金额": amount if paid else "0",
        "订单状态": "交易成功" if paid else "等待买家付款",
        "订单创建时间": placed,
        "订单付款时间": paid,
        "宝贝标题": "示例宝贝",
        "宝贝总数量": "1",
        "店铺Id": "0",
        "店铺名称": "示例店",
        "打款商家金额": "0元",
        **cells,
    }


def refund(number: int, applied: str, completed: str = "", amount: str = "30.00", **cells: Any) -> dict[str, Any]:
    """One refund; under way without `completed`."""
    return {
        "订单编号": str(1930000000000000 + number),
        "退款编号": str(88000000 + number),
        "支付宝交易号": "2024110122001100",
        "订单付款时间": "2024-09-01 10:00:00",
        "商品id": "612345678901",
        "买家会员名称": "tb_nick_77",
        "买家实际支付金额": "100.00",
        "退款的申请时间": applied,
        "退款完结时间": completed,
        "退款状态": "退款成功" if completed else "等待卖家同意",
        "买家退款金额": amount,
        "买家退款说明": "甄有钱说不合适",
        "物流信息": "YT1234567890",
        "卖家手机": "13900000000",
        **cells,
    }


def table(headings: Sequence[str], records: Sequence[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Headings and records as rows; a heading that a record lacks is an empty cell."""
    return [tuple(headings), *(tuple(record.get(heading, "") for heading in headings) for record in records)]


def orders_csv(*records: dict[str, Any], headings: Sequence[str] = ORDER) -> bytes:
    """An order export as the back office writes it."""
    return make_csv(table(headings, records), encoding="gbk")


def refunds_csv(*records: dict[str, Any], headings: Sequence[str] = REFUND) -> bytes:
    """A refund export as CSV."""
    return make_csv(table(headings, records), encoding="gbk")
