"""Numbers in cells: separators, percents, glued units, missing words; everything exact and nothing guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Final

from assessments.metrics.catalogue import INT4_MAX, INT8_MAX, Metric, Unit
from assessments.metrics.reading.raw import CellProblem, Fault, Percent, RawCell, is_missing, narrow, show

_SECONDS: Final = {"秒": 1, "s": 1, "分": 60, "分钟": 60, "min": 60, "时": 3600, "小时": 3600, "h": 3600, "天": 86400}
# Per unit of a metric: unit word → what one of it is in the natural unit.
_WORDS: Final[Mapping[Unit, Mapping[str, Decimal]]] = MappingProxyType(
    {
        Unit.YUAN: {"元": Decimal(1), "¥": Decimal(1), "rmb": Decimal(1)},
        Unit.COUNT: {word: Decimal(1) for word in ("次", "件", "个", "人", "单", "笔", "条", "款", "位")},
        Unit.SCORE: {"分": Decimal(1), "星": Decimal(1)},
        Unit.RATE: {"%": Decimal("0.01"), "fraction": Decimal(1)},
        Unit.SECONDS: {word: Decimal(seconds) for word, seconds in _SECONDS.items()},
    }
)
# Units in which a bare number is read when nothing is declared; a bare rate or duration is ambiguous.
LONGEST_NUMBER: Final = 24  # Characters; below the 28 digits at which decimal arithmetic would start to round.
_NOISE: Final = Decimal("0.000001")
_BARE: Final = {Unit.YUAN: Decimal(1), Unit.COUNT: Decimal(1), Unit.SCORE: Decimal(1)}
_MAGNITUDES: Final = {"": Decimal(1), "万": Decimal(10) ** 4, "亿": Decimal(10) ** 8}

_NUMBER: Final = r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?"
_PLAIN: Final = re.compile(r"(-?)(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d+))?(%?)", re.ASCII)
_QUANTITY: Final = re.compile(rf"¥?\s*({_NUMBER})\s*([万亿]?)\s*([^\d\s.,+\-]*)", re.ASCII)
_CLOCK: Final = re.compile(r"(?:\d+(?:\.\d+)?\s*(?:天|小时|时|分钟|分|秒)\s*){2,}", re.ASCII)
_CLOCK_PART: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(天|小时|时|分钟|分|秒)", re.ASCII)
_EXPONENT: Final = re.compile(r"[+-]?[\d.,]+e[+-]?\d+", re.ASCII | re.IGNORECASE)
_NOT_FINITE: Final = frozenset({"nan", "inf", "infinity", "-inf", "+inf", "-infinity", "+infinity"})


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and the unit word glued to it: "40.42小时" is 40.42 and 小时. None is missing; 万 and 亿 are applied."""

    value: Decimal | None
    unit: str = ""


def read_quantity(raw: RawCell) -> Quantity:
    """Reads a cell as a number with its unit as written: "2.19%" is 2.19 and "%". CellProblem when it is neither."""
    if is_missing(raw):
        return Quantity(None)
    match raw:
        case str():
            return _read_text(raw)
        case Percent(fraction):
            return Quantity(_finite(fraction * 100), "%")
        case Fault(name):
            raise CellProblem(
                "spreadsheet_error", f"单元格是公式错误 {name}", f"the cell holds the spreadsheet error {name}"
            )
        case bool() | date():
            raise CellProblem("wrong_type", f"这里应是数字，不是“{show(raw)}”", f"expected a number, not {show(raw)}")
        case int():
            return Quantity(Decimal(raw))
        case Decimal():
            return Quantity(_finite(raw))
        case _:
            raise CellProblem("wrong_type", "这里应是数字", "expected a number")


def _finite(value: Decimal) -> Decimal:
    if not value.is_finite():
        raise CellProblem("not_finite", "不接受 NaN 或无穷大", "NaN and infinity are not accepted")
    return value


def _read_text(raw: str) -> Quantity:
    text = narrow(raw)
    if _CLOCK.fullmatch(text):
        parts = (Decimal(number) * _SECONDS[word] for number, word in _CLOCK_PART.findall(text))
        return Quantity(sum(parts, Decimal(0)), "秒")
    if matched := _QUANTITY.fullmatch(text):
        number, magnitude, unit = matched.groups()
        if len(number) > LONGEST_NUMBER:
            raise CellProblem("too_long", f"数字过长：{show(text)}", f"{show(text)}: the number is too long")
        value = Decimal(number.replace(",", "")) * _MAGNITUDES[magnitude]
        return Quantity(value, unit.lower() or ("¥" if text.startswith("¥") else ""))
    raise _explain(text)


def _explain(text: str) -> CellProblem:
    shown = show(text)
    if text.lower() in _NOT_FINITE:
        return CellProblem("not_finite", "不接受 NaN 或无穷大", "NaN and infinity are not accepted")
    if _EXPONENT.fullmatch(text):
        return CellProblem(
            "exponent", f"不接受科学计数法：{shown}，请写出完整数字", f"{shown}: write the number in full, not with E"
        )
    if re.match(r"[+-]?[\d,]+(\.\d+)?", text) and "," in text:
        return CellProblem(
            "bad_separators", f"千分位位置不对：{shown}", f"{shown}: the thousand separators are misplaced"
        )
    return CellProblem("not_a_number", f"不是数字：{shown}", f"{shown} is not a number")


class ColumnReader:
    """Reads the cells of one metric's column into stored integers.

    `declared` is the unit word that the heading or the format promises for bare numbers: "%", "fraction", 秒, 小时, 天,
    万, 万元 … or "" for none. `rounded` counts the spreadsheet numbers whose binary noise was rounded away.
    """

    __slots__ = ("_bare", "_high", "_low", "_plain_shift", "declared", "metric", "rounded")

    def __init__(self, metric: Metric, declared: str = "") -> None:
        self.metric = metric
        self.declared = declared
        self.rounded = 0
        self._bare = declared_factor(metric, declared)
        limit = INT8_MAX if metric.is_big else INT4_MAX
        self._low = -limit if metric.floor is None else metric.to_stored(metric.floor)
        self._high = limit if metric.ceiling is None else metric.to_stored(metric.ceiling)
        # Decimals that a bare number may have, when reading it is a mere shift of the point; None: no such shortcut.
        shifts = {Decimal(1): metric.scale, Decimal("0.01"): metric.scale - 2}
        self._plain_shift = None if self._bare is None else shifts.get(self._bare)

    def read(self, raw: RawCell) -> int | None:
        """The stored integer, None for a cell that says "no data"; CellProblem otherwise."""
        # The common case by string arithmetic alone: a Decimal per cell would double the time of an import.
        if type(raw) is str and (plain := _PLAIN.fullmatch(raw)):
            sign, whole, decimals, percent = plain.groups()
            shift = self._plain_shift
            if percent:
                shift = self.metric.scale - 2 if self.metric.unit is Unit.RATE else None
            if shift is not None:
                digits = (decimals or "").rstrip("0")
                if len(digits) <= shift and len(whole) < 19:
                    return self._bounded(int(sign + whole.replace(",", "") + digits.ljust(shift, "0")), raw)
        elif type(raw) is int and self._plain_shift is not None:
            return self._bounded(raw * 10**self._plain_shift, raw)
        quantity = read_quantity(raw)
        if quantity.value is None:
            return None
        return self._bounded(self._scale(quantity.value * self._factor(quantity, raw), raw), raw)

    def _factor(self, quantity: Quantity, raw: RawCell) -> Decimal:
        metric = self.metric
        if quantity.unit:
            if (factor := _WORDS[metric.unit].get(quantity.unit)) is not None:
                return factor
            raise CellProblem(
                "wrong_unit",
                f"“{metric.zh}”不能用单位“{quantity.unit}”（{show(raw)}）",
                f"{metric.en} cannot be given in {quantity.unit!r} ({show(raw)})",
            )
        if self._bare is None and quantity.value != 0:
            raise CellProblem(
                "unit_missing",
                f"“{metric.zh}”没有单位，分不清 {show(raw)} 是百分数、小数还是哪种时间单位；请在单元格或表头写明单位",
                f"{metric.en} has no unit: write it in the cell or the heading, {show(raw)} could mean several things",
            )
        return self._bare or Decimal(1)

    def _scale(self, value: Decimal, raw: RawCell) -> int:
        metric = self.metric
        try:
            return metric.to_stored(value)
        except ValueError:
            pass
        except (InvalidOperation, OverflowError):
            raise self._out_of_range(raw) from None
        if abs(value) > INT8_MAX:
            raise self._out_of_range(raw)
        if isinstance(raw, Decimal | Percent) and self._may_round(value):
            self.rounded += 1
            return self._fit(value, raw)
        if value.scaleb(metric.scale) == int(value.scaleb(metric.scale)):
            raise self._out_of_range(raw)
        raise CellProblem(
            "too_many_decimals",
            f"“{metric.zh}”小数位过多：{show(raw)}",
            f"{metric.en}: {show(raw)} has more decimals than are kept",
        )

    def _may_round(self, value: Decimal) -> bool:
        """Spreadsheet arithmetic leaves endless decimals, but half a visitor is no noise."""
        return self.metric.unit is not Unit.COUNT or abs(value - value.to_integral_value()) < _NOISE

    def _fit(self, value: Decimal, raw: RawCell) -> int:
        try:
            return self.metric.to_rounded(value)
        except (ValueError, InvalidOperation):
            raise self._out_of_range(raw) from None

    def _bounded(self, stored: int, raw: RawCell) -> int:
        if self._low <= stored <= self._high:
            return stored
        raise self._out_of_range(raw)

    def _out_of_range(self, raw: RawCell) -> CellProblem:
        metric = self.metric
        return CellProblem(
            "out_of_range",
            f"“{metric.zh}”超出可能的范围：{show(raw)}，请检查是否错列",
            f"{metric.en}: {show(raw)} is outside the possible range; check for shifted columns",
        )


def declared_factor(metric: Metric, declared: str) -> Decimal | None:
    """What one unit of a bare number is in the metric's natural unit; None when that is not known."""
    if not declared:
        return _BARE.get(metric.unit)
    magnitude = declared[0] if declared[0] in _MAGNITUDES else ""
    word = declared[len(magnitude) :]
    factor = _WORDS[metric.unit].get(word) if word else _BARE.get(metric.unit)
    return None if factor is None else factor * _MAGNITUDES[magnitude]


def is_unit_word(word: str) -> bool:
    """Whether a word in a heading's brackets is a unit that some metric can have."""
    bare = word[1:] if word[:1] in ("万", "亿") else word
    return not bare or any(bare in words for words in _WORDS.values())


def read_metric(raw: RawCell, metric: Metric, declared: str = "") -> int | None:
    """One cell of a metric as its stored integer; see ColumnReader."""
    return ColumnReader(metric, declared).read(raw)
