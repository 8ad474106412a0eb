"""Which days have figures and which lack them, by store and source: ranges of days, counted by PostgreSQL."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg import sql

from assessments.metrics.models import SourceArrival
from assessments.metrics.sources import Source
from assessments.metrics.spans import Span, get_spans
from assessments.stores.models import Store

# A day on which a file had the column and said "no data" is neither there nor missing. Only scores keep the two apart.
COVERAGE = """
WITH span AS (
    SELECT * FROM unnest(%s::uuid[], %s::date[], %s::date[]) AS span (store_id, opens_on, closes_before)
), known AS (
    SELECT span.store_id, span.opens_on, span.closes_before, {known}
      FROM span LEFT JOIN metrics_storeday d
        ON d.store_id = span.store_id AND d.day >= span.opens_on AND d.day < span.closes_before
     GROUP BY span.store_id, span.opens_on, span.closes_before
)
SELECT store_id, {told} FROM known
"""
KNOWN = """
coalesce(range_agg(daterange(d.day, d.day + 1)) FILTER (WHERE num_nonnulls({columns}) > 0), '{{}}') AS {figures},
coalesce(range_agg(daterange(d.day, d.day + 1)) FILTER (WHERE num_nonnulls({columns}) = 0 AND d.no_data && {codes}),
         '{{}}') AS {no_data}
"""
TOLD = "{figures}, {no_data}, datemultirange(daterange(opens_on, closes_before)) - {figures} - {no_data}"
LAST_DAYS = """
SELECT store.id, {columns} FROM unnest(%s::uuid[]) AS store (id) {joins}
"""
# Backwards from the newest day, and no further than the first one that has something.
LAST_DAY = """
LEFT JOIN LATERAL (SELECT d.day FROM metrics_storeday d WHERE d.store_id = store.id AND {has}
                    ORDER BY d.day DESC LIMIT 1) {name} ON true
"""

Ranges = tuple[tuple[date, date], ...]


@dataclass(frozen=True, slots=True)
class Covered:
    """One store and source: half-open ranges of days, and when something last came."""

    source: Source
    figures: Ranges
    no_data: Ranges
    missing: Ranges
    last_day: date | None
    arrived_at: datetime | None


@dataclass(frozen=True, slots=True)
class StoreCoverage:
    """One store with the days that count for it."""

    store: Store
    span: Span
    sources: tuple[Covered, ...]


def count_days(ranges: Ranges) -> int:
    """Days in half-open ranges."""
    return sum((ends_before - starts_on).days for starts_on, ends_before in ranges)


def list_coverage(
    *, stores: Sequence[Store], sources: Sequence[Source], starts_on: date, ends_before: date, today: date
) -> list[StoreCoverage]:
    """Coverage of [starts_on, ends_before) in the order of `stores`. A handful of statements for any number of them."""
    spans = get_spans(stores=stores, starts_on=starts_on, ends_before=ends_before, today=today)
    ranges = _find_ranges(spans, sources)
    last_days = get_last_days(store_ids=spans, sources=sources)
    arrivals = get_arrivals(store_ids=spans)
    return [
        StoreCoverage(
            store,
            spans[store.pk],
            tuple(
                Covered(
                    source,
                    *ranges[store.pk, source.code],
                    last_days[store.pk, source.code],
                    arrivals.get((store.pk, source.code)),
                )
                for source in sources
            ),
        )
        for store in stores
    ]


def _find_ranges(
    spans: Mapping[UUID, Span], sources: Sequence[Source]
) -> dict[tuple[UUID, str], tuple[Ranges, Ranges, Ranges]]:
    parts = [_parts(source) for source in sources]
    statement = sql.SQL(COVERAGE).format(
        known=sql.SQL(", ").join(sql.SQL(KNOWN).format(**part) for part in parts),
        told=sql.SQL(", ").join(sql.SQL(TOLD).format(**part) for part in parts),
    )
    opened = [span.starts_on for span in spans.values()]
    closed = [span.ends_before for span in spans.values()]
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(spans), opened, closed])
        rows = cursor.fetchall()
    return {
        (store_id, source.code): (_plain(cells[3 * n]), _plain(cells[3 * n + 1]), _plain(cells[3 * n + 2]))
        for store_id, *cells in rows
        for n, source in enumerate(sources)
    }


def get_last_days(*, store_ids: Iterable[UUID], sources: Sequence[Source]) -> dict[tuple[UUID, str], date | None]:
    """(store, source) → the last day with a figure, of all days there are."""
    return _find_last(store_ids, sources, "num_nonnulls({columns}) > 0")


def get_known_through(*, store_ids: Iterable[UUID], sources: Sequence[Source]) -> dict[tuple[UUID, str], date | None]:
    """(store, source) → the last day with a figure or with "no data" said of a score."""
    return _find_last(store_ids, sources, "(num_nonnulls({columns}) > 0 OR d.no_data && {codes})")


def get_arrivals(*, store_ids: Iterable[UUID]) -> dict[tuple[UUID, str], datetime]:
    """(store, source) → when an import last brought it, whether or not it changed anything."""
    rows = SourceArrival.objects.filter(store_id__in=list(store_ids))
    return {(store, source): at for store, source, at in rows.values_list("store_id", "source", "arrived_at")}


def _find_last(store_ids: Iterable[UUID], sources: Sequence[Source], has: str) -> dict[tuple[UUID, str], date | None]:
    names = [sql.Identifier(source.code) for source in sources]
    statement = sql.SQL(LAST_DAYS).format(
        columns=sql.SQL(", ").join(sql.SQL("{}.day").format(name) for name in names),
        joins=sql.SQL(" ").join(
            sql.SQL(LAST_DAY).format(name=name, has=sql.SQL(has).format(**_parts(source)))
            for name, source in zip(names, sources, strict=True)
        ),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(store_ids)])
        rows = cursor.fetchall()
    return {(store, source.code): day for store, *days in rows for source, day in zip(sources, days, strict=True)}


def _parts(source: Source) -> dict[str, sql.Composable]:
    return {
        "columns": sql.SQL(", ").join(sql.Identifier("d", code) for code in source.metrics),
        "codes": sql.SQL("{}::varchar[]").format(sql.Literal(list(source.metrics))),
        "figures": sql.Identifier(f"{source.code}_figures"),
        "no_data": sql.Identifier(f"{source.code}_no_data"),
    }


def _plain(multirange: Any) -> Ranges:
    return tuple((each.lower, each.upper) for each in multirange)
