"""From a figure to the file, sheet and row that gave it, and to what was known before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from assessments.metrics.catalogue import BY_CODE
from assessments.metrics.history import Cell, Day, Given
from assessments.metrics.history_models import ImportSource, Reversal, SourceDays
from assessments.metrics.models import Import
from assessments.metrics.past import get_days, given_by


@dataclass(frozen=True, slots=True)
class Origin:
    """One sheet that gave the store-day, with the rows in which it stands, as a spreadsheet counts them.

    Without an import: known before this record began.
    """

    given: Given
    source: ImportSource
    rows: Sequence[int]
    reversal: Reversal | None

    @property
    def upload(self) -> Import | None:
        return self.source.upload

    def heading_of(self, metric: str) -> str:
        """Column letter and heading of a metric; empty where it was no column or none was told."""
        if metric not in self.source.metrics or not self.source.headings:
            return ""
        return self.source.headings[self.source.metrics.index(metric)]


@dataclass(frozen=True, slots=True)
class Said:
    """What a source said of a metric."""

    cell: Cell
    origin: Origin


@dataclass(slots=True)
class Figure:
    """A metric of a store-day: what it is now, what gave it, what said the same since, and what was said besides.

    `source` is None when nothing is recorded. `earlier` has other values and those of imports taken back.
    """

    metric: str
    cell: Cell
    source: Origin | None = None
    confirmed_by: list[Origin] = field(default_factory=list)
    earlier: list[Said] = field(default_factory=list)


def list_figures(*, store_id: UUID, day: date, codes: list[str] | None = None) -> list[Figure]:
    """Every metric that is known of the day or was said of it, in the catalogue's order; all lists newest first."""
    asked = codes or list(BY_CODE)
    origins = list_origins(store_id=store_id, day=day)
    past = get_days(keys=[(store_id, day)], codes=asked)[store_id, day]
    # What was written between the two questions is in the second answer alone: look no further than the first.
    seen_at = max((moment for origin in origins for moment in _moments(origin)), default=None)
    figures = [_trace(code, past, origins, seen_at) for code in asked]
    return [figure for figure in figures if figure.cell != (None, False) or figure.source or figure.earlier]


def list_origins(*, store_id: UUID, day: date) -> list[Origin]:
    """The sources that gave a store-day, newest first; those of imports taken back too."""
    found = SourceDays.objects.filter(store_id=store_id, days__contains=[day]).select_related(
        "source__upload__uploaded_by", "source__upload__reversal__by"
    )
    origins = [
        Origin(given_by(row.source), row.source, list_rows(row, day), getattr(row.source.upload, "reversal", None))
        for row in found
    ]
    return sorted(origins, key=lambda origin: (origin.given.at, origin.given.source), reverse=True)


def list_rows(row: SourceDays, day: date) -> list[int]:
    """The rows of a sheet in which a day of the store stands."""
    first, until = row.rows or [], row.until_rows or row.rows or []
    return [
        number
        for at, begin, end in zip(row.days, first, until, strict=False)
        if at == day
        for number in range(begin, end + 1)
    ]


def _moments(origin: Origin) -> Iterable[datetime]:
    yield origin.given.at
    if origin.reversal is not None:
        yield origin.reversal.reverted_at


def _trace(metric: str, past: Day, origins: Sequence[Origin], seen_at: datetime | None) -> Figure:
    if seen_at is None:
        present: Any = (past.values or {}).get(metric)
        return Figure(metric, (present, metric in past.no_data))
    figure = Figure(metric, past.cell_after(metric, seen_at))
    is_run = True
    for origin in origins:
        if not origin.given.gave(metric):
            continue
        cell = past.cell_after(metric, origin.given.at)
        if origin.upload is None and cell == (None, False):
            continue
        if is_run and origin.reversal is None and cell == figure.cell:
            if figure.source is not None:
                figure.confirmed_by.append(figure.source)
            figure.source = origin
            continue
        is_run = is_run and origin.reversal is not None
        figure.earlier.append(Said(cell, origin))
    return figure
