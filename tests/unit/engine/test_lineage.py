"""Proof and words: canonical JSON there and back, and explanations built only from the result."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.engine import (
    Exit,
    Facts,
    Rating,
    Result,
    ScoreFacts,
    StoreFacts,
    Text,
    ViolationFact,
    assess,
    assess_probation,
    canonical_json,
    decimal_text,
    digest_of,
    explain,
    facts_from_json,
    number,
    result_from_json,
    score,
    settle,
)
from assessments.engine.explaining.sentences import SENTENCES
from tests.unit.engine.cast import HALF_YEAR, book, fee_year, half_year, store
from tests.unit.engine.told import check_explained

FEE = book("tmall-annual-fee", "2022")
FEE_FACTS = replace(
    fee_year(scores=["3"] * 9 + [None, "3", "3"]),
    exit=Exit(date(2022, 12, 5)),
    means={},
    violations=(ViolationFact(date(2022, 2, 2), Decimal("12.50"), "severe"),),
    score_on={"basic_service_score": {date(2022, 1, 15): Decimal("2.90"), date(2022, 1, 16): None}},
    lines={"女装": {"score_standard": Decimal("2.90")}},
)
STORE_FACTS = replace(
    store(["4", None, "4.5"], ["1", "2", "3"], sales_target="500000"), cumulative={"x": {30: None, 90: Decimal(1)}}
)
SCORE_FACTS = ScoreFacts(
    values={"real_experience_goods": Decimal(5), "real_experience_service": None},
    counts={"valid_orders": 30},
    ratings={"dsr_service": (Rating("甲", date(2018, 1, 1), Decimal(5)),)},
    lines={"weight_goods": Decimal(35), "weight_logistics": Decimal(25), "weight_service": Decimal(40)},
)


@pytest.mark.parametrize("facts", [FEE_FACTS, STORE_FACTS, SCORE_FACTS], ids=["fee", "store", "score"])
def test_facts_survive_their_json(facts: Facts) -> None:
    again = facts_from_json(canonical_json(facts))
    assert again == facts
    assert digest_of(again) == digest_of(facts)


def test_means_survive_as_exact_fractions() -> None:
    facts = replace(FEE_FACTS, means={"basic_service_score": Fraction(1, 3)})
    assert facts_from_json(canonical_json(facts)) == facts


def _results() -> list[Result]:
    failed = store(["4"] * 4, ["100"] * 4, sales_target="500000")
    run = book("tmall-trial-run", "2021")
    node = replace(
        STORE_FACTS,
        go_live_on=date(2025, 1, 1),
        cumulative={"sales_amount": {30: Decimal(20000)}},
        lines={"node_target_1": Decimal(20001)},
    )
    return [
        assess(half_year(), HALF_YEAR, STORE_FACTS),
        assess(half_year(), HALF_YEAR, failed),
        assess(half_year(), HALF_YEAR, store([], [])),
        assess_probation(run, node),
        settle(FEE, FEE_FACTS),
        settle(FEE, replace(FEE_FACTS, exit=Exit(date(2022, 1, 1)))),
        settle(FEE, replace(FEE_FACTS, exit=Exit(date(2022, 1, 16)))),
        settle(book("tmall-annual-fee", "2018"), fee_year(2018)),
        score(book("tmall-real-experience-score", "2025"), SCORE_FACTS),
        score(book("tmall-dsr", "2018"), SCORE_FACTS),
    ]


@pytest.mark.parametrize("at", range(10))
def test_results_survive_their_json(at: int) -> None:
    result = _results()[at]
    again = result_from_json(canonical_json(result))
    assert again == result
    assert explain(again, "zh") == explain(result, "zh")


KNOWN = "not one of store, fee, score, commission, points, metrics, health"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Expecting value"),
        ("{}", KNOWN),
        ("[]", KNOWN),
        ('{"type":"nothing"}', KNOWN),
        ('{"type":"store"}', "not the JSON of StoreFacts: .*required positional argument"),
        ('{"type":"fee","year":"x"}', "not the JSON of FeeFacts|invalid literal"),
        ('{"type":"store","store":5}', "not the JSON of StoreFacts: expected str, got 5"),
    ],
)
def test_what_is_not_the_json_of_facts_is_refused_with_the_reason(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        facts_from_json(text)


def test_a_trailing_zero_does_not_change_a_digest_but_any_other_value_does() -> None:
    one = StoreFacts("甲", "女装", date(2024, 1, 1), date(2025, 1, 1), lines={"line": Decimal("4.10")})
    assert digest_of(one) == digest_of(replace(one, lines={"line": Decimal("4.1")}))
    assert digest_of(one) != digest_of(replace(one, lines={"line": Decimal("4.11")}))


def test_the_order_in_which_things_are_named_does_not_change_a_digest() -> None:
    assert canonical_json({"b": 1, "a": {"d": 2, "c": 3}}) == '{"a":{"c":3,"d":2},"b":1}'
    assert digest_of({"b": 1, "a": 2}) == digest_of({"a": 2, "b": 1})


@pytest.mark.parametrize(
    ("value", "text"),
    [("10.00", "10"), ("100", "100"), ("1.50", "1.5"), ("1E+2", "100"), ("-0.0", "0"), ("0.010", "0.01")],
)
def test_a_decimal_has_one_spelling(value: str, text: str) -> None:
    assert decimal_text(Decimal(value)) == text


def test_a_float_is_refused() -> None:
    with pytest.raises(TypeError):
        canonical_json({"value": 0.1})


@pytest.mark.parametrize("at", range(10))
def test_every_number_of_an_explanation_is_found_in_its_step(at: int) -> None:
    check_explained(_results()[at])


@pytest.mark.parametrize("at", range(10))
def test_both_languages_say_the_same_number_of_things_and_leave_no_hole(at: int) -> None:
    zh, en = explain(_results()[at], "zh-hans"), explain(_results()[at], "en")
    assert len(zh) == len(en) >= 1
    assert not [line for line in zh + en if "{" in line or "None" in line]
    assert not any(re.search(r"[一-鿿]", SENTENCES[key].en) for key in SENTENCES)


def test_both_languages_use_the_same_operands() -> None:
    hole = re.compile(r"\{(\w+)(?::%)?\}")
    assert [key for key, text in SENTENCES.items() if set(hole.findall(text.zh)) != set(hole.findall(text.en))] == []


def test_options_that_decided_are_said_and_others_are_not() -> None:
    ordinary = {each.option for each in settle(FEE, fee_year()).assumptions}
    assert "score_rounding" in ordinary
    assert "first_of_january" not in ordinary
    chosen = FEE.choosing({"first_of_january": "day_before"})
    first = settle(chosen, replace(fee_year(), exit=Exit(date(2022, 1, 1))))
    assert "first_of_january" in {each.option for each in first.assumptions}


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (45000, "45,000"), (Decimal("4.10"), "4.1"), (Fraction(1, 8), "0.125"), (Fraction(1, 3), "≈0.333333")],
)
def test_numbers_are_written_exactly_where_they_end(value: int | Decimal | Fraction, text: str) -> None:
    assert number(value) == text


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=6))
def test_a_number_that_ends_is_written_so_that_it_reads_back(value: Decimal) -> None:
    assert Fraction(number(value).replace(",", "")) == Fraction(value)


def test_a_text_answers_in_the_language_asked() -> None:
    text = Text(zh="达标", en="met")
    assert [text.in_(tag) for tag in ("zh", "zh-Hans", "ZH-cn", "en", "fr")] == ["达标", "达标", "达标", "met", "met"]


def test_metrics_are_called_by_the_names_given() -> None:
    result = assess(half_year(), HALF_YEAR, STORE_FACTS)
    names = {"real_experience_score": Text(zh="真实体验分", en="real experience score")}
    assert any("真实体验分 4" in line for line in explain(result, "zh", names))
    assert not any("real_experience_score" in line for line in explain(result, "en", names))
