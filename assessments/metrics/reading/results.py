"""What reading a file gives: parsed rows, rejections, what was left out, and the error for a file nobody can read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from assessments.engine.text import Text
from assessments.metrics.reading.fields import Value
from assessments.metrics.reading.privacy import mask


@dataclass(frozen=True, slots=True)
class StoreRef:
    """How a file names a store. Any part may be empty; `chosen` is what the uploader chose, untouched.

    A file's own words come first: `chosen` is filled only where the file names no store.
    """

    shop_id: str = ""
    name: str = ""
    chosen: str = ""

    @property
    def label(self) -> str:
        """The store as a person would recognise it in a message."""
        return self.name or self.shop_id or self.chosen


@dataclass(frozen=True, slots=True)
class ParsedRow:
    """One store-day. `values`: metric code → stored integer, None where the file says "no data"; absent = no column.

    `row_number` is the last row that gave it, counted from 1 as Excel does; `source_rows` are all of them: repeats of
    the same store-day, the metrics of a vertical sheet, or the rows added up by an aggregating format.
    """

    sheet: str
    row_number: int
    store: StoreRef
    day: date
    values: Mapping[str, int | None]
    source_rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a kind that is no store-day: field code → value, None where the cell is empty; absent = no column.

    `store` is empty for kinds whose records belong to no store that is there already.
    """

    sheet: str
    row_number: int
    store: StoreRef
    fields: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class FieldPlace:
    """In which column of a sheet a field of the records stands."""

    sheet: str
    field: str
    column: str
    heading: str


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a cell, and with it its whole row, was not taken. A row with three bad cells has three rejections.

    `column` is the letter as Excel shows it and `heading` what stands above it; both empty when the row as a whole
    is at fault. `value` is the cell as found, shortened; never the content of a personal column.
    """

    sheet: str
    row_number: int
    column: str
    heading: str
    value: str
    code: str
    reason: Text


@dataclass(frozen=True, slots=True)
class LeftOutColumn:
    """A column that was not carried: `personal` ones are dropped by law, the rest belong to no metric."""

    sheet: str
    column: str
    heading: str
    personal: bool
    cells: int


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that was read and not taken for a good reason, and that the uploader should know."""

    code: str
    reason: Text


@dataclass(frozen=True, slots=True)
class SheetRead:
    """A sheet that was read: where its headings stood and how its data rows were counted.

    `headings`: metric code → column letter and what stands above it; empty where a metric is no column.
    """

    name: str
    header_row: int
    data_rows: int
    summary_rows: int
    headings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """A file, read. Every data row is in exactly one row's `source_rows`, a record, or in `rejections`:

    rows_read == sum(len(row.source_rows) for row in rows) + len(records) + rejected_rows. Blank rows and summary
    rows (合计, 平均值) are no data rows; the latter are counted in `summary_rows`. `rounded_cells` counts spreadsheet
    numbers whose binary noise was rounded away. `places`: in which columns the fields of the records stand.
    """

    kind: str
    container: str
    encoding: str
    sheets: tuple[SheetRead, ...]
    rows: tuple[ParsedRow, ...]
    rejections: tuple[Rejection, ...]
    left_out_columns: tuple[LeftOutColumn, ...]
    rows_read: int
    rejected_rows: int
    summary_rows: int
    rounded_cells: int
    notices: tuple[Notice, ...] = ()
    records: tuple[Record, ...] = ()
    places: tuple[FieldPlace, ...] = ()

    @property
    def metric_codes(self) -> tuple[str, ...]:
        """Every metric code that some row carries, in order of first appearance."""
        return tuple(dict.fromkeys(code for row in self.rows for code in row.values))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A kind of file that this could be: the sheet and row of its headings, and how many metrics they name."""

    kind: str
    name: Text
    sheet: str
    header_row: int
    metrics: int
    score: int


@dataclass(frozen=True, slots=True)
class PreviewSheet:
    """The first rows of a sheet as text, for a person who has to say what this is. Phone-like numbers are masked."""

    name: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class TextSheet:
    """Every row of a sheet as text, as written: a number that is shown as a percent keeps its sign."""

    name: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class TextSheets:
    """A file opened and no more: for sheets that hold no figures of stores, such as a list of lines."""

    sheets: tuple[TextSheet, ...]


@dataclass(frozen=True, slots=True)
class Recognition:
    """What a file may be, best first; `kind` is empty when that is not certain and a person has to choose."""

    kind: str
    candidates: tuple[Candidate, ...]
    container: str
    encoding: str
    preview: tuple[PreviewSheet, ...]


class UnreadableFile(Exception):  # noqa: N818  (it names the file, as people do)
    """The file as a whole cannot be taken: `code` is stable, `reason` is for people, `sheet` may be empty.

    code "unsure" carries a `recognition` with candidates and preview.
    """

    def __init__(self, code: str, reason: Text, *, sheet: str = "", recognition: Recognition | None = None) -> None:
        super().__init__(f"{code}: {reason.en}")
        self.code = code
        self.reason = reason
        self.sheet = mask(sheet)
        self.recognition = recognition
