"""What comes back, under every fee and commission rulebook and every choice of its options."""

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random

import pytest

from assessments.engine import (
    Commission,
    CommissionFacts,
    Exit,
    ExitReason,
    FeeBasis,
    FeeFacts,
    OrderFact,
    Rulebook,
    Settlement,
    bill,
    settle,
)
from tests.unit.engine.cast import shipped
from tests.unit.engine.properties.depth import TIMES, chosen, drawn_choice, draws, every_choice
from tests.unit.engine.properties.draw_fee import draw_fee_year, fee_body
from tests.unit.engine.properties.test_every_choice import named

FEES = [each for each in shipped() if each.kind == "fee"]
COMMISSIONS = [each for each in shipped() if each.kind == "commission"]


def check_money(facts: FeeFacts, result: Settlement) -> None:
    """A refund is between nothing and what was paid, between its own bounds, and the sum of its lines."""
    amounts = (result.refund, result.refund_low, result.refund_high, result.due, result.still_owed)
    assert all(amount >= 0 for amount in amounts if amount is not None)
    assert all(amount == round(amount, 2) for amount in amounts if amount is not None)
    if facts.prepaid is not None:
        assert result.prepaid == facts.prepaid
    if result.refund_high is not None:
        assert result.refund_low is not None
        assert result.refund_low <= result.refund_high
        assert result.prepaid is not None or result.forfeited
        assert result.prepaid is None or result.refund_high <= result.prepaid
    if result.refund is not None:
        assert result.refund_low is not None
        assert result.refund_high is not None
        assert result.refund_low <= result.refund <= result.refund_high
        assert sum((line.amount for line in result.lines), Decimal(0)) == result.refund
        if result.prepaid is not None and result.due is not None:
            assert result.refund == max(result.prepaid - result.due, 0)
            assert result.refund - (result.still_owed or 0) == result.prepaid - result.due


def test_a_refund_is_never_negative_nor_above_what_was_paid() -> None:
    seen: Counter[str] = Counter()
    for rulebook in FEES:
        for rng in draws(f"refund {named(rulebook)}", 60):
            one = drawn_choice(rulebook, rng)
            facts = draw_fee_year(rng, one)
            result = settle(one, facts, rng.choice(list(FeeBasis)))
            check_money(facts, result)
            seen.update([result.state.value, f"forfeited {result.forfeited}", f"discount {result.discount}"])
            seen.update([f"barred {bool(result.bars)}", f"part {0 < (result.refund or 0) < (result.prepaid or 0)}"])
            seen.update([facts.exit.reason.value] if facts.exit is not None else [])
    wanted = {"settled", "estimate", "question", "no_data", "line_not_set", "forfeited True", "barred True"}
    wanted |= {"part True", "discount 0", "discount 0.5", "discount 1", *(reason.value for reason in ExitReason)}
    assert wanted - set(seen) == set()


@pytest.mark.parametrize("rulebook", FEES, ids=named)
def test_a_refund_is_bounded_whatever_the_combination_of_choices(rulebook: Rulebook) -> None:
    rng = Random(named(rulebook))
    combinations = every_choice(rulebook)
    for choices in combinations if TIMES > 1 else rng.sample(combinations, min(5, len(combinations))):
        one = chosen(rulebook, choices)
        for reason in ExitReason:
            facts = draw_fee_year(rng, one)
            day = facts.exit.applied_on if facts.exit is not None else date(facts.year, 9, 9)
            facts = replace(facts, exit=Exit(day, reason))
            check_money(facts, settle(one, facts))


def test_an_exit_that_forfeits_gives_nothing_and_another_reason_does_not_forfeit() -> None:
    for rulebook in FEES:
        for rng in draws(f"forfeit {named(rulebook)}", 4):
            one = drawn_choice(rulebook, rng)
            rule, facts = fee_body(one).forfeit, draw_fee_year(rng, one)
            for reason in ExitReason:
                result = settle(one, replace(facts, exit=Exit(date(facts.year, 6, 6), reason)))
                takes = reason.value in rule.reasons
                takes = takes or (rule.failed_assessment_too and reason is ExitReason.FAILED_ASSESSMENT)
                # A contract that ran out is a whole year, not an exit.
                assert result.forfeited is (takes and reason is not ExitReason.NOT_RENEWED)
                if result.forfeited:
                    assert (result.refund, result.refund_low, result.refund_high) == (0, 0, 0)


def draw_orders(rng: Random, year: int) -> tuple[OrderFact, ...]:
    amounts = ["0", "0.01", "0.83", "1.66", "100", "19999.99", "60000", "500000.01"]
    return tuple(
        OrderFact(
            placed_on=date(rng.choice([2024, year]), rng.randint(1, 12), 28),
            paid=Decimal(rng.choice(amounts)),
            confirmed_on=rng.choice([None, date(year, rng.randint(1, 12), 28)]),
            refunded_before=Decimal(rng.choice(["0", "0", "0.01", "70000"])),
            refunded_after=Decimal(rng.choice(["0", "0", "5"])),
        )
        for _ in range(rng.randint(0, 6))
    )


def check_commission(result: Commission) -> None:
    amounts = (result.fee, result.cash_back, result.coupon)
    assert all(amount >= 0 for amount in amounts if amount is not None)
    if result.cash_back is not None and result.coupon is not None:
        assert result.fee is not None
        assert result.cash_back + result.coupon <= result.fee
        assert result.cash_back == 0 or result.coupon == 0
        assert sum((line.amount for line in result.lines), Decimal(0)) == result.cash_back + result.coupon


@pytest.mark.parametrize("rulebook", COMMISSIONS, ids=named)
def test_a_rebate_is_never_negative_nor_above_the_commission(rulebook: Rulebook) -> None:
    year = int(rulebook.version)
    for rng in draws(f"rebate {named(rulebook)}", 60):
        one = drawn_choice(rulebook, rng)
        as_of = date(year, rng.randint(9, 12), 28)
        reason = rng.choice([None, *ExitReason])
        check_commission(
            bill(
                one,
                CommissionFacts(
                    "甲",
                    as_of,
                    draw_orders(rng, year),
                    confirmed=rng.choice([None, Decimal("120000.01"), Decimal("999999.99")]),
                    is_complete=rng.random() < 0.8,
                    exit=None if reason is None else Exit(as_of, reason),
                ),
            )
        )
