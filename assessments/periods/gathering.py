"""Gather the facts of a whole batch of stores in one set-based statement compiled from what the rulebooks read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
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


@dataclass(frozen=True, slots=True)
class Months:
    """Months of every store as the database counted them; values of the engine are made of what is asked for.

    `places` says where in a row the cells of a metric stand. A month without a row is absent.
    """

    places: Mapping[str, slice]
    rows: Mapping[UUID, Sequence[tuple[date, tuple[Any, ...]]]]

    def list_months(self, store_id: UUID) -> Iterator[date]:
        """First days of the months for which a store has a row."""
        return (month for month, _cells in self.rows.get(store_id, ()))

    def build_series(self, store_id: UUID, codes: Mapping[str, bool], starts_on: date, ends_before: date) -> Series:
        """Metric → months from that of `starts_on` on, ascending, natural units. Without any row there is none.

        `codes` say which metrics, and whether with their newest values: whatever else was gathered for others.
        """
        rows, places = self._within(store_id, starts_on, ends_before), self._places_of(codes)
        return {
            code: tuple(_month_value(code, month, cells[at]) for month, cells in rows) for code, at in places.items()
        }

    def list_cells(self, store_id: UUID, codes: Mapping[str, bool], starts_on: date, ends_before: date) -> list[Any]:
        """What build_series would be made of: the same for the same series, whatever else was gathered with it."""
        places = self._places_of(codes).values()
        return [
            [month, *(cells[at] for at in places)] for month, cells in self._within(store_id, starts_on, ends_before)
        ]

    def _places_of(self, codes: Mapping[str, bool]) -> dict[str, slice]:
        starts = {code: self.places[code].start or 0 for code in codes}
        return {code: slice(starts[code], starts[code] + 3 + newest) for code, newest in codes.items()}

    def _within(self, store_id: UUID, starts_on: date, ends_before: date) -> list[tuple[date, tuple[Any, ...]]]:
        first = starts_on.replace(day=1)
        return [row for row in self.rows.get(store_id, ()) if first <= row[0] < ends_before]


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
) -> Months:
    """Months of every store. `codes` say which metrics, and whether their newest values are asked for."""
    (months,) = stream_months(parts=[store_ids], codes=codes, starts_on=starts_on, ends_before=ends_before)
    return months


def stream_months(
    *, parts: Sequence[Sequence[UUID]], codes: Mapping[str, bool], starts_on: date, ends_before: date
) -> Iterator[Months]:
    """Months of part after part of the stores, by one statement for all: days of all stores lie side by side, so that
    asking part by part would read the same pages anew each time. Stores ascend by id from part to part.

    With several parts the rows wait in the database: while one part is worked on, the next is not in memory.
    """
    places: dict[str, slice] = {}
    width = 0
    for code, newest in codes.items():
        places[code] = slice(width, width := width + 3 + newest)
    if not codes or not any(parts):
        yield from (Months(places, {}) for _part in parts)
        return
    months = months_between(starts_on, ends_before)
    columns = sql.SQL(", ").join(part for code, newest in codes.items() for part in _columns(code, newest))
    asked: dict[str, Any] = {
        "stores": [store_id for part in parts for store_id in part],
        "starts_on": starts_on,
        "ends_before": ends_before,
        "months": list(months),
        "month_ends": [last_of_month(month) for month in months],
    }
    with connection.cursor() if len(parts) == 1 else _open_stream() as cursor:
        cursor.execute(sql.SQL(STATEMENT).format(columns=columns), asked)
        number_of = {store_id: number for number, part in enumerate(parts) for store_id in part}
        found = groupby(cursor, key=lambda row: number_of[row[0]])
        waiting = next(found, None)
        for number in range(len(parts)):
            rows: dict[UUID, list[tuple[date, tuple[Any, ...]]]] = {}
            if waiting is not None and waiting[0] == number:
                for store_id, month, *cells in waiting[1]:
                    rows.setdefault(store_id, []).append((months[month - 1], tuple(cells)))
                waiting = next(found, None)
            yield Months(places, rows)


def _open_stream() -> Any:
    """A cursor whose rows stay in the database until they are fetched; all of them will be, and it plans for that."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL cursor_tuple_fraction = 1")
    return connection.chunked_cursor()


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


def _month_value(code: str, month: date, cells: tuple[Any, ...]) -> MonthValue:
    """Of the sum, the number of days, the value of the last day and, where asked for, the packed newest value."""
    total, days, closing, *newest = cells
    scale = BY_CODE[code].scale
    latest, latest_on = None, None
    if newest and newest[0] is not None:
        day_number, stored = divmod(newest[0], PACK)
        latest, latest_on = Decimal(stored).scaleb(-scale), EPOCH + timedelta(days=day_number)
    return MonthValue(
        month=month,
        total=None if total is None else Decimal(int(total)).scaleb(-scale),
        closing=None if closing is None else Decimal(closing).scaleb(-scale),
        latest=latest,
        latest_on=latest_on,
        days=days,
    )
