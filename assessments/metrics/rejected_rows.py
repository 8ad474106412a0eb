"""The cells of rejected rows: picked when an import is read, for its bytes are gone at the end, and dropped in time."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from assessments.metrics.models import Conflict, Import, RejectedRows
from assessments.metrics.reading.formats import FORMATS
from assessments.metrics.reading.formats.base import STORE_NAMES
from assessments.metrics.reading.headings import read_heading
from assessments.metrics.reading.picking import Wish, pick_in_child
from assessments.metrics.reading.results import LeftOutColumn, ParsedFile, Rejection, UnreadableFile

# How long the cells of rejected rows and the list of conflicts are kept after an import's end.
LIFE = timedelta(days=30)
# In such rows the cells stand under wrong headings.
SLID = frozenset({"column_shift", "short_row"})
# Headings by which a kind is told from another: without their column, the workbook would be another kind of file.
TELLING = frozenset(name for form in FORMATS for names in (*form.required, form.forbidden) for name in names)


def keep_rejected_rows(*, upload: Import, content: bytes, parsed: ParsedFile, rejections: Sequence[Rejection]) -> None:
    """Keep the cells of the rows that these rejections name. A file that cannot be read a second time keeps none."""
    wishes = _wish(parsed=parsed, rejections=rejections)
    if not wishes:
        return
    try:
        sheets = pick_in_child(content, upload.file_name, wishes)
    except (UnreadableFile, ValueError):
        return
    if sheets:
        RejectedRows.objects.create(upload=upload, sheets=[_name_store(sheet, upload) for sheet in sheets])


def forget_findings(*, upload: Import) -> None:
    """Drop what an earlier run of this import found: it is about to be read again."""
    upload.rejections.all().delete()
    Conflict.objects.filter(upload=upload).delete()
    RejectedRows.objects.filter(upload=upload).delete()


def forget_rejected_rows(*, at: datetime) -> int:
    """Drop the cells and conflicts of imports that ended longer than LIFE ago. Returns of how many."""
    old = Import.objects.filter(finished_at__lt=at - LIFE).values("pk")
    Conflict.objects.filter(upload__in=old).delete()
    return RejectedRows.objects.filter(upload__in=old).delete()[0]


def _wish(*, parsed: ParsedFile, rejections: Iterable[Rejection]) -> list[Wish]:
    codes: dict[str, dict[int, set[str]]] = {}
    for found in rejections:
        codes.setdefault(found.sheet, {}).setdefault(found.row_number, set()).add(found.code)
    left_out: dict[str, list[LeftOutColumn]] = {}
    for column in parsed.left_out_columns:
        left_out.setdefault(column.sheet, []).append(column)
    return [
        _wish_sheet(sheet.name, sheet.header_row, codes[sheet.name], left_out.get(sheet.name, []))
        for sheet in parsed.sheets
        if sheet.name in codes
    ]


def _wish_sheet(name: str, header_row: int, codes: Mapping[int, set[str]], left_out: Sequence[LeftOutColumn]) -> Wish:
    is_private = any(column.personal for column in left_out)
    return Wish(
        sheet=name,
        header_row=header_row,
        rows=tuple(sorted(codes)),
        dropped=tuple(column.column for column in left_out),
        bare=tuple(column.column for column in left_out if read_heading(0, column.heading).name in TELLING),
        blanked=tuple(number for number, found in codes.items() if is_private and found & SLID),
    )


def _name_store(sheet: dict[str, Any], upload: Import) -> dict[str, Any]:
    """The store chosen at upload stands in no cell: without a note of it, the workbook would not know whose it is."""
    names = {read_heading(0, heading["text"]).name for heading in sheet["headings"]}
    is_named = names & STORE_NAMES or any(note.startswith("店铺") for note in sheet["notes"])
    if upload.default_store is None or is_named:
        return sheet
    return {**sheet, "notes": [f"店铺ID：{upload.default_store.shop_id}", *sheet["notes"]]}
