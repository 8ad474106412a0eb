"""Reading a case's tables: every key is taken once, and what is left over or malformed is a mistake with its path."""

import calendar
import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

MISSING = frozenset({"-", "--", "", "none", "null", "暂无数据", "无数据", "missing"})
_MAGNITUDES = {"万": 10_000, "亿": 100_000_000}
_NUMBER = re.compile(r"[+-]?\d[\d,]*(\.\d+)?")


class CaseMistake(Exception):  # noqa: N818  (an expected outcome of reading a file that somebody wrote)
    """A malformed case: the path of the key, and what is wrong with it."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.path = path
        self.message = message


def to_number(value: Any, path: str) -> Fraction:
    """Read 4.16, "4.16", "360,000", "50%", "2.5万" or "37.40/9" exactly."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise CaseMistake(path, f"expected a number, not {value!r}")
    if not isinstance(value, str):
        return Fraction(value)
    top, slash, bottom = value.strip().partition("/")
    read = _plain(top, path)
    if not slash:
        return read
    divisor = _plain(bottom, path)
    if divisor == 0:
        raise CaseMistake(path, "division by zero")
    return read / divisor


def to_decimal(value: Any, path: str) -> Decimal:
    """Read a number that ends: not 1/3."""
    exact = to_number(value, path)
    found = Decimal(exact.numerator) / Decimal(exact.denominator)
    if Fraction(found) != exact:
        raise CaseMistake(path, f"{value!r} does not end: write a number that does")
    return found


def to_date(value: Any, path: str) -> date:
    """Read a TOML date or "2022-01-31"."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise CaseMistake(path, f"{value!r} is not a date such as 2022-01-31") from error


def to_month(value: Any, path: str) -> date:
    """Read "2022-01", or any day of the month; the first day is returned."""
    text = str(value)
    if re.fullmatch(r"\d{4}-\d{2}", text):
        text += "-01"
    return to_date(text, path).replace(day=1)


def is_missing_word(value: Any) -> bool:
    """Tell whether a value says "no data"."""
    return isinstance(value, str) and value.strip().lower() in MISSING


def last_day(month: date) -> date:
    """Return the last day of a month."""
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def _plain(text: str, path: str) -> Fraction:
    text = text.strip()
    scale = Fraction(1)
    if text.endswith("%"):
        text, scale = text[:-1].strip(), Fraction(1, 100)
    elif text[-1:] in _MAGNITUDES:
        text, scale = text[:-1].strip(), Fraction(_MAGNITUDES[text[-1]])
    if not _NUMBER.fullmatch(text):
        raise CaseMistake(path, f"{text!r} is not a number")
    try:
        return Fraction(Decimal(text.replace(",", ""))) * scale
    except InvalidOperation as error:
        raise CaseMistake(path, f"{text!r} is not a number") from error


class Keys:
    """A table of a case whose keys are taken one by one."""

    def __init__(self, table: Any, path: str) -> None:
        if not isinstance(table, Mapping):
            raise CaseMistake(path, "expected a table")
        self.left: dict[str, Any] = dict(table)
        self.path = path

    def __contains__(self, key: str) -> bool:
        return key in self.left

    def at(self, key: str) -> str:
        """Return the path of a key."""
        return f"{self.path}.{key}" if self.path else key

    def take(self, key: str, default: Any = None) -> Any:
        """Take a key's value as it stands."""
        return self.left.pop(key, default)

    def need(self, key: str) -> Any:
        """Take a key that must be there."""
        if key not in self.left:
            raise CaseMistake(self.at(key), "is needed")
        return self.left.pop(key)

    def text(self, key: str, default: str | None = None) -> str:
        """Take a word."""
        value = self.need(key) if default is None else self.take(key, default)
        if not isinstance(value, str):
            raise CaseMistake(self.at(key), f"expected a word, not {value!r}")
        return value

    def date(self, key: str) -> date | None:
        """Take a date, if it is there."""
        return to_date(self.left.pop(key), self.at(key)) if key in self.left else None

    def decimal(self, key: str) -> Decimal | None:
        """Take a number, if it is there."""
        return to_decimal(self.left.pop(key), self.at(key)) if key in self.left else None

    def whole(self, key: str, default: int | None = None) -> int | None:
        """Take a whole number, if it is there."""
        if key not in self.left:
            return default
        value = to_number(self.left.pop(key), self.at(key))
        if value.denominator != 1:
            raise CaseMistake(self.at(key), "expected a whole number")
        return int(value)

    def table(self, key: str) -> dict[str, Any]:
        """Take a table; absent is empty."""
        value = self.take(key, {})
        if not isinstance(value, Mapping):
            raise CaseMistake(self.at(key), "expected a table")
        return dict(value)

    def rows(self, key: str) -> list[Any]:
        """Take a list; absent is empty."""
        value = self.take(key, [])
        if not isinstance(value, list):
            raise CaseMistake(self.at(key), "expected a list")
        return value

    def lines(self, key: str = "lines") -> dict[str, Decimal]:
        """Take a table of numbers."""
        return {name: to_decimal(value, f"{self.at(key)}.{name}") for name, value in self.table(key).items()}

    def close(self, allowed: str = "") -> None:
        """Refuse what nobody took."""
        if self.left:
            names = ", ".join(sorted(self.left))
            raise CaseMistake(self.path, f"unknown key: {names}{f' (allowed: {allowed})' if allowed else ''}")
