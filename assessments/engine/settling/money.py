"""The money of a settlement: what is due, what comes back, and the lines that add up to it."""

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

from assessments.engine.results import SumLine
from assessments.engine.rounding import rounded
from assessments.engine.settling.charge import Charged
from assessments.engine.settling.timeline import Timeline
from assessments.engine.text import Text

_MODES = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "down": ROUND_DOWN}
_NAMES = {
    "no_fee": Text(zh="入驻当月退出，不收年费", en="left in the month of entry: no fee"),
    "unused_months": Text(zh="未经营的月份（上线前或退出后）", en="months before going live or after leaving"),
    "early_return": Text(zh="年费取消后的月份，先行返还", en="months after the fee ended, returned early"),
    "go_live_month": Text(zh="上线当月", en="go-live month"),
    "over_tier": Text(zh="按较低类目结算的差额", en="difference to the lower settling category"),
    "discount": Text(zh="折扣", en="discount"),
    "prepaid_difference": Text(zh="实缴与应缴的差额", en="paid more or less than computed"),
    "not_charged_again": Text(zh="不足部分不从返还中扣", en="shortfall, not taken from the refund"),
    "rounding": Text(zh="舍入", en="rounding"),
}


@dataclass(frozen=True, slots=True)
class Sum:
    """Due and refund (¥, to 分) for one discount: what was paid less what is due, both as they are charged."""

    due: Decimal
    refund: Decimal
    still_owed: Decimal


def settle_money(charged: Charged, timeline: Timeline, discount: Decimal, mode: str) -> Sum | None:
    """Return due = fee / 12 x operating months x (1 - discount) and the refund, between nothing and the payment."""
    if charged.settle_fee is None or charged.prepaid is None:
        return None
    exact = Fraction(charged.settle_fee) / 12 * timeline.effective * (1 - Fraction(discount))
    due, prepaid = to_money(exact, mode), to_money(charged.prepaid, mode)
    return Sum(due, min(max(prepaid - due, Decimal(0)), prepaid), max(due - prepaid, Decimal(0)))


def to_money(amount: Fraction, mode: str) -> Decimal:
    """Round to 分 as the rulebook says."""
    return rounded(amount, 2, _MODES[mode])


def list_lines(charged: Charged, timeline: Timeline, discount: Decimal, mode: str) -> tuple[SumLine, ...]:
    """Return the lines of a refund; they add up to it exactly, rounding included as a line of its own."""
    total = settle_money(charged, timeline, discount, mode)
    if total is None or charged.prepaid is None or charged.settle_fee is None:
        return ()
    settle = Fraction(charged.settle_fee) / 12
    highest = settle if charged.highest_fee is None else Fraction(charged.highest_fee) / 12
    parts = {
        "early_return": highest * timeline.after * timeline.is_abolished,
        "unused_months": highest * (timeline.before - timeline.free + timeline.after * (not timeline.is_abolished)),
        "go_live_month": highest * timeline.free,
        "over_tier": (highest - settle) * timeline.effective,
        "discount": settle * timeline.effective * Fraction(discount),
    }
    parts["prepaid_difference"] = charged.prepaid - highest * timeline.paid
    parts["not_charged_again"] = Fraction(total.still_owed)
    return _rounded_lines(parts, total.refund, mode)


def no_fee_lines(prepaid: Fraction, mode: str) -> tuple[SumLine, ...]:
    """Return the one line of a settlement without a fee."""
    return _rounded_lines({"no_fee": prepaid}, to_money(prepaid, mode), mode)


def _rounded_lines(parts: dict[str, Fraction], refund: Decimal, mode: str) -> tuple[SumLine, ...]:
    lines = [SumLine(code, _NAMES[code], to_money(amount, mode)) for code, amount in parts.items() if amount]
    rest = refund - sum((line.amount for line in lines), Decimal(0))
    if rest:
        lines.append(SumLine("rounding", _NAMES["rounding"], rest))
    return tuple(lines)
