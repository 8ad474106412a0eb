"""Settling a fee year: beyond the golden cases, the properties that must hold for every store."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.engine import (
    CategorySales,
    Exit,
    ExitReason,
    FeeBasis,
    FeeFacts,
    Settlement,
    SettlementState,
    ViolationFact,
    settle,
)
from assessments.engine.language.reading import parse_canonical
from tests.unit.engine.cast import book, fee_year, half_year, months

FEE = book("tmall-annual-fee", "2022")


def test_a_full_year_over_the_higher_threshold_gives_everything_back() -> None:
    result = settle(FEE, fee_year())
    assert (result.state, result.discount, result.refund) == (SettlementState.SETTLED, Decimal(1), Decimal(60000))


@pytest.mark.parametrize(
    ("sales", "refund"), [("359999.99", 0), ("360000", 30000), ("1199999.99", 30000), ("1200000", 60000)]
)
def test_the_thresholds_are_reached_at_the_exact_fen(sales: str, refund: int) -> None:
    assert settle(FEE, fee_year(sales=sales)).refund == refund


def test_a_mean_a_hair_below_the_standard_fails() -> None:
    assert settle(FEE, fee_year(scores=["2.9"] * 11 + ["2.899999"])).discount == 0
    assert settle(FEE, fee_year(scores=["2.9"] * 12)).discount == 1


def test_a_missing_month_is_left_out_of_the_mean_and_stated() -> None:
    scores: list[str | None] = ["3"] * 12
    scores[9] = None
    unknown = settle(FEE, fee_year(scores=scores))
    assert (unknown.scores[0].mean, unknown.complete, unknown.missing_months) == (3, False, (date(2022, 10, 1),))
    assert (unknown.state, unknown.refund_low, unknown.refund_high) == (SettlementState.ESTIMATE, 0, 60000)
    said = settle(FEE, replace(fee_year(scores=scores), no_score_months=(date(2022, 10, 1),)))
    assert (said.state, said.complete, said.refund_low) == (SettlementState.SETTLED, True, 60000)


def test_an_unknown_month_is_worth_at_least_the_lowest_score_there_is() -> None:
    document = json.loads(FEE.canonical)
    document["score"] |= {"lowest": "2", "highest": "5"}
    facts = fee_year(scores=["3"] * 11 + [None])
    assert settle(parse_canonical(json.dumps(document)), facts).refund_low == 60000
    document["score"]["lowest"] = "1"
    assert settle(parse_canonical(json.dumps(document)), facts).refund_low == 0


def test_a_store_that_never_went_live_has_paid_for_nothing() -> None:
    result = settle(FEE, replace(fee_year(), go_live_on=None))
    assert (result.months_paid, result.months_effective) == (12, 0)
    assert (result.prepaid, result.refund) == (60000, 60000)
    assert {line.code: line.amount for line in result.lines} == {"unused_months": 60000}


def test_unknown_sales_give_bounds_and_no_number() -> None:
    result = settle(FEE, fee_year(sales=None))
    assert (result.state, result.refund, result.refund_low, result.refund_high) == (
        SettlementState.NO_DATA,
        None,
        0,
        60000,
    )
    assert "no_sales" in {reason.code for reason in result.reasons}


def test_what_is_not_known_does_not_matter_once_the_score_has_failed() -> None:
    result = settle(FEE, fee_year(scores=["1"] * 12, sales=None))
    assert (result.refund, result.refund_low, result.refund_high) == (0, 0, 0)
    assert result.state is SettlementState.SETTLED


def test_a_category_that_no_table_knows_needs_its_lines() -> None:
    unknown = replace(fee_year(), categories=(CategorySales("美妆", Decimal(1)),))
    result = settle(FEE, unknown)
    assert (result.state, result.refund, result.prepaid) == (SettlementState.LINE_NOT_SET, None, None)
    lines = {"annual_fee": 60000, "sales_half": 100, "sales_full": 200, "score_standard": 3}
    told = replace(unknown, lines={"美妆": {name: Decimal(value) for name, value in lines.items()}})
    assert settle(FEE, replace(told, sales=Decimal(100))).refund == 30000


def test_a_fee_category_without_thresholds_still_gives_bounds() -> None:
    result = settle(FEE, replace(fee_year(), categories=(CategorySales("食品", Decimal(10**6)),)))
    assert (result.state, result.prepaid, result.refund) == (SettlementState.LINE_NOT_SET, Decimal(30000), None)
    assert (result.refund_low, result.refund_high) == (0, 30000)


def test_settling_on_the_lower_fee_gives_the_over_tier_back() -> None:
    both = (CategorySales("服饰配件", Decimal(500000)), CategorySales("女装", Decimal(1)))
    result = settle(FEE, replace(fee_year(scores=["3"] * 12), categories=both))
    assert (result.category, result.prepaid, result.due) == ("服饰配件", Decimal(60000), Decimal(15000))
    assert {line.code: line.amount for line in result.lines} == {"over_tier": 30000, "discount": 15000}


def test_categories_with_equal_sales_and_equal_fees_settle_alike_in_any_order() -> None:
    lines = {"annual_fee": Decimal(60000), "sales_half": Decimal(100), "sales_full": Decimal(10**9)}
    own = {"甲类": {**lines, "score_standard": Decimal(2)}, "乙类": {**lines, "score_standard": Decimal(5)}}
    both = (CategorySales("甲类", Decimal(100)), CategorySales("乙类", Decimal(100)))
    one, two = (settle(FEE, replace(fee_year(), categories=each, sales=None, lines=own)) for each in (both, both[::-1]))
    assert (one.category, one.refund) == (two.category, two.refund) == ("甲类", 30000)
    main = settle(FEE, replace(fee_year(), categories=both, main_category="乙类", sales=None, lines=own))
    assert (main.category, main.refund) == ("乙类", 0)


def test_sales_by_category_that_are_not_known_take_the_main_category() -> None:
    facts = replace(
        fee_year(),
        categories=(CategorySales("服饰配件"), CategorySales("女装")),
        main_category="女装",
        sales=Decimal(10),
    )
    assert settle(FEE, facts).category == "女装"
    lost = settle(FEE, replace(facts, main_category=None))
    assert (lost.category, lost.refund) == (None, None)
    assert "category_unknown" in {reason.code for reason in lost.reasons}


def test_the_running_year_is_an_estimate_with_bounds() -> None:
    facts = replace(fee_year(scores=["3"] * 6, sales="400000"), as_of=date(2022, 6, 30))
    stay = settle(FEE, facts, FeeBasis.STAY)
    assert (stay.basis, stay.state) == (FeeBasis.STAY, SettlementState.ESTIMATE)
    assert (stay.refund, stay.refund_low, stay.refund_high) == (30000, 0, 60000)
    leave = settle(FEE, facts, FeeBasis.LEAVE_TODAY)
    assert (leave.months_effective, leave.score_rule) == (6, "months_before_application")
    assert (leave.threshold_half, leave.refund) == (180000, Decimal(45000))


def test_a_year_that_is_over_ignores_what_is_assumed_about_its_rest() -> None:
    assert settle(FEE, fee_year(), FeeBasis.LEAVE_TODAY) == settle(FEE, fee_year(), FeeBasis.AS_RECORDED)


def test_a_prepayment_that_was_too_small_is_never_a_negative_refund() -> None:
    result = settle(FEE, replace(fee_year(sales="0"), prepaid=Decimal(20000)))
    assert (result.refund, result.still_owed, result.due) == (0, 40000, 60000)
    assert {line.code: line.amount for line in result.lines} == {
        "prepaid_difference": -40000,
        "not_charged_again": 40000,
    }


def test_a_score_that_failed_does_not_settle_a_fee_that_no_table_knows() -> None:
    unknown = replace(fee_year(scores=["1"] * 12), categories=(CategorySales("美妆", Decimal(1)),))
    result = settle(FEE, replace(unknown, lines={"美妆": {"score_standard": Decimal(3)}}))
    assert (result.score_passed, result.state) == (False, SettlementState.LINE_NOT_SET)
    assert (result.refund, result.due) == (None, None)


def test_an_exit_confirmed_in_the_next_month_counts_that_month_but_scores_to_the_application() -> None:
    leaving = Exit(date(2022, 6, 20), effective_on=date(2022, 7, 5))
    result = settle(FEE, replace(fee_year(), exit=leaving))
    assert (result.months_effective, len(result.scores[0].days)) == (7, 5)


def test_another_kind_of_rulebook_is_refused() -> None:
    with pytest.raises(ValueError, match="not a fee"):
        settle(half_year(), fee_year())


@st.composite
def _fee_facts(draw: st.DrawFn) -> FeeFacts:
    year = 2022
    live = draw(st.one_of(st.none(), st.dates(date(2020, 1, 1), date(2022, 12, 31))))
    active = live - timedelta(days=draw(st.integers(0, 60))) if live and draw(st.booleans()) else None
    value = st.one_of(st.none(), st.sampled_from(["0", "2.89", "2.9", "3", "5"]))
    leaving = None
    if draw(st.booleans()):
        applied = draw(st.dates(date(2022, 1, 1), date(2022, 12, 31)))
        later = draw(st.one_of(st.none(), st.integers(0, 60).map(timedelta)))
        reason = draw(st.sampled_from(list(ExitReason)))
        leaving = Exit(applied, reason, None if later is None else applied + later)
    names = draw(st.lists(st.sampled_from(["女装", "服饰配件", "食品", "美妆"]), min_size=1, max_size=3, unique=True))
    sales = st.one_of(st.none(), st.integers(0, 2_000_000).map(Decimal))
    points = st.builds(
        ViolationFact,
        on=st.dates(date(2021, 12, 1), date(2023, 1, 31)),
        points=st.sampled_from([Decimal(2), Decimal(12), Decimal(48)]),
        severity=st.sampled_from(["general", "severe"]),
    )
    return FeeFacts(
        store="甲",
        year=year,
        as_of=draw(st.dates(date(2022, 1, 1), date(2023, 2, 1))),
        categories=tuple(CategorySales(name, draw(sales)) for name in names),
        main_category=draw(st.one_of(st.none(), st.sampled_from(names))),
        activated_on=active,
        go_live_on=live,
        prepaid=draw(st.one_of(st.none(), st.integers(0, 6_000_000).map(lambda fen: Decimal(fen).scaleb(-2)))),
        sales=draw(sales),
        sales_complete=draw(st.booleans()),
        series={"basic_service_score": months(draw(st.lists(value, max_size=12)), date(2022, 1, 1))},
        score_on={
            "basic_service_score": {date(2022, 1, 15): draw(value.map(lambda v: None if v is None else Decimal(v)))}
        },
        violations=tuple(draw(st.lists(points, max_size=3))),
        exit=leaving,
    )


def _check(result: Settlement) -> None:
    assert result.months_effective >= 0
    assert 0 <= result.months_paid <= 12
    if result.refund_low is not None and result.refund_high is not None:
        assert 0 <= result.refund_low <= result.refund_high
        assert result.prepaid is None or result.refund_high <= result.prepaid
    if result.refund is not None:
        assert result.refund_low is not None
        assert result.refund_high is not None
        assert result.refund_low <= result.refund <= result.refund_high
        assert sum((line.amount for line in result.lines), Decimal(0)) == result.refund


@given(_fee_facts(), st.sampled_from(list(FeeBasis)))
def test_a_refund_is_within_its_bounds_and_its_lines_add_up(facts: FeeFacts, basis: FeeBasis) -> None:
    _check(settle(FEE, facts, basis))


@given(
    st.lists(st.sampled_from(["2", "2.9", "3", "5"]), min_size=12, max_size=12), st.sets(st.integers(0, 11), max_size=4)
)
def test_the_bounds_contain_what_comes_out_once_the_missing_months_are_filled(
    scores: list[str], gaps: set[int]
) -> None:
    holes: list[str | None] = [None if at in gaps else value for at, value in enumerate(scores)]
    before, after = settle(FEE, fee_year(scores=holes)), settle(FEE, fee_year(scores=[*scores]))
    assert before.refund_low is not None
    assert before.refund_high is not None
    assert after.refund is not None
    assert before.refund_low <= after.refund <= before.refund_high


@given(st.integers(0, 2_000_000), st.integers(1, 400_000))
def test_more_sales_never_lower_a_refund(sales: int, more: int) -> None:
    one, two = (settle(FEE, fee_year(sales=str(each))).refund for each in (sales, sales + more))
    assert one is not None
    assert two is not None
    assert one <= two


@given(st.dates(date(2022, 1, 2), date(2022, 12, 31)))
def test_an_old_store_that_leaves_pays_for_the_months_to_its_exit(on: date) -> None:
    facts = replace(fee_year(scores=["1"] * 12), exit=Exit(on))
    facts = replace(facts, score_on={"basic_service_score": {on - timedelta(days=1): Decimal(1)}})
    result = settle(FEE, facts)
    assert (result.months_effective, result.due) == (on.month, Decimal(5000 * on.month))
    assert result.threshold_full == Fraction(1200000 * on.month, 12)
