"""Score formulas."""

import json
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.engine import Rating, ScoreFacts, score
from assessments.engine.language.reading import parse_canonical
from tests.unit.engine.cast import book, half_year

REAL = book("tmall-real-experience-score", "2025")
DSR = book("tmall-dsr", "2018")
CODES = ("real_experience_goods", "real_experience_logistics", "real_experience_service")
WEIGHTS = {"weight_goods": Decimal(35), "weight_logistics": Decimal(25), "weight_service": Decimal(40)}
STARS = st.integers(0, 500).map(lambda hundredths: Decimal(hundredths).scaleb(-2))


def _facts(*values: str | None, bonus: str | None = None, **lines: str) -> ScoreFacts:
    known = {code: None if value is None else Decimal(value) for code, value in zip(CODES, values, strict=False)}
    if bonus is not None:
        known["real_experience_bonus"] = Decimal(bonus)
    return ScoreFacts(values=known, lines=WEIGHTS | {name: Decimal(value) for name, value in lines.items()})


def test_contributions_add_up_to_the_score() -> None:
    result = score(REAL, _facts("5", "4", "3"))
    assert result.value == Fraction(395, 100)
    assert sum(part.contribution or 0 for part in result.parts) == result.value


def test_a_bonus_is_added_and_the_sum_capped() -> None:
    assert score(REAL, _facts("4", "4", "4", bonus="0.25")).value == Fraction(17, 4)
    assert score(REAL, _facts("5", "5", "5", bonus="0.25")).value == 5


def test_a_dimension_of_weight_zero_may_be_missing() -> None:
    basic = book("tmall-basic-service-score", "2019")
    names = ("consultation", "after_sales", "disputes", "goods")
    values = {f"basic_service_{name}": Decimal(4) for name in names}
    assert score(basic, ScoreFacts(category="整车", values=values)).value == 4
    assert score(basic, ScoreFacts(category="女装", values=values)).value is None
    lenient = basic.choosing({"missing_dimension": "renormalise"})
    assert score(lenient, ScoreFacts(category="女装", values=values)).value == 4


def test_weights_that_do_not_add_up_give_no_score() -> None:
    result = score(REAL, _facts("5", "5", "5", weight_service="20"))
    assert result.value is None
    assert [reason.code for reason in result.reasons] == ["weights_do_not_add_up"]


def test_a_score_of_zero_is_a_score() -> None:
    assert score(REAL, _facts("0", "0", "0")).value == 0


@pytest.mark.parametrize(
    ("rate", "points"), [("0.0005", 5), ("0.00050000001", 4), ("0.001", 4), ("0.004", 2), ("0.0041", 0)]
)
def test_a_lower_is_better_line_is_reached_from_above(rate: str, points: int) -> None:
    code = "first_quality_return_rate"
    lines = {f"{code}_5": "0.0005", f"{code}_4": "0.001", f"{code}_3": "0.002", f"{code}_2": "0.004"}
    facts = _facts(**{"weight_" + code: "50", "weight_goods_bad_review_rate": "50"}, **lines)
    result = score(REAL, ScoreFacts(values={code: Decimal(rate)}, lines=facts.lines))
    assert result.parts[0].parts[0].value == points


@pytest.mark.parametrize(("rate", "points"), [("0.95", 5), ("0.9499999", 4), ("0.9", 4), ("0.1", 0)])
def test_a_higher_is_better_line_is_reached_from_below(rate: str, points: int) -> None:
    code = "pickup_48h_rate"
    lines = {f"{code}_5": "0.95", f"{code}_4": "0.9", f"{code}_3": "0.8", f"{code}_2": "0.7"}
    facts = _facts(**{"weight_" + code: "50", "weight_delivery_time": "50"}, **lines)
    result = score(REAL, ScoreFacts(values={code: Decimal(rate)}, lines=facts.lines))
    assert result.parts[1].parts[0].value == points


@given(st.lists(STARS, min_size=3, max_size=3), st.integers(0, 2), STARS)
def test_a_better_part_never_lowers_a_score(values: list[Decimal], at: int, other: Decimal) -> None:
    better = [*values]
    better[at] = max(values[at], other)
    low, high = (score(REAL, _facts(*map(str, each))).value for each in (values, better))
    assert low is not None
    assert high is not None
    assert min(values) <= low <= high <= max(better)


@given(st.permutations([("甲", 1, 5), ("甲", 2, 4), ("甲", 3, 3), ("甲", 4, 1), ("乙", 1, 2)]))
def test_the_order_in_which_ratings_are_listed_does_not_matter(rows: list[tuple[str, int, int]]) -> None:
    ratings = tuple(Rating(buyer, date(2018, 1, day), Decimal(stars)) for buyer, day, stars in rows)
    result = score(DSR, ScoreFacts(ratings={"dsr_service": ratings}))
    assert [part.value for part in result.parts] == [None, Fraction(14, 4), None]


def test_a_mean_of_ratings_with_one_item_is_the_score_itself() -> None:
    document = json.loads(DSR.canonical)
    document["score"]["items"] = document["score"]["items"][:1]
    ratings = (Rating("甲", date(2018, 1, 1), Decimal(5)), Rating("乙", date(2018, 1, 1), Decimal(4)))
    facts = ScoreFacts(ratings={"dsr_description": ratings})
    assert score(parse_canonical(json.dumps(document)), facts).value == Fraction(9, 2)
    assert score(DSR, facts).value is None


def test_another_kind_of_rulebook_is_refused() -> None:
    with pytest.raises(ValueError, match="not a score"):
        score(half_year(), ScoreFacts())
