"""Gather what months do not hold: values of single days, and sums over spans of days; one statement for all of them."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from django.db import connection
from psycopg import sql

from assessments.metrics.catalogue import BY_CODE
from assessments.metrics.queries import natural

# A store and its days [starts_on, ends_before).
Window = tuple[UUID, date, date]
Days = dict[str, dict[date, Decimal | None]]
K = TypeVar("K", bound=Hashable)

DAYS = """
SELECT o.store_id, o.day, {columns}
  FROM unnest(%s::uuid[], %s::date[], %s::date[]) AS w(store_id, starts_on, ends_before)
  JOIN metrics_storeday o ON o.store_id = w.store_id AND o.day >= w.starts_on AND o.day < w.ends_before
 ORDER BY o.store_id, o.day
"""
SUMS = """
SELECT w.number, sum(o.{column}), count(o.{column})
  FROM unnest(%s::uuid[], %s::date[], %s::date[]) WITH ORDINALITY AS w(store_id, starts_on, ends_before, number)
  LEFT JOIN metrics_storeday o ON o.store_id = w.store_id AND o.day >= w.starts_on AND o.day < w.ends_before
 GROUP BY w.number
"""


def gather_days(*, windows: Iterable[Window], codes: Sequence[str]) -> dict[UUID, Days]:
    """Store → metric → day → natural value, of the days in a window that have one. Asks nothing without a window."""
    windows = list(windows)
    gathered: dict[UUID, Days] = {}
    if not windows or not codes:
        return gathered
    columns = sql.SQL(", ").join(sql.SQL("o.{}").format(sql.Identifier(code)) for code in codes)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(DAYS).format(columns=columns), _columns(windows))
        for store_id, day, *cells in cursor.fetchall():
            days = gathered.setdefault(store_id, {code: {} for code in codes})
            for code, stored in zip(codes, cells, strict=True):
                if stored is not None:
                    days[code][day] = natural(code, stored)
    return gathered


def sum_windows(windows: Mapping[K, Window], *, code: str) -> dict[K, tuple[Decimal | None, bool]]:
    """Name of a window → (sum in natural units or None without any day, whether every day has a value)."""
    names = list(windows)
    if not names:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(SUMS).format(column=sql.Identifier(code)), _columns(list(windows.values())))
        rows = cursor.fetchall()
    scale = BY_CODE[code].scale
    sums: dict[K, tuple[Decimal | None, bool]] = {}
    for number, total, days in rows:
        _store_id, starts_on, ends_before = windows[names[number - 1]]
        value = None if total is None else Decimal(int(total)).scaleb(-scale)
        sums[names[number - 1]] = value, days == (ends_before - starts_on).days
    return sums


def _columns(windows: Sequence[Window]) -> list[list[object]]:
    return [[window[part] for window in windows] for part in range(3)]
