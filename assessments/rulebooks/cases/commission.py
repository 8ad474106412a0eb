"""Cases of kind "commission", and what fee and commission cases share: how a store left, and what may be expected."""

from datetime import date
from typing import Any

from assessments.engine import Commission, CommissionFacts, Exit, ExitReason, OrderFact, Settlement, bill
from assessments.engine.language.commission import CommissionBody
from assessments.rulebooks.cases.books import Books
from assessments.rulebooks.cases.values import CaseMistake, Keys


def run_commission(books: Books, given: Keys) -> tuple[Commission, dict[str, Any]]:
    """Work out the commission that a case describes."""
    as_of = given.date("as_of")
    book = books.on(as_of, "annual") if as_of else books.only()
    body = book.body
    if not isinstance(body, CommissionBody):
        raise CaseMistake("rulebook", f"{book.version} is not a commission")
    end = body.rebate.ends_before if body.rebate else book.effective_before or date(book.effective_from.year + 1, 1, 1)
    orders = tuple(_order(row, f"{given.at('orders')}[{at}]") for at, row in enumerate(given.rows("orders")))
    facts = CommissionFacts(
        store="case",
        as_of=as_of or date.fromordinal(end.toordinal() - 1),
        orders=orders,
        confirmed=given.decimal("confirmed"),
        is_complete=bool(given.take("complete", True)),
        exit=read_exit(given),
        category=given.text("category", ""),
        lines=given.lines(),
    )
    given.close("as_of, orders, confirmed, complete, exit, category, lines")
    result = bill(book, facts)
    return result, {
        "state": result.state,
        "confirmed": result.confirmed,
        "fee": result.fee,
        "cash_back": result.cash_back,
        "coupon": result.coupon,
        "forfeited": result.forfeited,
        "complete": result.complete,
        "lines": {line.code: line.amount for line in result.lines},
        "reasons": sorted({reason.code for reason in result.reasons}),
    }


def _order(row: Any, path: str) -> OrderFact:
    keys = Keys(row, path)
    placed_on, paid = keys.date("placed_on"), keys.decimal("paid")
    if placed_on is None or paid is None:
        raise CaseMistake(path, "placed_on and paid are needed")
    before, after = keys.decimal("refunded_before"), keys.decimal("refunded_after")
    order = OrderFact(
        placed_on=placed_on,
        paid=paid,
        confirmed_on=keys.date("confirmed_on"),
        refunded_before=before if before is not None else paid - paid,
        refunded_after=after if after is not None else paid - paid,
    )
    keys.close("placed_on, paid, confirmed_on, refunded_before, refunded_after")
    return order


def read_exit(given: Keys) -> Exit | None:
    """Read how a store left, if it did."""
    if "exit" not in given:
        return None
    keys = Keys(given.take("exit"), given.at("exit"))
    reason = keys.text("reason", "voluntary")
    if reason not in {each.value for each in ExitReason}:
        raise CaseMistake(keys.at("reason"), f"one of {', '.join(each.value for each in ExitReason)}")
    applied_on = keys.date("applied_on")
    if applied_on is None:
        raise CaseMistake(keys.at("applied_on"), "is needed")
    leaving = Exit(applied_on=applied_on, reason=ExitReason(reason), effective_on=keys.date("effective_on"))
    keys.close("applied_on, effective_on, reason")
    return leaving


def settlement_answers(result: Settlement) -> dict[str, Any]:
    """Everything that a case may expect of a fee year."""
    first = result.scores[0] if result.scores else None
    return {
        "state": result.state,
        "basis": result.basis,
        "category": result.category,
        "prepaid": result.prepaid,
        "months_paid": result.months_paid,
        "months_effective": result.months_effective,
        "score_rule": result.score_rule,
        "score_mean": first.mean if first else None,
        "score_means": {check.metric: check.mean for check in result.scores},
        "score_standard": first.standard if first else None,
        "score_passed": result.score_passed,
        "score_days": first.days if first else (),
        "score_months": sorted({*first.days, *first.missing}) if first else (),
        "score_count": len(first.days) if first else 0,
        "missing_days": first.missing if first else (),
        "missing_months": result.missing_months,
        "complete": result.complete,
        "sales": result.sales,
        "threshold_half": result.threshold_half,
        "threshold_full": result.threshold_full,
        "discount": result.discount,
        "bars": result.bars,
        "barred": bool(result.bars),
        "removal_due": result.removal_due,
        "forfeited": result.forfeited,
        "due": result.due,
        "refund": result.refund,
        "refund_low": result.refund_low,
        "refund_high": result.refund_high,
        "still_owed": result.still_owed,
        "lines": {line.code: line.amount for line in result.lines},
        "question": result.question is not None,
    }
