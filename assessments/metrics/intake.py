"""From an upload's bytes to parsed rows: the reading process is told what a person said, or once said, the file is."""

from datetime import datetime

from assessments.metrics.models import Import
from assessments.metrics.progress import Phase, Progress
from assessments.metrics.reading.fingerprint import read_headings_in_child
from assessments.metrics.reading.results import ParsedFile, UnreadableFile
from assessments.metrics.reading.sandbox import parse_in_child
from assessments.metrics.remembered_kinds import find_kind, remember_kind


def read_upload(*, upload: Import, content: bytes, at: datetime, progress: Progress) -> ParsedFile:
    """The rows of an upload. Raises UnreadableFile.

    A kind that a person chose is remembered where the headings alone did not tell it; where they do not tell it and
    nobody chose, what was chosen for the same headings before holds.
    """
    progress.enter(Phase.READING)
    try:
        parsed = _read(upload, content, upload.kind, progress)
    except UnreadableFile as unsure:
        if unsure.code != "unsure":
            raise
        headings = read_headings_in_child(content)
        kind = find_kind(headings=headings) if headings.fingerprint else ""
        if not kind:
            raise
        return _read(upload, content, kind, progress)
    # A dry run has left the kind it found, and remembered it if there was something to remember.
    if upload.kind and not upload.rows_in:
        headings = read_headings_in_child(content)
        if headings.is_unsure and headings.fingerprint:
            remember_kind(headings=headings, upload=upload, kind=upload.kind, at=at)
    return parsed


def _read(upload: Import, content: bytes, kind: str, progress: Progress) -> ParsedFile:
    return parse_in_child(
        content,
        upload.file_name,
        kind=kind or None,
        default_store=str(upload.default_store_id) if upload.default_store_id else None,
        on_rows=progress.reach,
    )
