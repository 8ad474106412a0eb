"""Daily figures of the demo's stores: from the plan's month-ends and monthly sales down to days, all invented."""

from __future__ import annotations

import calendar
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Day:
    """One store-day. Money in 分; None means that the platform shows no figure."""

    day: date
    score: Decimal | None
    sales: int
    sales_orders: int
    paid: int
    buyers: int
    orders: int
    items: int
    visitors: int
    views: int
    refunds: int
    refund_orders: int
    returning: int
    ratings: int
    negative: int
    shipped: int
    signed: int
    sign_seconds: int
    dsr: tuple[Decimal, Decimal, Decimal] | None
    goods: int


@dataclass(frozen=True)
class Month:
    """A month of the plan; `last` is its last day with figures."""

    first: date
    last: date
    score: Decimal | None
    sales: int


def list_days(store: Mapping[str, Any], window: Mapping[str, Any]) -> list[Day]:
    """Every day of a store that has a row, in order. The same plan and seed always give the same days."""
    figures = store["figures"]
    starts = max(window["starts_on"], store["go_live_on"])
    ends = min(window["last_day"], figures.get("ends_on", window["last_day"]))
    gaps = [tuple(gap) for gap in figures.get("gaps", [])]
    fixed = {date.fromisoformat(day): Decimal(text) for day, text in figures.get("score_on", {}).items()}
    rng = random.Random(f"{window['seed']} {store['shop_id']}")
    days: list[Day] = []
    before: Decimal | None = None
    for month in _months(figures, window):
        span = [
            day
            for day in _span(max(month.first, starts), min(month.last, ends))
            if not any(first <= day <= last for first, last in gaps)
        ]
        sales = _split(month.sales, len(span), rng)
        for position, (day, amount) in enumerate(zip(span, sales, strict=True), start=1):
            score = fixed.get(day, _score(before, month.score, position, len(span), rng))
            if day == month.last:
                score = month.score
            days.append(_day(day, score, amount, figures["goods"] if month.sales else 0, rng))
        before = month.score or before
    return days


def _months(figures: Mapping[str, Any], window: Mapping[str, Any]) -> Iterator[Month]:
    first = window["starts_on"].replace(day=1)
    for score, sales in zip(figures["scores"], figures["sales"], strict=True):
        last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
        yield Month(first, min(last, window["last_day"]), None if score == "-" else Decimal(score), _fen(sales))
        first = last + ONE_DAY


def _span(first: date, last: date) -> list[date]:
    return [first + ONE_DAY * offset for offset in range((last - first).days + 1)]


def _fen(yuan: str) -> int:
    return int(Decimal(yuan) * 100)


def _split(total: int, count: int, rng: random.Random) -> list[int]:
    """Splits an amount into uneven parts that add up to it exactly."""
    weights = [rng.randint(55, 145) for _ in range(count)]
    parts, given, weight = [], 0, 0
    for own in weights:
        weight += own
        upto = total * weight // sum(weights)
        parts.append(upto - given)
        given = upto
    return parts


def _score(
    before: Decimal | None, closing: Decimal | None, position: int, count: int, rng: random.Random
) -> Decimal | None:
    """A score on the way to the month's last one, with two decimals as the page shows; no data stays no data."""
    if closing is None:
        return None
    start = closing if before is None else before
    wobble = Decimal(rng.randint(-3, 3)) / 100
    way = start + (closing - start) * position / count + wobble
    return min(Decimal(5), way).quantize(Decimal("0.01"))


def _day(day: date, score: Decimal | None, sales: int, goods: int, rng: random.Random) -> Day:
    orders = max(1, sales // rng.randint(14000, 19000)) if sales else 0
    paid = sales * rng.randint(102, 118) // 100
    buyers = max(1, orders * rng.randint(88, 99) // 100) if orders else 0
    visitors = buyers * rng.randint(28, 52) + rng.randint(3, 40) if goods else 0
    shipped = orders * rng.randint(85, 110) // 100
    ratings = orders * rng.randint(20, 45) // 100
    dsr = None
    if score is not None:
        base = Decimal("4.20") + score / 10
        dsr = tuple(min(Decimal(5), base + Decimal(rng.randint(-6, 14)) / 100).quantize(Decimal("0.01")) for _ in "abc")
    refund_orders = orders * rng.randint(2, 9) // 100
    return Day(
        day=day,
        score=score,
        sales=sales,
        sales_orders=orders,
        paid=paid,
        buyers=buyers,
        orders=orders,
        items=orders * rng.randint(100, 135) // 100,
        visitors=visitors,
        views=visitors * rng.randint(21, 48) // 10,
        refunds=refund_orders * rng.randint(9000, 17000),
        refund_orders=refund_orders,
        returning=buyers * rng.randint(8, 31) // 100,
        ratings=ratings,
        negative=ratings * rng.randint(0, 6) // 100,
        shipped=shipped,
        signed=shipped * rng.randint(80, 100) // 100,
        sign_seconds=rng.randint(150_000, 290_000) if shipped else 0,
        dsr=dsr,
        goods=goods + rng.randint(-3, 3) if goods > 3 else goods,
    )
