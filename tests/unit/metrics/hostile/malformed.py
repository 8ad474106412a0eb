"""Tables gone wrong: sound rows of a kind, spoiled by seeded mutations, with what must still come through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from tests.unit.metrics.builders import make_xls, make_xlsx
from tests.unit.metrics.exports import ORDER, REFUND, order, refund, table

SHOPS = 10
FIRST_DAY = date(2019, 1, 1)
START = datetime(2019, 1, 1, tzinfo=UTC)
BAD_CELLS = (
    *("", "-", "--", "暂无数据", "abc", "张三", "1,23", "1e5", "NaN", "inf", "-5", "5.0元", "3小时", "12%", "0.02"),
    *("９９", "=1+1", "2024-02-30", "1/2/2024", "2024年1月2日", "45292", "1.0E+15", "\u202e12", "1\u200b2", "😀"),
    *("1.123456789", "9" * 30, "'7", "a\nb", 'say "x"', "\t5", "#DIV/0!", "TRUE", "+", ".", "½", "٣", "\ud800"),
    *("9" * 9, "2099-12-31", "1999-01-01"),
)
Row = list[str]


@dataclass
class Spoiled:
    """A file, the number of rows that must be accounted for (None: unknown), and the sound rows that must be there."""

    name: str
    content: bytes
    kind: str
    rows: int | None
    sound: dict[tuple[str, date], int] = field(default_factory=dict)


def make_spoiled(seed: int, rows: int) -> Spoiled:
    """A file of so many rows; the same seed gives the same bytes."""
    rng = Random(f"spoiled {seed}")
    kind = rng.choice(list(SOUND))
    heading, body = SOUND[kind](rows)
    clean = {number: list(row) for number, row in enumerate(body)}
    count = _spoil_rows(rng, heading, body, clean, share=rng.choice((0.0, 0.001, 0.01, 0.2)))
    sound = _sound_days(clean, body) if kind == "store_scores" else {}
    container = rng.choice(("csv", "csv", "csv", "csv", "xlsx", "xls")) if rows <= 10_000 else "csv"
    name = NAMES.get(kind, "a")
    if container != "csv":
        make = make_xlsx if container == "xlsx" else make_xls
        cells = [[_printable(cell)[:3000] for cell in row] for row in (heading, *body)]
        return Spoiled(f"{name}.{container}", make(cells), kind, None, {})
    content = _as_csv(rng, [heading, *body])
    if rng.random() < 0.5:
        return Spoiled(f"{name}.csv", content, kind, count, sound)
    return Spoiled(f"{name}.csv", _spoil_bytes(rng, content), kind, None, {})


def _scores(rows: int) -> tuple[Row, list[Row]]:
    heading = ["日期", "店铺ID", "综合体验分", "交易成功金额", "支付转化率", "访客数", "联系手机"]
    body = []
    for number in range(rows):
        day = FIRST_DAY + timedelta(days=number // SHOPS)
        body.append(
            [day.isoformat(), f"90000000{number % SHOPS}", "4.52", f"{number}.00", "2.19%", "12", "13800000000"]
        )
    return heading, body


def _staff(rows: int) -> tuple[Row, list[Row]]:
    return ["旺旺昵称", "询单人数", "询单最终付款人数", "询单最终付款金额"], [
        [f"客服{number}", "20", "8", "1,200.50"] for number in range(rows)
    ]


def _orders(rows: int) -> tuple[Row, list[Row]]:
    made = []
    for number in range(rows):
        at = START + timedelta(minutes=17 * number)
        made.append(order(number, f"{at:%Y/%m/%d %H:%M}", f"{at + timedelta(minutes=5):%Y/%m/%d %H:%M}"))
    heading, *body = table(ORDER, made)
    return list(heading), [list(row) for row in body]


def _refunds(rows: int) -> tuple[Row, list[Row]]:
    made = []
    for number in range(rows):
        at = START + timedelta(minutes=17 * number)
        made.append(refund(number, f"{at:%Y-%m-%d %H:%M:%S}", f"{at + timedelta(hours=5):%Y-%m-%d %H:%M:%S}"))
    heading, *body = table(REFUND, made)
    return list(heading), [list(row) for row in body]


SOUND: dict[str, Callable[[int], tuple[Row, list[Row]]]] = {
    "store_scores": _scores,
    "service_performance": _staff,
    "order_export": _orders,
    "refund_export": _refunds,
}


NAMES = {
    "order_export": "ExportOrderList203001010000",
    "refund_export": "退款单_2030-01-01",
    "service_performance": "客服绩效20240105",
}


def _spoil_rows(rng: Random, heading: Row, body: list[Row], clean: dict[int, Row], *, share: float) -> int:
    """Spoils some rows in place and strikes them from `clean`; how many rows there are to account for."""
    for number in rng.sample(range(len(body)), int(len(body) * share)):
        clean.pop(number, None)
        row = body[number]
        match rng.randrange(8):
            case 0:
                row.insert(rng.randrange(len(row)), "")
            case 1:
                del row[rng.randrange(len(row))]
            case 2:
                row.append(rng.choice(("x", "13900000000")))
            case 3:
                del row[rng.randrange(1, len(row)) :]
            case 4:
                row[:] = row[1:] + row[:1]
            case _:
                for _ in range(rng.randint(1, 3)):
                    row[rng.randrange(len(row))] = rng.choice(BAD_CELLS)
    extra: list[Row] = []
    for _ in range(int(len(body) * share)):
        again = rng.randrange(len(body))
        clean.pop(again, None)
        extra.append([*body[again][:-2], rng.choice(BAD_CELLS), *body[again][-1:]])
    body += extra
    if rng.random() < 0.3:
        body.insert(len(body) // 2, [""] * len(heading))
    filled = [row for row in body if any(_narrow(cell) for cell in row)]
    return len(filled)


def _narrow(cell: Any) -> str:
    return str(cell).strip(" \t\u200b\ufeff")


def _sound_days(clean: dict[int, Row], body: list[Row]) -> dict[tuple[str, date], int]:
    """The store-days of untouched rows that no other row speaks of."""
    keys: dict[tuple[str, str], int] = {}
    for row in body:
        key = (row[1] if len(row) > 1 else "", row[0] if row else "")
        keys[key] = keys.get(key, 0) + 1
    return {
        (row[1], date.fromisoformat(row[0])): int(row[3].removesuffix(".00")) * 100
        for row in clean.values()
        if keys[row[1], row[0]] == 1
    }


def _printable(cell: str) -> str:
    return "".join(sign for sign in str(cell) if sign >= " " and not "\ud800" <= sign <= "\udfff")


def _as_csv(rng: Random, rows: list[Row]) -> bytes:
    end = rng.choice(("\r\n", "\n", "\r"))
    encoding = rng.choice(("gb18030", "utf-8", "utf-8-sig"))
    lines = []
    for row in rows:
        cells = [str(cell).replace("\ud800", "�" if encoding == "gb18030" else "?") for cell in row]
        quoted = ['"' + cell.replace('"', '""') + '"' if set(cell) & set(',"\n\r\t;') else cell for cell in cells]
        lines.append(",".join(quoted))
    return (end.join(lines) + end).encode(encoding)


BAD_BYTES = (
    b"\0",
    b"x" * 1_000_000,
    b"\xff",
    b"\x80",
    b"\xc3\x28",
    b"\xf0\x28\x8c\x28",
    b'"',
    b"\xef\xbb\xbf",
    b"\r\n\x1a",
    b"\r",
    b"\r\r\n",
)


def _spoil_bytes(rng: Random, content: bytes) -> bytes:
    at = rng.randrange(len(content) // 3, len(content))
    match rng.randrange(8):
        case 0:
            return content.replace(b"\r\n", b"\r", rng.randrange(1, 50))
        case 1:
            return content[:at] + b"\xb0"  # cut in the middle of a character
        case 2:
            return content + bytes(rng.randrange(256) for _ in range(200))
        case 3:
            spoiled = bytearray(content)
            for _ in range(rng.randint(1, 20)):
                spoiled[rng.randrange(len(spoiled))] = rng.randrange(256)
            return bytes(spoiled)
        case _:
            return content[:at] + rng.choice(BAD_BYTES) + content[at:]
