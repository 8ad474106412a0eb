"""The clock: what the next failure triggers and until when it can be avoided."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.engine import (
    MonthValue,
    Outcome,
    PlannedPeriod,
    Standing,
    assess,
    read_clock,
)
from assessments.engine.answers.clock import Clock, GateClock
from assessments.engine.calendar import last_of_month
from tests.unit.engine.answers.test_plan import limited
from tests.unit.engine.cast import HALF_YEAR, YEAR, book, half_year, store

beijing = datetime.fromisoformat  # wall clock, without a zone, as results carry it


def part(answer: Clock, name: str) -> GateClock:
    return next(each for each in answer.gates if each.id == name)


def test_the_next_failure_that_is_fatal_brings_the_ladder_with_its_dates() -> None:
    clock = part(read_clock(half_year(), HALF_YEAR, store(["4", "4"], ["9"] * 2, sales_target="500")), "score")
    assert (clock.failures, clock.limit, clock.left) == (2, 3, 1)
    assert clock.next is not None
    assert (clock.next.is_fatal, clock.next.on, clock.next.avoid_by) == (True, date(2025, 10, 31), date(2025, 10, 31))
    assert (clock.next.must_reach, clock.next.standing) == (Fraction("4.1"), Standing.FAILED)
    assert [(each.level, each.begins_at) for each in clock.next.consequences] == [
        (Standing.SUPERVISED, beijing("2025-11-01 00:00")),
        (Standing.REMOVED, beijing("2025-11-30 18:00")),
    ]
    assert clock.resets_on == date(2026, 2, 1)


def test_a_failure_before_the_last_one_raises_the_warning() -> None:
    clock = part(read_clock(half_year(), HALF_YEAR, store(["4"], ["9"], sales_target="500")), "score")
    assert clock.next is not None
    assert (clock.next.is_fatal, clock.next.left_after, clock.next.standing) == (False, 1, Standing.HIGH)
    assert clock.fails_on_at_the_earliest == date(2025, 10, 31)
    assert clock.next.consequences == ()


def test_a_passing_month_resets_only_a_run() -> None:
    facts = store(["4", "4", "4.5"], ["9"] * 3, sales_target="500")
    whole, run = (
        part(read_clock(limited(3, counting), HALF_YEAR, facts), "score")
        for counting in ("cumulative_in_cycle", "consecutive")
    )
    assert (whole.left, whole.resets_by_passing) == (1, False)
    assert (run.left, run.resets_by_passing) == (3, True)
    assert run.fails_on_at_the_earliest == date(2026, 1, 31)


def test_business_this_month_moves_the_activity_clock_to_the_next() -> None:
    annual = book("tmall-daily", "2025-annual")
    facts = store(["4.5"] * 5, ["1"], as_of=date(2026, 1, 5), sales_target="1", score_line="4", failing_months="9")
    none = tuple(MonthValue(date(2025, month, 1), total=Decimal(0)) for month in (9, 10, 11, 12))
    sales = (*facts.series["sales_amount"], *none)
    idle = replace(facts, series={**facts.series, "sales_amount": sales})
    clock = part(read_clock(annual, YEAR, idle), "activity")
    assert (clock.failures, clock.fails_on_at_the_earliest) == (4, date(2026, 2, 28))
    sold = replace(idle, series={"sales_amount": (*sales, MonthValue(date(2026, 1, 1), total=Decimal(5)))})
    clock = part(read_clock(annual, YEAR, sold), "activity")
    assert clock.next is not None
    assert (clock.next.on, clock.next.left_after) == (date(2026, 2, 28), 5)
    assert clock.fails_on_at_the_earliest == date(2026, 7, 31)


def test_sales_that_are_short_fail_on_the_last_day() -> None:
    clock = part(read_clock(half_year(), HALF_YEAR, store(["4.5"], ["9"], sales_target="500")), "sales")
    assert clock.next is not None
    assert (clock.next.on, clock.next.must_reach, clock.next.is_fatal) == (date(2026, 1, 31), 491, True)
    assert clock.next.consequences[0].begins_at == beijing("2026-02-01 00:00")


def test_after_a_failure_the_clock_shows_the_deadline_that_is_next() -> None:
    clock = read_clock(half_year(), HALF_YEAR, store(["4"] * 3, ["9"] * 3, sales_target="500"))
    assert (clock.failed_on, clock.act_by) == (date(2025, 10, 31), beijing("2025-11-30 18:00"))
    assert [each.next for each in clock.gates] == [None] * 3


def test_an_exempt_period_has_no_clock() -> None:
    exempt = PlannedPeriod("exempt", 0, date(2025, 7, 8), date(2025, 8, 1))
    clock = read_clock(half_year(), exempt, store([], []))
    assert (clock.gates, clock.failed_on) == ((), None)


@settings(max_examples=35, deadline=None)
@given(
    st.lists(st.sampled_from(["4.0", "4.5"]), max_size=5),
    st.integers(1, 4),
    st.sampled_from(["cumulative_in_cycle", "consecutive"]),
)
def test_the_clock_is_right_when_everything_then_fails(scores: list[str], limit: int, counting: str) -> None:
    rulebook = limited(limit, counting)
    facts = store([*scores], ["1000"] * len(scores), as_of=None if scores else date(2025, 7, 31), sales_target="1")
    clock = part(read_clock(rulebook, HALF_YEAR, facts), "score")
    worst = store([*scores, *["0"] * (6 - len(scores))], ["1000"] * 6, sales_target="1")
    result = assess(rulebook, HALF_YEAR, worst)
    if clock.next is None:
        return
    assert clock.fails_on_at_the_earliest == (result.failed_on if result.outcome is Outcome.MISSED else None)
    one_more = store([*scores, "0"], ["1000"] * (len(scores) + 1), sales_target="1")
    then = assess(rulebook, HALF_YEAR, one_more)
    score = next(each for each in then.requirements if each.id == "score")
    assert clock.next.is_fatal is (then.outcome is Outcome.MISSED)
    assert clock.next.left_after == score.failures_left
    assert clock.next.on == last_of_month(one_more.as_of)
    if clock.next.is_fatal:
        assert clock.next.consequences == then.consequences
