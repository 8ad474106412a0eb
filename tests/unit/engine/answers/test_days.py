"""Scores judged day by day: plan, proof, clock, interval, lever and projection, against trying every day."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.engine import (
    Outcome,
    PlannedPeriod,
    Reach,
    Rulebook,
    SetScore,
    Standing,
    StoreFacts,
    ask_what_if,
    assess,
    compare_verdicts,
    find_intervals,
    find_levers,
    need_days,
    parse_canonical,
    plan,
    prove,
    read_clock,
    tell,
)
from assessments.engine.answers.bounds import WORST_FIRST
from assessments.engine.answers.possible import Range
from tests.unit.engine.cast import half_year, store

METRIC = "dsr_service"
START = date(2025, 8, 1)
PERIOD = PlannedPeriod("formal", 1, START, date(2025, 9, 1))


@cache
def by_day(allowed: int) -> Rulebook:
    """A rulebook that allows so many days below 4.7 and asks for nothing else."""
    document = json.loads(half_year().canonical)
    rule = {key: document["requirements"][0][key] for key in ("id", "name", "source", "year", "confidence")}
    rule |= {"kind": "daily_score", "metric": METRIC, "line": {"fixed": "4.7"}, "comparator": ">="}
    document["requirements"] = [{**rule, "allowed": {"fixed": str(allowed)}}]
    document["bands"] = []
    document["options"], document["tables"] = {}, {}
    return parse_canonical(json.dumps(document))


def days(values: list[str | None], as_of: date | None = None) -> StoreFacts:
    known = {START + timedelta(days=at): None if one is None else Decimal(one) for at, one in enumerate(values)}
    facts = store([], [], as_of=as_of or START + timedelta(days=len(values) - 1))
    return replace(facts, series={}, daily={METRIC: known})


def test_the_days_that_may_still_fail_are_counted() -> None:
    answer = plan(by_day(3), PERIOD, days(["4.8", "4.6", None, "4.7"]))
    need = answer.gates[0].days
    assert need is not None
    assert (need.limit, need.failures, need.unknown, need.days_left) == (4, 1, 1, 27)
    assert (need.may_fail, need.may_fail_at_best, need.must_reach) == (1, 2, Fraction("4.7"))
    assert answer.reach is Reach.OPEN


def test_the_first_day_of_a_certain_failure_is_at_the_next_month_end_or_as_of() -> None:
    proof = prove(by_day(1), PERIOD, days(["4.6", "4.6", "4.8"]))
    assert (proof.reach, proof.since) == (Reach.ELIMINATED, date(2025, 8, 3))


def test_the_clock_runs_by_days() -> None:
    clock = read_clock(by_day(2), PERIOD, days(["4.6", "4.8"])).gates[0]
    assert clock.next is not None
    assert (clock.next.on, clock.next.is_fatal, clock.next.left_after) == (date(2025, 8, 3), False, 1)
    assert (clock.next.standing, clock.fails_on_at_the_earliest) == (Standing.CLEAR, date(2025, 8, 4))
    last = read_clock(by_day(1), PERIOD, days(["4.6"])).gates[0].next
    assert last is not None
    assert (last.is_fatal, last.consequences[0].begins_at.date()) == (True, date(2025, 9, 1))


def test_the_failing_days_that_lack_least_are_the_lever() -> None:
    facts = days(["4.6", "4.69", "3", "4.65"])
    (lever,) = find_levers(by_day(1), PERIOD, facts).levers
    assert lever.changes == (
        SetScore(METRIC, date(2025, 8, 2), Decimal("4.7")),
        SetScore(METRIC, date(2025, 8, 4), Decimal("4.7")),
        SetScore(METRIC, date(2025, 8, 1), Decimal("4.7")),
    )
    assert (lever.by, lever.after) == (Fraction("0.16"), Outcome.MET)
    assert ask_what_if(by_day(1), PERIOD, facts, lever.changes[:2]).after.live is Outcome.MISSED


def test_the_projection_carries_the_newest_day() -> None:
    answer = compare_verdicts(by_day(2), PERIOD, days(["4.8", "4.6"]))
    assert (answer.settled, answer.live, answer.projected) == (Outcome.PENDING, Outcome.MET, Outcome.MISSED)


@pytest.mark.parametrize("highest", ["4.6", None])
def test_a_range_that_ends_below_the_line_makes_every_day_fail(highest: str | None) -> None:
    need = need_days(
        metric=METRIC,
        limit=4,
        failures=0,
        unknown=1,
        days_left=3,
        line=Decimal("4.7"),
        comparator=">=",
        possible=Range(Decimal(0), None if highest is None else Decimal(highest)),
    )
    assert need.reach is (Reach.OPEN if highest is None else Reach.ELIMINATED)


VALUES = st.lists(st.sampled_from(["4.6", "4.7", None]), min_size=1, max_size=31)


@settings(max_examples=40, deadline=None)
@given(VALUES, st.integers(0, 30), st.lists(st.sampled_from(["0", "4.7", "5"]), min_size=31, max_size=31))
def test_plan_and_interval_hold_whatever_the_days_turn_out_to_be(
    values: list[str | None], allowed: int, rest: list[str]
) -> None:
    rulebook, facts = by_day(allowed), days(values)
    filled = [one or rest[at] for at, one in enumerate(values)]
    ended = [*filled, *rest[len(filled) :]]
    outcomes = set()
    for unknown, ahead in product(["0", "5"], repeat=2):
        known = [one or unknown for one in values]
        outcomes.add(assess(rulebook, PERIOD, days([*known, *[ahead] * (31 - len(known))])).outcome)
    reach = plan(rulebook, PERIOD, facts).reach
    if outcomes == {Outcome.MET}:
        assert reach is Reach.CLINCHED
    elif outcomes == {Outcome.MISSED}:
        assert reach is Reach.ELIMINATED
    else:
        assert reach in (Reach.OPEN, Reach.UNKNOWN)
    assert assess(rulebook, PERIOD, days(ended)).outcome in outcomes
    interval, done = find_intervals(rulebook, PERIOD, facts), assess(rulebook, PERIOD, days([*filled]))
    rank = WORST_FIRST.index
    assert rank(interval.worst) <= rank(done.outcome) <= rank(interval.best)
    assert rank(interval.live_worst) <= rank(done.live) <= rank(interval.live_best)
    assert (interval.gates[0].lowest or 0) <= (done.requirements[0].failures or 0) <= (interval.gates[0].highest or 0)
    assert sum(file.days for file in interval.missing) == values.count(None)


@pytest.mark.parametrize(
    "facts",
    [days(["4.8", "4.6", None]), days(["4.6"] * 5), days(["4.7"] * 31), days(["4.6", *[None] * 30]), days([None])],
    ids=["open", "eliminated", "clinched", "unknown", "nothing"],
)
def test_answers_about_days_are_told_in_both_languages(facts: StoreFacts) -> None:
    rulebook = by_day(2)
    answers = [
        plan(rulebook, PERIOD, facts),
        prove(rulebook, PERIOD, facts),
        read_clock(rulebook, PERIOD, facts),
        find_intervals(rulebook, PERIOD, facts),
        find_levers(rulebook, PERIOD, facts),
        compare_verdicts(rulebook, PERIOD, facts),
    ]
    for answer in answers:
        zh, en = tell(answer, "zh"), tell(answer, "en")
        assert len(zh) == len(en) >= 1
        assert not [line for line in zh + en if "{" in line or "None" in line]
