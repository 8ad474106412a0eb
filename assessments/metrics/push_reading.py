"""Pushed figures, from bytes to the rows that files are read into: numbers exact, and a bad line is one bad line."""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, partial
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _
from rest_framework import status

from assessments.metrics.catalogue import BY_CODE, Unit
from assessments.metrics.reading.cells import ColumnReader, read_quantity
from assessments.metrics.reading.days import read_day, read_id
from assessments.metrics.reading.raw import CellProblem, is_missing, show
from assessments.metrics.reading.results import ParsedFile, ParsedRow, Rejection, StoreRef
from core.api.errors import InvalidInput, ServiceError

PUSH: Final = "push"
MOST_ROWS: Final = 5_000
MOST_BYTES: Final = 5 * 1024 * 1024
LIST_KEY: Final = "observations"
ROW_KEYS: Final = frozenset({"store", "day", "values"})
_MOST_PROBLEMS: Final = 200  # Of one row: nobody needs to read more, and a row must not fill the memory.
_LONGEST: Final = 100  # No number, day or id is longer; what is, is not looked at closely.
_PLAIN: Final = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_OUR_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
# What a bare number is, where a file would have to say so: the catalogue's natural unit.
_NATURAL: Final = {Unit.RATE: "fraction", Unit.SECONDS: "秒"}


class PushTooLarge(ServiceError):  # noqa: N818 - named as people say it
    """More than is taken over while the caller waits."""

    status = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE


class Numeral(str):
    """A JSON number as it was written: no binary float comes near it."""

    __slots__ = ()


class Members(dict[str, Any]):
    """A JSON object; `doubled` are the keys that stood in it more than once."""

    __slots__ = ("doubled",)

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.doubled = [] if len(self) == len(pairs) else _doubled(pairs)


@dataclass(slots=True)
class PushRead:
    """What was read, and how each row called its store and day."""

    parsed: ParsedFile
    named: Mapping[int, tuple[str, str]]


@dataclass(slots=True)
class _Row:
    """One row on its way: its number, and what was found wrong with it."""

    number: int
    wrong: list[Rejection] = field(default_factory=list)

    def read(self, heading: str, raw: Any, reader: Callable[[Any], Any]) -> Any:
        """What `reader` makes of `raw`; None once it has been noted why it cannot be taken."""
        try:
            return reader(_clean(raw) if isinstance(raw, str) else raw)
        except CellProblem as problem:
            self.refuse(heading, raw, problem)
            return None

    def refuse(self, heading: str, raw: Any, problem: CellProblem) -> None:
        if len(self.wrong) >= _MOST_PROBLEMS:
            return
        self.wrong.append(
            Rejection(
                sheet="",
                row_number=self.number,
                column="",
                heading=_clean(heading),
                value=_clean(show(raw)),
                code=problem.code,
                reason=problem.reason,
            )
        )


def refuse_too_large() -> PushTooLarge:
    """What is said of a push above one of the two limits."""
    detail = _("A push holds at most %(rows)s rows and %(megabytes)s MB: send the rest in a push of its own.")
    return PushTooLarge("too_large", detail % {"rows": f"{MOST_ROWS:,}", "megabytes": MOST_BYTES // 1024**2})


def read_push(*, content: bytes, is_lines: bool) -> PushRead:
    """Read a push: a JSON array, an object with `observations`, or (`is_lines`) one JSON object on each line.

    Raises PushTooLarge above MOST_ROWS or MOST_BYTES, InvalidInput for a body that is no JSON or holds nothing.
    """
    if len(content) > MOST_BYTES:
        raise refuse_too_large()
    numbered = _read_lines(content) if is_lines else list(enumerate(_read_items(content), start=1))
    if not numbered:
        raise InvalidInput("invalid", _("The input is not valid."), fields={LIST_KEY: [_("There is nothing in it.")]})
    rows: list[ParsedRow] = []
    wrong: list[Rejection] = []
    for number, item in numbered:
        reading = _Row(number)
        parsed = _read_row(reading, item)
        wrong += reading.wrong
        if parsed is not None:
            rows.append(parsed)
    return PushRead(_as_file(rows, wrong, read=len(numbered)), {number: _named(item) for number, item in numbered})


def _as_file(rows: list[ParsedRow], wrong: list[Rejection], *, read: int) -> ParsedFile:
    return ParsedFile(
        kind=PUSH,
        container="json",
        encoding="utf-8",
        sheets=(),
        rows=tuple(rows),
        rejections=tuple(wrong),
        left_out_columns=(),
        rows_read=read,
        rejected_rows=read - len(rows),
        summary_rows=0,
        rounded_cells=0,
    )


def _read_lines(content: bytes) -> list[tuple[int, Any]]:
    """Line number and object of each line that is not blank; a line that is no JSON stays text."""
    lines = [(number, line) for number, line in enumerate(content.split(b"\n"), start=1) if line.strip()]
    if len(lines) > MOST_ROWS:
        raise refuse_too_large()
    return [(number, _load_line(line)) for number, line in lines]


def _load_line(line: bytes) -> Any:
    try:
        return _load(line)
    except (ValueError, RecursionError):
        return line.decode("utf-8", "replace")


def _read_items(content: bytes) -> list[Any]:
    try:
        body = _load(content)
    except (ValueError, RecursionError):
        raise InvalidInput("parse_error", _("The body is not valid JSON.")) from None
    if isinstance(body, Members):
        unknown = {key: [_("Unknown or read-only field.")] for key in sorted(map(_clean, set(body) - {LIST_KEY}))}
        if unknown:
            raise InvalidInput("invalid", _("The input is not valid."), fields=unknown)
        body = body.get(LIST_KEY)
    if not isinstance(body, list):
        fields = {LIST_KEY: [_("A list of rows is needed.")]}
        raise InvalidInput("invalid", _("The input is not valid."), fields=fields)
    if len(body) > MOST_ROWS:
        raise refuse_too_large()
    return body


def _load(content: bytes) -> Any:
    return json.loads(
        content.decode("utf-8-sig"),
        parse_float=Numeral,
        parse_int=Numeral,
        parse_constant=Numeral,
        object_pairs_hook=Members,
    )


def _read_row(row: _Row, item: Any) -> ParsedRow | None:
    """One row as a file's would be, or None with everything that is wrong with it noted."""
    if not isinstance(item, Members):
        row.refuse("", item, CellProblem("not_json", "这一行不是 JSON 对象", "the row is not a JSON object"))
        return None
    for key in sorted(set(item) - ROW_KEYS):
        row.refuse(key, item[key], CellProblem("unknown_field", "没有这个字段", "there is no such field"))
    for key in item.doubled:
        row.refuse(key, item[key], _doubled_key())
    store = row.read("store", item.get("store"), _read_store)
    day = row.read("day", item.get("day"), _read_day)
    values = _read_values(row, item.get("values"))
    if row.wrong:
        return None
    return ParsedRow(sheet="", row_number=row.number, store=store, day=day, values=values, source_rows=(row.number,))


def _read_store(raw: Any) -> StoreRef:
    if raw is None or (isinstance(raw, str) and is_missing(raw)):
        raise CellProblem("store_missing", "缺少店铺", "the store is missing")
    # A program that holds an id as a number may have lost its last digits before it wrote them down.
    if not isinstance(raw, str) or isinstance(raw, Numeral) or len(raw) > _LONGEST:
        raise CellProblem("not_an_id", "店铺编号须是字符串", "an id of a store is a string")
    return StoreRef(chosen=str(UUID(raw))) if _OUR_ID.fullmatch(raw) else StoreRef(shop_id=read_id(raw))


def _read_day(raw: Any) -> date:
    if raw is None or raw == "":
        raise CellProblem("day_missing", "缺少日期", "the day is missing")
    if not isinstance(raw, str) or not _DAY.fullmatch(raw):
        raise CellProblem("not_a_day", "日期须写成 2026-11-21", "a day is written like 2026-11-21")
    return read_day(raw)


def _read_values(row: _Row, raw: Any) -> dict[str, int | None]:
    if not isinstance(raw, Members) or not raw:
        row.refuse("values", raw, CellProblem("no_values", "没有任何指标的数值", "there is no metric in it"))
        return {}
    for code in raw.doubled:
        row.refuse(code, raw[code], _doubled_key())
    return {code: row.read(code, value, partial(_read_value, code)) for code, value in raw.items()}


def _read_value(code: str, raw: Any) -> int | None:
    if code not in BY_CODE:
        raise CellProblem("unknown_metric", "没有这个指标，见指标目录", "there is no such metric; see the catalogue")
    if raw is None:
        return None
    if not isinstance(raw, str):
        raise CellProblem("wrong_type", "这里应是数字", "expected a number")
    if len(raw) > _LONGEST:
        raise CellProblem("too_long", "数字过长", "the number is too long")
    if not _PLAIN.fullmatch(raw):
        raise _explain(str(raw))
    return _reader(code).read(str(raw))


def _explain(text: str) -> CellProblem:
    """Why a text is no plain number. What a file may hold (2.19%, 1,234, a dash) is not guessed at here."""
    try:
        read_quantity(text)
    except CellProblem as problem:
        return problem
    shown = show(text)
    return CellProblem(
        "not_a_number",
        f"不是不带单位的十进制数：{shown}；没有数据请写 null",
        f"{shown} is not a plain decimal in the metric's unit; no data is null",
    )


@cache
def _reader(code: str) -> ColumnReader:
    metric = BY_CODE[code]
    return ColumnReader(metric, _NATURAL.get(metric.unit, ""))


def _doubled_key() -> CellProblem:
    return CellProblem("conflict", "同一个键在对象中出现了两次", "the same key stands twice in the object")


def _doubled(pairs: list[tuple[str, Any]]) -> list[str]:
    return sorted(key for key, times in Counter(key for key, _value in pairs).items() if times > 1)


def _named(item: Any) -> tuple[str, str]:
    """Store and day as they were sent, for whoever has to find the row again."""
    if not isinstance(item, Members):
        return "", ""
    return _clean(show(item.get("store"))), _clean(show(item.get("day")))


def _clean(text: str) -> str:
    """Text that can be kept: JSON may spell halves of characters and NUL, which PostgreSQL refuses."""
    kept = text.encode("utf-8", "replace").decode("utf-8").replace("\0", "\N{REPLACEMENT CHARACTER}")
    return Numeral(kept) if isinstance(text, Numeral) else kept
