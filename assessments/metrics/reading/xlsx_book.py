"""XLSX: the zip and its XML are checked by streaming before calamine sees them."""

from __future__ import annotations

import io
import posixpath
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from assessments.engine.text import Text
from assessments.metrics.reading import limits
from assessments.metrics.reading.privacy import mask
from assessments.metrics.reading.results import UnreadableFile
from assessments.metrics.reading.sheets import Sheet
from assessments.metrics.reading.workbook_cells import SheetScan, damaged, encrypted, has_macros, read_cells
from assessments.metrics.reading.xlsx_scan import StyleScan, WorkbookScan, WorksheetScan, scan_part

_CHUNK: Final = 1 << 16
_ARCHIVES: Final = (".zip", ".xlsx", ".xlsm", ".docx", ".rar", ".7z", ".gz", ".jar")
_ACTIVE: Final = re.compile(r"vbaproject|macrosheets|embeddings/|activex|\.ole$|workbook\.bin$", re.IGNORECASE)
_ENCRYPTED_FLAG: Final = 0x1


def read_sheets(content: bytes) -> tuple[Sheet, ...]:
    """The worksheets of an .xlsx. UnreadableFile: damaged, bomb, bad_archive, active_content, encrypted, too_large …"""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_entries(archive)
            scans = _scan_parts(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError) as problem:
        raise damaged(str(problem)) from None
    return read_cells(content, scans)


def _check_entries(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    limits.refuse_too_many("压缩包内文件数", "entries in the archive", len(entries), limits.ZIP_ENTRIES)
    limits.refuse_too_many(
        "解压后的字节数", "bytes when unpacked", sum(entry.file_size for entry in entries), limits.UNPACKED_BYTES
    )
    seen: set[str] = set()
    for entry in entries:
        name = entry.filename
        if entry.flag_bits & _ENCRYPTED_FLAG:
            raise encrypted()
        if _ACTIVE.search(name):
            raise has_macros()
        is_link = stat.S_ISLNK(entry.external_attr >> 16)
        climbs = name.startswith("/") or "\\" in name or ".." in name.split("/")
        if is_link or climbs or name.lower() in seen or name.lower().endswith(_ARCHIVES):
            raise _bad_archive(name)
        seen.add(name.lower())
        if entry.file_size > limits.RATIO_FROM_BYTES and entry.file_size > limits.RATIO * entry.compress_size:
            raise _bomb(name)


def _scan_parts(archive: zipfile.ZipFile) -> dict[str, SheetScan]:
    """Scans every XML part, wherever it lies, and returns the worksheets' scans by sheet name."""
    names = archive.namelist()
    styles = StyleScan()
    if (styles_name := next((name for name in names if name.lower() == "xl/styles.xml"), None)) is not None:
        scan_part(styles, _stream(archive, styles_name))
    worksheets: dict[str, SheetScan] = {}
    book = WorkbookScan()
    for name in names:
        chunks = _stream(archive, name)
        first = next(chunks, b"")
        # A part that is no XML (a picture, printer settings) is nothing that a parser would take for a sheet.
        if not first.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").startswith(b"<") or name == styles_name:
            continue
        if name.lower() in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
            scan_part(book, _chain(first, chunks))
            continue
        sheet = WorksheetScan(styles.percent_styles)
        scan_part(sheet, _chain(first, chunks))
        if sheet.is_worksheet:
            sheet.result.check_extent(name)
            worksheets[name] = sheet.result
    return {
        title: worksheets[path]
        for title, target in book.targets()
        if (path := posixpath.normpath(posixpath.join("xl", target)).lstrip("/")) in worksheets
    }


def _chain(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _stream(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """The unpacked bytes of an entry, never more of them than it declared."""
    declared = archive.getinfo(name).file_size
    count = 0
    with archive.open(name) as part:
        while chunk := part.read(_CHUNK):
            count += len(chunk)
            if count > declared:
                raise _bomb(name)
            yield chunk


def _bomb(name: str) -> UnreadableFile:
    name = mask(name[:80])
    return UnreadableFile(
        "bomb",
        Text(zh=f"压缩包内的 {name} 压缩率异常，已拒绝", en=f"{name} in the archive unpacks to far too much; refused"),
    )


def _bad_archive(name: str) -> UnreadableFile:
    name = mask(name[:80])
    return UnreadableFile(
        "bad_archive",
        Text(zh=f"压缩包结构异常：{name}", en=f"the archive holds something a workbook has no use for: {name}"),
    )
