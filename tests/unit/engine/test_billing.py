"""The base fee, its rebate and its coupon; and the year in which the annual fee was abolished."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.engine import (
    CategorySales,
    CommissionFacts,
    Exit,
    ExitReason,
    FeeFacts,
    OrderFact,
    SettlementState,
    bill,
    canonical_json,
    charged_days,
    explain,
    facts_from_json,
    result_from_json,
    settle,
)
from assessments.engine.language.commission import CommissionBody
from assessments.engine.language.reading import parse_canonical
from tests.unit.engine.cast import book, half_year, months, totals

BASE = book("tmall-base-fee", "2024")
ENDING = book("tmall-annual-fee", "2024-abolition")
MONEY = st.integers(0, 200_000_000).map(lambda cents: Decimal(cents).scaleb(-2))
WINDOW_ENDS = date(2024, 12, 31)


def _orders(*amounts: str) -> tuple[OrderFact, ...]:
    return tuple(OrderFact(date(2024, 9, 2), Decimal(one), date(2024, 9, 9)) for one in amounts)


def _year(sales: str, *, entered_on: date | None = None, scores: str = "4.2") -> FeeFacts:
    start = date(2024, 1, 1)
    return FeeFacts(
        store="甲",
        year=2024,
        as_of=date(2024, 12, 31),
        categories=(CategorySales("女装"),),
        go_live_on=entered_on or date(2020, 1, 1),
        series={
            "comprehensive_experience_score": months([scores] * 12, start),
            "sales_amount": totals([sales] * 12, start),
        },
    )


@pytest.mark.parametrize(
    ("confirmed", "cash", "coupon"),
    [
        ("120000", "720", "0"),
        ("120000.01", "0", "360"),
        ("1000000", "0", "3000"),
        ("1000000.01", "0", "0"),
        ("0", "0", "0"),
    ],
)
def test_the_rebate_changes_one_cent_above_each_line(confirmed: str, cash: str, coupon: str) -> None:
    result = bill(BASE, CommissionFacts("甲", WINDOW_ENDS, confirmed=Decimal(confirmed)))
    assert (result.cash_back, result.coupon) == (Decimal(cash), Decimal(coupon))
    assert result.state is SettlementState.SETTLED


@given(MONEY)
def test_a_rebate_is_never_more_than_the_commission(confirmed: Decimal) -> None:
    result = bill(BASE, CommissionFacts("甲", WINDOW_ENDS, confirmed=confirmed))
    assert result.fee is not None
    assert result.cash_back is not None
    assert result.coupon is not None
    assert 0 <= result.cash_back + result.coupon <= result.fee


@given(st.lists(MONEY, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_orders_does_not_matter(amounts: list[Decimal], shuffle: object) -> None:
    orders = [OrderFact(date(2024, 9, 2), amount, date(2024, 9, 9)) for amount in amounts]
    one = bill(BASE, CommissionFacts("甲", WINDOW_ENDS, tuple(orders)))
    shuffle.shuffle(orders)  # type: ignore[attr-defined]
    assert bill(BASE, CommissionFacts("甲", WINDOW_ENDS, tuple(orders))) == one


def test_no_amount_is_no_data_and_never_a_fee_of_nothing() -> None:
    result = bill(BASE, CommissionFacts("甲", WINDOW_ENDS))
    assert (result.state, result.fee) == (SettlementState.NO_DATA, None)
    assert [reason.code for reason in result.reasons] == ["no_sales"]
    assert explain(result, "zh")[0] == "服务费 —（无数据），返现 —，优惠券 —"


def test_a_rate_that_the_table_does_not_have_is_not_set_and_one_that_it_has_is_said() -> None:
    document = json.loads(BASE.canonical)
    source = {key: document["charge"][key] for key in ("source", "year", "confidence")}
    document["charge"]["rate"] = {"table": "rate"}
    document["tables"] = {"rate": {**source, "name": {"zh": "费率", "en": "rate"}, "unit": "share"}}
    facts = CommissionFacts("甲", WINDOW_ENDS, confirmed=Decimal(1000))
    unset = bill(parse_canonical(json.dumps(document)), facts)
    assert (unset.state, unset.fee) == (SettlementState.LINE_NOT_SET, None)
    assert [reason.code for reason in unset.reasons] == ["line_not_set"]
    document["tables"]["rate"]["rows"] = [{"categories": ["女装"], "value": "0.02"}]
    assert bill(parse_canonical(json.dumps(document)), replace(facts, category="女装")).fee == 20
    told = bill(parse_canonical(json.dumps(document)), replace(facts, lines={"rate": Decimal("0.01")}))
    assert (told.fee, told.steps[0].key, told.steps[0].values["for"]) == (10, "line_looked_up", "charge.rate")


def test_missing_days_promise_no_rebate_but_above_the_last_line_there_is_none_anyway() -> None:
    open_facts = CommissionFacts("甲", WINDOW_ENDS, confirmed=Decimal(1000), is_complete=False)
    assert (bill(BASE, open_facts).cash_back, bill(BASE, open_facts).complete) == (None, False)
    assert bill(BASE, replace(open_facts, confirmed=Decimal(2_000_000))).cash_back == 0


def test_only_some_reasons_cost_the_rebate() -> None:
    facts = CommissionFacts("甲", WINDOW_ENDS, _orders("100"))
    lost = {
        reason: bill(BASE, replace(facts, exit=Exit(date(2024, 12, 1), reason))).cash_back == 0 for reason in ExitReason
    }
    assert {reason for reason, is_lost in lost.items() if is_lost} == {
        ExitReason.VIOLATION,
        ExitReason.FALSE_CREDENTIALS,
    }


def test_a_bill_and_its_facts_survive_their_canonical_form_and_are_explained() -> None:
    facts = CommissionFacts("甲", WINDOW_ENDS, _orders("100", "19.9"), exit=Exit(date(2024, 12, 1)))
    result = bill(BASE, facts)
    assert facts_from_json(canonical_json(facts)) == facts
    assert result_from_json(canonical_json(result)) == result
    for language in ("zh", "en"):
        assert any("0.72" in line for line in explain(result, language))


def test_another_kind_of_rulebook_is_refused() -> None:
    with pytest.raises(ValueError, match="not a commission"):
        bill(half_year(), CommissionFacts("甲", WINDOW_ENDS))
    with pytest.raises(ValueError, match="not a commission"):
        charged_days(half_year())


def test_the_charged_days_are_those_of_the_rebate_and_have_no_end_without_one() -> None:
    assert charged_days(BASE) == (date(2024, 9, 1), date(2025, 1, 1))
    assert charged_days(book("tmall-base-fee", "2025")) == (date(2025, 1, 1), date(2026, 1, 1))
    assert isinstance(BASE.body, CommissionBody)
    endless = replace(BASE, body=BASE.body.model_copy(update={"rebate": None}))
    assert charged_days(endless) == (date(2024, 9, 1), None)


@given(st.integers(0, 300_000), st.sampled_from(["4.15", "4.16"]), st.dates(date(2023, 12, 1), date(2024, 12, 31)))
def test_an_abolished_year_gives_back_something_between_nothing_and_the_payment(
    monthly: int, scores: str, entered_on: date
) -> None:
    result = settle(ENDING, _year(str(monthly), entered_on=entered_on, scores=scores))
    assert result.refund is not None
    assert result.prepaid is not None
    assert 0 <= result.refund <= result.prepaid
    assert sum(line.amount for line in result.lines) == result.refund
    assert result.refund_low is not None
    assert result.refund_high is not None
    assert result.refund_low <= result.refund <= result.refund_high


def test_a_store_that_entered_in_the_year_is_measured_pro_rata_or_against_the_whole_target() -> None:
    facts = _year("140000", entered_on=date(2024, 3, 5), scores="4.0")  # 1,120,000 by the end of August
    assert settle(ENDING, facts).discount == 1  # 1,200,000 × 9 / 12 = 900,000
    whole = ENDING.choosing({"early_target": "full_year"})
    assert settle(whole, facts).discount == 0


def test_an_early_return_that_needs_the_score_is_not_promised_while_a_score_is_missing() -> None:
    needs_score = ENDING.choosing({"early_needs": "target_score_and_bars"})
    for known, refund in (("4.0", 20_000), ("4.5", 60_000)):
        facts = _year("200000", scores=known)
        score = facts.series["comprehensive_experience_score"]
        gap = tuple(replace(month, closing=None) if month.month.month in (6, 7) else month for month in score)
        result = settle(needs_score, replace(facts, series={**facts.series, "comprehensive_experience_score": gap}))
        assert (result.state, result.refund) == (SettlementState.ESTIMATE, refund)
        assert (result.refund_low, result.refund_high) == (20_000, 60_000)
    assert settle(ENDING, _year("200000", scores="4.0")).refund == 60_000


@pytest.mark.parametrize(("version", "scores", "is_passed"), [("2011", 6, True), ("2015", 12, False)])
def test_before_2015_only_the_last_six_months_of_ratings_counted(version: str, scores: int, is_passed: bool) -> None:
    year = 2014 if version == "2011" else 2016
    ratings = months(["4.0"] * 6 + ["4.6"] * 6, date(year, 1, 1))
    facts = FeeFacts(
        store="甲",
        year=year,
        as_of=date(year, 12, 31),
        categories=(CategorySales("女装", Decimal(1_300_000)),),
        go_live_on=date(2010, 1, 1),
        series={f"dsr_{item}": ratings for item in ("description", "service", "logistics")},
    )
    result = settle(book("tmall-annual-fee", version), facts)
    assert result.score_passed is is_passed
    assert [len(check.days) for check in result.scores] == [scores] * 3
