"""Cases of kind "metrics": metrics from what happened, and their windows."""

from datetime import date, datetime
from typing import Any

from assessments.engine import ChatLine, MetricFacts, MetricsResult, Rulebook, derive_metrics
from assessments.engine.language.metrics import MetricsBody
from assessments.rulebooks.cases.books import Books
from assessments.rulebooks.cases.period import CATEGORY
from assessments.rulebooks.cases.values import CaseMistake, Keys, to_decimal


def run_metrics(books: Books, given: Keys) -> tuple[MetricsResult, dict[str, Any]]:
    """Derive the metrics that a case describes."""
    view_on = given.date("view_on")
    book = books.on(view_on, "annual") if view_on else books.only()
    if not isinstance(book.body, MetricsBody):
        raise CaseMistake("rulebook", f"{book.version} is not about metrics")
    chats = given.rows("chats") if "chats" in given else None
    path = given.at("chats")
    facts = MetricFacts(
        view_on=view_on or _day_after(book, chats),
        category=given.text("category", CATEGORY),
        counts={name: int(to_decimal(value, given.at("counts"))) for name, value in given.table("counts").items()},
        samples={
            name: tuple(to_decimal(one, f"{given.at('samples')}.{name}") for one in values)
            for name, values in given.table("samples").items()
        },
        choices={
            name: tuple(tuple(str(one) for one in each) for each in values)
            for name, values in given.table("choices").items()
        },
        chats=None if chats is None else tuple(_chat(rows, f"{path}[{at}]") for at, rows in enumerate(chats)),
        lines=given.lines(),
    )
    given.close("view_on, category, counts, samples, choices, chats, lines")
    result = derive_metrics(book, facts)
    return result, {
        "values": {metric.id: metric.value for metric in result.metrics},
        "tops": {metric.id: metric.top for metric in result.metrics},
        "bottoms": {metric.id: metric.bottom for metric in result.metrics},
        "windows": {metric.id: [metric.first_on, metric.last_on] for metric in result.metrics},
        "reasons": sorted({reason.code for reason in result.reasons}),
    }


def _day_after(book: Rulebook, chats: list[Any] | None) -> date:
    """The day after the first chat, so that a case about one chat need not name the day of viewing."""
    for rows in chats or []:
        for row in rows:
            return date.fromordinal(_moment(row.get("at"), "given.chats").date().toordinal() + 1)
    return book.effective_from


def _chat(rows: Any, path: str) -> tuple[ChatLine, ...]:
    lines = []
    for at, row in enumerate(rows):
        keys = Keys(row, f"{path}[{at}]")
        lines.append(ChatLine(_moment(keys.need("at"), keys.at("at")), keys.text("who")))
        keys.close("at, who")
    return tuple(lines)


def _moment(value: Any, path: str) -> datetime:
    try:
        return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError as error:
        raise CaseMistake(path, f"{value!r} is not a time such as 2026-08-01T10:10:15") from error
