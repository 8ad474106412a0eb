"""Comparing what a case expects with what the engine answered: exactly, unless the case writes ≈."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum
from fractions import Fraction
from typing import Any

from assessments.engine import Text, number
from assessments.engine.rounding import rounded
from assessments.rulebooks.cases.values import CaseMistake, to_number

WORDS = {
    "达标": "met", "不达标": "missed", "通过": "met", "pass": "met", "passed": "met", "fail": "missed",
    "免考": "exempt", "无数据": "no_data", "未设置": "line_not_set", "正常": "clear", "考核中": "clear",
    "未知": "unknown", "关注": "watch", "低": "low", "低风险": "low", "中": "medium", "中风险": "medium",
    "高": "high", "高风险": "high", "考核失败": "failed", "监管": "supervised", "清退": "removed",
    "待确认": "question", "ask": "question",
}  # fmt: skip


def find_differences(expected: Mapping[str, Any], actual: Mapping[str, Any], path: str = "expect") -> Iterator[str]:
    """Yield a sentence for every key whose answer differs. A key the answer does not have is a mistake of the case."""
    for key, wanted in expected.items():
        if key not in actual:
            raise CaseMistake(f"{path}.{key}", f"unknown key (there are: {', '.join(sorted(actual))})")
        yield from _compare(wanted, actual[key], f"{path}.{key}")


def _compare(wanted: Any, got: Any, path: str) -> Iterator[str]:
    if isinstance(got, Mapping):
        if not isinstance(wanted, Mapping):
            raise CaseMistake(path, "expected a table")
        yield from find_differences(wanted, got, path)
    elif isinstance(got, list | tuple):
        yield from _compare_lists(wanted, list(got), path)
    elif not is_same(wanted, got, path):
        yield f"{path}: expected {wanted}, got {show(got)}"


def _compare_lists(wanted: Any, got: list[Any], path: str) -> Iterator[str]:
    if not isinstance(wanted, list):
        raise CaseMistake(path, "expected a list")
    if len(wanted) != len(got):
        yield f"{path}: expected {len(wanted)} entries, got {len(got)}: {', '.join(show(one) for one in got)}"
        return
    for at, (one, other) in enumerate(zip(wanted, got, strict=True)):
        yield from _compare(one, other, f"{path}[{at}]")


def is_same(wanted: Any, got: Any, path: str) -> bool:
    """Compare one value. Numbers are exact; "≈4.62" compares after rounding half up to as many decimals."""
    if isinstance(got, Enum):
        got = got.value
    if got is None or (isinstance(wanted, str) and wanted.lower() == "none"):
        return got is None and str(wanted).lower() in ("none", "null", "-")
    if isinstance(got, bool) or isinstance(wanted, bool):
        return got is wanted
    if isinstance(got, int | Decimal | Fraction):
        return _is_same_number(wanted, Fraction(got), path)
    if isinstance(got, datetime):
        return _moment(wanted) == got.strftime("%Y-%m-%d %H:%M")
    if isinstance(got, date):
        return str(wanted)[:10] == got.isoformat() or str(wanted) == f"{got:%Y-%m}"
    return str(got) in (str(wanted), WORDS.get(str(wanted).lower()))


def show(value: Any) -> str:
    """Write an answer for a person."""
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, Text):
        value = value.zh
    if isinstance(value, bool) or value is None:
        return str(value).lower()
    if isinstance(value, int | Decimal | Fraction):
        return number(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key} = {show(one)}" for key, one in value.items()) + "}"
    return str(value)


def _is_same_number(wanted: Any, got: Fraction, path: str) -> bool:
    if isinstance(wanted, str) and wanted.strip()[:1] in ("≈", "~"):
        text = wanted.strip()[1:].strip()
        is_share = text.endswith("%")
        places = len(text.rstrip("%").partition(".")[2])
        return Fraction(rounded(got * 100 if is_share else got, places, ROUND_HALF_UP)) == to_number(
            text.rstrip("%"), path
        )
    return to_number(wanted, path) == got


def _moment(wanted: Any) -> str:
    if isinstance(wanted, datetime):
        return wanted.strftime("%Y-%m-%d %H:%M")
    text = str(wanted).replace("T", " ")
    return text if ":" in text else f"{text} 00:00"
