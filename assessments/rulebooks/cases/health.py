"""Cases of kind "health": an account's rates, counts and ratings."""

from typing import Any

from assessments.engine import HealthFacts, HealthResult, rate_health
from assessments.engine.language.health import HealthBody
from assessments.rulebooks.cases.books import Books
from assessments.rulebooks.cases.period import CATEGORY
from assessments.rulebooks.cases.values import CaseMistake, Keys, is_missing_word, to_decimal


def run_health(books: Books, given: Keys) -> tuple[HealthResult, dict[str, Any]]:
    """Rate the account that a case describes."""
    as_of = given.date("as_of")
    book = books.on(as_of, "annual") if as_of else books.only()
    if not isinstance(book.body, HealthBody):
        raise CaseMistake("rulebook", f"{book.version} is not about health")
    path = given.at("counts")
    facts = HealthFacts(
        store="case",
        as_of=as_of or book.effective_from,
        counts={
            window: {
                name: None if is_missing_word(value) else to_decimal(value, f"{path}.{window}.{name}")
                for name, value in Keys(table, f"{path}.{window}").left.items()
            }
            for window, table in given.table("counts").items()
        },
        values={
            name: None if is_missing_word(value) else to_decimal(value, given.at("values"))
            for name, value in given.table("values").items()
        },
        category=given.text("category", CATEGORY),
        lines=given.lines(),
    )
    given.close("as_of, counts, values, category, lines")
    result = rate_health(book, facts)
    return result, {
        "measures": {measure.id: measure.value for measure in result.measures},
        "windows": {measure.id: measure.window for measure in result.measures},
        "levels": {rating.id: rating.level for rating in result.ratings},
        "points": {rating.id: rating.points for rating in result.ratings},
        "reasons": sorted({reason.code for reason in result.reasons}),
    }
