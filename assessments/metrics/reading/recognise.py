"""Recognising what kind of file this is, by the headings in its first rows; unsure is an answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from assessments.metrics.reading import limits
from assessments.metrics.reading.formats import FORMATS
from assessments.metrics.reading.formats.base import Format
from assessments.metrics.reading.headings import Heading, is_personal, name_of, read_heading
from assessments.metrics.reading.privacy import HIDDEN, mask
from assessments.metrics.reading.raw import RawCell, is_blank, narrow, show
from assessments.metrics.reading.results import Candidate, PreviewSheet, Recognition
from assessments.metrics.reading.sheets import OpenedFile, Sheet

_PREVIEW_ROWS, _PREVIEW_COLUMNS, _PREVIEW_SHEETS = 12, 16, 3
_NOTE_CELLS: Final = 3
_STAR_SCORE: Final = 1000
_REQUIRED_SCORE: Final = 10


@dataclass(frozen=True, slots=True)
class Located:
    """The headings of a format found in a sheet; `row` counts from 0."""

    format: Format
    sheet: Sheet
    row: int
    headings: tuple[Heading, ...]
    metrics: int
    score: int


def locate(sheet: Sheet, formats: Iterable[Format] = FORMATS) -> list[Located]:
    """For each format the best heading row of a sheet, best format first."""
    best: dict[str, Located] = {}
    known = tuple(formats)
    for row, cells in enumerate(sheet.rows[: limits.HEADER_ROWS]):
        headings = tuple(read_heading(column, raw) for column, raw in enumerate(cells) if not is_blank(raw))
        if len(headings) < 2:
            continue
        for form in known:
            found = _match(form, sheet, row, headings)
            if found is not None and (form.kind not in best or found.score > best[form.kind].score):
                best[form.kind] = found
    return sorted(best.values(), key=lambda found: -found.score)


def _match(form: Format, sheet: Sheet, row: int, headings: tuple[Heading, ...]) -> Located | None:
    names = {heading.name for heading in headings if heading.is_starred or not form.starred}
    if not all(any(name in names for name in group) for group in form.required):
        return None
    if any(heading.name in form.forbidden for heading in headings):
        return None
    metrics = form.count_known(headings)
    # Vertical sheets name their metrics in rows, counted rows have none; any other kind without one carries nothing.
    if not metrics and form.vertical is None and form.counted is None:
        return None
    score = metrics + _REQUIRED_SCORE * len(form.required) + (_STAR_SCORE if form.starred else 0)
    return Located(form, sheet, row, headings, metrics, score)


def recognise(opened: OpenedFile) -> Recognition:
    """What the file may be, best first. `kind` is set only when one kind leads alone."""
    best: dict[str, Located] = {}
    for sheet in opened.sheets:
        for found in locate(sheet):
            if found.format.kind not in best or found.score > best[found.format.kind].score:
                best[found.format.kind] = found
    ranked = sorted(best.values(), key=lambda found: -found.score)
    is_sure = len(ranked) == 1 or (len(ranked) > 1 and ranked[0].score > ranked[1].score)
    return Recognition(
        kind=ranked[0].format.kind if is_sure else "",
        candidates=tuple(
            Candidate(found.format.kind, found.format.name, found.sheet.name, found.row + 1, found.metrics, found.score)
            for found in ranked
        ),
        container=opened.container,
        encoding=opened.encoding,
        preview=tuple(_preview(sheet) for sheet in opened.sheets[:_PREVIEW_SHEETS]),
    )


def _preview(sheet: Sheet) -> PreviewSheet:
    """The first rows as text: what a personal heading or label stands for is hidden, and what looks personal masked."""
    below: set[int] = set()
    shown = []
    for row in sheet.rows[:_PREVIEW_ROWS]:
        personal = {at for at, raw in enumerate(row) if isinstance(raw, str) and is_personal(read_heading(at, raw))}
        # A short row is a note, such as 联系人 and a name beside it.
        is_note = sum(not is_blank(raw) for raw in row) <= _NOTE_CELLS
        hidden = below | (set(range(min(personal) + 1, len(row))) if personal and is_note else set())
        cells = enumerate(row[:_PREVIEW_COLUMNS])
        shown.append(tuple(HIDDEN if at in hidden and not is_blank(raw) else _preview_cell(raw) for at, raw in cells))
        below |= personal
    return PreviewSheet(sheet.name, tuple(shown))


def _preview_cell(raw: RawCell) -> str:
    if isinstance(raw, str) and is_personal(heading := read_heading(0, raw)):
        return name_of(heading)
    return mask(narrow(show(raw)))
