"""Cases of kind "score" and "nodes": score formulas, and a probation by nodes."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from assessments.engine import (
    Assessment,
    MonthValue,
    PartScore,
    Rating,
    ScoreFacts,
    ScoreResult,
    StoreFacts,
    assess_probation,
    score,
)
from assessments.engine.language.assessment import ProbationBody
from assessments.engine.language.score import RatingMean, ScoreBody
from assessments.rulebooks.cases.books import Books
from assessments.rulebooks.cases.period import CATEGORY
from assessments.rulebooks.cases.values import CaseMistake, Keys, is_missing_word, to_decimal

_DAY = date(2018, 1, 1)


def run_score(books: Books, given: Keys) -> tuple[ScoreResult, dict[str, Any]]:
    """Work out a score."""
    book = books.only()
    if not isinstance(book.body, ScoreBody):
        raise CaseMistake("rulebook", f"{book.version} is not a score")
    known = {item.id for item in book.body.score.items} if isinstance(book.body.score, RatingMean) else None
    ratings = given.take("ratings", {})
    if isinstance(ratings, list) and known:
        ratings = dict.fromkeys(known, ratings)
    path = given.at("ratings")
    values = {
        name: None if is_missing_word(value) else to_decimal(value, f"{given.at('values')}.{name}")
        for name, value in given.table("values").items()
    }
    facts = ScoreFacts(
        category=given.text("category", CATEGORY),
        values=values,
        counts={name: int(to_decimal(value, given.at("counts"))) for name, value in given.table("counts").items()},
        ratings={name: tuple(_ratings(rows, f"{path}.{name}")) for name, rows in Keys(ratings, path).left.items()},
        lines=given.lines(),
    )
    given.close("category, values, counts, ratings, lines")
    if known is not None and not set(facts.ratings) <= known:
        raise CaseMistake(path, f"items are {', '.join(sorted(known))}")
    result = score(book, facts)
    parts = dict(_parts(result.parts))
    unknown = set(values) - set(parts) - _bonuses(book.body)
    if known is None and result.parts and unknown:
        raise CaseMistake(given.at("values"), f"unknown: {', '.join(sorted(unknown))} (parts: {', '.join(parts)})")
    rated = {part.value for part in result.parts if part.value is not None}
    value = rated.pop() if known is not None and len(rated) == 1 else result.value
    answers = {
        "value": value,
        "no_score": value is None,
        "parts": {name: part.value for name, part in parts.items()},
        "contributions": {name: part.contribution for name, part in parts.items()},
        "reasons": sorted({reason.code for reason in result.reasons}),
    }
    return result, answers


def _bonuses(body: ScoreBody) -> set[str]:
    return set() if isinstance(body.score, RatingMean) else {bonus.id for bonus in body.score.bonuses}


def _parts(parts: tuple[PartScore, ...]) -> Iterator[tuple[str, PartScore]]:
    for part in parts:
        yield part.id, part
        yield from _parts(part.parts)


def _ratings(rows: Any, path: str) -> Iterator[Rating]:
    """Read stars (each by another buyer), or tables with stars, buyer, on and times (without buyer: other buyers)."""
    if not isinstance(rows, list):
        raise CaseMistake(path, "expected a list")
    for at, row in enumerate(rows):
        keys = Keys(row if isinstance(row, Mapping) else {"stars": row}, f"{path}[{at}]")
        stars = keys.decimal("stars")
        buyer, on, times = keys.take("buyer"), keys.date("on"), keys.whole("times", 1) or 1
        keys.close("stars, buyer, on, times")
        if stars is None:
            raise CaseMistake(keys.at("stars"), "is needed")
        for number in range(times):
            yield Rating(str(buyer) if buyer is not None else f"{at}/{number}", on or _DAY, stars)


def run_nodes(books: Books, given: Keys) -> tuple[Assessment, dict[str, Any]]:
    """Judge the nodes of a probation."""
    book = books.only()
    body = book.body
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
    nodes = {each.id: each.outcome for each in result.requirements}
    reasons = sorted({reason.code for reason in result.reasons})
    answers: dict[str, Any] = {
        "outcome": result.outcome,
        "standing": result.standing,
        "nodes": nodes,
        "reasons": reasons,
    }
    answers["failed_on"] = result.failed_on
    return result, answers


def _by_month(go_live_on: date, scores: Mapping[int, Decimal]) -> tuple[MonthValue, ...]:
    months: dict[date, MonthValue] = {}
    for day, value in sorted(scores.items()):
        on = go_live_on + timedelta(days=day - 1)
        months[on.replace(day=1)] = MonthValue(on.replace(day=1), latest=value, latest_on=on)
    return tuple(months[month] for month in sorted(months))
