"""Rules of an annual fee: tiers, score condition, termination, bars, forfeits, abolition, rounding."""

from datetime import date
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

    `lowest` and `highest` bound a value that is not known yet. `last_months`: only so many of the newest month-ends.
    """

    metrics: tuple[Word, ...] = Field(min_length=1)
    standard: Amount
    comparator: Comparator
    rounding: ScoreRounding
    lowest: Decimal
    highest: Decimal
    last_months: int | None = Field(default=None, ge=1, le=12)


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
    """Exits for these reasons give nothing back; `failed_assessment_too` is what some trade articles say."""

    reasons: tuple[ExitWord, ...]
    failed_assessment_too: bool = False

    def takes(self, reason: str) -> bool:
        """Tell whether an exit for a reason gives nothing back."""
        return reason in self.reasons or (self.failed_assessment_too and reason == "failed_assessment")


class PayOut(Rule):
    """When the money comes, in words."""

    staying: Bilingual
    leaving: Bilingual


class Abolition(Rule):
    """The fee ends inside a year: no month from `ends_before` on is charged to a store that is still open then.

    The months after it come back early. So does everything when the full-year target is reached before: `early_target`
    says how a store that entered in the year is measured, `early_needs` whether score and bars count too. `rest` says
    how the months before are settled: their sales against thresholds pro rata, or the whole year against whole ones.
    """

    ends_before: date
    early_target: Literal["full_year", "operating_months"]
    early_needs: Literal["target", "target_score_and_bars"]
    rest: Literal["pro_rata", "full_year"]
    early_paid: Bilingual
    rest_paid: Bilingual

    @model_validator(mode="after")
    def ends_with_a_month(self) -> "Abolition":
        """Refuse a day inside a month, and the first of January: that is a year without a fee."""
        if self.ends_before.day != 1 or self.ends_before.month == 1:
            raise ValueError("ends_before must be the first day of a month after January")
        return self


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
    abolition: Abolition | None = None
