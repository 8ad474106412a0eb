"""Gather the facts of a whole batch of stores in one set-based statement compiled from what the rulebooks read."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg import sql

from assessments.engine import MonthValue, Rulebook, needs
from assessments.engine.calendar import last_of_month, months_between
from assessments.metrics.catalogue import BY_CODE

Series = dict[str, tuple[MonthValue, ...]]

# The newest value of a month without sorting: day and value packed into one number, the greatest wins.
# Values that are packed are never negative and fit 31 bits (list_metric_codes refuses others).
PACK = 2**31
EPOCH = date(2000, 1, 1)

# Months are found by binary search in a short list: date_trunc() would go through time zones for every row.
STATEMENT = """
SELECT store_id, width_bucket(day, %(months)s::date[]) AS month, {columns}
  FROM metrics_storeday
 WHERE store_id = ANY(%(stores)s) AND day >= %(starts_on)s AND day < %(ends_before)s
 GROUP BY store_id, month
 ORDER BY store_id, month
"""


def list_metric_codes(rulebooks: Iterable[Rulebook]) -> dict[str, bool]:
    """Metric code → whether its newest value is asked for, over all these rulebooks."""
    wanted: dict[str, bool] = {}
    for rulebook in rulebooks:
        for need in needs(rulebook).metrics:
            if need.code not in BY_CODE or need.aggregate == "daily":
                continue  # a metric of another marketplace is not in the catalogue, so it has no data
            packable = not BY_CODE[need.code].is_big and BY_CODE[need.code].floor is not None
            wanted[need.code] = wanted.get(need.code, False) or (need.aggregate != "total" and packable)
    return wanted


def gather_months(
    *, store_ids: Sequence[UUID], codes: Mapping[str, bool], starts_on: date, ends_before: date
) -> dict[UUID, Series]:
    """Months of every store: store → metric → months ascending, natural units. Months without a row are absent."""
    if not store_ids or not codes:
        return {}
    columns = sql.SQL(", ").join(part for code, newest in codes.items() for part in _columns(code, newest))
    months = months_between(starts_on, ends_before)
    statement = sql.SQL(STATEMENT).format(columns=columns)
    gathered: dict[UUID, dict[str, list[MonthValue]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {
                "stores": list(store_ids),
                "starts_on": starts_on,
                "ends_before": ends_before,
                "months": list(months),
                "month_ends": [last_of_month(month) for month in months],
            },
        )
        for store_id, number, *cells in cursor.fetchall():
            month = months[number - 1]
            series = gathered.setdefault(store_id, {code: [] for code in codes})
            values = iter(cells)
            for code, newest in codes.items():
                total, days, closing = next(values), next(values), next(values)
                packed = next(values) if newest else None
                series[code].append(_month_value(code, month, (total, days, closing, packed)))
    return {store_id: {code: tuple(values) for code, values in series.items()} for store_id, series in gathered.items()}


def _columns(code: str, newest: bool) -> list[sql.Composed]:
    column = sql.Identifier(code)
    parts = [
        sql.SQL("sum({})").format(column),
        sql.SQL("count({})").format(column),
        sql.SQL("max({}) FILTER (WHERE day = ANY(%(month_ends)s))").format(column),
    ]
    if newest:
        parts.append(sql.SQL("max((day - DATE '2000-01-01')::bigint * {} + {})").format(sql.Literal(PACK), column))
    return parts


def _month_value(code: str, month: date, cells: tuple[Any, int, int | None, int | None]) -> MonthValue:
    total, days, closing, packed = cells
    scale = BY_CODE[code].scale
    latest, latest_on = None, None
    if packed is not None:
        day_number, stored = divmod(packed, PACK)
        latest, latest_on = Decimal(stored).scaleb(-scale), EPOCH + timedelta(days=day_number)
    return MonthValue(
        month=month,
        total=None if total is None else Decimal(int(total)).scaleb(-scale),
        closing=None if closing is None else Decimal(closing).scaleb(-scale),
        latest=latest,
        latest_on=latest_on,
        days=days,
    )
