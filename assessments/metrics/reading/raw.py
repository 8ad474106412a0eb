"""Raw cells as the containers give them, the problem a cell can have, and the cleaning that every reader shares."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from assessments.engine.text import Text


@dataclass(frozen=True, slots=True)
class Percent:
    """A spreadsheet number whose cell is formatted as a percent: 0.0219 shown as 2.19%."""

    fraction: Decimal


@dataclass(frozen=True, slots=True)
class Fault:
    """A spreadsheet cell that holds an error, such as #DIV/0!."""

    name: str


# Numbers of a spreadsheet arrive as int, or as Decimal made from the shortest text of their binary float.
RawCell = str | int | Decimal | Percent | Fault | date | datetime | bool | None


class CellProblem(Exception):  # noqa: N818  (a rejected cell is an expected outcome, not a fault of the program)
    """Why a cell cannot be taken: a stable code and a sentence in both languages."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(f"{code}: {en}")
        self.code = code
        self.reason = Text(zh=zh, en=en)


MISSING_WORDS: Final = frozenset(
    {"", "-", "--", "---", "—", "——", "–", "暂无数据", "暂无", "无数据", "无", "n/a", "na", "null", "none"}
)

# Full-width forms (！..～), the full-width space, no-break space and minus sign, as half-width; BOM and zero-widths go.
_NARROW: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: 0x20,
    0x00A0: 0x20,
    0x2212: 0x2D,
    0xFFE5: 0xA5,
    0xFEFF: None,
    0x200B: None,
    0x200E: None,
    0x200F: None,
}
_FORMULA_TEXT: Final = re.compile(r'="([^"]*)"')


def narrow(text: str) -> str:
    """Half-width forms, outer spaces, BOM and the Excel wrappings `="…"` and leading `'` taken off."""
    # Most cells are plain ASCII, and translating them would be most of the work of an import.
    text = text.strip() if text.isascii() else text.translate(_NARROW).strip()
    if text[:1] not in ("=", "'"):
        return text
    if wrapped := _FORMULA_TEXT.fullmatch(text):
        text = wrapped[1].strip()
    return text[1:].lstrip() if text.startswith("'") else text


def is_missing(raw: RawCell) -> bool:
    """Whether a cell says "no data": empty, a dash, 暂无数据 and their like. Zero is a value."""
    return raw is None or (isinstance(raw, str) and narrow(raw).lower() in MISSING_WORDS)


def is_blank(raw: RawCell) -> bool:
    """Whether a cell holds nothing at all. A dash is not blank: it says "no data"."""
    return raw is None or (isinstance(raw, str) and (not raw or not narrow(raw)))


def show(raw: RawCell, *, limit: int = 60) -> str:
    """A cell as text for a message, shortened."""
    match raw:
        case None:
            text = ""
        case Percent(fraction):
            text = f"{(fraction * 100).normalize():f}%"
        case Fault(name):
            text = name
        case Decimal():
            text = f"{raw:f}"
        case _:
            text = str(raw)
    text = text if len(text) <= limit else text[: limit - 1] + "…"
    return text if text.isprintable() else clean(text)


_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def clean(text: str) -> str:
    """Control characters replaced: a workbook may hold a NUL, and a database takes none."""
    return _UNPRINTABLE.sub("�", text)
