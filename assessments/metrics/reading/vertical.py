"""Vertical layout: one sheet is one store-day, each row a metric, with the scores of its dimension beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from assessments.metrics.catalogue import BY_CODE
from assessments.metrics.reading.cells import ColumnReader
from assessments.metrics.reading.formats.base import Format, Vertical
from assessments.metrics.reading.headings import Heading, read_heading
from assessments.metrics.reading.notes import find_day, find_store
from assessments.metrics.reading.raw import CellProblem, RawCell, is_missing
from assessments.metrics.reading.recognise import Located
from assessments.metrics.reading.results import ParsedRow
from assessments.metrics.reading.table import SheetAccount, is_empty, list_left_out, require_store

Problem = tuple[Heading | None, RawCell, CellProblem]
_CONFLICT: Final = CellProblem(
    "conflict", "同一指标在表中出现两次且数值不同", "the same metric stands twice in the sheet with different values"
)


@dataclass(frozen=True, slots=True)
class _Parts:
    dimension: Heading | None
    dimension_score: Heading | None
    metric: Heading | None
    metric_value: Heading | None
    metric_points: Heading | None


def read_vertical(found: Located, *, file_name: str, default_store: str | None) -> SheetAccount:
    """Reads a sheet into at most one store-day. UnreadableFile: store_needed, day_needed."""
    shape = found.format.vertical
    assert shape is not None
    store = find_store(found.sheet, found.row, default_store)
    require_store(store, found.sheet)
    day = find_day(found.sheet, found.row, file_name)
    account = SheetAccount(found.sheet)
    parts = _assign(shape, found.headings)
    used = {heading.column for heading in _headings(parts)}
    account.left_out = list_left_out(
        found.sheet, found.row, (heading for heading in found.headings if heading.column not in used)
    )
    values: dict[str, int | None] = {}
    taken: list[int] = []
    for number, row in enumerate(found.sheet.rows[found.row + 1 :], start=found.row + 1):
        if is_empty(row):
            continue
        if shape.ends_before and any(isinstance(raw, str) and raw.startswith(shape.ends_before) for raw in row[:1]):
            break
        account.data_rows += 1
        problems: list[Problem] = []
        read = _read_row(found.format, shape, parts, row, problems)
        clashes = [code for code, value in read.items() if code in values and values[code] != value]
        if clashes and not problems:
            problems.append((parts.metric, _at(row, parts.metric), _CONFLICT))
        if problems:
            account.reject(number, problems)
            continue
        values.update(read)
        taken.append(number + 1)
    if taken:
        account.rows.append(ParsedRow(found.sheet.name, taken[-1], store, day, values, tuple(taken)))
    return account


def _assign(shape: Vertical, headings: Sequence[Heading]) -> _Parts:
    named = {heading.name: heading for heading in reversed(headings)}
    return _Parts(
        *(
            named.get(name)
            for name in (
                shape.dimension,
                shape.dimension_score,
                shape.metric,
                shape.metric_value,
                shape.metric_points,
            )
        )
    )


def _headings(parts: _Parts) -> list[Heading]:
    every = (parts.dimension, parts.dimension_score, parts.metric, parts.metric_value, parts.metric_points)
    return [heading for heading in every if heading is not None]


def _at(row: Sequence[RawCell], heading: Heading | None) -> RawCell:
    return row[heading.column] if heading is not None and heading.column < len(row) else None


def _read_row(
    form: Format, shape: Vertical, parts: _Parts, row: Sequence[RawCell], problems: list[Problem]
) -> dict[str, int | None]:
    values: dict[str, int | None] = {}
    # The name of a dimension stands in the first of its rows only, as the cells are merged.
    dimension = _at(row, parts.dimension)
    if not is_missing(dimension):
        name = read_heading(0, dimension).name
        if name in shape.dimensions:
            _take(values, shape.dimensions[name], parts.dimension_score, row, problems)
        else:
            problems.append((parts.dimension, dimension, _unknown(name)))
    label = _at(row, parts.metric)
    if not is_missing(label):
        heading = read_heading(0, label)
        metric = form.find_metric(heading)
        if metric is None:
            problems.append((parts.metric, label, _unknown(heading.name)))
            return values
        _take(values, metric.code, parts.metric_value, row, problems, declared=heading.unit)
        if metric.code in shape.points and parts.metric_points is not None:
            _take(values, shape.points[metric.code], parts.metric_points, row, problems)
    elif is_missing(dimension):
        problems.append((parts.metric, label, _unknown("")))
    return values


def _take(
    values: dict[str, int | None],
    code: str,
    heading: Heading | None,
    row: Sequence[RawCell],
    problems: list[Problem],
    *,
    declared: str = "",
) -> None:
    raw = _at(row, heading)
    try:
        values[code] = ColumnReader(BY_CODE[code], declared).read(raw)
    except CellProblem as problem:
        problems.append((heading, raw, problem))


def _unknown(name: str) -> CellProblem:
    return CellProblem(
        "unknown_metric", f"不认识的维度或指标：{name or '空'}", f"unknown dimension or metric: {name or 'none'}"
    )
