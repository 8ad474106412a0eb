"""Where a file says something else than what is stored: find it, list it, and keep what is stored if so chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from psycopg import sql

from assessments.metrics.catalogue import BY_CODE
from assessments.metrics.lineage import Key, Values
from assessments.metrics.models import Conflict, Import, OnConflict
from assessments.stores.queries import visible_to

# A list for a person to look through; the count stays exact.
MOST_CONFLICTS = 5_000
STORED = """
SELECT o.store_id, o.day, {columns}
  FROM unnest(%s::uuid[], %s::date[]) AS k (store_id, day)
  JOIN metrics_storeday o ON o.store_id = k.store_id AND o.day = k.day
"""


@dataclass(slots=True)
class Found:
    """The values to store, and what in the file differed from what is stored."""

    values: Values
    count: int | None = None
    keys: set[Key] = field(default_factory=set)
    listed: list[tuple[Key, str, int, int | None]] = field(default_factory=list)


def settle_conflicts(*, values: Values, upload: Import) -> Found:
    """Look for conflicts where a person wants to know or to keep; what is kept takes the place of the file's value.

    So kept values go the way of all others and change nothing. A stored "no data" is a gap and no conflict. The
    stores must be held (assessments/stores/services.py: hold_stores), or another import could come in between.
    """
    is_keeping = upload.on_conflict == OnConflict.KEEP
    if not (is_keeping or upload.dry_run):
        return Found(values)
    found = Found(values, count=0)
    kept: dict[Key, Mapping[str, int | None]] = dict(values) if is_keeping else {}
    for key, stored in _stored(values):
        differing = {code: value for code, value in stored.items() if value is not None and values[key][code] != value}
        if not differing:
            continue
        found.keys.add(key)
        found.count = (found.count or 0) + len(differing)
        for code, value in differing.items():
            if len(found.listed) < MOST_CONFLICTS:
                found.listed.append((key, code, value, values[key][code]))
        if is_keeping:
            kept[key] = {**values[key], **differing}
    if is_keeping:
        found.values = kept
    return found


def note_conflicts(*, upload: Import, found: Found) -> None:
    """List the conflicts with the import."""
    upload.conflicts = found.count
    Conflict.objects.bulk_create(
        (
            Conflict(upload=upload, store_id=store, day=day, metric=code, stored=stored, found=value)
            for (store, day), code, stored, value in found.listed
        ),
        batch_size=1000,
    )


def list_conflicts(*, upload: Import, user: Any) -> QuerySet[Conflict]:
    """The listed conflicts of an import, of stores that this person sees."""
    return Conflict.objects.filter(upload=upload, store__in=visible_to(user)).select_related("store")


def natural_value(conflict: Conflict, stored: int | None) -> Decimal | None:
    """A stored integer in the natural unit of the conflict's metric."""
    return None if stored is None else BY_CODE[conflict.metric].from_stored(stored)


def _stored(values: Values) -> Any:
    """(key, code → stored integer) of every store-day that is there already, one question a set of columns."""
    by_columns: dict[tuple[str, ...], tuple[list[UUID], list[date]]] = {}
    for (store, day), metrics in values.items():
        stores, days = by_columns.setdefault(tuple(sorted(metrics)), ([], []))
        stores.append(store)
        days.append(day)
    for columns, (stores, days) in by_columns.items():
        if columns:
            yield from _ask(columns, stores, days)


def _ask(columns: Sequence[str], stores: list[UUID], days: list[date]) -> Any:
    listed = sql.SQL(", ").join(sql.Identifier("o", column) for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(STORED).format(columns=listed), [stores, days])
        for store, day, *row in cursor:
            yield (store, day), dict(zip(columns, row, strict=True))
