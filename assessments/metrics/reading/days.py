"""Calendar days and identifiers in cells. A day is always a day of Beijing time."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from functools import lru_cache
from typing import Final

from assessments.metrics.reading.raw import CellProblem, Fault, Percent, RawCell, is_missing, narrow, show

BEIJING: Final = timezone(timedelta(hours=8))
FIRST_DAY: Final = date(2003, 1, 1)  # No marketplace figure is older; an earlier day is a misread number.
LAST_DAY: Final = date(2099, 12, 31)
_SERIAL_ZERO: Final = date(1899, 12, 30)
_DASHED: Final = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
    r"(?:[\sT]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?)?",
    re.ASCII,
)
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_ANY_DAY: Final = r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?"
_RANGE: Final = re.compile(rf"({_ANY_DAY})\s*(?:~|至|到|—|–|-|_)+\s*({_ANY_DAY})", re.ASCII)
_FILE_DAY: Final = re.compile(r"(?<!\d)(?:\d{4}[-.年]\d{1,2}[-.月]\d{1,2}日?|20\d{6})(?!\d)", re.ASCII)
_ID: Final = re.compile(r"[\w\-.:@]{1,64}")
_EXPONENT: Final = re.compile(r"\d+(\.\d+)?E\+?\d+", re.ASCII | re.IGNORECASE)
_FLOAT_TAIL: Final = re.compile(r"(?<=\d)\.0+$", re.ASCII)
_SAFE_DIGITS: Final = 15  # A spreadsheet keeps 15 digits; a longer id that became a number is damaged.


def read_day(raw: RawCell) -> date:
    """A cell as a calendar day: a date, text in any of the usual forms, an Excel serial, or a range of one day."""
    if is_missing(raw):
        raise CellProblem("day_missing", "缺少日期", "the day is missing")
    match raw:
        case datetime():
            return _within(raw.astimezone(BEIJING).date() if raw.tzinfo else raw.date(), raw)
        case date():
            return _within(raw, raw)
        case bool() | Fault() | Percent():
            raise _not_a_day(raw)
        case int() | Decimal():
            return _from_number(raw)
        case str():
            return _from_text(raw)
        case _:
            raise _not_a_day(raw)


def _from_number(raw: int | Decimal) -> date:
    if isinstance(raw, Decimal) and not raw.is_finite():
        raise _not_a_day(raw)
    whole = int(raw)
    if whole == raw and 20030101 <= whole <= 20991231:
        return _from_text(str(whole))
    if 36000 < whole < 73051:
        return _within(_SERIAL_ZERO + timedelta(days=whole), raw)
    raise _not_a_day(raw)


# A file repeats each day once per store.
@lru_cache(maxsize=4096)
def _from_text(raw: str) -> date:
    text = narrow(raw)
    if matched := _DASHED.fullmatch(text):
        year, month, day, hour, minute, second, zone = matched.groups()
        try:
            moment = datetime(
                int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), tzinfo=UTC
            )
        except ValueError:
            raise _not_a_day(raw) from None
        return _within((moment - _offset(zone) + timedelta(hours=8)).date() if zone else moment.date(), raw)
    if matched := _COMPACT.fullmatch(text):
        try:
            return _within(date(*(int(part) for part in matched.groups())), raw)
        except ValueError:
            raise _not_a_day(raw) from None
    if re.fullmatch(r"\d{5}(\.\d+)?", text, re.ASCII):
        return _from_number(Decimal(text))
    if (span := find_range(text)) and span[0] == span[1]:
        return span[0]
    raise _not_a_day(raw)


def _offset(zone: str) -> timedelta:
    if zone == "Z":
        return timedelta()
    sign = -1 if zone[0] == "-" else 1
    digits = zone[1:].replace(":", "")
    return sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))


def _within(day: date, raw: RawCell) -> date:
    if FIRST_DAY <= day <= LAST_DAY:
        return day
    raise _not_a_day(raw)


def _not_a_day(raw: RawCell) -> CellProblem:
    return CellProblem("not_a_day", f"不是有效日期：{show(raw)}", f"{show(raw)} is not a day, write it like 2026-11-21")


def find_range(text: str) -> tuple[date, date] | None:
    """The first date range in a text such as "30天，2026-06-30~2026-07-29", both ends included; None without one."""
    matched = _RANGE.search(narrow(text))
    if matched is None:
        return None
    try:
        return read_day(matched[1]), read_day(matched[2])
    except CellProblem:
        return None


def find_days(text: str) -> tuple[date, ...]:
    """Every date written in a text, such as a file name, in order."""
    found = []
    for matched in _FILE_DAY.finditer(narrow(text)):
        try:
            found.append(read_day(matched[0]))
        except CellProblem:
            continue
    return tuple(found)


def read_id(raw: RawCell) -> str:
    """An identifier, kept exactly as text; "" when missing. CellProblem when a spreadsheet has damaged its digits."""
    if type(raw) is str and len(raw) <= 64 and raw.isascii() and raw.isdigit():
        return raw
    if is_missing(raw):
        return ""
    match raw:
        case bool() | date() | Fault() | Percent():
            raise _not_an_id(raw)
        case int() | Decimal():
            if not Decimal(raw).is_finite() or raw != int(raw) or raw < 0:
                raise _not_an_id(raw)
            text = str(int(raw))
            if len(text) > _SAFE_DIGITS:
                raise _damaged(raw)
            return text
    text = narrow(str(raw))
    if _EXPONENT.fullmatch(text):
        raise _damaged(raw)
    text = _FLOAT_TAIL.sub("", text) if text[:1].isdigit() else text
    if not _ID.fullmatch(text):
        raise _not_an_id(raw)
    return text


def _damaged(raw: RawCell) -> CellProblem:
    return CellProblem(
        "id_damaged",
        f"编号被表格软件改成了数字，末位可能已丢失：{show(raw)}；请把该列设为文本后重新导出",
        f"{show(raw)}: a spreadsheet turned this id into a number and may have lost digits; export the column as text",
    )


def _not_an_id(raw: RawCell) -> CellProblem:
    return CellProblem("not_an_id", f"不是有效编号：{show(raw)}", f"{show(raw)} is not an id")


def read_name(raw: RawCell) -> str:
    """A name with outer spaces off and otherwise as written; "" when missing. CellProblem when it cannot be one."""
    if is_missing(raw):
        return ""
    text = raw.strip("\ufeff\u200b \u3000\t'") if isinstance(raw, str) else show(raw)
    if len(text) > 120 or not text.isprintable():
        raise CellProblem("not_a_name", f"不是有效名称：{show(text)}", f"{show(text)!r} is not a name")
    return text
