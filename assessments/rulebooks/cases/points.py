"""Cases of kind "points": violation points, their nodes, measures and resets."""

from datetime import date
from decimal import Decimal
from typing import Any

from assessments.engine import LadderResult, PointsFacts, PointsResult, ViolationFact, count_points
from assessments.engine.language.points import PointsBody
from assessments.rulebooks.cases.books import Books
from assessments.rulebooks.cases.values import CaseMistake, Keys


def run_points(books: Books, given: Keys) -> tuple[PointsResult, dict[str, Any]]:
    """Count the points that a case describes."""
    as_of = given.date("as_of")
    book = books.on(as_of, "annual") if as_of else books.only()
    if not isinstance(book.body, PointsBody):
        raise CaseMistake("rulebook", f"{book.version} is not about points")
    violations = read_violations(given, as_of or book.effective_from)
    facts = PointsFacts(
        store="case",
        as_of=as_of or max((each.on for each in violations), default=book.effective_from),
        violations=violations,
        category=given.text("category", ""),
        lines=given.lines(),
    )
    given.close("as_of, violations, category, lines")
    result = count_points(book, facts)
    ladders = {ladder.id: _ladder(ladder, facts.as_of) for ladder in result.ladders}
    first = next(iter(ladders.values())) if len(ladders) == 1 else {}
    reasons = sorted({reason.code for reason in result.reasons})
    return result, {"removed": result.removed, "ladders": ladders, "reasons": reasons, **ladders, **first}


def _ladder(ladder: LadderResult, as_of: date) -> dict[str, Any]:
    running = [
        one for one in ladder.measures if one.on <= as_of and (one.ends_before is None or as_of < one.ends_before)
    ]
    return {
        "points": ladder.points,
        "node": ladder.reached_at,
        "next_at": ladder.next_at,
        "points_left": ladder.points_left,
        "resets_on": ladder.resets_on,
        "after_reset": ladder.after_reset,
        "removed": ladder.removed,
        "measures": [one.id for one in ladder.measures],
        "running": [one.id for one in running],
        "money": sum((one.money for one in ladder.measures if one.money is not None), Decimal(0)),
        "ends": {one.id: one.ends_before for one in ladder.measures},
    }


def read_violations(given: Keys, on: date, key: str = "violations") -> tuple[ViolationFact, ...]:
    """Read the list of violations; one without a day happened on `on`."""
    found = []
    for at, row in enumerate(given.rows(key)):
        keys = Keys(row, f"{given.at(key)}[{at}]")
        points = keys.decimal("points")
        one = ViolationFact(
            on=keys.date("on") or on,
            points=points if points is not None else Decimal(0),
            severity=keys.text("severity", "general"),
            topic=keys.text("topic", "") if "topic" in keys else "",
            withdrawn=bool(keys.take("withdrawn", False)),
        )
        times = keys.whole("times", 1) or 1
        keys.close("on, points, severity, topic, withdrawn, times")
        found += [one] * times
    return tuple(found)
