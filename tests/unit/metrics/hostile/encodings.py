"""One table in every encoding, delimiter and line end that an office program may choose."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from tests.unit.metrics.exports import ORDER, REFUND, order, refund, table

Rows = list[tuple[str, ...]]
# Name → codec and the bytes in front.
ENCODINGS = {
    "gbk": ("gbk", b""),
    "gb18030": ("gb18030", b""),
    "gb18030 with its mark": ("gb18030", "\ufeff".encode("gb18030")),
    "utf-8": ("utf-8", b""),
    "utf-8 with BOM": ("utf-8", codecs.BOM_UTF8),
    "utf-16 LE with BOM": ("utf-16-le", codecs.BOM_UTF16_LE),
    "utf-16 BE with BOM": ("utf-16-be", codecs.BOM_UTF16_BE),
    "utf-16 LE": ("utf-16-le", b""),
    "utf-16 BE": ("utf-16-be", b""),
    "utf-32 LE with BOM": ("utf-32-le", codecs.BOM_UTF32_LE),
    "big5": ("big5", b""),
    "shift_jis": ("shift_jis", b""),
    "euc-kr": ("euc-kr", b""),
    "latin-1": ("latin-1", b""),
    "utf-7": ("utf-7", b""),
}
DELIMITERS = (",", "\t", ";", "|")
LINE_ENDS = ("\r\n", "\n", "\r")
NAMES = {
    "simplified": "示例旗舰店",
    "traditional": "範例旗艦店",
    "rare": "𠮷㐂旗舰店",
    "signs": "Café €5 店",
    "plain": "Store 5",
}


@dataclass(frozen=True)
class Written:
    """A table as bytes; `rows` are its cells as they were meant."""

    label: str
    content: bytes
    rows: Rows


def list_written() -> Iterator[Written]:
    """Every combination that can be written at all."""
    for (content_name, shop), (kind, make) in product(NAMES.items(), KINDS.items()):
        rows = make(shop)
        for encoding, delimiter, end in product(ENCODINGS, DELIMITERS, LINE_ENDS):
            codec, head = ENCODINGS[encoding]
            lines = [delimiter.join(row) for row in rows]
            try:
                content = head + (end.join(lines) + end).encode(codec)
            except UnicodeEncodeError:
                continue
            yield Written(f"{kind} {content_name} {encoding} {delimiter!r} {end!r}", content, rows)


def _scores(shop: str) -> Rows:
    heading = ("日期", "店铺名称", "综合体验分", "交易成功金额")
    return [heading, *((f"2025-03-{day:02d}", shop, "4.52", "5652.00") for day in range(1, 6))]


def _latin_scores(shop: str) -> Rows:
    heading = ("date", "shop", "score", "amount")
    return [heading, *((f"2025-03-{day:02d}", shop, "4.52", "5652.00") for day in range(1, 6))]


def _orders(shop: str) -> Rows:
    sold = [order(day, f"2025-03-{day:02d} 10:00", f"2025-03-{day:02d} 10:01", 店铺名称=shop) for day in range(1, 6)]
    return [tuple(map(str, row)) for row in table(ORDER, sold)]


def _refunds(shop: str) -> Rows:
    given = [refund(day, f"2025-03-{day:02d} 10:00", f"2025-03-{day:02d} 11:00", 店铺名称=shop) for day in range(1, 6)]
    return [tuple(map(str, row)) for row in table((*REFUND, "店铺名称"), given)]


def _staff(shop: str) -> Rows:
    return [
        ("旺旺昵称", "询单人数", "询单最终付款金额"),
        *((f"{shop}:{number}", "20", "1200.50") for number in range(5)),
    ]


KINDS = {"scores": _scores, "latin": _latin_scores, "orders": _orders, "refunds": _refunds, "staff": _staff}
