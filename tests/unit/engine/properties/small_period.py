"""Periods of three months under small rulebooks of every shape, and every way in which each of them can end."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from itertools import product
from random import Random

from assessments.engine import MonthValue, PlannedPeriod, Rulebook, StoreFacts, parse_canonical
from assessments.engine.answers.possible import Range, Ranges
from assessments.engine.calendar import add_months, last_of_month
from tests.unit.engine.cast import half_year

SCORE, SALES = "real_experience_score", "sales_amount"
FIRST = date(2025, 8, 1)
MONTHS = tuple(add_months(FIRST, at) for at in range(3))
LAST_DAY = last_of_month(MONTHS[-1])
A_DAY = Decimal(2)
RANGES = Ranges(score=Range(Decimal(0), Decimal(5)), daily=Range(Decimal(0), A_DAY))
LINE = "4.1"


@dataclass(frozen=True)
class Shape:
    """What a small rulebook asks for."""

    limit: int = 2
    score_comparator: str = ">="
    counting: str = "cumulative_in_cycle"
    missing_month: str = "unknown"
    total_comparator: str = ">="
    target: str = "100"
    decides: bool = False
    idle_months: int = 2
    idle_comparator: str = ">="


def draw_shape(rng: Random, *, falls: bool = False) -> Shape:
    return Shape(
        limit=rng.randint(1, 3),
        score_comparator=rng.choice([">=", ">"]),
        counting=rng.choice(["cumulative_in_cycle", "consecutive"]),
        missing_month=rng.choice(["unknown", "unknown", "not_failing"]),
        total_comparator=rng.choice(["<=", "<"] if falls else [">=", ">"]),
        target=rng.choice(["1", "61", "62", "63", "122", "123", "184"]),
        decides=rng.random() < 0.3,
        idle_months=rng.randint(1, 3),
        idle_comparator=rng.choice([">=", ">"]),
    )


@cache
def small_rulebook(shape: Shape) -> Rulebook:
    """A trial of the shape: month-end scores, sales in all with a checkpoint each month, months without business."""
    document = json.loads(half_year().canonical)
    score, total, activity = document["requirements"]
    score |= {"series": [{"metric": SCORE}], "line": {"fixed": LINE}, "limit": {"fixed": str(shape.limit)}}
    score |= {"comparator": shape.score_comparator, "counting": shape.counting, "missing_month": shape.missing_month}
    total |= {"comparator": shape.total_comparator, "target": {"fixed": shape.target}, "shares": []}
    total["checkpoints"] = [{"phase": "trial", "months": [1, 2, 3], "decide": shape.decides}]
    activity |= {"comparator": shape.idle_comparator, "limits": [{"phase": "trial", "months": shape.idle_months}]}
    document |= {"bands": [], "options": {}, "tables": {}}
    return parse_canonical(json.dumps(document))


PERIOD = PlannedPeriod("trial", 0, FIRST, add_months(FIRST, 3))


def draw_facts(rng: Random) -> StoreFacts:
    """What is known on some day: months that are over with gaps, and the running one so far."""
    as_of = rng.choice([FIRST - timedelta(days=1), *map(last_of_month, MONTHS), LAST_DAY, date(2025, 9, 12)])
    scores, sold = [], []
    for month in MONTHS:
        if month > as_of:
            break
        until = min(last_of_month(month), as_of)
        days = (until - month).days + 1
        if until == last_of_month(month):
            known = rng.choice([None, Decimal("4.0"), Decimal(LINE), Decimal("4.11")])
            scores.append(MonthValue(month, closing=known))
        part = rng.choice([days, days, days, 0, days - 2])
        total = None if part == 0 else Decimal(rng.choice([0, 0, 1, part, 2 * part]))
        sold.append(MonthValue(month, total=total, days=part))
    return StoreFacts("甲", "女装", date(2025, 7, 8), as_of, {SCORE: tuple(scores), SALES: tuple(sold)})


def _score_ends(facts: StoreFacts, month: date, *, is_forgiven: bool) -> list[Decimal]:
    known = next((each.closing for each in facts.series[SCORE] if each.month == month), None)
    if known is not None:
        return [known]
    return [Decimal(5)] if is_forgiven and last_of_month(month) <= facts.as_of else [Decimal(0), Decimal(5)]


def _sales_ends(facts: StoreFacts, month: date, until: date) -> list[Decimal]:
    """What a month's sales can come to: nothing more, a little, or the most that each open day may bring."""
    value = next((each for each in facts.series[SALES] if each.month == month), MonthValue(month, days=0))
    most = A_DAY * ((until - month).days + 1 - (value.days or 0))
    base = value.total or Decimal(0)
    return sorted({base, base + min(most, Decimal(1)), base + most})


def endings(facts: StoreFacts, until: date = LAST_DAY, *, is_forgiving: bool = False) -> Iterator[StoreFacts]:
    """The facts with everything filled in up to a day: what is missing already, and what is still to come.

    With `is_forgiving` a month-end that is missing already passes, as a rulebook may say.
    """
    months = [month for month in MONTHS if month <= until]
    over = [month for month in months if last_of_month(month) <= until]
    scores = product(*(_score_ends(facts, month, is_forgiven=is_forgiving) for month in over))
    sales = list(product(*(_sales_ends(facts, month, min(last_of_month(month), until)) for month in months)))
    for closings, sold in product(scores, sales):
        series = {
            SCORE: tuple(MonthValue(month, closing=value) for month, value in zip(over, closings, strict=True)),
            SALES: tuple(MonthValue(month, total=value) for month, value in zip(months, sold, strict=True)),
        }
        yield replace(facts, as_of=until, series=series)
