"""Cases of kind "cell" and "file": what the importer reads."""

import csv
import io
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import xlsxwriter

from assessments.metrics.catalogue import BY_CODE
from assessments.metrics.reading.cells import read_metric, read_quantity
from assessments.metrics.reading.days import read_day, read_id
from assessments.metrics.reading.parse import parse_file
from assessments.metrics.reading.raw import CellProblem, RawCell
from assessments.metrics.reading.results import ParsedFile, UnreadableFile
from assessments.rulebooks.cases.values import CaseMistake, Keys


def run_cell(given: Keys) -> tuple[list[str], dict[str, Any]]:
    """Read one cell as a number with its unit, as a metric, as an id or as a day."""
    raw: RawCell = given.take("raw")
    kind = given.text("as", "number")
    metric = given.take("metric")
    declared = given.text("declared", "") if "declared" in given else ""
    given.close("raw, as, metric, declared")
    answers: dict[str, Any] = {"value": None, "unit": None, "missing": None, "error": None}
    try:
        if metric is not None:
            if metric not in BY_CODE:
                raise CaseMistake("given.metric", f"there is no metric {metric}")
            stored = read_metric(raw, BY_CODE[metric], declared)
            answers["value"] = None if stored is None else BY_CODE[metric].from_stored(stored)
        elif kind == "number":
            quantity = read_quantity(raw)
            is_rate = quantity.unit == "%" and quantity.value is not None
            answers["value"] = quantity.value / 100 if is_rate and quantity.value is not None else quantity.value
            answers["unit"] = quantity.unit
        elif kind == "id":
            answers["value"] = read_id(raw) or None
        elif kind == "day":
            answers["value"] = read_day(raw)
        else:
            raise CaseMistake("given.as", "one of number, id, day")
        answers["missing"] = answers["value"] is None
    except CellProblem as problem:
        answers["error"] = problem.code
        return [problem.reason.zh, problem.reason.en], answers
    return [f"{raw!r} → {answers['value']}"], answers


def run_file(given: Keys) -> tuple[list[str], dict[str, Any]]:
    """Write the rows of a case into one or more files and read them back; several must give the same rows."""
    rows = given.rows("rows")
    name = given.text("name", "report")
    store = given.text("store", "示例店铺")
    forms = [str(form) for form in given.rows("formats")] or ["csv:utf-8-sig"]
    given.close("rows, name, store, formats")
    outcomes: list[dict[str, Any]] = []
    for form in forms:
        container, _, encoding = form.partition(":")
        if container not in _WRITERS:
            raise CaseMistake("given.formats", f"one of {', '.join(_WRITERS)}, for csv with an encoding: csv:gb18030")
        content = _WRITERS[container](rows, encoding or "utf-8-sig")
        try:
            file_name = name if "." in name else f"{name}.{container}"
            outcomes.append(_answers(parse_file(content, file_name, default_store=store)))
        except UnreadableFile as error:
            outcomes.append({**dict.fromkeys(_NAMES), "error": error.code})
    first = outcomes[0]
    first["same_in_all_formats"] = all(outcome == first for outcome in outcomes)
    return [f"{form}: {outcome}" for form, outcome in zip(forms, outcomes, strict=True)], first


def _answers(parsed: ParsedFile) -> dict[str, Any]:
    return {
        "error": None,
        "kind": parsed.kind,
        "header_row": parsed.sheets[0].header_row,
        "rows": len(parsed.rows),
        "rows_read": parsed.rows_read,
        "rejected_rows": parsed.rejected_rows,
        "summary_rows": parsed.summary_rows,
        "rejections": sorted({rejection.code for rejection in parsed.rejections}),
        "personal_columns": sorted({column.heading for column in parsed.left_out_columns if column.personal}),
        "values": {
            row.day.isoformat(): {
                code: None if stored is None else BY_CODE[code].from_stored(stored)
                for code, stored in row.values.items()
            }
            for row in parsed.rows
        },
    }


def _csv(rows: list[Any], encoding: str) -> bytes:
    written = io.StringIO(newline="")
    csv.writer(written).writerows([["" if cell is None else cell for cell in row] for row in rows])
    try:
        return written.getvalue().encode(encoding)
    except LookupError as error:
        raise CaseMistake("given.formats", f"there is no encoding {encoding}") from error


def _xlsx(rows: list[Any], _encoding: str) -> bytes:
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, {"in_memory": True, "strings_to_numbers": False})
    sheet = book.add_worksheet()
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet.write(at, column, _plain(cell))
    book.close()
    return written.getvalue()


def _xls(rows: list[Any], _encoding: str) -> bytes:
    """Legacy BIFF needs xlwt, which is installed for development only."""
    try:
        import xlwt  # noqa: PLC0415  (not installed in production)
    except ImportError as error:
        raise CaseMistake("given.formats", "xls needs the development requirement xlwt") from error
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Sheet1")
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet.write(at, column, _plain(cell))
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _plain(cell: Any) -> Any:
    return cell.isoformat() if isinstance(cell, date) else str(cell) if isinstance(cell, Decimal) else cell


_NAMES = (
    *("kind", "header_row", "rows", "rows_read", "rejected_rows", "summary_rows", "rejections"),
    *("personal_columns", "values"),
)
_WRITERS: Mapping[str, Callable[[list[Any], str], bytes]] = {"csv": _csv, "xlsx": _xlsx, "xls": _xls}
