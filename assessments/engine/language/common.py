"""Words that every kind of rulebook shares: sources, options, tables, amounts, comparators."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from operator import ge, gt, le, lt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from assessments.engine.text import Text

Comparator = Literal[">=", ">", "<=", "<"]
_COMPARISONS: dict[Comparator, Callable[[Any, Any], bool]] = {">=": ge, ">": gt, "<=": le, "<": lt}
Confidence = Literal["official", "secondary", "inferred", "example"]
Phase = Literal["trial", "formal"]
Unit = Literal["score", "money", "months", "count", "share", "weight", "rate", "seconds", "days"]
Kind = Literal["assessment", "fee", "score", "probation", "commission", "points", "metrics", "health"]
Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=60)]
Sentence = Annotated[str, Field(min_length=1)]


class Part(BaseModel):
    """Any table of a rulebook: immutable, and a key that the language does not know is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Bilingual(Part):
    """A sentence in both languages."""

    zh: Sentence
    en: Sentence

    @property
    def text(self) -> Text:
        """The sentence as results carry it."""
        return Text(zh=self.zh, en=self.en)


class Rule(Part):
    """A rule with where it comes from; its provenance covers every number written inside it."""

    source: Sentence
    year: int = Field(ge=2000, le=2100)
    confidence: Confidence
    note: Bilingual | None = None


class Source(Part):
    """One source that rules refer to by its key."""

    title: Sentence
    url: str = ""


class Amount(Part):
    """A number: written here (`fixed`), or looked up by category in a table (`table`)."""

    fixed: Decimal | None = None
    table: Word | None = None

    @model_validator(mode="after")
    def has_exactly_one(self) -> "Amount":
        """Refuse both or neither."""
        if (self.fixed is None) == (self.table is None):
            raise ValueError("write exactly one of fixed, table")
        return self


class Row(Part):
    """One row of a table: a value for some categories; provenance defaults to the table's."""

    categories: tuple[Sentence, ...] = Field(min_length=1)
    value: Decimal
    source: str | None = None
    year: int | None = None
    confidence: Confidence | None = None


class Table(Rule):
    """Numbers by category. Categories without a row take `default`, else the agency must fill them in."""

    name: Bilingual
    unit: Unit
    default: Decimal | None = None
    rows: tuple[Row, ...] = ()

    @model_validator(mode="after")
    def has_each_category_once(self) -> "Table":
        """Refuse a category that stands in two rows."""
        seen: set[str] = set()
        for row in self.rows:
            for category in row.categories:
                if category in seen:
                    raise ValueError(f"category {category} stands in two rows")
                seen.add(category)
        return self


class Choice(Part):
    """One way to settle an open question, with the sentence that the verdict then shows."""

    value: str | bool | int | Decimal
    zh: Sentence
    en: Sentence


class Option(Rule):
    """A question that the evidence does not settle: the choice made, and every choice that may be made."""

    value: str | bool | int | Decimal
    choices: tuple[Choice, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def has_its_value_among_choices(self) -> "Option":
        """Refuse a value that is not one of the choices."""
        if not any(_same(self.value, choice.value) for choice in self.choices):
            raise ValueError("value is not one of the choices")
        return self

    def chosen(self) -> Choice:
        """Return the choice made."""
        return next(choice for choice in self.choices if _same(self.value, choice.value))


class Header(Part):
    """Who a rulebook is: its programme, its place among the versions, from when it is in force, and for which stores.

    `enrolment`: it covers every store of its marketplace, or only those that somebody enrolled in the programme.
    """

    programme: Code
    kind: Kind
    track: Code = "annual"
    version: Code
    platform: Code
    name: Bilingual
    effective_from: date
    effective_before: date | None = None
    effective: Rule
    # Left out: everybody, but for a probation, which is for the stores that are put on it.
    enrolment: Literal["everybody", "by_name"] | None = None
    note: Bilingual | None = None

    @model_validator(mode="after")
    def has_its_dates_in_order(self) -> "Header":
        """Refuse an end that is not after the start."""
        if self.effective_before is not None and self.effective_before <= self.effective_from:
            raise ValueError("effective_before is not after effective_from")
        return self


def _same(one: object, other: object) -> bool:
    return isinstance(one, bool) == isinstance(other, bool) and str(one) == str(other)


def compares(value: Decimal | Fraction | int, comparator: Comparator, line: Decimal | Fraction | int) -> bool:
    """Compare exactly, unrounded: Python compares whole numbers, decimals and fractions with each other exactly."""
    return _COMPARISONS[comparator](value, line)
