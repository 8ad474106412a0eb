"""Violation points: balances, nodes, measures, resets."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.engine import (
    LadderResult,
    PointsFacts,
    ViolationFact,
    canonical_json,
    count_points,
    explain,
    facts_from_json,
    result_from_json,
)
from assessments.engine.language.reading import parse_canonical
from tests.unit.engine.cast import book, half_year

POINTS = book("tmall-violation-points", "2022")
DEDUCTIONS = st.lists(
    st.builds(
        ViolationFact,
        on=st.dates(date(2020, 1, 1), date(2022, 12, 31)),
        points=st.integers(1, 20).map(Decimal),
        severity=st.sampled_from(["general", "severe", "counterfeit"]),
        withdrawn=st.booleans(),
    ),
    max_size=8,
)


def _count(*violations: ViolationFact, as_of: date = date(2022, 12, 31)) -> dict[str, LadderResult]:
    return {ladder.id: ladder for ladder in count_points(POINTS, PointsFacts("甲", as_of, violations)).ladders}


def _severe(points: int, on: date = date(2022, 5, 5)) -> ViolationFact:
    return ViolationFact(on, Decimal(points), "severe")


@pytest.mark.parametrize(("points", "left"), [(23, 0), (24, 24), (39, 24), (40, 0), (47, 0), (48, 0)])
def test_points_are_carried_over_between_two_lines(points: int, left: int) -> None:
    document = json.loads(POINTS.canonical)
    reset = next(each["reset"] for each in document["ladders"] if each["id"] == "counterfeit")
    del reset["keeps_from"]
    reset["carry"]["below"] = 40
    found = (ViolationFact(date(2022, 5, 5), Decimal(points), "counterfeit"),)
    result = count_points(parse_canonical(json.dumps(document)), PointsFacts("甲", date(2022, 12, 31), found))
    assert {ladder.id: ladder.after_reset for ladder in result.ladders}["counterfeit"] == left


@given(DEDUCTIONS, st.randoms(use_true_random=False))
def test_the_order_in_which_deductions_are_listed_does_not_matter(
    violations: list[ViolationFact], shuffle: object
) -> None:
    one = _count(*violations)
    shuffle.shuffle(violations)  # type: ignore[attr-defined]
    two = _count(*violations)
    assert {name: (ladder.points, ladder.removed) for name, ladder in one.items()} == {
        name: (ladder.points, ladder.removed) for name, ladder in two.items()
    }


@given(DEDUCTIONS, st.integers(1, 20))
def test_one_deduction_more_never_lowers_a_balance(violations: list[ViolationFact], points: int) -> None:
    before = _count(*violations)["severe"]
    after = _count(*violations, _severe(points, date(2022, 12, 31)))["severe"]
    assert after.points == before.points + points
    assert before.removed <= after.removed


@given(DEDUCTIONS)
def test_balances_agree_with_a_plain_count_year_by_year(violations: list[ViolationFact]) -> None:
    balance = Decimal(0)
    for year in (2020, 2021, 2022):
        if balance < 48:
            balance = Decimal(24) if balance >= 24 else Decimal(0)
        for each in violations:
            if each.on.year == year and each.severity == "counterfeit" and not each.withdrawn:
                balance += each.points
    assert _count(*violations)["counterfeit"].points == balance


@given(DEDUCTIONS)
def test_what_was_withdrawn_is_as_if_it_had_never_been(violations: list[ViolationFact]) -> None:
    assert _count(*violations) == _count(*(each for each in violations if not each.withdrawn))


@pytest.mark.parametrize(("points", "node", "left"), [(11, None, 1), (12, 12, 12), (13, 12, 11), (47, 36, 1)])
def test_a_node_is_reached_at_its_points_and_not_before(points: int, node: int | None, left: int) -> None:
    severe = _count(_severe(points))["severe"]
    assert (severe.reached_at, severe.points_left) == (node, left)


def test_a_ban_of_seven_days_ends_a_week_later() -> None:
    severe = _count(_severe(12))["severe"]
    ends = {measure.id: measure.ends_before for measure in severe.measures}
    assert ends["shop_limited"] == date(2022, 5, 5) + timedelta(days=7)
    assert ends["penalty"] is None


def test_a_removed_store_stays_removed() -> None:
    ladders = _count(_severe(48, date(2020, 3, 3)), as_of=date(2024, 6, 1))
    assert (ladders["severe"].points, ladders["severe"].removed) == (48, True)


@given(DEDUCTIONS)
def test_points_survive_their_canonical_form_and_are_explained(violations: list[ViolationFact]) -> None:
    facts = PointsFacts("甲", date(2023, 6, 1), tuple(violations))
    result = count_points(POINTS, facts)
    assert facts_from_json(canonical_json(facts)) == facts
    assert result_from_json(canonical_json(result)) == result
    assert all(explain(result, language) for language in ("zh", "en"))


def test_another_kind_of_rulebook_is_refused() -> None:
    with pytest.raises(ValueError, match="not points"):
        count_points(half_year(), PointsFacts("甲", date(2022, 1, 1)))


def test_of_one_day_the_smaller_deduction_counts_first_whichever_is_listed_first() -> None:
    """6 and then 18: the second crosses 12 and 24 at once, and only the heaviest node applies."""
    for points in ((6, 18), (18, 6)):
        severe = _count(*(_severe(each) for each in points))["severe"]
        assert {measure.at_least for measure in severe.measures} == {24}
    apart = _count(_severe(18), _severe(6, date(2022, 5, 6)))["severe"]
    assert {measure.at_least for measure in apart.measures} == {12, 24}
