"""The account of an import: how many rows became what, what was left out, what was rejected and why."""

from collections.abc import Iterable, Sequence

from assessments.metrics.conflicts import Found
from assessments.metrics.matching import Checked
from assessments.metrics.models import Import, OnConflict, Rejection
from assessments.metrics.reading.results import ParsedFile
from assessments.metrics.reading.results import Rejection as FoundRejection
from assessments.metrics.storing import Key, Stored
from assessments.metrics.taking.registry import Taken

# A file of nothing but bad rows must not fill the database; the count stays exact.
MOST_REJECTIONS, MOST_NOTICES = 5_000, 1_000


def note_stored(*, upload: Import, parsed: ParsedFile, checked: Checked, found: Found, stored: Stored) -> None:
    """The account of store-days. Nothing is saved: the import is, with its state."""

    def count(keys: Iterable[Key]) -> int:
        return sum(checked.rows_of[key] for key in keys)

    is_keeping = upload.on_conflict == OnConflict.KEEP
    upload.rejected = parsed.rejected_rows + checked.rejected_rows
    upload.created, upload.changed = count(stored.created), count(stored.changed)
    # A day of which a gap was filled has changed, whatever else of it was kept.
    upload.kept = count(found.keys - stored.created - stored.changed) if is_keeping else 0
    upload.unchanged = count(checked.rows_of) - upload.created - upload.changed - upload.kept
    upload.stores = len(stored.touched_stores)
    upload.unknown_stores = checked.list_unknown_stores()
    _note_file(upload=upload, parsed=parsed, rejections=checked.rejections)


def note_taken(*, upload: Import, parsed: ParsedFile, taken: Taken) -> None:
    """The account of records of another target."""
    upload.rejected = parsed.rejected_rows + taken.rejected_rows
    upload.created, upload.changed, upload.unchanged = taken.created, taken.changed, taken.unchanged
    upload.kept, upload.stores, upload.unknown_stores = 0, len(taken.stores), []
    _note_file(upload=upload, parsed=parsed, rejections=taken.rejections)
    upload.notices += taken.notices[:MOST_NOTICES]


def cut_rejections(parsed: ParsedFile, rejections: Sequence[FoundRejection]) -> tuple[FoundRejection, ...]:
    """The rejections that are kept: the file's own first."""
    return (*parsed.rejections, *rejections)[:MOST_REJECTIONS]


def _note_file(*, upload: Import, parsed: ParsedFile, rejections: Sequence[FoundRejection]) -> None:
    """What every kind of file has: how it was read, what was left out, what was rejected."""
    upload.kind, upload.encoding = parsed.kind, parsed.encoding
    upload.rows_in = parsed.rows_read
    upload.summary_rows = parsed.summary_rows
    upload.left_out = [
        {"column": left.column, "heading": left.heading, "personal": left.personal, "cells": left.cells}
        for left in parsed.left_out_columns
    ]
    upload.notices = [
        {"sheet": "", "row_number": None, "code": told.code, "zh": told.reason.zh, "en": told.reason.en}
        for told in parsed.notices
    ]
    upload.error = None
    Rejection.objects.bulk_create(
        Rejection(
            upload=upload,
            sheet=found.sheet[:120],
            row_number=found.row_number,
            column=found.column,
            heading=found.heading[:120],
            value=found.value[:200],
            code=found.code,
            reason_zh=found.reason.zh,
            reason_en=found.reason.en,
        )
        for found in cut_rejections(parsed, rejections)
    )
