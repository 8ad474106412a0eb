"""Fields of records: rows that are no store-days, such as violations. What a field's cells mean, and reading them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from assessments.metrics.catalogue import Direction, Metric, Unit
from assessments.metrics.reading.cells import ColumnReader
from assessments.metrics.reading.days import FIRST_DAY, LAST_DAY, read_day, read_id
from assessments.metrics.reading.raw import CellProblem, Fault, Percent, RawCell, is_missing, narrow, show

# What a field of a record can be: text, a day, an exact decimal, a year, or several words. None: the cell was empty.
Value = str | date | Decimal | int | tuple[str, ...] | None


class FieldType(StrEnum):
    """How the cells of a field are read."""

    TEXT = "text"
    ID = "id"
    DAY = "day"
    YEAR = "year"
    NUMBER = "number"
    CHOICE = "choice"
    WORDS = "words"  # several names in one cell


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record. `names` are the headings that mean it, trimmed and lower-case, its own first.

    `required`: an empty cell rejects the row. `words`: word in the file → stored word; of several for one stored word
    the first is the one that templates offer. `offered`: words that the template offers where any text is taken.
    `unit`, `decimals`, `ceiling`: of a number, whose cells follow the rules of metrics. `note` stands in the template.
    """

    code: str
    zh: str
    en: str
    type: FieldType
    names: tuple[str, ...]
    note: str
    example: str
    required: bool = False
    words: Mapping[str, str] = field(default_factory=dict)
    offered: tuple[str, ...] = ()
    longest: int = 120
    unit: Unit = Unit.COUNT
    shown_in: str = ""
    decimals: int = 0
    ceiling: Decimal | None = None

    @property
    def heading(self) -> str:
        """The heading in our own template: with its unit, and a star where it is required."""
        return self.zh + (f"({self.shown_in})" if self.shown_in else "") + ("*" if self.required else "")

    @property
    def as_metric(self) -> Metric:
        """A number of a record is read as a metric would be: separators, units, 万 and 亿, exactly."""
        return Metric(
            code=self.code,
            zh=self.zh,
            en=self.en,
            unit=self.unit,
            direction=Direction.NEUTRAL,
            group="record",
            is_big=True,
            shown_in=self.shown_in,
            floor=Decimal(0),
            ceiling=self.ceiling,
            aliases=(),
            source="",
        )


@dataclass(frozen=True, slots=True)
class RecordShape:
    """What a record of a kind holds. `names_store`: it belongs to a store that is there already."""

    fields: tuple[Field, ...]
    names_store: bool

    def find_field(self, name: str) -> Field | None:
        """The field that a heading means, None when it means none."""
        return next((known for known in self.fields if name in known.names), None)

    def get_field(self, code: str) -> Field:
        """The field with this code; KeyError when there is none."""
        for known in self.fields:
            if known.code == code:
                return known
        raise KeyError(code)


# Between names in one cell. No slash: names of categories have them.
_EXACT: Final = re.compile(r"\d{1,24}(\.\d{1,8})?", re.ASCII)
_BETWEEN: Final = re.compile(r"[、,，;；|\n]+")


class FieldReader:
    """Reads the cells of one field's column. `declared` is the unit that the heading names."""

    __slots__ = ("_numbers", "field")

    def __init__(self, field: Field, declared: str = "") -> None:
        self.field = field
        self._numbers = ColumnReader(field.as_metric, declared) if field.type is FieldType.NUMBER else None

    @property
    def rounded(self) -> int:
        """How many spreadsheet numbers had their binary noise rounded away."""
        return self._numbers.rounded if self._numbers is not None else 0

    def read(self, raw: RawCell) -> Value:
        """The value, None for an empty cell; CellProblem when it cannot be one."""
        if is_missing(raw):
            if self.field.required:
                raise CellProblem("value_missing", f"缺少{self.field.zh}", f"{self.field.en} is missing")
            return None
        if self.field.type is FieldType.NUMBER:
            return self._read_number(raw)
        return _READERS[self.field.type](raw, self.field)

    def _read_number(self, raw: RawCell) -> Decimal | None:
        assert self._numbers is not None
        stored = self._numbers.read(raw)
        if stored is None:
            return None
        value = self._numbers.metric.from_stored(stored)
        kept = value.quantize(Decimal(1).scaleb(-self.field.decimals))
        if kept != value:
            raise CellProblem(
                "too_many_decimals",
                f"“{self.field.zh}”小数位过多：{show(raw)}",
                f"{self.field.en}: {show(raw)} has more decimals than are kept",
            )
        return kept


def read_text(raw: RawCell, *, longest: int = 120) -> str:
    """A cell as text with outer spaces off and otherwise as written; CellProblem when it is too long or no text."""
    if isinstance(raw, bool | Fault | Percent | date):
        raise CellProblem("not_a_name", f"不是有效名称：{show(raw)}", f"{show(raw)!r} is not a name")
    text = " ".join(raw.strip("\ufeff\u200b \u3000\t'").split()) if isinstance(raw, str) else show(raw)
    if len(text) > longest:
        raise CellProblem(
            "text_too_long", f"文字过长，最多 {longest} 个字", f"the text is longer than {longest} characters"
        )
    if not text.isprintable():
        raise CellProblem("not_a_name", f"不是有效名称：{show(text)}", f"{show(text)!r} is not a name")
    return text


def _read_year(raw: RawCell) -> int:
    text = narrow(show(raw)).removesuffix("度").removesuffix("年").removesuffix(".0")
    if not (text.isascii() and text.isdigit() and FIRST_DAY.year <= int(text[:9]) <= LAST_DAY.year):
        raise CellProblem("not_a_year", f"不是有效年份：{show(raw)}", f"{show(raw)} is not a year, write it like 2026")
    return int(text)


def _read_choice(raw: RawCell, known: Field) -> str:
    text = "".join(narrow(show(raw)).split()).lower()
    if text in known.words:
        return known.words[text]
    offered = "、".join(list_offered(known))
    raise CellProblem(
        "unknown_word",
        f"“{known.zh}”不认识“{show(raw)}”，可填：{offered}",
        f"{known.en}: {show(raw)!r} is not one of {offered}",
    )


def _split(raw: RawCell, known: Field) -> tuple[str, ...]:
    parts = _BETWEEN.split(raw) if isinstance(raw, str) else [show(raw)]
    words = (read_text(part, longest=known.longest) for part in parts)
    return tuple(dict.fromkeys(word for word in words if word))


_READERS: Final[Mapping[FieldType, Callable[[RawCell, Field], Value]]] = MappingProxyType(
    {
        FieldType.TEXT: lambda raw, known: read_text(raw, longest=known.longest),
        FieldType.ID: lambda raw, _known: read_id(raw),
        FieldType.DAY: lambda raw, _known: read_day(raw),
        FieldType.YEAR: lambda raw, _known: _read_year(raw),
        FieldType.CHOICE: _read_choice,
        FieldType.WORDS: _split,
    }
)


def list_offered(known: Field) -> list[str]:
    """The words that a template offers for a field: one for each stored word."""
    if known.offered:
        return list(known.offered)
    first: dict[str, str] = {}
    for word, stored in known.words.items():
        first.setdefault(stored, word)
    return list(first.values())


def restore(known: Field, told: object) -> Value:
    """A value as it came over the wire, typed again. ValueError or TypeError for one that the field cannot have."""
    if told is None:
        return None
    match known.type, told:
        case FieldType.DAY, str():
            return date.fromisoformat(told)
        case FieldType.NUMBER, str() if _EXACT.fullmatch(told):
            return Decimal(told)
        case FieldType.WORDS, list():
            return tuple(str(word) for word in told)
        case (FieldType.YEAR, int() as plain) | (FieldType.TEXT | FieldType.ID, str() as plain):
            return plain
        case FieldType.CHOICE, str() if told in known.words.values():
            return told
    raise ValueError(f"{known.code}: {told!r}")
