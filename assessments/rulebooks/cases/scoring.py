"""Cases of kind "score": score formulas."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from assessments.engine import PartScore, Rating, Rulebook, ScoreFacts, ScoreResult, needs, score
from assessments.engine.language.score import RatingMean, ScoreBody
from assessments.rulebooks.cases.books import Books
from assessments.rulebooks.cases.period import CATEGORY
from assessments.rulebooks.cases.values import CaseMistake, Keys, is_missing_word, to_decimal

_DAY = date(2018, 1, 1)


def run_score(books: Books, given: Keys) -> tuple[ScoreResult, dict[str, Any]]:
    """Work out a score."""
    book = _version(books, given)
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
    given.close("on, category, values, counts, ratings, lines")
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


def _version(books: Books, given: Keys) -> Rulebook:
    """Return the version in force `on` a day; without one, the oldest that has every part the case speaks of."""
    on = given.date("on")
    if on is not None:
        return books.on(on, "annual")
    named = {*given.left.get("values", {}), *given.left.get("ratings", {})}
    for book in sorted(books.versions, key=lambda book: book.effective_from):
        if named <= {need.code for need in needs(book).metrics} | {*_bonus_names(book)}:
            return book
    return books.only()


def _bonus_names(book: Rulebook) -> set[str]:
    return _bonuses(book.body) if isinstance(book.body, ScoreBody) else set()


def _bonuses(body: ScoreBody) -> set[str]:
    if isinstance(body.score, RatingMean):
        return set()
    return {name for bonus in body.score.bonuses for name in (bonus.id, bonus.when and bonus.when.value) if name}


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
