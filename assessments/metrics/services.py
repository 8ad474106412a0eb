"""Take a file, read it in a sandbox, check it, and take it over: dry run and commit are one path. Write violations."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from assessments.engine.text import Text
from assessments.metrics.arrivals import note_arrivals
from assessments.metrics.events import FileUploaded
from assessments.metrics.fuller import keep_fuller
from assessments.metrics.known_files import copy_outcome, find_same, take_fingerprint
from assessments.metrics.matching import Checked, check_rows
from assessments.metrics.models import Import, ImportFile, Rejection, Violation
from assessments.metrics.reading.privacy import mask
from assessments.metrics.reading.results import ParsedFile, UnreadableFile
from assessments.metrics.reading.results import Rejection as FoundRejection
from assessments.metrics.reading.sandbox import parse_in_child
from assessments.metrics.storing import Stored, store_days
from assessments.metrics.taking.registry import Taken, Taker, find_taker, may_import, refuse_without_right
from assessments.stores.models import Store
from assessments.stores.services import hold_stores, touch_stores
from core.api.errors import InvalidInput, ServiceError
from core.outbox.services import publish
from core.people.models import User

# A file of nothing but bad rows must not fill the database; the count stays exact.
MOST_REJECTIONS, MOST_NOTES = 5_000, 1_000
DRY_RUN_LIFE = timedelta(days=7)
EXPIRED = Text(
    zh="试运行 7 天内未确认，文件已删除。请重新上传。",
    en="The dry run was not taken over within 7 days and its file was deleted. Upload it again.",
)


def check_size(*, size: int, file_name: str) -> None:
    """Raise InvalidInput for an empty file and for one above the limit."""
    if not size:
        raise InvalidInput("file_empty", _("The file is empty."), fields={"file": [file_name]})
    if size > settings.MAX_UPLOAD_BYTES:
        raise InvalidInput("file_too_large", _("The file is larger than 20 MB."), fields={"file": [file_name]})


@transaction.atomic
def upload_file(
    *, content: bytes, file_name: str, by: User, dry_run: bool, kind: str = "", store: Store | None = None
) -> Import:
    """Keep a file and announce it; a worker reads it. Raises InvalidInput for an empty or too large file.

    PermissionDenied for a chosen kind whose rows the person may not write; of a recognised kind, the worker asks.
    """
    check_size(size=len(content), file_name=file_name)
    if kind and not may_import(by, kind):
        raise PermissionDenied
    upload = Import.objects.create(
        file_name=mask(file_name)[-255:],
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        kind=kind,
        default_store=store,
        dry_run=dry_run,
        uploaded_by=by,
    )
    ImportFile.objects.create(upload=upload, content=content)
    publish(FileUploaded(upload=str(upload.pk)))
    return upload


@transaction.atomic
def commit_import(*, upload: Import) -> Import:
    """Take over what a dry run showed: the same file through the same code, this time to stay."""
    waiting = Import.objects.filter(pk=upload.pk, state=Import.State.CHECKED).update(
        state=Import.State.QUEUED, dry_run=False, finished_at=None
    )
    if not waiting:
        raise ServiceError("not_a_dry_run", _("Only a finished dry run can be committed."))
    publish(FileUploaded(upload=str(upload.pk)))
    upload.refresh_from_db()
    return upload


@transaction.atomic
def run_import(*, upload_id: UUID, at: datetime, today: date) -> Import:
    """Read and check a waiting file; a dry run is rolled back after counting. Done twice, it does nothing.

    `today` is the agency's business date: figures cannot exist for it or later than it.
    """
    upload = Import.objects.select_for_update(of=("self",)).select_related("default_store").get(pk=upload_id)
    if upload.state != Import.State.QUEUED:
        return upload
    asked = upload.kind
    known = find_same(upload=upload, fingerprint=take_fingerprint(upload=upload, kind=asked, today=today))
    upload.rejections.all().delete()
    if known is not None:
        copy_outcome(upload=upload, known=known)
        _end(upload=upload, state=Import.State.CHECKED if upload.dry_run else Import.State.DONE, at=at)
        return upload
    try:
        parsed = parse_in_child(
            bytes(upload.file.content),
            upload.file_name,
            kind=upload.kind or None,
            default_store=str(upload.default_store_id) if upload.default_store_id else None,
        )
        refuse_without_right(upload.uploaded_by, parsed.kind)
    except UnreadableFile as error:
        return _refuse(upload=upload, error=error, at=at)
    if (taker := find_taker(parsed.kind)) is not None:
        taken = _take_or_rehearse(upload=upload, parsed=parsed, taker=taker, today=today)
        _note_taken(upload=upload, parsed=parsed, taken=taken, at=at)
        return upload
    take_rows(upload=upload, parsed=parsed, user=upload.uploaded_by, at=at, today=today)
    if not upload.dry_run:
        upload.fingerprint = take_fingerprint(upload=upload, kind=asked, today=today)
        upload.save(update_fields=["fingerprint"])
    return upload


def take_rows(*, upload: Import, parsed: ParsedFile, user: User, at: datetime, today: date) -> Checked:
    """Check rows, write them and account for them: what was read from a file and what was pushed end here alike."""
    checked = check_rows(parsed=parsed, user=user, today=today)
    keep_fuller(checked=checked, kind=parsed.kind)
    stored = _store_or_rehearse(upload=upload, checked=checked)
    _note_result(upload=upload, parsed=parsed, checked=checked, stored=stored, at=at)
    if not upload.dry_run:
        note_arrivals(values=checked.values, upload=upload.pk, at=at)
        if stored.touched_stores:
            touch_stores(store_ids=stored.touched_stores)
    return checked


def _take_or_rehearse(*, upload: Import, parsed: ParsedFile, taker: Taker, today: date) -> Taken:
    """As for store-days: a dry run differs only in the rollback at its end."""
    with transaction.atomic():
        taken = taker.take(parsed, upload.uploaded_by, today)
        if taken.stale:
            touch_stores(store_ids=taken.stale)
        if upload.dry_run:
            transaction.set_rollback(True)
    return taken


def _store_or_rehearse(*, upload: Import, checked: Checked) -> Stored:
    """The one write path; a dry run differs only in the rollback at its end."""
    with transaction.atomic():
        hold_stores(store_ids={store for store, _day in checked.values})
        stored = store_days(values=checked.values, upload=upload.pk)
        if upload.dry_run:
            transaction.set_rollback(True)
    return stored


def _note_result(*, upload: Import, parsed: ParsedFile, checked: Checked, stored: Stored, at: datetime) -> None:
    created = sum(checked.rows_of[key] for key in stored.created)
    changed = sum(checked.rows_of[key] for key in stored.changed)
    upload.rejected = parsed.rejected_rows + checked.rejected_rows
    upload.created, upload.changed = created, changed
    upload.unchanged = sum(checked.rows_of.values()) - created - changed
    upload.stores = len(stored.touched_stores)
    upload.notes = []
    _note_file(upload=upload, parsed=parsed, rejections=checked.rejections, at=at)


def _note_taken(*, upload: Import, parsed: ParsedFile, taken: Taken, at: datetime) -> None:
    upload.rejected = parsed.rejected_rows + taken.rejected_rows
    upload.created, upload.changed, upload.unchanged = taken.created, taken.changed, taken.unchanged
    upload.stores = len(taken.stores)
    upload.notes = taken.notes[:MOST_NOTES]
    _note_file(upload=upload, parsed=parsed, rejections=taken.rejections, at=at)


def _note_file(*, upload: Import, parsed: ParsedFile, rejections: Sequence[FoundRejection], at: datetime) -> None:
    """What every kind of file has: how it was read, what was left out, what was rejected."""
    upload.kind, upload.encoding = parsed.kind, parsed.encoding
    upload.rows_in = parsed.rows_read
    upload.summary_rows = parsed.summary_rows
    upload.left_out = [
        {"column": left.column, "heading": left.heading, "personal": left.personal, "cells": left.cells}
        for left in parsed.left_out_columns
    ]
    upload.notices = [{"code": told.code, "zh": told.reason.zh, "en": told.reason.en} for told in parsed.notices]
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
        for found in (*parsed.rejections, *rejections)[:MOST_REJECTIONS]
    )
    upload.error = None
    _end(upload=upload, state=Import.State.CHECKED if upload.dry_run else Import.State.DONE, at=at)


def _refuse(*, upload: Import, error: UnreadableFile, at: datetime) -> Import:
    upload.error = {"code": error.code, "zh": error.reason.zh, "en": error.reason.en, "sheet": error.sheet}
    if error.recognition is not None:
        upload.error["candidates"] = [
            {"kind": found.kind, "zh": found.name.zh, "en": found.name.en} for found in error.recognition.candidates
        ]
        upload.error["preview"] = [
            {"sheet": sheet.name, "rows": [list(row) for row in sheet.rows]} for sheet in error.recognition.preview
        ]
    _end(upload=upload, state=Import.State.FAILED, at=at)
    return upload


def fail_import(*, upload_id: UUID, reason: Text, at: datetime) -> None:
    """End an import whose work was given up, so that it does not wait for ever."""
    upload = Import.objects.select_for_update().get(pk=upload_id)
    if upload.state == Import.State.QUEUED:
        upload.error = {"code": "gave_up", "zh": reason.zh, "en": reason.en, "sheet": ""}
        _end(upload=upload, state=Import.State.FAILED, at=at)


def expire_dry_runs(*, at: datetime) -> int:
    """End dry runs that nobody took over for DRY_RUN_LIFE, and drop their files. Returns how many."""
    waiting = Import.objects.select_for_update(skip_locked=True).filter(
        state=Import.State.CHECKED, finished_at__lt=at - DRY_RUN_LIFE
    )
    expired = list(waiting)
    for upload in expired:
        upload.error = {"code": "expired", "zh": EXPIRED.zh, "en": EXPIRED.en, "sheet": ""}
        _end(upload=upload, state=Import.State.FAILED, at=at)
    return len(expired)


def _end(*, upload: Import, state: str, at: datetime) -> None:
    upload.state, upload.finished_at = state, at
    upload.save()
    if state != Import.State.CHECKED:
        # Kept only as long as it is needed: a file may hold more than the figures taken from it.
        ImportFile.objects.filter(upload=upload).delete()


@transaction.atomic
def save_violation(*, violation: Violation, touch: bool = True, **fields: Any) -> Violation:
    """Write a violation, new or changed. Raises ValidationError. Whoever sets `touch` to False touches the store."""
    for name, value in fields.items():
        setattr(violation, name, value)
    violation.full_clean()
    violation.save()
    if touch:
        touch_stores(store_ids=[violation.store_id])
    return violation
