"""Streaming scans of XLSX parts: extents, percent formats, error cells; DOCTYPE and oversized text refused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, Protocol
from xml.parsers import expat

from assessments.engine.text import Text
from assessments.metrics.reading import limits
from assessments.metrics.reading.results import UnreadableFile
from assessments.metrics.reading.workbook_cells import SheetScan, damaged, is_percent_format

_ELEMENTS: Final = 6_000_000
# Bytes between two elements that no allowed text reaches, even with every character written as an entity.
_GAP: Final = limits.CELL_CHARS * 8
_REF: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_CONTENT: Final = frozenset({"v", "is", "f"})
_BUILT_IN_PERCENTS: Final = frozenset({"9", "10"})


class PartScan(Protocol):
    """What a scan does with the start of each element of a part."""

    def start(self, name: str, attributes: dict[str, str], parser: expat.XMLParserType) -> None:
        """Called with the local name of every element."""


def scan_part(scan: PartScan, chunks: Iterable[bytes]) -> None:
    """Feeds a part to a scan. UnreadableFile: doctype, damaged, too_large."""
    parser = expat.ParserCreate()
    state = [0, 0]  # elements so far, byte of the last element

    def start(name: str, attributes: dict[str, str]) -> None:
        at = parser.CurrentByteIndex
        if at - state[1] > _GAP:
            limits.refuse_too_many("单元格字节数", "bytes in a cell", at - state[1], _GAP)
        state[1] = at
        state[0] += 1
        if state[0] > _ELEMENTS:
            limits.refuse_too_many("XML 元素数", "XML elements", state[0], _ELEMENTS)
        scan.start(name.rpartition(":")[2] if ":" in name else name, attributes, parser)

    def doctype(*_: object) -> None:
        raise UnreadableFile(
            "doctype", Text(zh="文件含有 DOCTYPE 声明，已拒绝", en="the file holds a DOCTYPE declaration; refused")
        )

    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = doctype
    fed = 0
    try:
        for chunk in chunks:
            fed += len(chunk)
            parser.Parse(chunk, False)
            if fed - state[1] > _GAP + len(chunk):
                limits.refuse_too_many("单元格字节数", "bytes in a cell", fed - state[1], _GAP)
        parser.Parse(b"", True)
    except expat.ExpatError as problem:
        raise damaged(str(problem)) from None


class StyleScan:
    """Finds the cell styles whose number format is a percent."""

    def __init__(self) -> None:
        self.percent_styles: set[str] = set()
        self._formats: set[str] = set(_BUILT_IN_PERCENTS)
        self._section = ""
        self._count = 0

    def start(self, name: str, attributes: dict[str, str], parser: expat.XMLParserType) -> None:
        """Takes number formats first and then the styles of cells, in the order of the part."""
        if name == "numFmt" and is_percent_format(attributes.get("formatCode", "")):
            self._formats.add(attributes.get("numFmtId", ""))
        elif name in ("cellXfs", "cellStyleXfs", "dxfs", "cellStyles"):
            self._section = name
        elif name == "xf" and self._section == "cellXfs":
            if attributes.get("numFmtId", "0") in self._formats:
                self.percent_styles.add(str(self._count))
            self._count += 1


class WorkbookScan:
    """Collects sheet titles and the parts that they stand for."""

    def __init__(self) -> None:
        self._titles: list[tuple[str, str]] = []
        self._parts: dict[str, str] = {}

    def start(self, name: str, attributes: dict[str, str], parser: expat.XMLParserType) -> None:
        """Takes <sheet> of the workbook and <Relationship> of its relations."""
        if name == "sheet":
            key = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
            self._titles.append((attributes.get("name", ""), key))
        elif name == "Relationship":
            self._parts[attributes.get("Id", "")] = attributes.get("Target", "")

    def targets(self) -> Iterator[tuple[str, str]]:
        """Sheet title and target, relative to xl/ unless it starts with a slash."""
        for title, key in self._titles:
            if key in self._parts:
                yield title, self._parts[key]


class WorksheetScan:
    """Finds the extent of a worksheet from the cells themselves; its <dimension> may say anything."""

    def __init__(self, percent_styles: set[str]) -> None:
        self.result = SheetScan()
        self.is_worksheet = False
        self._percent_styles = percent_styles
        self._columns: dict[str, int] = {}
        self._row, self._column = -1, -1
        self._is_listening = False

    def start(self, name: str, attributes: dict[str, str], parser: expat.XMLParserType) -> None:
        """Follows rows and cells; a cell without a reference stands right of the one before."""
        if name in _CONTENT:
            self._filled()
        elif name == "c":
            self._cell(attributes, parser)
        elif name == "row":
            self._row = _number(attributes["r"]) - 1 if "r" in attributes else self._row + 1
            self._column = -1
        elif name == "worksheet":
            self.is_worksheet = True

    def _cell(self, attributes: dict[str, str], parser: expat.XMLParserType) -> None:
        if (reference := attributes.get("r")) is None:
            self._column += 1
        else:
            if (matched := _REF.fullmatch(reference)) is None:
                raise damaged(f"cell reference {reference[:20]!r}")
            self._row = int(matched[2]) - 1
            self._column = self._index(matched[1])
        if self._is_listening:
            parser.CharacterDataHandler = None
            self._is_listening = False
        kind = attributes.get("t", "n")
        if kind == "n" and attributes.get("s") in self._percent_styles:
            self.result.percents.setdefault(self._row, set()).add(self._column)
        elif kind == "e":
            self._listen(parser, self._row, self._column)

    def _filled(self) -> None:
        """The cell has content; cells that are only formatted often run to the last row, and the parser skips them."""
        result = self.result
        if self._row <= result.last_row and self._column <= result.last_column:
            return
        result.extend(self._row, self._column)
        if result.last_row > limits.ROWS + limits.HEADER_ROWS or result.last_column > limits.COLUMNS:
            result.check_extent("")

    def _index(self, letters: str) -> int:
        if (known := self._columns.get(letters)) is not None:
            return known
        number = 0
        for sign in letters:
            number = number * 26 + ord(sign) - 64
        self._columns[letters] = number - 1
        return number - 1

    def _listen(self, parser: expat.XMLParserType, row: int, column: int) -> None:
        """Takes the text of an error cell; listening to all text would slow every sheet down."""

        def heard(text: str) -> None:
            if text.startswith("#"):
                self.result.faults[row][column] = text[:20]

        self.result.faults.setdefault(row, {})[column] = "#ERROR"
        parser.CharacterDataHandler = heard
        self._is_listening = True


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 7):
        raise damaged(f"row number {text[:20]!r}")
    return int(text)
