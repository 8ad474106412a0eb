"""From bytes to store-days: open, recognise, read each sheet by its layout, settle repeats, add up the account."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from assessments.engine.text import Text
from assessments.metrics.reading.counted import read_counted
from assessments.metrics.reading.formats import FORMATS, get_format
from assessments.metrics.reading.formats.base import Format, Layout
from assessments.metrics.reading.opening import open_file
from assessments.metrics.reading.raw import show
from assessments.metrics.reading.recognise import Located, locate, recognise
from assessments.metrics.reading.records import read_records
from assessments.metrics.reading.results import (
    ParsedFile,
    ParsedRow,
    Recognition,
    Rejection,
    SheetRead,
    TextSheet,
    TextSheets,
    UnreadableFile,
)
from assessments.metrics.reading.sheets import OpenedFile
from assessments.metrics.reading.summed import read_summed
from assessments.metrics.reading.table import SheetAccount
from assessments.metrics.reading.vertical import read_vertical
from assessments.metrics.reading.wide import read_wide


def recognise_file(content: bytes, file_name: str) -> Recognition:
    """What a file may be, with a preview. UnreadableFile when it cannot be opened at all."""
    return recognise(open_file(content))


def read_texts(content: bytes) -> TextSheets:
    """Opens a file and gives its cells as text. UnreadableFile as parse_file."""
    return TextSheets(
        tuple(
            TextSheet(sheet.name, tuple(tuple(show(cell, limit=300) for cell in row) for row in sheet.rows))
            for sheet in open_file(content).sheets
        )
    )


def parse_file(
    content: bytes, file_name: str, *, kind: str | None = None, default_store: str | None = None
) -> ParsedFile:
    """Reads a file into store-days and rejections; see ParsedFile for how they add up.

    Without `kind` the headings decide; `default_store` is used where the file names no store. UnreadableFile: unsure,
    kind_mismatch, store_needed, day_needed, no_rows, and every code of opening a file.
    """
    opened = open_file(content)
    form = _choose(opened, kind)
    places = [found for sheet in opened.sheets for found in locate(sheet, (form,))]
    if not places:
        raise UnreadableFile(
            "kind_mismatch",
            Text(
                zh=f"没有找到“{form.name.zh}”应有的表头，请检查文件种类",
                en=f"no headings of “{form.name.en}” were found; check the kind of file",
            ),
            recognition=recognise(opened),
        )
    is_padded = opened.container != "csv"
    accounts = [_read(found, file_name, is_padded=is_padded, default_store=default_store) for found in places]
    return _add_up(opened, form, places, accounts)


def _choose(opened: OpenedFile, kind: str | None) -> Format:
    if kind is not None:
        if kind not in {known.kind for known in FORMATS}:
            raise UnreadableFile("unknown_kind", Text(zh=f"没有这种文件：{kind}", en=f"there is no kind {kind!r}"))
        return get_format(kind)
    recognition = recognise(opened)
    if not recognition.kind:
        raise UnreadableFile(
            "unsure",
            Text(
                zh="认不出这是哪种文件，请对照预览选择文件种类",
                en="it is not certain what kind of file this is: look at the preview and choose",
            ),
            recognition=recognition,
        )
    return get_format(recognition.kind)


def _read(found: Located, file_name: str, *, is_padded: bool, default_store: str | None) -> SheetAccount:
    match found.format.layout:
        case Layout.VERTICAL:
            return read_vertical(found, file_name=file_name, default_store=default_store)
        case Layout.COUNTED:
            return read_counted(found, file_name=file_name, is_padded=is_padded, default_store=default_store)
        case Layout.SUMMED:
            return read_summed(found, file_name=file_name, is_padded=is_padded, default_store=default_store)
        case Layout.RECORDS:
            return read_records(found, is_padded=is_padded, default_store=default_store)
        case _:
            return read_wide(found, is_padded=is_padded, default_store=default_store)


def _add_up(
    opened: OpenedFile, form: Format, places: Sequence[Located], accounts: Sequence[SheetAccount]
) -> ParsedFile:
    rows, repeated = _settle_repeats(row for account in accounts for row in account.rows)
    rejections = (*(rejection for account in accounts for rejection in account.rejections), *repeated)
    rows_read = sum(account.data_rows for account in accounts)
    if not rows_read:
        raise UnreadableFile("no_rows", Text(zh="表头下面没有数据", en="there are no rows below the headings"))
    return ParsedFile(
        kind=form.kind,
        container=opened.container,
        encoding=opened.encoding,
        sheets=tuple(
            SheetRead(found.sheet.name, found.row + 1, account.data_rows, account.summary_rows, account.headings)
            for found, account in zip(places, accounts, strict=True)
        ),
        rows=tuple(rows),
        rejections=rejections,
        left_out_columns=tuple(column for account in accounts for column in account.left_out),
        rows_read=rows_read,
        rejected_rows=len({(rejection.sheet, rejection.row_number) for rejection in rejections}),
        summary_rows=sum(account.summary_rows for account in accounts),
        rounded_cells=sum(account.rounded_cells for account in accounts),
        notices=tuple(notice for account in accounts for notice in account.notices),
        records=tuple(record for account in accounts for record in account.records),
        places=tuple(place for account in accounts for place in account.places),
    )


def _settle_repeats(rows: Iterable[ParsedRow]) -> tuple[list[ParsedRow], list[Rejection]]:
    """One row per store-day and sheet. Repeats that agree become one; where two differ nobody knows which is right."""
    all_rows = list(rows)
    keys = [(row.store.shop_id or row.store.label, row.day) for row in all_rows]
    if len(set(keys)) == len(keys):
        return all_rows, []
    groups: dict[tuple[str, date], list[ParsedRow]] = {}
    for key, row in zip(keys, all_rows, strict=True):
        groups.setdefault(key, []).append(row)
    kept: list[ParsedRow] = []
    rejections: list[Rejection] = []
    for group in groups.values():
        if len(group) == 1:
            kept.append(group[0])
        elif _do_agree(group):
            sheets = dict.fromkeys(row.sheet for row in group)
            kept += [_merge([row for row in group if row.sheet == sheet]) for sheet in sheets]
        else:
            rejections += [_repeated(row, number, group) for row in group for number in row.source_rows]
    return kept, rejections


def _do_agree(group: Sequence[ParsedRow]) -> bool:
    values: dict[str, int | None] = {}
    return all(values.setdefault(code, value) == value for row in group for code, value in row.values.items())


def _merge(group: Sequence[ParsedRow]) -> ParsedRow:
    """Rows of one sheet that agree, as one."""
    values: dict[str, int | None] = {}
    for row in group:
        values.update(row.values)
    last = group[-1]
    numbers = tuple(number for row in group for number in row.source_rows)
    return ParsedRow(last.sheet, last.row_number, last.store, last.day, values, numbers)


def _repeated(row: ParsedRow, number: int, group: Sequence[ParsedRow]) -> Rejection:
    places = "、".join(str(other.row_number) for other in group[:5])
    return Rejection(
        sheet=row.sheet,
        row_number=number,
        column="",
        heading="",
        value=f"{row.store.label} {row.day}",
        code="repeated",
        reason=Text(
            zh=f"{row.store.label} {row.day} 在文件中出现多次（第 {places} 行）且数值不同，都没有导入",
            en=f"{row.store.label} {row.day} stands more than once and differs (rows {places}); none was taken",
        ),
    )
