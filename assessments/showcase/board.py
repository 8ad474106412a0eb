"""The portfolio as a table for a terminal."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from rich.table import Table

from assessments.engine import word
from assessments.periods.models import StoreStanding

PHASES = {"exempt": "免考 exempt", "trial": "试考 trial", "formal": "正式 formal"}
COLUMNS = (
    ("店铺 store", "left"),
    ("类目 category", "left"),
    ("周期 period", "left"),
    ("分/线 score/line", "right"),
    ("不达标月/剩余 failed/left", "right"),
    ("销售/目标 ¥ sales/target", "right"),
    ("状态 standing", "left"),
    ("返还估算 ¥ refund", "right"),
)
# Shown when some store is judged by more than one programme.
OTHERS = ("其他考核 other programmes", "left")


def build_table(rows: Iterable[StoreStanding]) -> Table:
    """One row a store, the riskiest first."""
    table = Table(show_lines=False, pad_edge=False)
    rows = list(rows)
    several = any(_list_others(row) for row in rows)
    for heading, side in (*COLUMNS, OTHERS) if several else COLUMNS:
        table.add_column(heading, justify=side, no_wrap=True)  # type: ignore[arg-type]
    for row in rows:
        document = row.document
        store = document["store"]
        exited = " (已退 left)" if store["status"] == "exited" else ""
        table.add_row(
            store["name"],
            store["category"].split("/")[0],
            _period(document["period"]),
            _score(document["score"]),
            _failures(document["score"]),
            _sales(document["sales"]),
            f"{word(row.standing, 'zh')} {row.standing}{exited}",
            _refund(row.refund),
            *([_list_others(row)] if several else []),
        )
    return table


def _list_others(row: StoreStanding) -> str:
    others = row.document.get("programmes", ())[1:]
    return ", ".join(f"{each['programme']} {word(each['standing'], 'zh')} {each['standing']}" for each in others)


def _period(period: dict[str, Any] | None) -> str:
    return f"{PHASES[period['phase']]} {period['starts_on']}…" if period else "—"


def _score(score: dict[str, Any] | None) -> str:
    if score is None:
        return "—"
    return f"{_or_dash(score['latest'] or score['month_end'])}/{_or_dash(score['line'])}"


def _failures(score: dict[str, Any] | None) -> str:
    return "—" if score is None else f"{_or_dash(score['failures'])}/{_or_dash(score['failures_left'])}"


def _sales(sales: dict[str, Any] | None) -> str:
    return "—" if sales is None else f"{_whole(sales['actual'])}/{_whole(sales['target'])}"


def _refund(refund: dict[str, Any] | None) -> str:
    if refund is None:
        return "—"
    if refund["refund"] is not None:
        return f"{Decimal(refund['refund']):,.2f}"
    if refund["low"] is not None:
        return f"{_whole(refund['low'])}…{_whole(refund['high'])}"
    return str(refund["state"])


def _whole(amount: str | None) -> str:
    return "—" if amount is None else f"{Decimal(amount):,.0f}"


def _or_dash(value: Any) -> str:
    return "—" if value is None else str(value)
