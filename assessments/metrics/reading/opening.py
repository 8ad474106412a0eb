"""Opening a file by its first bytes, because its name says nothing: a ".csv" may be an .xls and the other way round."""

from __future__ import annotations

from typing import Final

from assessments.engine.text import Text
from assessments.metrics.reading import csv_text, limits, xls_book, xlsx_book
from assessments.metrics.reading.results import UnreadableFile
from assessments.metrics.reading.sheets import OpenedFile

OLE_MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_MAGIC: Final = b"PK\x03\x04"


def open_file(content: bytes) -> OpenedFile:
    """Opens a file by its first bytes; UnreadableFile when it breaks the upload contract or cannot be parsed."""
    limits.refuse_too_many("文件字节数", "file size in bytes", len(content), limits.FILE_BYTES)
    start = content[:512].lstrip().lower()
    if not content.strip(b"\0\r\n\t "):
        raise UnreadableFile("empty", Text(zh="文件是空的", en="the file is empty"))
    if content.startswith(OLE_MAGIC):
        return OpenedFile("xls", "", xls_book.read_sheets(content))
    if content.startswith(ZIP_MAGIC):
        return OpenedFile("xlsx", "", xlsx_book.read_sheets(content))
    if start.startswith((b"<", b"\xef\xbb\xbf<")):
        raise UnreadableFile(
            "markup",
            Text(
                zh="这是网页或 XML 格式的表格（扩展名可能是 .xls）；请用表格软件打开后另存为 .xlsx",
                en="this is a table in HTML or XML, whatever its name says; open it and save it as .xlsx",
            ),
        )
    if start.startswith((b"%pdf", b"rar!", b"7z\xbc\xaf", b"\x89png", b"\xff\xd8\xff", b"\x1f\x8b")):
        raise UnreadableFile(
            "not_a_table",
            Text(zh="这不是表格文件，请上传 .xls、.xlsx 或 .csv", en="not a table: upload .xls, .xlsx or .csv"),
        )
    encoding, sheet = csv_text.read_sheet(content)
    return OpenedFile("csv", encoding, (sheet,))
