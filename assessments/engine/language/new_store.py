"""Rules of a probation by calendar months: a month's sales and the score at its end, counted from the go-live month."""

from typing import Annotated

from pydantic import Field

from assessments.engine.language.assessment import Stage
from assessments.engine.language.common import Amount, Bilingual, Comparator, Part, Rule, Word


class MonthNode(Rule):
    """One assessed month: its own sales against a target."""

    id: Word
    name: Bilingual
    target: Amount


class MonthScore(Rule):
    """The score that is needed at the end of every assessed month."""

    metric: Word
    comparator: Comparator
    line: Amount


class MonthlyProbationBody(Part):
    """Assessed months one after the other; the first is month `first_month`, the go-live month being month 1."""

    metric: Word
    comparator: Comparator
    first_month: int = Field(ge=1, le=24)
    months: Annotated[tuple[MonthNode, ...], Field(min_length=1)]
    score: MonthScore | None = None
    consequences: tuple[Stage, ...] = ()
