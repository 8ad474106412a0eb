"""Note when a store's figures of a source last arrived."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection

from assessments.metrics.models import SourceArrival
from assessments.metrics.sources import sources_of
from assessments.metrics.storing import Key

NOTE = """
INSERT INTO metrics_sourcearrival (store_id, source, upload_id, arrived_at)
SELECT store_id, source, %s, %s FROM unnest(%s::uuid[], %s::text[]) AS came (store_id, source)
    ON CONFLICT (store_id, source) DO UPDATE SET upload_id = excluded.upload_id, arrived_at = excluded.arrived_at
"""


def note_arrivals(*, values: Mapping[Key, Mapping[str, int | None]], upload: UUID, at: datetime) -> None:
    """Say that these store-days came with this import, also when they changed nothing: the file was not late."""
    came = {(store, source) for (store, _day), metrics in values.items() for source in sources_of(tuple(metrics))}
    if came:
        stores, sources = zip(*sorted(came), strict=True)
        with connection.cursor() as cursor:
            cursor.execute(NOTE, [upload, at, list(stores), list(sources)])


def repeat_arrivals(*, known: UUID, upload: UUID, at: datetime) -> None:
    """Say that what an earlier import was the last to bring came again, with this one."""
    SourceArrival.objects.filter(upload_id=known).update(upload_id=upload, arrived_at=at)
