"""Cases of kind "nodes": a probation by days or by calendar months."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from assessments.engine import Assessment, MonthValue, Rulebook, StoreFacts, assess_probation
from assessments.engine.calendar import add_months
from assessments.engine.language.assessment import ProbationBody
from assessments.engine.language.new_store import MonthlyProbationBody
from assessments.rulebooks.cases.books import Books
from assessments.rulebooks.cases.period import CATEGORY
from assessments.rulebooks.cases.values import CaseMistake, Keys, is_missing_word, last_day, to_decimal


def run_nodes(books: Books, given: Keys) -> tuple[Assessment, dict[str, Any]]:
    """Judge the nodes of a probation."""
    book = books.only()
    body = book.body
    if isinstance(body, MonthlyProbationBody):
        return _by_months(book, body, given)
    if not isinstance(body, ProbationBody):
        raise CaseMistake("rulebook", f"{book.version} is not a probation")
    go_live_on = given.date("go_live_on") or book.effective_from
    sums = {
        int(day): None if is_missing_word(value) else to_decimal(value, f"{given.at('cumulative')}.{day}")
        for day, value in given.table("cumulative").items()
    }
    scores = {
        int(day): to_decimal(value, f"{given.at('scores')}.{day}") for day, value in given.table("scores").items()
    }
    last = max([*sums, *scores], default=body.days)
    facts = StoreFacts(
        store="case",
        category=given.text("category", CATEGORY),
        go_live_on=go_live_on,
        as_of=given.date("as_of") or go_live_on + timedelta(days=last - 1),
        series={} if body.score is None else {body.score.metric: _by_month(go_live_on, scores)},
        cumulative={body.metric: sums},
        lines=given.lines(),
    )
    is_scored = bool(given.take("with_scores", bool(scores)))
    given.close("go_live_on, as_of, category, cumulative, scores, with_scores, lines")
    judged = book if is_scored else replace(book, body=body.model_copy(update={"score": None}))
    result = assess_probation(judged, facts)
    return result, _answers(result)


def _by_months(book: Rulebook, body: MonthlyProbationBody, given: Keys) -> tuple[Assessment, dict[str, Any]]:
    """Judge calendar months, numbered from the go-live month = 1."""
    go_live_on = given.date("go_live_on") or book.effective_from
    sales = _numbered(given, "sales")
    scores = _numbered(given, "scores")
    last = max([*sales, *scores], default=body.first_month - 1 + len(body.months))
    months = {number: add_months(go_live_on, number - 1) for number in range(1, last + 1)}
    series = {body.metric: tuple(MonthValue(months[at], total=value) for at, value in sorted(sales.items()))}
    if body.score is not None:
        closings = (MonthValue(months[at], closing=value) for at, value in sorted(scores.items()))
        series[body.score.metric] = tuple(closings)
    facts = StoreFacts(
        store="case",
        category=given.text("category", CATEGORY),
        go_live_on=go_live_on,
        as_of=given.date("as_of") or last_day(months[last]),
        series=series,
        lines=given.lines(),
    )
    is_scored = bool(given.take("with_scores", bool(scores)))
    given.close("go_live_on, as_of, category, sales, scores, with_scores, lines")
    judged = book if is_scored else replace(book, body=body.model_copy(update={"score": None}))
    result = assess_probation(judged, facts)
    return result, _answers(result)


def _numbered(given: Keys, key: str) -> dict[int, Decimal | None]:
    """Read one number a month: a list from the go-live month on, or month number → number; "-" is no data."""
    table = given.take(key, {})
    if isinstance(table, list):
        table = {str(at): value for at, value in enumerate(table, start=1)}
    path = given.at(key)
    return {
        int(at): None if is_missing_word(value) else to_decimal(value, f"{path}.{at}")
        for at, value in Keys(table, path).left.items()
    }


def _answers(result: Assessment) -> dict[str, Any]:
    return {
        "outcome": result.outcome,
        "standing": result.standing,
        "nodes": {each.id: each.outcome for each in result.requirements},
        "reasons": sorted({reason.code for reason in result.reasons}),
        "failed_on": result.failed_on,
        "ends_on": result.ends_before - timedelta(days=1),
    }


def _by_month(go_live_on: date, scores: Mapping[int, Decimal]) -> tuple[MonthValue, ...]:
    months: dict[date, MonthValue] = {}
    for day, value in sorted(scores.items()):
        on = go_live_on + timedelta(days=day - 1)
        months[on.replace(day=1)] = MonthValue(on.replace(day=1), latest=value, latest_on=on)
    return tuple(months[month] for month in sorted(months))
