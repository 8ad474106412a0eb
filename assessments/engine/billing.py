"""Working out a commission: what confirmed orders are charged, and what comes back in cash or as a coupon."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from assessments.engine.facts import CommissionFacts, OrderFact
from assessments.engine.language.commission import CommissionBody, Rebate, RebateTier
from assessments.engine.language.reading import Rulebook
from assessments.engine.lines import Found, Lines, kept
from assessments.engine.outcomes import SettlementState
from assessments.engine.results import Commission, Operands, Reason, Step, SumLine
from assessments.engine.settling.money import to_money
from assessments.engine.text import Text
from assessments.engine.version import ENGINE_VERSION

_CASH = Text(zh="现金返还", en="cash back")
_COUPON = Text(zh="推广优惠券", en="coupon")
_UNKNOWN = Reason("no_sales", Text(zh="没有确认收货金额", en="the confirmed amount is not known"))
_INCOMPLETE = Reason(
    "days_missing", Text(zh="确认收货金额缺少部分日期", en="days are missing from the confirmed amount")
)


@dataclass(frozen=True, slots=True)
class _Charged:
    """Confirmed amount and commission (¥), exact and as charged."""

    confirmed: Decimal
    fee: Decimal
    steps: tuple[Step, ...]


def bill(rulebook: Rulebook, facts: CommissionFacts) -> Commission:
    """Charge the orders confirmed so far and find the rebate. Raises ValueError for another kind of rulebook.

    Orders win over a total that is given beside them. While the rebate's window runs, the result is an estimate.
    """
    body = _body(rulebook)
    lines = Lines(rulebook, facts.category, facts.lines)
    rate = lines.find(body.charge.rate, body.charge)
    base = Commission(ENGINE_VERSION, rulebook.ref, facts.store, facts.as_of, SettlementState.NO_DATA)
    if rate.value is None:
        return replace(base, state=SettlementState.LINE_NOT_SET, reasons=(lines.reason(body.charge.rate),))
    looked_up = lines.step("charge.rate", body.charge.rate, rate)
    charged = _charge(rulebook, body, facts, rate)
    if charged is None:
        return replace(base, reasons=(_UNKNOWN,), steps=kept(looked_up))
    billed = replace(
        base,
        state=_state(body, facts),
        confirmed=charged.confirmed,
        fee=charged.fee,
        complete=facts.is_complete,
        reasons=() if facts.is_complete else (_INCOMPLETE,),
        steps=kept(looked_up, *charged.steps),
    )
    told = _with_rebate(rulebook, body, facts, billed)
    return replace(told, assumptions=rulebook.assumptions(frozenset(step.rule for step in told.steps)))


def charged_days(rulebook: Rulebook) -> tuple[date, date | None]:
    """Return the days [first, end) whose confirmations are charged and summed together; None = without end.

    Raises ValueError for another kind of rulebook.
    """
    body = _body(rulebook)
    first = body.charge.ordered_from
    return (first, None) if body.rebate is None else (max(first, body.rebate.starts_on), body.rebate.ends_before)


def _body(rulebook: Rulebook) -> CommissionBody:
    if not isinstance(rulebook.body, CommissionBody):
        raise ValueError(f"{rulebook.version} of {rulebook.programme} is a {rulebook.kind} rulebook, not a commission")
    return rulebook.body


def _state(body: CommissionBody, facts: CommissionFacts) -> SettlementState:
    is_over = body.rebate is None or facts.as_of >= body.rebate.ends_before - timedelta(days=1)
    is_over = is_over or facts.exit is not None
    return SettlementState.SETTLED if is_over and facts.is_complete else SettlementState.ESTIMATE


def _charge(rulebook: Rulebook, body: CommissionBody, facts: CommissionFacts, rate: Found) -> _Charged | None:
    """Charge every order that counts, or the total when no orders are given."""
    assert rate.value is not None
    mode = body.money_rounding
    if not facts.orders and facts.confirmed is None:
        return None
    amounts = list(_confirmed(body, facts)) if facts.orders else [facts.confirmed or Decimal(0)]
    exact = [Fraction(amount) * Fraction(rate.value) for amount in amounts]
    total = sum(amounts, Decimal(0))
    each = sum((to_money(fee, mode) for fee in exact), Decimal(0))
    fee = each if body.charge.rounding == "per_order" else to_money(sum(exact, Fraction(0)), mode)
    values: Operands = {"confirmed": total, "rate": rate.value, "fee": fee, "orders": len(amounts)}
    key = "commission_of_orders" if facts.orders else "commission_of_total"
    return _Charged(total, fee, (Step("charge", key, values, rulebook.basis(body.charge)),))


def _confirmed(body: CommissionBody, facts: CommissionFacts) -> Iterator[Decimal]:
    """Yield what each counted order confirmed: placed since the charge began, confirmed by `as_of` in the window."""
    for order in facts.orders:
        if order.confirmed_on is not None and order.confirmed_on <= facts.as_of and _is_counted(body, order):
            yield max(order.paid - order.refunded_before, Decimal(0))


def _is_counted(body: CommissionBody, order: OrderFact) -> bool:
    if order.placed_on < body.charge.ordered_from or order.confirmed_on is None:
        return False
    window = body.rebate
    return window is None or window.starts_on <= order.confirmed_on < window.ends_before


def _with_rebate(rulebook: Rulebook, body: CommissionBody, facts: CommissionFacts, billed: Commission) -> Commission:
    rule, zero = body.rebate, Decimal(0)
    assert billed.confirmed is not None
    assert billed.fee is not None
    if facts.exit is not None and body.forfeit.takes(facts.exit.reason.value):
        step = Step("forfeit", "rebate_forfeited", {"reason": facts.exit.reason.value}, rulebook.basis(body.forfeit))
        return replace(billed, forfeited=True, cash_back=zero, coupon=zero, steps=(*billed.steps, step))
    tier = None if rule is None else next((one for one in rule.tiers if billed.confirmed <= one.at_most), None)
    if rule is None or tier is None:
        steps = (*billed.steps, *_no_tier(rulebook, rule, billed))
        return replace(billed, cash_back=zero, coupon=zero, steps=steps)
    if not facts.is_complete:
        return billed
    amount = to_money(Fraction(billed.fee) * Fraction(tier.share), body.money_rounding)
    is_cash = tier.pays == "cash"
    line = SumLine(f"{tier.pays}_back", _CASH if is_cash else _COUPON, amount)
    words = rule.paid if facts.exit is None else rule.leaving
    paid = words.text
    rest: Operands = {"confirmed": billed.confirmed, "fee": billed.fee, "amount": amount, "paid": paid}
    return replace(
        billed,
        cash_back=amount if is_cash else zero,
        coupon=zero if is_cash else amount,
        lines=(line,),
        steps=(*billed.steps, _tier_step(rulebook, rule, tier, rest)),
    )


def _no_tier(rulebook: Rulebook, rule: Rebate | None, billed: Commission) -> Iterator[Step]:
    if rule is not None:
        values: Operands = {"confirmed": billed.confirmed, "at_most": rule.tiers[-1].at_most}
        yield Step("rebate", "rebate_none", values, rulebook.basis(rule))


def _tier_step(rulebook: Rulebook, rule: Rebate, tier: RebateTier, rest: Operands) -> Step:
    has_end = tier.pays == "coupon" and rule.coupon_until is not None
    key = "rebate_coupon_until" if has_end else f"rebate_{tier.pays}"
    values: Operands = {"at_most": tier.at_most, "share": tier.share, "until": rule.coupon_until, **rest}
    return Step("rebate", key, values, rulebook.basis(rule))
