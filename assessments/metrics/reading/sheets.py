"""A sheet of raw cells and an opened file, whatever kind of file they came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assessments.metrics.reading.raw import RawCell


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of raw cells from row 1, column A. Rows of a CSV may differ in length; those of a workbook do not."""

    name: str
    rows: Sequence[Sequence[RawCell]]


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file opened: its container ("xls", "xlsx" or "csv"), the text encoding of a CSV, and its sheets."""

    container: str
    encoding: str
    sheets: tuple[Sheet, ...]
