"""Write store-days: COPY, keep what is replaced, upsert only what differs, and note where it came from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection
from psycopg import sql

from assessments.metrics.catalogue import BY_CODE
from assessments.metrics.lineage import Key, Origins, Values, open_writing, record_sources
from core.copying import copy_to_temp

__all__ = ["Key", "Stored", "store_days", "write_values"]

TEMP = "incoming_store_day"

KEEP_REPLACED = """
INSERT INTO metrics_storedaychange (store_id, day, upload_id, changed_at, act, before)
SELECT o.store_id, o.day, %s, %s, %s, (SELECT to_jsonb(old) FROM (SELECT {kept}) old)
  FROM {temp} t JOIN metrics_storeday o ON o.store_id = t.store_id AND o.day = t.day
 WHERE ({old}, o.no_data) IS DISTINCT FROM ({new}, {no_data_of_temp})
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
             UNION SELECT unnest({incoming}.no_data) ORDER BY 1), ARRAY[]::varchar[])
"""


@dataclass(slots=True)
class Stored:
    """Which store-days were new and which changed; all others were as they had been."""

    created: set[Key] = field(default_factory=set)
    changed: set[Key] = field(default_factory=set)

    @property
    def touched_stores(self) -> set[UUID]:
        return {store for store, _day in self.created | self.changed}


def store_days(*, values: Values, upload: UUID, origins: Origins | None = None) -> Stored:
    """Write these store-days. A metric that is absent leaves the stored value alone; None means "no data"."""
    at = open_writing()
    stored = write_values(values=values, upload=upload, at=at)
    record_sources(values=values, upload=upload, at=at, origins=origins)
    return stored


def write_values(
    *,
    values: Values,
    upload: UUID,
    at: datetime,
    act: str = "replaced",
    no_data: Mapping[Key, Sequence[str]] | None = None,
) -> Stored:
    """Write values and keep what they replace. `no_data` names the scores without data; without it, all that are None.

    One pass for each set of columns that occurs; files have one, or one per sheet. Needs open_writing().
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
            scores = [column for column in columns if BY_CODE[column].group == "score"]
            _copy_values(columns=columns, scores=scores, keys=keys, values=values, no_data=no_data)
            _take_copied(columns=columns, scores=scores, change=(upload, at, act), stored=stored)
    return stored


def _copy_values(
    *,
    columns: Sequence[str],
    scores: Sequence[str],
    keys: Sequence[Key],
    values: Values,
    no_data: Mapping[Key, Sequence[str]] | None,
) -> None:
    def unsaid(metrics: Mapping[str, int | None], key: Key) -> list[str] | None:
        if no_data is not None:
            return sorted(no_data.get(key, ())) or None
        return ([code for code in scores if metrics[code] is None] or None) if None in metrics.values() else None

    copy_to_temp(
        name=TEMP,
        like="metrics_storeday",
        columns=["store_id", "day", "no_data", *columns],
        # Day-major, as days arrive: neighbouring rows of a day stay neighbours on disk.
        rows=(
            (*key, unsaid(values[key], key), *map(values[key].__getitem__, columns))
            for key in sorted(keys, key=lambda key: (key[1], str(key[0])))
        ),
        joined_by=["store_id", "day"],
    )


def _take_copied(
    *, columns: Sequence[str], scores: Sequence[str], change: tuple[UUID, datetime, str], stored: Stored
) -> None:
    parts = {
        "temp": sql.Identifier("pg_temp", TEMP),
        "columns": _listed(columns),
        "old": _listed(columns, "o"),
        "kept": _listed([*columns, "no_data"] if scores else columns, "o"),
        "new": _listed(columns, "t"),
        "excluded": _listed(columns, "excluded"),
        "no_data": _no_data(scores, "excluded"),
        "no_data_of_temp": _no_data(scores, "t"),
        "assignments": sql.SQL(", ").join(
            sql.SQL("{0} = excluded.{0}").format(sql.Identifier(column)) for column in columns
        ),
    }
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(KEEP_REPLACED).format(**parts), change)
        cursor.execute(sql.SQL(UPSERT).format(**parts))
        for store_id, day, is_new in cursor.fetchall():
            (stored.created if is_new else stored.changed).add((store_id, day))


def _no_data(scores: Sequence[str], incoming: str) -> sql.Composable:
    if not scores:
        return sql.SQL("o.no_data")
    return sql.SQL(NO_DATA).format(scores=sql.Literal(list(scores)), incoming=sql.Identifier(incoming))


def _listed(columns: Sequence[str], table: str = "") -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(table, column) if table else sql.Identifier(column) for column in columns)
