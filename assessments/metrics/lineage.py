"""Write down which import gave which store-days, from which sheet and rows; and the one clock of their history."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import itemgetter
from uuid import UUID

from django.db import connection
from psycopg import sql

from assessments.metrics.history_models import ImportSource
from assessments.metrics.reading.results import ParsedRow

Key = tuple[UUID, date]
Values = Mapping[Key, Mapping[str, int | None]]
# One import of an agency writes at a time, so that moments have the order in which the figures became visible.
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ' figures', 0))"
MOMENT = """
SELECT greatest(
    clock_timestamp(),
    (SELECT max(written_at) FROM metrics_importsource) + interval '1 microsecond',
    (SELECT max(reverted_at) FROM metrics_reversal) + interval '1 microsecond')
"""
REPEAT = """
WITH again AS (
    INSERT INTO metrics_importsource (upload_id, sheet, metrics, headings, written_at)
    SELECT %(upload)s, sheet, metrics, headings, %(at)s FROM metrics_importsource WHERE upload_id = %(known)s
 RETURNING id, sheet, metrics)
INSERT INTO metrics_sourcedays (source_id, store_id, days, rows, until_rows)
SELECT again.id, d.store_id, d.days, d.rows, d.until_rows
  FROM metrics_importsource s JOIN metrics_sourcedays d ON d.source_id = s.id
  JOIN again ON again.sheet = s.sheet AND again.metrics = s.metrics
 WHERE s.upload_id = %(known)s
"""
COLUMNS = ("source_id", "store_id", "days", "rows", "until_rows")


@dataclass(slots=True)
class Origins:
    """Where store-days stand in a file: their rows, and of each sheet what stands above a metric."""

    rows: dict[Key, Sequence[ParsedRow]] = field(default_factory=dict)
    headings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(slots=True)
class _Entries:
    """The days of one store in one source, as PostgreSQL reads arrays."""

    days: list[date] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    until_rows: list[int] = field(default_factory=list)

    def add(self, day: date, source_rows: Sequence[int]) -> None:
        """One entry for each run of rows: the thirty rows of a vertical sheet are one."""
        if len(source_rows) == 1:
            self._close(day, source_rows[0], source_rows[0])
            return
        if not source_rows:
            self.days.append(day)
            return
        first = last = source_rows[0]
        for number in source_rows[1:]:
            if number != last + 1:
                self._close(day, first, last)
                first = number
            last = number
        self._close(day, first, last)

    def _close(self, day: date, first: int, last: int) -> None:
        self.days.append(day)
        self.rows.append(first)
        self.until_rows.append(last)

    def columns(self) -> tuple[str, str | None, str | None]:
        rows = _array(self.rows) if self.rows else None
        return _array(self.days), rows, _array(self.until_rows) if self.until_rows != self.rows else None


def open_writing() -> datetime:
    """Wait until nobody else writes figures, and give the moment of this write: later than that of any before it.

    Held to the end of the transaction. The clock is the database's. Whoever holds stores as well, holds them before.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        # A statement of its own: it must see what those who were waited for have committed.
        cursor.execute(MOMENT)
        moment: datetime = cursor.fetchone()[0]
    return moment


def record_sources(*, values: Values, upload: UUID, at: datetime, origins: Origins | None) -> None:
    """Keep where these store-days came from. Without `origins` there is no sheet and no row to name.

    A metric for which the file said something else than what `values` has was not taken from it, and is not recorded.
    """
    found = _group(values, origins)
    headings = origins.headings if origins else {}
    sources = ImportSource.objects.bulk_create(
        ImportSource(
            upload_id=upload,
            sheet=sheet[:120],
            metrics=sorted(codes),
            headings=_headings(headings.get(sheet, {}), sorted(codes)),
            written_at=at,
        )
        for sheet, codes in found
    )
    rows = (
        (source.pk, store, *entries.columns())
        for source, stores in zip(sources, found.values(), strict=True)
        for store, entries in stores.items()
    )
    _copy(rows)


def repeat_sources(*, known: UUID, upload: UUID, at: datetime) -> None:
    """Say that this import gave once more what an earlier one of the same bytes gave."""
    with connection.cursor() as cursor:
        cursor.execute(REPEAT, {"known": known, "upload": upload, "at": at})


def _group(values: Values, origins: Origins | None) -> dict[tuple[str, tuple[str, ...]], dict[UUID, _Entries]]:
    """Sheet and metrics → store → its days, in order."""
    found: dict[tuple[str, tuple[str, ...]], dict[UUID, _Entries]] = {}
    place: tuple[str, tuple[str, ...]] = ("", ())
    stores: dict[UUID, _Entries] = {}
    for key in sorted(values, key=itemgetter(1)):
        for sheet, codes, source_rows in _places(values[key], origins.rows.get(key) if origins else None):
            if not codes:
                continue
            # Nearly always the columns of the row before, and comparing them is cheaper than looking them up.
            if (sheet, codes) != place:
                place = (sheet, codes)
                stores = found.setdefault(place, {})
            entries = stores.get(key[0])
            if entries is None:
                entries = stores[key[0]] = _Entries()
            entries.add(key[1], source_rows)
    return found


def _places(
    given: Mapping[str, int | None], rows: Sequence[ParsedRow] | None
) -> Iterable[tuple[str, tuple[str, ...], Sequence[int]]]:
    if rows is None:
        yield "", tuple(given), ()
        return
    for row in rows:
        if row.values is given or all(given[code] == value for code, value in row.values.items()):
            yield row.sheet, tuple(row.values), row.source_rows
        else:
            yield row.sheet, tuple(code for code in row.values if given[code] == row.values[code]), row.source_rows


def _headings(above: Mapping[str, str], codes: Sequence[str]) -> list[str]:
    return [above.get(code, "")[:140] for code in codes] if above else []


def _array(items: Iterable[object]) -> str:
    return "{" + ",".join(map(str, items)) + "}"


def _copy(rows: Iterable[Sequence[object]]) -> None:
    names = sql.SQL(", ").join(map(sql.Identifier, COLUMNS))
    with (
        connection.cursor() as cursor,
        cursor.copy(sql.SQL("COPY metrics_sourcedays ({}) FROM STDIN").format(names)) as copy,
    ):
        for row in rows:
            copy.write_row(row)
