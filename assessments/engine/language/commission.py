"""Rules of a commission on confirmed orders, and of what comes back of it: cash, coupons, forfeits."""

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field, model_validator

from assessments.engine.language.common import Amount, Bilingual, Part, Rule
from assessments.engine.language.fee import Forfeit, MoneyRounding


class CommissionCharge(Rule):
    """A rate on the confirmed amount of orders placed on or after `ordered_from`.

    What a buyer got back before confirmation is not charged; what he gets back after it stays charged.
    """

    rate: Amount
    ordered_from: date
    rounding: Literal["per_order", "total"]


class RebateTier(Part):
    """Confirmed amounts up to `at_most` (inclusive) give back `share` of the commission, in cash or as a coupon."""

    at_most: Decimal = Field(gt=0)
    pays: Literal["cash", "coupon"]
    share: Decimal = Field(gt=0, le=1)


class Rebate(Rule):
    """What comes back for the orders confirmed in [starts_on, ends_before), by their sum."""

    starts_on: date
    ends_before: date
    tiers: tuple[RebateTier, ...] = Field(min_length=1)
    paid: Bilingual
    leaving: Bilingual
    coupon_until: date | None = None

    @model_validator(mode="after")
    def has_ascending_tiers(self) -> "Rebate":
        """Refuse tiers out of order, and a window that ends before it starts."""
        lines = [tier.at_most for tier in self.tiers]
        if lines != sorted(set(lines)):
            raise ValueError("tiers must ascend by at_most")
        if self.ends_before <= self.starts_on:
            raise ValueError("ends_before is not after starts_on")
        return self


class CommissionBody(Part):
    """Everything a commission says."""

    charge: CommissionCharge
    rebate: Rebate | None = None
    forfeit: Forfeit
    money_rounding: MoneyRounding
