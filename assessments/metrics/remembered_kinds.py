"""What a person said that a file is, remembered by its headings for the next file that looks the same."""

from datetime import datetime

from django.db import transaction

from assessments.metrics.models import Import, RememberedKind
from assessments.metrics.reading.fingerprint import Headings


def find_kind(*, headings: Headings) -> str:
    """The kind that was chosen for files with these headings; empty when nobody chose one."""
    found = RememberedKind.objects.filter(fingerprint=headings.fingerprint).values_list("kind", flat=True)
    return found.first() or ""


@transaction.atomic
def remember_kind(*, headings: Headings, upload: Import, kind: str, at: datetime) -> None:
    """Remember the choice of the uploader; a later choice for the same headings takes its place."""
    RememberedKind.objects.update_or_create(
        fingerprint=headings.fingerprint,
        defaults={
            "kind": kind,
            "headings": headings.shown,
            "chosen_by": upload.uploaded_by,
            "chosen_at": at,
        },
    )


@transaction.atomic
def forget_kind(*, remembered: RememberedKind) -> None:
    """Let the next file with these headings be unsure again."""
    remembered.delete()
