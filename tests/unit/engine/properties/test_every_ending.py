"""Plan and proof against brute force: every way in which a small period, a sum or a window can still end."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.engine import (
    MonthValue,
    Outcome,
    assess,
    need_days,
    need_sum,
    need_window_mean,
    need_window_ratio,
    plan,
    prove,
)
from assessments.engine.answers.possible import Range, Reach
from assessments.engine.facts import StoreFacts
from assessments.engine.language.common import Comparator, compares
from tests.unit.engine.properties.depth import draws, examples
from tests.unit.engine.properties.small_period import (
    LAST_DAY,
    MONTHS,
    PERIOD,
    RANGES,
    SALES,
    Shape,
    draw_facts,
    draw_shape,
    endings,
    small_rulebook,
)

COMPARATORS: list[Comparator] = [">=", ">", "<=", "<"]
AS_OF = date(2026, 3, 10)


def agrees(reach: Reach, outcomes: set[Outcome], *, is_over: bool) -> bool:
    """Whether a reach says what every ending together says; before the end the rest may hang on the past alone."""
    if outcomes == {Outcome.MET}:
        return reach is Reach.CLINCHED
    if outcomes == {Outcome.MISSED}:
        return reach is Reach.ELIMINATED
    assert outcomes == {Outcome.MET, Outcome.MISSED}
    return reach is Reach.UNKNOWN or (reach is Reach.OPEN and not is_over)


def judged(shape: Shape, facts: StoreFacts) -> tuple[set[Outcome], dict[str, set[Outcome]]]:
    """The outcomes of the whole and of each requirement over every ending."""
    whole: set[Outcome] = set()
    parts: dict[str, set[Outcome]] = {}
    for ending in endings(facts, is_forgiving=shape.missing_month == "not_failing"):
        result = assess(small_rulebook(shape), PERIOD, ending)
        whole.add(result.outcome)
        for each in result.requirements:
            parts.setdefault(each.id, set()).add(each.outcome)
    return whole, parts


@pytest.mark.parametrize("falls", [False, True], ids=["at least", "at most"])
def test_a_plan_agrees_with_every_ending_gate_by_gate(falls: bool) -> None:
    seen: set[tuple[str, Reach]] = set()
    for rng in draws(f"plan {falls}", 26):
        shape, facts = draw_shape(rng, falls=falls), draw_facts(rng)
        rulebook = small_rulebook(shape)
        answer = plan(rulebook, PERIOD, facts, RANGES)
        whole, parts = judged(shape, facts)
        is_over = facts.as_of >= LAST_DAY
        for gate in answer.gates:
            assert agrees(gate.reach, parts[gate.id], is_over=is_over), (shape, facts, gate)
            seen.add((gate.id, gate.reach))
        if not falls:  # a sum that must stay small and months that need business pull in different ways
            assert agrees(answer.reach, whole, is_over=is_over), (shape, facts)
    reaches = {Reach.CLINCHED, Reach.ELIMINATED, Reach.OPEN}
    wanted = {(gate, reach) for gate in ("score", "sales", "activity") for reach in reaches}
    assert wanted - seen == set()
    assert Reach.UNKNOWN in {reach for _, reach in seen}


def test_a_proof_says_decided_exactly_when_every_ending_agrees_and_that_never_changes() -> None:
    for rng in draws("proof", 10):
        shape, facts = draw_shape(rng), draw_facts(rng)
        rulebook = small_rulebook(shape)
        answer = prove(rulebook, PERIOD, facts, RANGES)
        whole, parts = judged(shape, facts)
        is_over = facts.as_of >= LAST_DAY
        assert agrees(answer.reach, whole, is_over=is_over)
        assert (answer.since is not None) == (len(whole) == 1)
        verdict = assess(rulebook, PERIOD, facts)
        if verdict.outcome in (Outcome.MET, Outcome.MISSED):
            assert whole == {verdict.outcome}
        for gate in answer.gates:
            if gate.reach in (Reach.CLINCHED, Reach.ELIMINATED):
                assert len(parts[gate.id]) == 1


SMALL = Range(Decimal(0), Decimal(2), Decimal(1))


@examples(40)
@given(
    st.integers(0, 6), st.integers(0, 3), st.integers(0, 2), st.fractions(0, 10, max_denominator=3),
    st.sampled_from(COMPARATORS),
)  # fmt: skip
def test_a_sum_plan_agrees_with_every_ending(
    actual: int, days_left: int, unknown: int, target: Fraction, comparator: Comparator
) -> None:
    need = need_sum(
        metric="m",
        on=AS_OF,
        target=target,
        comparator=comparator,
        actual=Fraction(actual),
        days_left=days_left,
        months_left=1,
        unknown_days=unknown,
        possible=SMALL,
    )
    ways = product(product(range(3), repeat=unknown), product(range(3), repeat=days_left))
    holds = {compares(actual + sum(past) + sum(ahead), comparator, target) for past, ahead in ways}
    wanted = {frozenset([True]): Reach.CLINCHED, frozenset([False]): Reach.ELIMINATED}
    assert need.reach is wanted.get(frozenset(holds), Reach.OPEN if days_left else Reach.UNKNOWN)
    if days_left:
        # What must be added holds, and one step less (for "at most": one step more) does not.
        step = 1 if comparator in (">=", ">") else -1
        assert compares(actual + need.must_add, comparator, target)
        assert not compares(actual + need.must_add - step, comparator, target)
        assert need.per_day == (target - actual) / days_left


@examples(40)
@given(
    told=st.lists(st.sampled_from([None, 0, 1, 2]), min_size=5, max_size=5),
    days=st.integers(1, 4),
    ahead=st.integers(-2, 4),
    lag=st.integers(0, 2),
    target=st.fractions(0, 2, max_denominator=4),
    comparator=st.sampled_from(COMPARATORS),
)
def test_a_window_mean_agrees_with_every_ending(
    *, told: list[int | None], days: int, ahead: int, lag: int, target: Fraction, comparator: Comparator
) -> None:
    past = {AS_OF - timedelta(days=at): value for at, value in enumerate(told)}
    answer = need_window_mean(
        metric="m",
        values={on: Decimal(value) for on, value in past.items() if value is not None},
        days=days,
        judged_on=AS_OF + timedelta(days=ahead),
        as_of=AS_OF,
        target=target,
        comparator=comparator,
        possible=SMALL,
        lag=lag,
    )
    inside = [AS_OF + timedelta(days=ahead - lag - at) for at in range(days)]
    known = [value for on in inside if (value := past.get(on)) is not None]
    ways = product(range(3), repeat=days - len(known))
    holds = {compares(Fraction(sum(known) + sum(rest), days), comparator, target) for rest in ways}
    wanted = {frozenset([True]): Reach.CLINCHED, frozenset([False]): Reach.ELIMINATED}
    is_open = any(on > AS_OF for on in inside)
    assert answer.need.reach is wanted.get(frozenset(holds), Reach.OPEN if is_open else Reach.UNKNOWN)


@examples(40)
@given(
    told=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=5, max_size=5),
    days=st.integers(1, 4),
    ahead=st.integers(-2, 4),
    lag=st.integers(0, 2),
    more=st.integers(0, 4),
    line=st.sampled_from([Fraction(0), Fraction(1, 4), Fraction(1, 3), Fraction(1, 2), Fraction(1)]),
    comparator=st.sampled_from(COMPARATORS),
)
def test_a_window_ratio_agrees_with_every_ending(
    *,
    told: list[tuple[int, int]],
    days: int,
    ahead: int,
    lag: int,
    more: int,
    line: Fraction,
    comparator: Comparator,
) -> None:
    past = {AS_OF - timedelta(days=at): (bad, bad + good) for at, (bad, good) in enumerate(told)}
    answer = need_window_ratio(
        metric="m",
        counts=past,
        days=days,
        judged_on=AS_OF + timedelta(days=ahead),
        as_of=AS_OF,
        threshold=line,
        comparator=comparator,
        more_at_most=more,
        lag=lag,
    )
    inside = [AS_OF + timedelta(days=ahead - lag - at) for at in range(days)]
    counted, orders = (sum(past.get(on, (0, 0))[at] for on in inside) for at in (0, 1))
    to_come = more if any(on > AS_OF for on in inside) else 0
    holds = {
        compares(Fraction(counted + extra, orders + each), comparator, line)
        for each in range(to_come + 1)
        for extra in range(each + 1)
        if orders + each
    }
    wanted = {frozenset(): Reach.UNKNOWN, frozenset([True]): Reach.CLINCHED, frozenset([False]): Reach.ELIMINATED}
    assert answer.need.reach is wanted.get(frozenset(holds), Reach.OPEN)


@examples(40)
@given(
    failures=st.integers(0, 4),
    unknown=st.integers(0, 3),
    days_left=st.integers(0, 3),
    limit=st.integers(1, 5),
    comparator=st.sampled_from(COMPARATORS),
    line=st.sampled_from(["0", "2", "4.9"]),
)
def test_a_plan_by_days_agrees_with_every_ending(
    *, failures: int, unknown: int, days_left: int, limit: int, comparator: Comparator, line: str
) -> None:
    need = need_days(
        metric="m",
        limit=limit,
        failures=failures,
        unknown=unknown,
        days_left=days_left,
        line=Decimal(line),
        comparator=comparator,
        possible=Range(Decimal(0), Decimal(5)),
    )
    fails = {not compares(value, comparator, Decimal(line)) for value in (0, Decimal(line), 5)}
    ways = product(product(fails, repeat=unknown), product(fails, repeat=days_left))
    misses = {failures + sum(past) + sum(ahead) >= limit for past, ahead in ways}
    wanted = {frozenset([False]): Reach.CLINCHED, frozenset([True]): Reach.ELIMINATED}
    assert need.reach is wanted.get(frozenset(misses), Reach.OPEN if days_left else Reach.UNKNOWN)


def test_a_shipped_period_is_met_or_missed_as_every_ending_says() -> None:
    """The verdict itself, without any answer: settled once and for all, or not at all."""
    for rng in draws("verdict", 8):
        shape, facts = draw_shape(rng, falls=rng.random() < 0.5), draw_facts(rng)
        outcome = {each.id: each.outcome for each in assess(small_rulebook(shape), PERIOD, facts).requirements}
        _whole, parts = judged(shape, facts)
        for name, said in outcome.items():
            if said in (Outcome.MET, Outcome.MISSED):
                assert parts[name] == {said}, (name, facts)
            elif said is Outcome.NO_DATA:
                assert facts.as_of >= LAST_DAY
                assert len(parts[name]) == 2 or name == "sales"  # the verdict knows no bound on a day


@pytest.mark.parametrize(
    ("last", "days", "outcome"),
    [("99", 31, Outcome.MET), ("99", 30, Outcome.NO_DATA), ("101", 30, Outcome.MISSED), ("101", 31, Outcome.MISSED)],
)
def test_a_sum_that_must_stay_small_is_never_met_while_a_day_is_missing(last: str, days: int, outcome: Outcome) -> None:
    sold = [MonthValue(month, total=Decimal(0)) for month in MONTHS[:2]]
    sold.append(MonthValue(MONTHS[2], total=Decimal(last), days=days))
    facts = StoreFacts("甲", "女装", date(2025, 7, 8), LAST_DAY, {SALES: tuple(sold)})
    shape = Shape(total_comparator="<=", target="100")
    assert {each.id: each.outcome for each in assess(small_rulebook(shape), PERIOD, facts).requirements}[
        "sales"
    ] is outcome
