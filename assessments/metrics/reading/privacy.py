"""What may be quoted from a file: figures may; what looks like a person's number or address is masked anywhere."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from assessments.engine.text import Text
from assessments.metrics.reading.raw import MISSING_WORDS, RawCell, clean, narrow

HIDDEN: Final = "***"
HIDDEN_CELL: Final = Text(
    zh="这一格不是该列应有的内容；同表有个人信息列，为免泄露，内容不在此显示，请按行号和列号查看原文件",
    en="the cell does not fit its heading; it is not shown because the sheet has columns about people: look it up",
)
_MASKED: Final = re.compile(
    r"(?<!\d)1[3-9]\d(?:[\s-]?\d{4}){2}(?!\d)"  # mobile numbers
    r"|(?<!\d)0\d{2,3}-\d{7,8}(?!\d)"  # landlines
    r"|(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX](?![\dX])"  # identity cards
    r"|(?<!\d)(?:62\d{14,17}|[45]\d{15})(?!\d)"  # bank cards
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+",  # mail, which is also how Alipay accounts look
    re.ASCII | re.IGNORECASE,
)
_LONGEST_FIGURE: Final = 10  # Digits; a telephone number has eleven.
_FIGURE: Final = re.compile(
    r"[¥+-]?\d[\d,]*(?:\.\d+)?\s*[万亿]?\s*(?:%|元|分|秒|小时|件|次|个|笔)?"
    r"|\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?",
    re.ASCII,
)
_DAY_LIKE: Final = re.compile(r"\d{4}[-/.年]", re.ASCII)


def mask(text: str) -> str:
    """Telephone, identity-card and bank-card numbers and mail addresses as stars, control characters replaced."""
    return _MASKED.sub(HIDDEN, text if text.isprintable() else clean(text))


def is_figure(raw: RawCell) -> bool:
    """Whether a cell is surely a number, a day or "no data", and so can be quoted beside columns about people."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | Decimal):
        return True
    text = narrow(str(raw))
    if text.lower() in MISSING_WORDS:
        return True
    if _FIGURE.fullmatch(text) is None:
        return False
    return bool(_DAY_LIKE.match(text)) or sum(sign.isdigit() for sign in text) <= _LONGEST_FIGURE
