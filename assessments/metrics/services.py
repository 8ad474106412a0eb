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
from assessments.metrics.accounting import cut_rejections, note_stored, note_taken
from assessments.metrics.arrivals import note_arrivals, repeat_arrivals
from assessments.metrics.conflicts import Found, note_conflicts, settle_conflicts
from assessments.metrics.events import FileUploaded
from assessments.metrics.fuller import keep_fuller
from assessments.metrics.intake import read_upload
from assessments.metrics.known_files import copy_outcome, find_same, take_fingerprint
from assessments.metrics.lineage import open_writing, repeat_sources
from assessments.metrics.matching import Checked, check_rows
from assessments.metrics.models import Import, ImportFile, OnConflict, Violation
from assessments.metrics.progress import UNWATCHED, Phase, Progress, forget_progress, store_watched
from assessments.metrics.reading.privacy import mask
from assessments.metrics.reading.results import ParsedFile, UnreadableFile
from assessments.metrics.rejected_rows import forget_findings, keep_rejected_rows
from assessments.metrics.storing import Stored
from assessments.metrics.taking.registry import Taken, Taker, find_taker, may_import, refuse_without_right
from assessments.stores.models import Store
from assessments.stores.services import hold_stores, touch_stores
from core.api.errors import InvalidInput, ServiceError
from core.outbox.services import publish
from core.people.models import User

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
    *,
    content: bytes,
    file_name: str,
    by: User,
    dry_run: bool,
    kind: str = "",
    store: Store | None = None,
    on_conflict: str = OnConflict.REPLACE,
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
        on_conflict=on_conflict,
        uploaded_by=by,
    )
    ImportFile.objects.create(upload=upload, content=content)
    publish(FileUploaded(upload=str(upload.pk)))
    return upload


@transaction.atomic
def commit_import(*, upload: Import, on_conflict: str = "") -> Import:
    """Take over what a dry run showed: the same file through the same code, this time to stay.

    `on_conflict` decides anew what the dry run's conflicts come to; without it, what was said at upload holds.
    """
    waiting = Import.objects.filter(pk=upload.pk, state=Import.State.CHECKED).update(
        state=Import.State.QUEUED, dry_run=False, finished_at=None, on_conflict=on_conflict or upload.on_conflict
    )
    if not waiting:
        raise ServiceError("not_a_dry_run", _("Only a finished dry run can be committed."))
    publish(FileUploaded(upload=str(upload.pk)))
    upload.refresh_from_db()
    return upload


@transaction.atomic
def run_import(*, upload_id: UUID, at: datetime, today: date, progress: Progress = UNWATCHED) -> Import:
    """Read and check a waiting file; a dry run is rolled back after counting. Done twice, it does nothing.

    `today` is the agency's business date: figures cannot exist for it or later than it. `progress` is told how far
    the work is.
    """
    upload = Import.objects.select_for_update(of=("self",)).select_related("default_store").get(pk=upload_id)
    if upload.state != Import.State.QUEUED:
        return upload
    asked = upload.kind
    known = find_same(upload=upload, fingerprint=take_fingerprint(upload=upload, kind=asked, today=today))
    forget_findings(upload=upload)
    if known is not None:
        copy_outcome(upload=upload, known=known)
        _end_well(upload=upload, at=at)
        if not upload.dry_run:
            repeat_sources(known=known.pk, upload=upload.pk, at=open_writing())
            repeat_arrivals(known=known.pk, upload=upload.pk, at=at)
        return upload
    content = bytes(upload.file.content)
    try:
        parsed = read_upload(upload=upload, content=content, at=at, progress=progress)
        refuse_without_right(upload.uploaded_by, parsed.kind)
    except UnreadableFile as error:
        return _refuse(upload=upload, error=error, at=at)
    progress.enter(Phase.CHECKING)
    if (taker := find_taker(parsed.kind)) is not None:
        taken = take_records(upload=upload, parsed=parsed, taker=taker, at=at, today=today)
        rejected = cut_rejections(parsed, taken.rejections)
        keep_rejected_rows(upload=upload, content=content, parsed=parsed, rejections=rejected)
        return upload
    checked = _check(parsed=parsed, user=upload.uploaded_by, today=today)
    # The file is read a second time for this: before stores are locked.
    rejected = cut_rejections(parsed, checked.rejections)
    keep_rejected_rows(upload=upload, content=content, parsed=parsed, rejections=rejected)
    _take_checked(upload=upload, parsed=parsed, checked=checked, at=at, progress=progress)
    if not upload.dry_run:
        upload.fingerprint = take_fingerprint(upload=upload, kind=asked, today=today)
        upload.save(update_fields=["fingerprint"])
    return upload


def take_rows(*, upload: Import, parsed: ParsedFile, user: User, at: datetime, today: date) -> Checked:
    """Check rows, write them and account for them: what was read from a file and what was pushed end here alike."""
    checked = _check(parsed=parsed, user=user, today=today)
    _take_checked(upload=upload, parsed=parsed, checked=checked, at=at, progress=UNWATCHED)
    return checked


def _check(*, parsed: ParsedFile, user: User, today: date) -> Checked:
    checked = check_rows(parsed=parsed, user=user, today=today)
    keep_fuller(checked=checked, kind=parsed.kind)
    return checked


def _take_checked(*, upload: Import, parsed: ParsedFile, checked: Checked, at: datetime, progress: Progress) -> None:
    found, stored = _store_or_rehearse(upload=upload, checked=checked, progress=progress)
    note_conflicts(upload=upload, found=found)
    note_stored(upload=upload, parsed=parsed, checked=checked, found=found, stored=stored)
    _end_well(upload=upload, at=at)
    if not upload.dry_run:
        note_arrivals(values=checked.values, upload=upload.pk, at=at)
        if stored.touched_stores:
            touch_stores(store_ids=stored.touched_stores)


def take_records(*, upload: Import, parsed: ParsedFile, taker: Taker, at: datetime, today: date) -> Taken:
    """Hand records to the room that owns them, and account for them. A dry run differs only in the rollback."""
    with transaction.atomic():
        taken = taker.take(parsed, upload.uploaded_by, today)
        if taken.stale:
            touch_stores(store_ids=taken.stale)
        if upload.dry_run:
            transaction.set_rollback(True)
    note_taken(upload=upload, parsed=parsed, taken=taken)
    _end_well(upload=upload, at=at)
    return taken


def _store_or_rehearse(*, upload: Import, checked: Checked, progress: Progress) -> tuple[Found, Stored]:
    """The one write path; a dry run differs only in the rollback at its end."""
    with transaction.atomic():
        hold_stores(store_ids={store for store, _day in checked.values})
        found = settle_conflicts(values=checked.values, upload=upload)
        stored = store_watched(values=found.values, upload=upload.pk, progress=progress, origins=checked.origins)
        if upload.dry_run:
            transaction.set_rollback(True)
    return found, stored


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
        forget_progress(upload_id=upload_id)


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


def _end_well(*, upload: Import, at: datetime) -> None:
    _end(upload=upload, state=Import.State.CHECKED if upload.dry_run else Import.State.DONE, at=at)


def _end(*, upload: Import, state: str, at: datetime) -> None:
    upload.state, upload.finished_at = state, at
    upload.save()
    if state != Import.State.CHECKED:
        # Kept only as long as it is needed: a file may hold more than the figures taken from it.
        ImportFile.objects.filter(upload=upload).delete()


@transaction.atomic
def save_violation(*, violation: Violation, **fields: Any) -> Violation:
    """Write a violation, new or changed. Raises ValidationError."""
    stores = {violation.store_id}
    for name, value in fields.items():
        setattr(violation, name, value)
    violation.full_clean()
    violation.save()
    # One that was written to the wrong store concerns both.
    touch_stores(store_ids=stores | {violation.store_id})
    return violation


@transaction.atomic
def save_violations(*, new: Sequence[Violation], changed: Sequence[Violation]) -> None:
    """Write the violations of a file at once: checked fields, and what the database itself guards. Touches no store."""
    Violation.objects.bulk_create(new, batch_size=1000)
    names = ["occurred_on", "points", "severity", "topic", "note", "external_number", "withdrawn"]
    Violation.objects.bulk_update(changed, names, batch_size=500)
