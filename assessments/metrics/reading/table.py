"""What the layouts share: the account of a sheet's rows, summary rows, and the columns that are left out."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from assessments.engine.text import Text
from assessments.metrics.catalogue import BY_CODE, INT4_MAX, INT8_MAX
from assessments.metrics.reading import limits
from assessments.metrics.reading.cells import ColumnReader
from assessments.metrics.reading.headings import Heading, is_personal, letter, name_of
from assessments.metrics.reading.privacy import HIDDEN, HIDDEN_CELL, is_figure, mask
from assessments.metrics.reading.raw import CellProblem, RawCell, is_blank, is_missing, narrow, show
from assessments.metrics.reading.results import (
    FieldPlace,
    LeftOutColumn,
    Notice,
    ParsedRow,
    Record,
    Rejection,
    StoreRef,
    UnreadableFile,
)
from assessments.metrics.reading.sheets import Sheet

_SUMMARY_STARTS: Final = ("合计", "总计", "小计", "汇总", "平均值", "均值", "全店汇总", "全店平均", "同行同层", "总和")
_LABEL_COLUMNS: Final = 3  # A summary row says so in one of its first filled cells.
_FULL_DETAIL: Final = 20_000  # Beyond so many rejections only the first bad cell of a row is listed.


# Those of this process, for the reading process to say how far it is. A sheet is read once, so there are few.
ACCOUNTS: Final[deque[SheetAccount]] = deque(maxlen=limits.SHEETS)


@dataclass(slots=True)
class SheetAccount:
    """Rows and rejections of one sheet as they come up."""

    sheet: Sheet
    rows: list[ParsedRow] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    left_out: list[LeftOutColumn] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    data_rows: int = 0
    summary_rows: int = 0
    rounded_cells: int = 0
    records: list[Record] = field(default_factory=list)
    places: list[FieldPlace] = field(default_factory=list)
    headings: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        ACCOUNTS.append(self)

    def takes(self, row: int, cells: Sequence[RawCell], headings: Sequence[Heading], *, is_padded: bool) -> bool:
        """Counts a row (counted from 0), and tells whether it is to be read: no blank row, no total, not shifted."""
        if is_empty(cells):
            return False
        if is_summary(cells):
            self.summary_rows += 1
            return False
        self.data_rows += 1
        misfit = check_width(cells, headings, is_padded=is_padded)
        if misfit is not None:
            self.reject(row, [(None, "", misfit)])
        return misfit is None

    def reject(self, row: int, problems: Iterable[tuple[Heading | None, RawCell, CellProblem]]) -> None:
        """Lists why a row (counted from 0) was not taken; the whole row is out."""
        guarded = any(column.personal for column in self.left_out)
        for heading, raw, problem in problems:
            # In a shifted row a name or an address stands under the heading of a figure.
            hidden = heading is not None and guarded and not is_figure(raw)
            self.rejections.append(
                Rejection(
                    sheet=self.sheet.name,
                    row_number=row + 1,
                    column="" if heading is None else letter(heading.column),
                    heading="" if heading is None else mask(heading.shown),
                    value=HIDDEN if hidden else mask(show(raw)),
                    code=problem.code,
                    reason=HIDDEN_CELL if hidden else Text(zh=mask(problem.reason.zh), en=mask(problem.reason.en)),
                )
            )
            if len(self.rejections) > _FULL_DETAIL:
                return


def is_summary(row: Sequence[RawCell]) -> bool:
    """Whether a row is a total or a mean of other rows and no data of its own."""
    filled = islice((raw for raw in row if not is_blank(raw)), _LABEL_COLUMNS)
    return any(map(is_summary_label, filled))


def is_summary_label(raw: RawCell) -> bool:
    """Whether a cell begins like the label of a total or a mean."""
    return isinstance(raw, str) and not raw.isascii() and narrow(raw).startswith(_SUMMARY_STARTS)


def is_empty(row: Sequence[RawCell]) -> bool:
    """Whether no cell of the row holds anything."""
    return all(is_blank(raw) for raw in row)


def check_width(row: Sequence[RawCell], headings: Sequence[Heading], *, is_padded: bool) -> CellProblem | None:
    """The problem of a row that is longer or shorter than its headings; rows of workbooks are padded, never short."""
    width = headings[-1].column + 1
    if any(not is_blank(raw) for raw in row[width:]):
        return CellProblem(
            "column_shift",
            "这一行的内容超出了表头，疑似错列，整行未导入",
            "the row reaches beyond the headings; its columns seem shifted, so nothing of it was taken",
        )
    if not is_padded and len(row) < width:
        return CellProblem(
            "short_row",
            f"这一行只有 {len(row)} 列，表头有 {width} 列，疑似被截断或错列",
            f"the row has {len(row)} cells under {width} headings; it seems cut off or shifted",
        )
    return None


def is_too_much(values: Mapping[str, int | None]) -> bool:
    """Whether a sum of possible figures is none itself, because it passes what its column can hold."""
    return any(
        value is not None and abs(value) > (INT8_MAX if BY_CODE[code].is_big else INT4_MAX)
        for code, value in values.items()
    )


def list_left_out(sheet: Sheet, header_row: int, headings: Iterable[Heading]) -> list[LeftOutColumn]:
    """The columns that nothing reads, with the number of filled cells that were dropped with each."""
    left_out = []
    for heading in headings:
        below = sheet.rows[header_row + 1 :]
        cells = sum(heading.column < len(row) and not is_missing(row[heading.column]) for row in below)
        left_out.append(
            LeftOutColumn(sheet.name, letter(heading.column), name_of(heading), is_personal(heading), cells)
        )
    return left_out


def place_headings(columns: Iterable[tuple[Heading, ColumnReader]]) -> dict[str, str]:
    """Metric code → where its column stands and what it is called, for SheetRead."""
    return {reader.metric.code: f"{letter(heading.column)} {heading.shown}" for heading, reader in columns}


def require_store(store: StoreRef, sheet: Sheet) -> None:
    """UnreadableFile "store_needed" when neither the sheet nor the uploader names the store."""
    if not store.label:
        raise UnreadableFile(
            "store_needed",
            Text(
                zh="文件里没有写是哪家店铺，请选择店铺后再上传",
                en="the file does not say which store it is about: choose the store and upload again",
            ),
            sheet=sheet.name,
        )
