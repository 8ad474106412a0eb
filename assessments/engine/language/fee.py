"""Rules of an annual fee: tiers, score condition, termination, bars, forfeits, rounding."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from assessments.engine.language.common import Amount, Bilingual, Comparator, Part, Rule, Word

ExitWord = Literal["voluntary", "not_renewed", "failed_assessment", "violation", "false_credentials"]
ScoreRounding = Literal["none", "half_up_2", "half_even_2", "down_2"]
MoneyRounding = Literal["half_up", "half_even", "down"]


class Tier(Part):
    """Sales from `sales` (a full year's; pro-rated by operating months) give back `share` of the fee."""

    share: Decimal = Field(gt=0, le=1)
    sales: Amount


class Charge(Rule):
    """What is charged: the fee by category; a store pays the highest of its categories."""

    fee: Amount
    settle_on_tie: Literal["higher_fee"] = "higher_fee"


class SalesCondition(Rule):
    """Sales against the tiers, ascending by share; `metric` is the sum that counts."""

    metric: Word
    comparator: Comparator
    tiers: tuple[Tier, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def has_ascending_shares(self) -> "SalesCondition":
        """Refuse tiers out of order."""
        shares = [tier.share for tier in self.tiers]
        if shares != sorted(set(shares)):
            raise ValueError("tiers must ascend by share")
        return self


class ScoreCondition(Rule):
    """The mean of month-end values of every metric listed must reach the standard.

    `lowest` and `highest` bound a value that is not known yet.
    """

    metrics: tuple[Word, ...] = Field(min_length=1)
    standard: Amount
    comparator: Comparator
    rounding: ScoreRounding
    lowest: Decimal
    highest: Decimal


class Termination(Rule):
    """What a leaving store is scored on (three rules), and what the sources do not say about 1 and entry January."""

    entry_month: Literal["no_fee"]
    january: Literal["day_before"]
    first_of_january: Literal["ask", "day_before"]
    entry_in_january: Literal["no_fee", "january_rule"]


class TotalPoints(Rule):
    """Bars the discount when the points of these severities in the year reach a total."""

    kind: Literal["total_points"]
    id: Word
    name: Bilingual
    severities: tuple[str, ...] = Field(min_length=1)
    at_least: Decimal
    removes: bool = False


class SingleDeductions(Rule):
    """Bars the discount after `count` single deductions of at least `points` each; empty lists mean any."""

    kind: Literal["single_deductions"]
    id: Word
    name: Bilingual
    points: Decimal
    count: int = Field(ge=1)
    severities: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()


class AnyOfTopic(Rule):
    """Bars the discount after any violation of these topics."""

    kind: Literal["any_of_topic"]
    id: Word
    name: Bilingual
    topics: tuple[str, ...] = Field(min_length=1)


Bar = Annotated[TotalPoints | SingleDeductions | AnyOfTopic, Field(discriminator="kind")]


class Forfeit(Rule):
    """Exits for these reasons give nothing back."""

    reasons: tuple[ExitWord, ...]


class PayOut(Rule):
    """When the money comes, in words."""

    staying: Bilingual
    leaving: Bilingual


class FeeBody(Part):
    """Everything a fee year says."""

    charge: Charge
    sales: SalesCondition
    score: ScoreCondition | None = None
    termination: Termination
    bars: tuple[Bar, ...] = ()
    forfeit: Forfeit
    money_rounding: MoneyRounding
    pay_out: PayOut | None = None
