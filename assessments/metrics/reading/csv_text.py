"""CSV: strict decoding in a fixed order, never a guess, and strict quoting."""

from __future__ import annotations

import csv
import io
import re
from itertools import chain, islice
from typing import Any, Final

from assessments.engine.text import Text
from assessments.metrics.reading import limits
from assessments.metrics.reading.raw import RawCell
from assessments.metrics.reading.results import UnreadableFile
from assessments.metrics.reading.sheets import Sheet

_BOMS: Final = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_PRIVATE_USE: Final = re.compile("[\ue000-\uf8ff]")
_DELIMITERS: Final = ",\t;"
_CHUNK_ROWS: Final = 2_000


def read_sheet(content: bytes) -> tuple[str, Sheet]:
    """The encoding found and the one sheet of a CSV. UnreadableFile: undecodable, nul, csv_syntax, too_large."""
    encoding, text = decode(content)
    if (at := text.find("\0")) >= 0:
        line = text.count("\n", 0, at) + 1
        raise UnreadableFile(
            "nul",
            Text(
                zh=f"第 {line} 行含空字符 (NUL)，文件可能已损坏", en=f"line {line} holds a NUL; the file may be damaged"
            ),
        )
    return encoding, Sheet("", _split(text))


def decode(content: bytes) -> tuple[str, str]:
    """Decodes by BOM, else as UTF-8, else as GB18030, each strictly. The name is "utf-8-bom", "utf-8", "gb18030" …"""
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            try:
                return f"{encoding}-bom", content[len(bom) :].decode(encoding)
            except UnicodeDecodeError as problem:
                raise _undecodable(problem.start + len(bom), encoding) from None
    try:
        return "utf-8", content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError as problem:
        raise _undecodable(problem.start, "gb18030") from None
    # Bytes of another encoding often fall into the private-use area of GB18030, which no export uses.
    if (found := _PRIVATE_USE.search(text)) is not None:
        raise _undecodable(len(text[: found.start()].encode("gb18030")), "gb18030")
    return "gb18030", text


def _undecodable(offset: int, encoding: str) -> UnreadableFile:
    return UnreadableFile(
        "undecodable",
        Text(
            zh=f"第 {offset} 个字节不是有效的 {encoding} 文字；请另存为 UTF-8 或 GBK 的 CSV，或改用 .xlsx",
            en=f"byte {offset} is not valid {encoding}; save the file as CSV in UTF-8 or GBK, or as .xlsx",
        ),
    )


def _split(text: str) -> list[list[RawCell]]:
    rows = _split_by_chunks(text)
    return _split_by_rows(text) if rows is None else rows


def _split_by_chunks(text: str) -> list[list[RawCell]] | None:
    """All rows of a file within every limit, whose quoting is strict; None for any other."""
    rows: list[Any] = []
    cell_count = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_find_delimiter(text), strict=True)
    try:
        while chunk := list(islice(reader, _CHUNK_ROWS)):
            widths = list(map(len, chunk))
            cell_count += sum(widths)
            rows.extend(chunk)
            longest = max(map(len, chain.from_iterable(chunk)), default=0)
            if (
                len(rows) > limits.ROWS + limits.HEADER_ROWS
                or max(widths) > limits.COLUMNS
                or cell_count > limits.CELLS
                or longest > limits.CELL_CHARS
            ):
                return None
    except csv.Error:
        return None
    return rows


def _split_by_rows(text: str) -> list[list[RawCell]]:
    """The same row by row, to stop at the first that is too much and to say which it is."""
    rows: list[list[RawCell]] = []
    cell_count = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_find_delimiter(text), strict=True)
    try:
        for cells in reader:
            rows.append(list(cells))  # Blank lines stay, so that row numbers are what an editor shows.
            cell_count += len(cells)
            limits.refuse_too_many("行数", "rows", len(rows), limits.ROWS + limits.HEADER_ROWS)
            limits.refuse_too_many(
                f"第 {len(rows)} 行的列数", f"columns in row {len(rows)}", len(cells), limits.COLUMNS
            )
            limits.refuse_too_many("单元格数", "cells", cell_count, limits.CELLS)
            longest = max(map(len, cells), default=0)
            limits.refuse_too_many("单元格字数", "characters in a cell", longest, limits.CELL_CHARS)
    except csv.Error as problem:
        if "field limit" in str(problem):
            limits.refuse_too_many("单元格字数", "characters in a cell", csv.field_size_limit(), limits.CELL_CHARS)
        raise UnreadableFile(
            "csv_syntax",
            Text(
                zh=f"第 {reader.line_num} 行附近的引号没有配对或格式有误，文件可能被截断",
                en=f"near line {reader.line_num}: an unclosed quote or a broken line; the file may be cut off",
            ),
        ) from None
    return rows


def _find_delimiter(text: str) -> str:
    head = text[:20_000]
    return max(_DELIMITERS, key=lambda sign: (head.count(sign), sign == ","))
