"""How far an import is: what its work tells, what is noted beside its transaction, and what a person is shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection

from assessments.metrics.lineage import Origins, Values, open_writing, record_sources
from assessments.metrics.models import Import, ImportProgress
from assessments.metrics.storing import Stored, write_values

Phase = ImportProgress.Phase
# A worker notes its progress every second; older words are those of a worker that is gone.
FRESH = timedelta(seconds=15)
# Store-days written at once: between them the progress is told.
SLICE = 10_000
NOTE = """
INSERT INTO metrics_importprogress AS p (upload_id, phase, rows_done, rows_total, phase_began_at, noted_at)
VALUES (%s, %s, %s, %s, clock_timestamp() - make_interval(secs => %s), clock_timestamp())
    ON CONFLICT (upload_id) DO UPDATE
   SET phase = excluded.phase, rows_done = excluded.rows_done, rows_total = excluded.rows_total,
       phase_began_at = excluded.phase_began_at, noted_at = excluded.noted_at
"""


@dataclass(slots=True)
class Progress:
    """What the work says of itself: three assignments, whoever looks at them. `entered` counts the phases."""

    phase: str = ""
    rows_done: int | None = None
    rows_total: int | None = None
    entered: int = 0

    def enter(self, phase: str, *, total: int | None = None) -> None:
        """A new phase begins."""
        self.rows_done, self.rows_total = None if total is None else 0, total
        self.phase = phase
        self.entered += 1

    def reach(self, done: int, total: int | None) -> None:
        """So many rows are done."""
        self.rows_done, self.rows_total = done, total


class _Unwatched(Progress):
    """Nobody looks: one object for all, so nothing is kept in it."""

    def enter(self, phase: str, *, total: int | None = None) -> None:
        """Say it to nobody."""

    def reach(self, done: int, total: int | None) -> None:
        """Say it to nobody."""


UNWATCHED: Progress = _Unwatched()


def store_watched(*, values: Values, upload: UUID, progress: Progress, origins: Origins) -> Stored:
    """Store-days as store_days() writes them, slice by slice in the order of days, at one moment."""
    progress.enter(Phase.STORING, total=len(values))
    at = open_writing()
    keys = iter(sorted(values, key=lambda key: key[::-1]))
    stored, done = Stored(), 0
    while part := list(islice(keys, SLICE)):
        written = write_values(values={key: values[key] for key in part}, upload=upload, at=at)
        stored.created |= written.created
        stored.changed |= written.changed
        done += len(part)
        progress.reach(done, len(values))
    record_sources(values=values, upload=upload, at=at, origins=origins)
    return stored


def note_progress(*, upload_id: UUID, progress: Progress, seconds: int) -> None:
    """Write down how far an import is, `seconds` after its phase began."""
    values: list[Any] = [upload_id, progress.phase, progress.rows_done, progress.rows_total, seconds]
    with connection.cursor() as cursor:
        cursor.execute(NOTE, values)


def forget_progress(*, upload_id: UUID) -> None:
    """The work has ended: what was noted of it is nothing any more."""
    ImportProgress.objects.filter(upload_id=upload_id).delete()


def get_progress(*, uploads: Iterable[Import], at: datetime) -> dict[UUID, dict[str, Any]]:
    """Import → how far it is, for those that a worker is busy with now."""
    waiting = [upload.pk for upload in uploads if upload.state == Import.State.QUEUED]
    if not waiting:
        return {}
    rows = ImportProgress.objects.filter(upload_id__in=waiting, noted_at__gt=at - FRESH)
    return {row.upload_id: _tell(row) for row in rows}


def _tell(row: ImportProgress) -> dict[str, Any]:
    told = {"phase": row.phase, "rows_done": row.rows_done, "rows_total": row.rows_total}
    seconds = (row.noted_at - row.phase_began_at) // timedelta(seconds=1)
    rate = row.rows_done // seconds if row.rows_done and seconds else None
    rest = None
    if rate and row.rows_total is not None and row.rows_done is not None:
        rest = -(-(row.rows_total - row.rows_done) // rate)
    return {**told, "rows_per_second": rate, "seconds_left": rest}
