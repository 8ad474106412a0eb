"""Headings: trimmed, split into name and unit, and sorted into metrics, keys, personal columns and the rest."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from assessments.metrics.catalogue import CATALOGUE, Metric
from assessments.metrics.reading.cells import is_unit_word
from assessments.metrics.reading.privacy import mask
from assessments.metrics.reading.raw import RawCell, narrow

_SPACES: Final = re.compile(r"\s+")
_TAIL: Final = re.compile(r"(.+?)\(([^()]*)\)")

# Columns about people. Matched inside the heading, because exports decorate them (收货人姓名, 买家会员名(昵称)).
_PERSONAL: Final = re.compile(
    r"收货人|收件人|联系人|收货地址|收件地址|详细地址|地址|手机(?!订单)|电话|联系方式|买家会员|会员名|昵称|旺旺|(?:买家|会员|支付|收款|退款|淘宝)账[号户]"
    r"|姓名|支付宝|身份证|证件|银行卡|邮箱|邮件|邮编|物流单号|运单号|快递单号|物流编号|物流信息|包裹号|留言|备注|备忘"
    r"|退款说明|操作人|子账号|开票|抬头|税号|客服名|顾客|生日"
    r"|buyer|phone|mobile|address|email|alipay|receiver|nick|wangwang",
    re.IGNORECASE,
)
# The word of a personal heading without what may be glued to it.
_PERSONAL_WORD: Final = re.compile(rf"[^\W\d_]*(?:{_PERSONAL.pattern})[^\W\d_]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Heading:
    """One heading cell: `column` counts from 0; `name` is trimmed and lower-case without its unit or star."""

    column: int
    shown: str
    name: str
    unit: str
    is_starred: bool


def read_heading(column: int, raw: RawCell) -> Heading:
    """Splits "支付转化率（%）*" into name, unit and star. Brackets that hold no unit stay part of the name."""
    shown = narrow(raw) if isinstance(raw, str) else ("" if raw is None else str(raw))
    text = _SPACES.sub("", shown).lower()
    is_starred = text.startswith("*") or text.endswith("*")
    text = text.strip("*")
    unit = ""
    if (matched := _TAIL.fullmatch(text)) and is_unit_word(matched[2]):
        text, unit = matched.groups()
    return Heading(column, shown, text, unit, is_starred)


def _names() -> Mapping[str, Metric]:
    return MappingProxyType({name.lower(): metric for metric in CATALOGUE for name in (metric.zh, *metric.aliases)})


METRIC_NAMES: Final = _names()


def is_personal(heading: Heading) -> bool:
    """Whether the column is about a person and must never be carried."""
    return heading.name not in METRIC_NAMES and bool(_PERSONAL.search(heading.name))


def name_of(heading: Heading) -> str:
    """What may be told of a heading that nothing reads: a personal one by its own word alone."""
    if is_personal(heading) and (found := _PERSONAL_WORD.search(narrow(heading.shown))) is not None:
        return found[0]
    return mask(heading.shown)[:60]


def letter(column: int) -> str:
    """The letters above a column in Excel, counted from 0: 0 is A, 26 is AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text
