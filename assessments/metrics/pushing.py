"""Take over pushed figures: what a file's rows go through, while the caller waits."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from assessments.engine.text import Text
from assessments.metrics.accounting import MOST_REJECTIONS
from assessments.metrics.models import Import
from assessments.metrics.push_reading import PUSH, PushRead, read_push
from assessments.metrics.reading.results import Rejection
from assessments.metrics.services import take_rows
from core.people.models import User

PUSH_NAME = Text(zh="接口推送", en="Push")


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a row was not taken, with the row's own store and day. `metric` is a field's name where no metric is."""

    row: int
    store: str
    day: str
    metric: str
    value: str
    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Pushed:
    """What became of a push. `upload` holds the account; of a dry run it was rolled back with everything else."""

    upload: Import
    rejections: Sequence[Refused]
    left_out: int


@transaction.atomic
def push_observations(
    *, content: bytes, is_lines: bool, by: User, name: str, dry_run: bool, at: datetime, today: date
) -> Pushed:
    """Check, write and account for pushed figures as for a file's. A dry run leaves nothing, not even an import.

    Raises PushTooLarge and InvalidInput (read_push).
    """
    read = read_push(content=content, is_lines=is_lines)
    with transaction.atomic():
        upload = Import.objects.create(
            file_name=name or PUSH,
            sha256=hashlib.sha256(content).hexdigest(),
            size=len(content),
            kind=PUSH,
            dry_run=dry_run,
            uploaded_by=by,
        )
        checked = take_rows(upload=upload, parsed=read.parsed, user=by, at=at, today=today)
        if dry_run:
            transaction.set_rollback(True)
    found = sorted([*read.parsed.rejections, *checked.rejections], key=lambda rejection: rejection.row_number)
    told = found[:MOST_REJECTIONS]
    return Pushed(upload, [_tell(read, rejection) for rejection in told], len(found) - len(told))


def _tell(read: PushRead, found: Rejection) -> Refused:
    store, day = read.named[found.row_number]
    return Refused(
        row=found.row_number,
        store=store,
        day=day,
        metric=found.heading,
        # A row that is at fault as a whole is named by its store and day, which stand beside it.
        value="" if found.value == f"{store} {day}" else found.value,
        code=found.code,
        zh=found.reason.zh,
        en=found.reason.en,
    )
