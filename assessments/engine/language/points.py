"""Rules of violation points: ladders of nodes with their measures, resets, and what is carried over them."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from assessments.engine.language.common import Amount, Bilingual, Part, Rule, Word


class Sanction(Part):
    """One measure of a node: for so many days, for so much money, or neither."""

    id: Word
    name: Bilingual
    days: int | None = Field(default=None, ge=1)
    money: Amount | None = None


class PointNode(Rule):
    """A balance that brings measures when it is reached; `removes`: the store is out."""

    at_least: Decimal = Field(gt=0)
    name: Bilingual
    sanctions: tuple[Sanction, ...] = ()
    removes: bool = False


class Every(Rule):
    """Measures each time that the balance passes another multiple."""

    points: Decimal = Field(gt=0)
    name: Bilingual
    sanctions: tuple[Sanction, ...] = Field(min_length=1)


class Carry(Part):
    """A balance in [at_least, below) becomes `points` at the reset instead of 0."""

    at_least: Decimal
    below: Decimal
    points: Decimal


class Yearly(Rule):
    """Reset at the end of 31 December. A balance of `keeps_from` or more is never reset."""

    kind: Literal["yearly"]
    keeps_from: Decimal | None = None
    carry: Carry | None = None


class Quarterly(Rule):
    """Reset on the first or the last Monday of a quarter. A balance of `keeps_from` or more is never reset."""

    kind: Literal["quarterly"]
    monday: Literal["first", "last"]
    keeps_from: Decimal | None = None
    carry: Carry | None = None


Reset = Annotated[Yearly | Quarterly, Field(discriminator="kind")]


class Ladder(Rule):
    """Points of some severities, added up between resets, against nodes.

    `at_once` says what holds when one deduction crosses several nodes: only the heaviest, or every one of them.
    """

    id: Word
    name: Bilingual
    severities: tuple[str, ...] = Field(min_length=1)
    nodes: tuple[PointNode, ...] = ()
    every: Every | None = None
    at_once: Literal["heaviest", "each"]
    reset: Reset

    @model_validator(mode="after")
    def has_ascending_nodes(self) -> "Ladder":
        """Refuse nodes out of order."""
        lines = [node.at_least for node in self.nodes]
        if lines != sorted(set(lines)):
            raise ValueError("nodes must ascend by at_least")
        return self


class PointsBody(Part):
    """Everything that violation points say."""

    ladders: tuple[Ladder, ...] = Field(min_length=1)
