"""Write store-days: COPY, keep what is replaced, upsert only what differs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db import connection
from psycopg import sql

from assessments.metrics.catalogue import BY_CODE
from core.copying import copy_to_temp

Key = tuple[UUID, date]
TEMP = "incoming_store_day"

KEEP_REPLACED = """
INSERT INTO metrics_storedaychange (store_id, day, upload_id, changed_at, before)
SELECT o.store_id, o.day, %s, now(), (SELECT to_jsonb(old) FROM (SELECT {old}) old)
  FROM {temp} t JOIN metrics_storeday o ON o.store_id = t.store_id AND o.day = t.day
 WHERE ({old}) IS DISTINCT FROM ({new})
"""
UPSERT = """
INSERT INTO metrics_storeday AS o (store_id, day, no_data, {columns})
SELECT store_id, day, no_data, {columns} FROM {temp}
    ON CONFLICT (store_id, day) DO UPDATE SET no_data = {no_data}, {assignments}
 WHERE ({old}, o.no_data) IS DISTINCT FROM ({excluded}, {no_data})
RETURNING store_id, day, (xmax = 0)
"""
# What other files said of other scores stays; of this file's scores, only what this file says.
NO_DATA = """
NULLIF(ARRAY(SELECT unnest(o.no_data) EXCEPT SELECT unnest({scores}::varchar[])
             UNION SELECT unnest(excluded.no_data) ORDER BY 1), ARRAY[]::varchar[])
"""


@dataclass(slots=True)
class Stored:
    """Which store-days were new and which changed; all others were as they had been."""

    created: set[Key] = field(default_factory=set)
    changed: set[Key] = field(default_factory=set)

    @property
    def touched_stores(self) -> set[UUID]:
        return {store for store, _day in self.created | self.changed}


def store_days(*, values: Mapping[Key, Mapping[str, int | None]], upload: UUID) -> Stored:
    """Write these store-days. A metric that is absent leaves the stored value alone; None means "no data".

    One pass for each set of columns that occurs; files have one, or one per sheet.
    """
    by_order: dict[tuple[str, ...], list[Key]] = {}
    for key, metrics in values.items():
        by_order.setdefault(tuple(metrics), []).append(key)
    by_columns: dict[tuple[str, ...], list[Key]] = {}
    for codes, keys in by_order.items():
        by_columns.setdefault(tuple(sorted(codes)), []).extend(keys)
    stored = Stored()
    for columns, keys in by_columns.items():
        if columns:
            _store_pass(columns=columns, keys=keys, values=values, upload=upload, stored=stored)
    return stored


def _store_pass(
    *,
    columns: Sequence[str],
    keys: Sequence[Key],
    values: Mapping[Key, Mapping[str, int | None]],
    upload: UUID,
    stored: Stored,
) -> None:
    scores = [column for column in columns if BY_CODE[column].group == "score"]

    def without_figure(metrics: Mapping[str, int | None]) -> list[str] | None:
        return ([code for code in scores if metrics[code] is None] or None) if None in metrics.values() else None

    copy_to_temp(
        name=TEMP,
        like="metrics_storeday",
        columns=["store_id", "day", "no_data", *columns],
        # Day-major, as days arrive: neighbouring rows of a day stay neighbours on disk.
        rows=(
            (*key, without_figure(values[key]), *map(values[key].__getitem__, columns))
            for key in sorted(keys, key=lambda key: (key[1], str(key[0])))
        ),
        joined_by=["store_id", "day"],
    )
    parts = {
        "temp": sql.Identifier("pg_temp", TEMP),
        "columns": _listed(columns),
        "old": _listed(columns, "o"),
        "new": _listed(columns, "t"),
        "excluded": _listed(columns, "excluded"),
        "no_data": sql.SQL(NO_DATA).format(scores=sql.Literal(scores)),
        "assignments": sql.SQL(", ").join(
            sql.SQL("{0} = excluded.{0}").format(sql.Identifier(column)) for column in columns
        ),
    }
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(KEEP_REPLACED).format(**parts), [upload])
        cursor.execute(sql.SQL(UPSERT).format(**parts))
        for store_id, day, is_new in cursor.fetchall():
            (stored.created if is_new else stored.changed).add((store_id, day))


def _listed(columns: Sequence[str], table: str = "") -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(table, column) if table else sql.Identifier(column) for column in columns)
