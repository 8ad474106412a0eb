"""Proof: agrees with the engine and with trying every completion, day by day, from the past alone."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.engine import MonthValue, Outcome, PlannedPeriod, Reach, assess, prove
from assessments.engine.answers.certainty import Certainty, Proof, known_on
from assessments.engine.calendar import add_months, last_of_month
from tests.unit.engine.answers.test_plan import PAST, SHORT, SOLD, TIGHT, completions, limited
from tests.unit.engine.cast import HALF_YEAR, YEAR, book, half_year, store


def part(answer: Certainty, name: str) -> Proof:
    return next(each for each in answer.gates if each.id == name)


def test_the_first_day_of_a_certain_failure_is_found_long_after_it() -> None:
    facts = store(["4", "4.5", "4", "4", "4.5"], ["100000"] * 5, sales_target="1")
    answer = prove(half_year(), HALF_YEAR, facts)
    assert (answer.reach, answer.since) == (Reach.ELIMINATED, date(2025, 11, 30))
    assert assess(half_year(), HALF_YEAR, facts).failed_on == answer.since


def test_a_pass_is_clinched_when_the_last_gate_is() -> None:
    facts = store(["4.5"] * 4, ["100000"] * 4, sales_target="250000")
    answer = prove(half_year(), HALF_YEAR, facts)
    assert (part(answer, "score").since, part(answer, "sales").since) == (date(2025, 11, 30), date(2025, 10, 31))
    assert (answer.reach, answer.since) == (Reach.CLINCHED, date(2025, 11, 30))


def test_a_limit_that_cannot_be_reached_is_clinched_from_the_first_day() -> None:
    annual = book("tmall-daily", "2025-annual")
    facts = store([], [], as_of=date(2025, 9, 30), score_line="4", failing_months="13", sales_target="1")
    assert part(prove(annual, YEAR, facts), "score").since == YEAR.starts_on


def test_nothing_is_decided_before_the_period() -> None:
    answer = prove(half_year(), HALF_YEAR, store([], [], as_of=date(2025, 7, 1), sales_target="1"))
    assert (answer.reach, answer.since, len(answer.whole.replay)) == (Reach.OPEN, None, 1)


def test_a_day_is_replayed_without_what_came_later() -> None:
    running = MonthValue(date(2025, 9, 1), total=Decimal(9), latest=Decimal(4), latest_on=date(2025, 9, 12), days=12)
    facts = store(["4"], ["1"], as_of=date(2025, 9, 15))
    facts = replace(facts, series={"m": (MonthValue(date(2025, 8, 1), total=Decimal(1)), running)})
    facts = replace(facts, confirmed_failure_on=date(2025, 9, 14))
    before = known_on(facts, date(2025, 9, 12))
    assert before.series["m"][1] == MonthValue(date(2025, 9, 1), latest=Decimal(4), latest_on=date(2025, 9, 12), days=0)
    assert before.confirmed_failure_on is None
    assert len(known_on(facts, date(2025, 8, 31)).series["m"]) == 1
    assert known_on(facts, date(2025, 9, 15)) == facts


@settings(max_examples=18, deadline=None)
@given(
    scores=PAST,
    sold=SOLD,
    limit=st.integers(1, 3),
    counting=st.sampled_from(["cumulative_in_cycle", "consecutive"]),
    target=st.sampled_from(["1", "124", "185"]),
)
def test_the_first_day_is_the_first_on_which_every_completion_agrees(
    *, scores: list[str | None], sold: list[str | None], limit: int, counting: str, target: str
) -> None:
    rulebook = limited(limit, counting)
    facts = store([*scores, None, None, None][:3], [*sold, None, None, None][:3], sales_target=target)
    answer = prove(rulebook, SHORT, facts, TIGHT)
    agreed = None
    for over in range(4):
        on = last_of_month(add_months(SHORT.starts_on, over - 1))
        outcomes = {assess(rulebook, SHORT, each).outcome for each in completions(known_on(facts, on))}
        if len(outcomes) == 1:
            agreed = (max(on, SHORT.starts_on), outcomes == {Outcome.MET})
            break
    if agreed is None:
        assert answer.since is None
    else:
        assert (answer.since, answer.reach is Reach.CLINCHED) == agreed


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["4.0", "4.1", None]), min_size=6, max_size=6), st.integers(0, 5))
def test_what_is_decided_never_changes_as_months_come_in(scores: list[str | None], at: int) -> None:
    facts = store(scores, ["1000"] * 6, sales_target="3000")
    answer = prove(half_year(), PlannedPeriod("formal", 1, date(2025, 8, 1), date(2026, 2, 1)), facts)
    reaches = [each.reach for each in answer.whole.replay]
    for before, after in pairwise(reaches):
        if before in (Reach.CLINCHED, Reach.ELIMINATED):
            assert after is before
