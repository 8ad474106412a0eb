"""Noting how far an import is, beside its transaction: a thread with a connection and a door of its own."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection

from assessments.metrics.progress import Progress, forget_progress, note_progress
from tenants.door import agency_scope

log = logging.getLogger(__name__)

SECONDS = 1.0


@contextmanager
def watched(*, schema: str, upload_id: UUID, every: float = SECONDS) -> Iterator[Progress]:
    """Note every second what the work inside tells of itself; at the end nothing of it remains.

    The work only assigns numbers. An import of less than a second costs no connection, and whatever goes wrong with
    the notes stays with them. Enter it inside the agency's door.
    """
    progress, ended = Progress(), threading.Event()
    watcher = threading.Thread(target=_watch, args=(schema, upload_id, progress, ended, every), daemon=True)
    watcher.start()
    try:
        yield progress
    finally:
        ended.set()
        watcher.join()
    # What a worker that was killed left of an earlier attempt.
    forget_progress(upload_id=upload_id)


def _watch(schema: str, upload_id: UUID, progress: Progress, ended: threading.Event, every: float) -> None:
    entered, began, is_noted = 0, time.monotonic(), False
    try:
        while not ended.wait(every):
            if progress.entered != entered:
                entered, began = progress.entered, time.monotonic()
            if progress.phase:
                seconds = int(time.monotonic() - began)
                with _door(schema):
                    note_progress(upload_id=upload_id, progress=progress, seconds=seconds)
                is_noted = True
        if is_noted:
            with _door(schema):
                forget_progress(upload_id=upload_id)
    except Exception:
        log.warning("the progress of import %s is not noted", upload_id, exc_info=True)
    finally:
        connection.close()


@contextmanager
def _door(schema: str) -> Iterator[None]:
    with agency_scope(schema=schema):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = '2s'")
        yield
