"""What every result is made of: where a number comes from, the steps of the arithmetic, reasons, assumptions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from assessments.engine.text import Text

Value: TypeAlias = int | str | Decimal | Fraction | date | datetime | Text | tuple["Value", ...] | None

Operands: TypeAlias = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a rule or number comes from. Confidence: official, secondary, inferred or example."""

    source: str
    year: int | None
    confidence: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the arithmetic: the rule's path in the rulebook, a sentence key and the operands that fill it."""

    rule: str
    key: str
    values: Operands
    basis: Provenance | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why there is no verdict, as a stable code and a sentence."""

    code: str
    text: Text


@dataclass(frozen=True, slots=True)
class Assumption:
    """An option of the rulebook that the result rests on, because the sources do not settle it."""

    option: str
    value: str
    text: Text


@dataclass(frozen=True, slots=True)
class RulebookRef:
    """Which rulebook judged."""

    programme: str
    track: str
    version: str
    digest: str


@dataclass(frozen=True, slots=True)
class SumLine:
    """One line of a sum of money (¥); the lines of a settlement add up to its refund."""

    code: str
    name: Text
    amount: Decimal
