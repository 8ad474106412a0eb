"""The small cast of the engine's tests: shipped rulebooks, a period, a store."""

from datetime import date
from decimal import Decimal
from functools import cache

from assessments.engine import (
    CategorySales,
    FeeFacts,
    MonthValue,
    PlannedPeriod,
    Rulebook,
    StoreFacts,
)
from assessments.engine.calendar import add_months, last_of_month
from assessments.rulebooks.cases.books import load_shipped


@cache
def shipped() -> tuple[Rulebook, ...]:
    return load_shipped()


def book(programme: str, version: str) -> Rulebook:
    return next(each for each in shipped() if (each.programme, each.version) == (programme, version))


def half_year() -> Rulebook:
    return book("tmall-daily", "2025-half-year")


def months(values: list[str | None], starts_on: date, **_: object) -> tuple[MonthValue, ...]:
    """Month-end values from a month on; None is a month that is known to have none."""
    return tuple(
        MonthValue(add_months(starts_on, at), closing=None if value is None else Decimal(value))
        for at, value in enumerate(values)
    )


def totals(values: list[str | None], starts_on: date) -> tuple[MonthValue, ...]:
    return tuple(
        MonthValue(add_months(starts_on, at), total=None if value is None else Decimal(value))
        for at, value in enumerate(values)
    )


HALF_YEAR = PlannedPeriod("formal", 1, date(2025, 8, 1), date(2026, 2, 1))
YEAR = PlannedPeriod("formal", 1, date(2025, 8, 1), date(2026, 8, 1))


def store(scores: list[str | None], sales: list[str | None], as_of: date | None = None, **lines: str) -> StoreFacts:
    """A store in a period that starts on 2025-08-01, known up to the last month given."""
    start = HALF_YEAR.starts_on
    longest = max(len(scores), len(sales), 1)
    return StoreFacts(
        store="甲",
        category="女装",
        go_live_on=date(2024, 7, 8),
        as_of=as_of or last_of_month(add_months(start, longest - 1)),
        series={"real_experience_score": months(scores, start), "sales_amount": totals(sales, start)},
        lines={name: Decimal(value) for name, value in lines.items()},
    )


def fee_year(year: int = 2022, *, scores: list[str | None] | None = None, sales: str | None = "1300000") -> FeeFacts:
    """An old store in women's clothing with a whole year behind it."""
    return FeeFacts(
        store="甲",
        year=year,
        as_of=date(year, 12, 31),
        categories=(CategorySales("女装", None if sales is None else Decimal(sales)),),
        go_live_on=date(year - 3, 5, 5),
        series={"basic_service_score": months(scores if scores is not None else ["3"] * 12, date(year, 1, 1))},
    )
