"""Read figures with their past: as they were known at a moment, and where each of them came from."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection
from psycopg import sql

from assessments.metrics.catalogue import BY_CODE
from assessments.metrics.history import Cell, Change, Day, Given
from assessments.metrics.lineage import Key
from assessments.metrics.models import Import, ImportSource
from assessments.metrics.queries import natural

# Row and corrections in one statement, hence of one moment: no import can come in between.
DAYS = """
SELECT k.store_id, k.day, o.store_id IS NOT NULL, o.no_data, c.changes, {columns}
  FROM unnest(%s::uuid[], %s::date[]) AS k (store_id, day)
  LEFT JOIN metrics_storeday o ON o.store_id = k.store_id AND o.day = k.day
  LEFT JOIN LATERAL (
      SELECT jsonb_agg(jsonb_build_array(h.changed_at, h.act, h.before) ORDER BY h.changed_at, h.id) AS changes
        FROM metrics_storedaychange h WHERE h.store_id = k.store_id AND h.day = k.day) c ON true
"""
KNOWN = """
SELECT k.store_id, k.day, o.store_id IS NOT NULL, o.no_data, c.changes, {columns}
  FROM (SELECT DISTINCT l.store_id, d.day
          FROM metrics_sourcedays l
          JOIN metrics_importsource s ON s.id = l.source_id
          LEFT JOIN metrics_reversal r ON r.upload_id = s.upload_id
         CROSS JOIN unnest(l.days) AS d(day)
         WHERE l.store_id = %(store)s AND d.day >= %(starts_on)s AND d.day < %(ends_before)s
           AND l.days[1] < %(ends_before)s AND l.days[cardinality(l.days)] >= %(starts_on)s
           AND (s.upload_id IS NULL OR s.written_at <= %(at)s)
           AND (r.reverted_at IS NULL OR r.reverted_at > %(at)s)) k
  LEFT JOIN metrics_storeday o ON o.store_id = k.store_id AND o.day = k.day
  LEFT JOIN LATERAL (
      SELECT jsonb_agg(jsonb_build_array(h.changed_at, h.act, h.before) ORDER BY h.changed_at, h.id) AS changes
        FROM metrics_storedaychange h
       WHERE h.store_id = k.store_id AND h.day = k.day AND h.changed_at > %(at)s) c ON true
 ORDER BY k.day
"""


def get_days(*, keys: Sequence[Key], codes: Sequence[str]) -> dict[Key, Day]:
    """Store-days with their past. `codes`: the metrics that will be asked for."""
    if not keys:
        return {}
    return _ask(DAYS, [[store for store, _day in keys], [day for _store, day in keys]], codes)


def list_known(
    *, store_id: UUID, starts_on: date, ends_before: date, at: datetime, codes: list[str] | None = None
) -> list[dict[str, Any]]:
    """As list_observations() answered at `at`: with the figures that had been written by then, and no others."""
    rows = get_known(store_id=store_id, starts_on=starts_on, ends_before=ends_before, at=at, codes=codes)
    wanted = codes or [code for code in BY_CODE if any(cells[code][0] is not None for cells in rows.values())]
    return [
        {"day": day, "values": {code: natural(code, cells[code][0]) for code in wanted}} for day, cells in rows.items()
    ]


def get_known(
    *, store_id: UUID, starts_on: date, ends_before: date, at: datetime, codes: Sequence[str] | None = None
) -> dict[date, dict[str, Cell]]:
    """Each day that was known at `at`, in order: metric → stored value, and whether a file said "no data" of it."""
    asked = codes or list(BY_CODE)
    span = {"store": store_id, "starts_on": starts_on, "ends_before": ends_before, "at": at}
    return {
        day: {code: past.cell_after(code, at) for code in asked}
        for (_store, day), past in _ask(KNOWN, span, asked).items()
    }


def list_given(sources: Collection[int], *, of: Import | None = None) -> tuple[dict[int, Given], set[int]]:
    """These sources by id, and which of them are of one import."""
    rows = ImportSource.objects.filter(pk__in=sources)
    given = {row.pk: given_by(row) for row in rows}
    return given, {row.pk for row in rows if of is not None and row.upload_id == of.pk}


def given_by(row: ImportSource) -> Given:
    """What a source gave, as history reckons with it."""
    return Given(row.pk, row.written_at, None if row.upload_id is None else frozenset(row.metrics))


def _ask(statement: str, parameters: Any, codes: Sequence[str]) -> dict[Key, Day]:
    columns = sql.SQL(", ").join(sql.Identifier("o", code) for code in codes)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(columns=columns), parameters)
        return {
            (store, day): Day(
                dict(zip(codes, values, strict=True)) if is_there else None,
                frozenset(no_data or ()),
                _changes(changes),
            )
            for store, day, is_there, no_data, changes, *values in cursor
        }


def _changes(found: str | None) -> list[Change]:
    listed = orjson.loads(found) if found else ()
    return [Change(datetime.fromisoformat(at), act == "removed", before) for at, act, before in listed]
