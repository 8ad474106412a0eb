"""Files of every kind with canaries: unique strings in every place where something about a person may stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.unit.metrics.builders import make_csv, make_xls, make_xlsx
from tests.unit.metrics.exports import ORDER, PROMOTED, REFUND, order, refund, table

# Whatever stands under these headings is about a person; the canary in the heading itself is no word of it.
PERSONAL = tuple(
    """
    买家会员名 买家昵称 买家支付宝账号 支付宝交易号 收货人姓名 收件人 收货地址 联系电话 联系手机 买家留言
    订单备注 物流单号 物流信息 买家退款说明 身份证号 银行卡号 邮箱 卖家真实姓名 客服昵称 发票抬头
    """.split()  # noqa: SIM905  (20 headings on two lines)
)


@dataclass
class Aviary:
    """Gives out canaries and remembers every one."""

    released: list[str] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def word(self) -> str:
        """A name, an address, a nick: nothing in its looks says what it is."""
        return self._release(f"雀cnry{next(self.numbers):05d}x")

    def phone(self) -> str:
        """A mobile number."""
        return self._release(f"139{next(self.numbers):08d}")

    def mail(self) -> str:
        """A mail address, as Alipay accounts are too."""
        return self._release(f"cnry{next(self.numbers):05d}@mail.example")

    def card(self) -> str:
        """The number of an identity card."""
        return self._release(f"33010619900101{next(self.numbers):04d}")

    def _release(self, canary: str) -> str:
        self.released.append(canary)
        return canary

    def headings(self) -> tuple[str, ...]:
        """Personal headings, each with something glued to it."""
        return tuple(f"{heading} {self.word()}" for heading in PERSONAL)

    def cells(self) -> tuple[str, ...]:
        """A cell for each of them: words, numbers and addresses by turns."""
        turns = (self.word, self.phone, self.mail, self.card)
        return tuple(turns[place % len(turns)]() for place in range(len(PERSONAL)))


def list_files(birds: Aviary) -> dict[str, tuple[str, bytes, dict[str, Any]]]:
    """Label → file name, bytes and what is said at the upload. Taken, rejected in part, refused, and not recognised."""
    notes = ((f"联系人：{birds.word()}",), ("店铺ID：900000001 ",), (f"备注：{birds.word()} {birds.phone()}",))
    heads = birds.headings()
    wide = ("日期", "店铺ID", "综合体验分", "交易成功金额")
    good = ("2025-03-01", "900000001", "4.52", "10.00")
    files: dict[str, tuple[str, bytes, dict[str, Any]]] = {}

    def add(label: str, rows: Any, name: str = "", make: Any = make_csv, **fields: Any) -> None:
        files[label] = (name or f"{label} {birds.phone()} 2025-03-02.csv", make(rows), fields)

    def beside(row: tuple[str, ...]) -> tuple[str, ...]:
        return (*row, *birds.cells())

    add("scores", [(*wide, *heads), beside(good), beside(("bad", *good[1:])), beside((*good[:2], birds.word(), "1"))])
    add("shifted", [(*wide, *heads), (*good[:2], birds.word(), birds.word(), *birds.cells()), ("", *beside(good))])
    reported = ("统计日期", "访客数", "支付金额", *heads)
    add("sycm", [*notes, reported, beside(("2025-03-01", "5", birds.mail()))], make=make_xls)
    seen = beside(("宝贝质量", "4.9分", birds.phone(), "", "1%"))
    add("experience", [*notes, (*EXPERIENCE, *heads), seen], make=make_xlsx)
    starred = ("日期*", "店铺ID*", "访客数", *heads)
    add("template", [starred, beside(("2025-03-01", "900000001", birds.word()))], make=make_xlsx)
    add("staff", [*notes, ("旺旺昵称", "询单人数", *heads), beside((birds.word(), "3"))])
    add("orders", _orders(birds), "ExportOrderList202503101030.csv", store="900000001")
    add("refunds", _refunds(birds), store="900000001")
    add(
        "promotion",
        [*notes, (*PROMOTED, *heads), beside(ADVERTISED), beside((*ADVERTISED[:3], birds.word(), *ADVERTISED[4:]))],
    )
    add(
        "dsr", [*notes, ("指标", "得分", "行业均值", *heads), beside(("服务态度", birds.word(), "4.8"))], make=make_xlsx
    )
    noted = [notes[0], ("联系人", birds.word())]
    add("unsure", [*noted, ("甲", *heads), beside((birds.phone(),)), beside((birds.mail(),))])
    add("both", [("日期", "店铺ID", "询单人数", "旺旺昵称"), ("2025-03-01", "900000001", "3", birds.word())])
    add("mismatch", [(*wide, *heads), beside(good)], kind="real_experience")
    add("no rows", [(*wide, *heads)])
    add("named", [wide, good], f"{birds.phone()} {birds.mail()} {birds.card()}.csv")
    add("sheet", [(*wide, *heads), beside(("bad", *good[1:]))], make=lambda rows: make_xlsx(rows, sheet=birds.phone()))
    files["cut"] = ("cut.csv", make_csv([(*wide, *heads)]) + f'"{birds.word()}'.encode(), {})
    files["undecodable"] = ("bytes.csv", birds.word().encode() + b"\xff\xff\xff", {})
    files["nul"] = ("nul.csv", f"{birds.word()},\0".encode(), {})
    files["page"] = (f"{birds.mail()}.xls", f"<html>{birds.word()}</html>".encode(), {})
    return files


ADVERTISED = ("2025-03-01", "612345678901", "示例", "5", "1", "1.00", "1%", "1", "1.00", "1", "1")
EXPERIENCE = ("考核维度", "考核得分", "体验指标", "指标得分", "指标值")


BUYER = "买家会员名 买家支付宝账号 买家留言 收货人姓名 收货地址 联系电话 联系手机 物流单号 订单备注 宝贝标题"
CLAIMANT = "买家会员名称 支付宝交易号 买家退款说明 物流信息 卖家手机 卖家真实姓名 商家备注 退款操作人"


def _orders(birds: Aviary) -> Any:
    headings = [heading for heading in ORDER if not heading.startswith("店铺")]
    sold = [
        order(number, f"2025-03-0{number} 10:00", f"2025-03-0{number} 10:01")
        | {heading: birds.word() for heading in BUYER.split()}
        for number in (1, 2)
    ]
    rows = table(headings, sold)
    return [*rows, (*rows[2][1:], birds.word())]


def _refunds(birds: Aviary) -> Any:
    refunds = [
        refund(number, f"2025-03-0{number} 10:00", f"2025-03-0{number} 11:00")
        | {heading: birds.word() for heading in CLAIMANT.split()}
        for number in range(1, 5)
    ]
    shifted = refunds[0] | {"退款编号": "8", "退款状态": birds.word(), "买家退款金额": birds.phone()}
    return table(REFUND, [*refunds, shifted])
