"""Counting failing months, against brute force over everything that is not known."""

from datetime import date
from decimal import Decimal
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from assessments.engine import MonthState, MonthVerdict, Outcome
from assessments.engine.calendar import add_months, last_of_month
from assessments.engine.judging.counting import Tally

JUDGED = [MonthState.PASSED, MonthState.FAILED, MonthState.NO_DATA]
START = date(2025, 1, 1)


def _tally(states: list[MonthState], limit: int | None, *, consecutive: bool, forgiving: bool = False) -> Tally:
    months = []
    for at, state in enumerate(states):
        month = add_months(START, at)
        months.append(MonthVerdict(month, last_of_month(month), "m", Decimal(0), Decimal(1), state))
    return Tally(tuple(months), limit, consecutive, forgiving)


def _fails(failing: tuple[bool, ...], limit: int, *, consecutive: bool) -> bool:
    if not consecutive:
        return failing.count(True) >= limit
    run = longest = 0
    for failed in failing:
        run = run + 1 if failed else 0
        longest = max(longest, run)
    return longest >= limit


def _endings(states: list[MonthState]) -> list[tuple[bool, ...]]:
    ways = [
        [True] if state is MonthState.FAILED else [False] if state is MonthState.PASSED else [True, False]
        for state in states
    ]
    return list(product(*ways))


@st.composite
def _histories(draw: st.DrawFn) -> list[MonthState]:
    judged = draw(st.lists(st.sampled_from(JUDGED), max_size=6))
    return judged + [MonthState.PENDING] * draw(st.integers(0, 6 - len(judged)))


@given(_histories().filter(bool), st.integers(1, 7), st.booleans())
def test_missed_and_safe_agree_with_every_possible_ending(
    states: list[MonthState], limit: int, consecutive: bool
) -> None:
    tally = _tally(states, limit, consecutive=consecutive)
    endings = [_fails(ending, limit, consecutive=consecutive) for ending in _endings(states)]
    assert tally.is_missed == all(endings)
    assert tally.is_safe == (not any(endings))


@given(_histories().filter(bool), st.integers(1, 7), st.booleans())
def test_the_day_of_decision_is_the_first_from_which_every_ending_agrees(
    states: list[MonthState], limit: int, consecutive: bool
) -> None:
    tally = _tally(states, limit, consecutive=consecutive)
    decided = None
    for known in range(len(states) + 1):
        if known and states[known - 1] is MonthState.PENDING:
            break
        partial = states[:known] + [MonthState.PENDING] * (len(states) - known)
        endings = {_fails(ending, limit, consecutive=consecutive) for ending in _endings(partial)}
        if len(endings) == 1:
            decided = START if known == 0 else last_of_month(add_months(START, known - 1))
            break
    assert tally.decided_on(START) == decided


@given(_histories().filter(bool), st.integers(1, 7), st.booleans())
def test_left_is_how_many_failures_in_a_row_from_now_fail_the_period(
    states: list[MonthState], limit: int, consecutive: bool
) -> None:
    judged = [state for state in states if state is not MonthState.PENDING]
    tally = _tally(judged, limit, consecutive=consecutive) if judged else None
    if tally is None or tally.left is None:
        return
    more = _tally(judged + [MonthState.FAILED] * tally.left, limit, consecutive=consecutive)
    assert more.is_missed
    if tally.left:
        fewer = _tally(judged + [MonthState.FAILED] * (tally.left - 1), limit, consecutive=consecutive)
        assert not fewer.is_missed


def test_a_month_without_data_is_neither_passed_nor_failed() -> None:
    states = [MonthState.FAILED, MonthState.NO_DATA, MonthState.PASSED]
    assert _tally(states, 2, consecutive=False).outcome is Outcome.NO_DATA
    assert _tally(states, 3, consecutive=False).outcome is Outcome.MET
    assert _tally(states, 2, consecutive=False, forgiving=True).outcome is Outcome.MET


def test_without_a_limit_the_line_is_not_set() -> None:
    tally = _tally([MonthState.FAILED], None, consecutive=False)
    assert (tally.outcome, tally.live, tally.left) == (Outcome.LINE_NOT_SET, Outcome.LINE_NOT_SET, None)


def test_nothing_judged_yet_is_pending() -> None:
    tally = _tally([MonthState.PENDING] * 3, 2, consecutive=False)
    assert (tally.outcome, tally.live) == (Outcome.PENDING, Outcome.PENDING)


def test_months_without_a_single_known_value_are_no_verdict_today() -> None:
    tally = _tally([MonthState.NO_DATA, MonthState.PENDING, MonthState.PENDING], 3, consecutive=False)
    assert tally.live is Outcome.NO_DATA


def test_after_a_run_that_failed_the_period_a_pass_does_not_save_it() -> None:
    states = [MonthState.FAILED, MonthState.FAILED, MonthState.PASSED]
    tally = _tally(states, 2, consecutive=True)
    assert (tally.failures, tally.left, tally.outcome) == (2, 0, Outcome.MISSED)
