"""The plan of a whole period, and its agreement with trying every completion."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.engine import (
    MonthState,
    MonthValue,
    Outcome,
    PlannedPeriod,
    Rulebook,
    StoreFacts,
    assess,
    parse_canonical,
    plan,
)
from assessments.engine.answers.gates import Gate, unknown_days
from assessments.engine.answers.month_ends import MonthEnd, need_months
from assessments.engine.answers.plan import Plan
from assessments.engine.answers.possible import Range, Ranges, Reach
from assessments.engine.calendar import add_months, last_of_month
from tests.unit.engine.cast import HALF_YEAR, YEAR, book, half_year, months, store, totals


@cache
def limited(limit: int, counting: str) -> Rulebook:
    """The half-year rulebook with another number of failing months and another way of counting them."""
    document = json.loads(half_year().choosing({"counting": counting}).canonical)
    document["requirements"][0]["limit"] = {"fixed": str(limit)}
    return parse_canonical(json.dumps(document))


FORGIVING = half_year().choosing({"missing_month": "not_failing"})


def gate(answer: Plan, name: str) -> Gate:
    return next(each for each in answer.gates if each.id == name)


def test_the_months_left_say_how_many_may_still_fail_and_what_each_must_reach() -> None:
    answer = plan(half_year(), HALF_YEAR, store(["4.5", "4.0", "4.1"], ["50000"] * 3, sales_target="500000"))
    count = gate(answer, "score").count
    assert count is not None
    assert (count.failures, count.may_fail, count.must_pass) == (1, 1, 2)
    assert count.remaining == (date(2025, 11, 30), date(2025, 12, 31), date(2026, 1, 31))
    assert {month.must_reach for month in count.months} == {Fraction("4.1")}
    sums = gate(answer, "sales").sums
    assert (sums[-1].missing, sums[-1].days_left, sums[-1].months_left) == (350000, 92, 3)
    assert (sums[-1].per_day, answer.reach) == (Fraction(350000, 92), Reach.OPEN)


def test_a_strict_line_asks_for_one_step_more() -> None:
    strict = book("tmall-daily", "2025-annual").choosing({"score_comparator": ">"})
    answer = plan(strict, YEAR, store([], [], as_of=date(2025, 8, 1), score_line="4.1", failing_months="3"))
    count = gate(answer, "score").count
    assert count is not None
    assert {month.must_reach for month in count.months} == {Fraction("4.11")}


def test_one_eliminated_gate_eliminates_the_whole() -> None:
    answer = plan(half_year(), HALF_YEAR, store(["4"] * 3, ["200000"] * 3, sales_target="500000"))
    assert (answer.reach, answer.decided_by) == (Reach.ELIMINATED, ("score",))
    assert gate(answer, "sales").reach is Reach.CLINCHED


def test_sales_count_the_running_month_and_its_missing_days() -> None:
    series = (
        MonthValue(date(2025, 8, 1), total=Decimal(100), days=30),
        MonthValue(date(2025, 9, 1), total=Decimal(50), days=9),
    )
    facts = store([], [], as_of=date(2025, 9, 12), sales_target="500")
    facts = replace(facts, series={**facts.series, "sales_amount": series})
    need = gate(plan(half_year(), HALF_YEAR, facts), "sales").sums[-1]
    assert (need.actual, need.unknown_days, need.days_left, need.months_left) == (150, 4, 141, 5)


def test_the_month_that_must_have_business_at_the_latest_is_named() -> None:
    annual = book("tmall-daily", "2025-annual")
    facts = store(["4.5"] * 4, ["1", "0", "0", "0"], sales_target="1", score_line="4", failing_months="9")
    count = gate(plan(annual, YEAR, facts), "activity").count
    assert count is not None
    assert count.pass_by == (date(2026, 2, 28),)


def test_a_trial_with_deciding_checkpoints_plans_each_of_them() -> None:
    book_ = half_year().choosing({"checkpoints_decide": True})
    period = PlannedPeriod("trial", 0, date(2025, 8, 1), date(2026, 8, 1))
    facts = store(["4.5"] * 4, ["10", "10", "10", "10"], sales_target="480")
    sums = gate(plan(book_, period, facts), "sales").sums
    assert [(need.on, need.target) for need in sums] == [
        (date(2025, 10, 31), 60),
        (date(2026, 1, 31), 120),
        (date(2026, 4, 30), 180),
        (date(2026, 7, 31), 240),
    ]
    assert [need.reach for need in sums] == [Reach.ELIMINATED, Reach.OPEN, Reach.OPEN, Reach.OPEN]


def test_a_number_that_is_not_set_gives_no_plan() -> None:
    answer = plan(half_year(), HALF_YEAR, store(["4.5"], ["1"]))
    assert (gate(answer, "sales").reach, answer.reach) == (Reach.LINE_NOT_SET, Reach.LINE_NOT_SET)


def test_an_exempt_period_needs_no_plan() -> None:
    exempt = PlannedPeriod("exempt", 0, date(2025, 7, 8), date(2025, 8, 1))
    answer = plan(half_year(), exempt, store([], []))
    assert (answer.reach, answer.gates) == (Reach.EXEMPT, ())


def test_another_kind_of_rulebook_is_refused() -> None:
    with pytest.raises(ValueError, match="not an assessment"):
        plan(book("tmall-annual-fee", "2022"), HALF_YEAR, store([], []))


PAST = st.lists(st.sampled_from(["4.0", "4.5", None]), max_size=3)
SOLD = st.lists(st.sampled_from(["0", "60", None]), max_size=3)
SHORT = PlannedPeriod("formal", 1, date(2025, 8, 1), date(2025, 11, 1))
TIGHT = Ranges(score=Range(Decimal(0), Decimal(5)), daily=Range(Decimal(0), Decimal(2)))


def completions(facts: StoreFacts) -> list[StoreFacts]:
    """Every way in which three months can end, months that are not known included."""
    starts = [add_months(SHORT.starts_on, at) for at in range(3)]
    scores = {month.month: month.closing for month in facts.series["real_experience_score"]}
    sales = {month.month: month.total for month in facts.series["sales_amount"]}
    choices: list[list[tuple[str | None, str | None]]] = []
    for start in starts:
        over = last_of_month(start) <= facts.as_of
        score, sold = (scores.get(start), sales.get(start)) if over else (None, None)
        days = (add_months(start, 1) - start).days
        choices.append(
            list(
                product(
                    ["0", "5"] if score is None else [str(score)],
                    ["0", str(2 * days)] if sold is None else [str(sold)],
                )
            )
        )
    done = []
    for combination in product(*choices):
        series = {
            "real_experience_score": months([pair[0] for pair in combination], starts[0]),
            "sales_amount": totals([pair[1] for pair in combination], starts[0]),
        }
        done.append(replace(facts, as_of=date(2025, 10, 31), series=series))
    return done


@pytest.mark.parametrize("counting", ["cumulative_in_cycle", "consecutive"])
@settings(max_examples=35, deadline=None)
@given(
    scores=PAST,
    sold=SOLD,
    over=st.integers(0, 3),
    limit=st.integers(1, 3),
    target=st.sampled_from(["1", "100", "124", "184", "185"]),
)
def test_a_plan_agrees_with_trying_every_completion(
    *, counting: str, scores: list[str | None], sold: list[str | None], over: int, limit: int, target: str
) -> None:
    rulebook, as_of = limited(limit, counting), last_of_month(add_months(SHORT.starts_on, over - 1))
    facts = store(scores[:over], sold[:over], as_of=as_of, sales_target=target)
    outcomes = {assess(rulebook, SHORT, each).outcome for each in completions(facts)}
    reach = plan(rulebook, SHORT, facts, TIGHT).reach
    if outcomes == {Outcome.MET}:
        assert reach is Reach.CLINCHED
    elif outcomes == {Outcome.MISSED}:
        assert reach is Reach.ELIMINATED
    else:
        assert outcomes == {Outcome.MET, Outcome.MISSED}
        assert reach is (Reach.OPEN if over < 3 else Reach.UNKNOWN)


def test_a_month_that_the_rulebook_forgives_counts_as_not_failing() -> None:
    facts = store(["4.5"] * 2 + [None] * 4, ["100"] * 6, sales_target="1")
    assert plan(half_year(), HALF_YEAR, facts).reach is Reach.UNKNOWN
    assert plan(FORGIVING, HALF_YEAR, facts).reach is Reach.CLINCHED


STATES = st.lists(st.sampled_from(["passed", "failed", "no_data"]), max_size=4)


def _month(at: int, state: str) -> MonthEnd:
    start = add_months(date(2025, 1, 1), at)
    can = {"passed": (True, False), "failed": (False, True)}.get(state, (True, True))
    return MonthEnd(start, last_of_month(start), "m", MonthState(state), None, Decimal(1), Fraction(1), can[0], can[1])


def _count(failing: tuple[bool, ...], is_consecutive: bool) -> int:
    text = "".join("x" if failed else " " for failed in failing)
    return max(map(len, text.split())) if is_consecutive and "x" in text else text.count("x")


@given(STATES, st.integers(0, 4), st.integers(1, 5), st.booleans())
def test_how_many_months_may_fail_agrees_with_trying_every_one(
    past: list[str], ahead: int, limit: int, is_consecutive: bool
) -> None:
    listed = [_month(at, state) for at, state in enumerate([*past, *["pending"] * ahead])]
    need = need_months(listed, limit, is_consecutive=is_consecutive)
    for unknown_fails, said in ((True, need.may_fail), (False, need.may_fail_at_best)):
        known = tuple(state == "failed" or (state == "no_data" and unknown_fails) for state in past)
        safe = [
            sum(future)
            for future in product([False, True], repeat=ahead)
            if _count((*known, *future), is_consecutive) < limit
        ]
        assert said == max(safe, default=None)


@given(STATES, st.integers(1, 6), st.integers(1, 3))
def test_a_month_named_as_the_latest_is_the_latest(past: list[str], ahead: int, limit: int) -> None:
    listed = [_month(at, state) for at, state in enumerate([*past, *["pending"] * ahead])]
    need = need_months(listed, limit, is_consecutive=True)
    if need.may_fail is None:
        return
    known = tuple(state != "passed" for state in past)
    named = [month.judged_on in need.pass_by for month in listed if month.is_pending]
    assert _count((*known, *(not passes for passes in named)), True) < limit
    for at, passes in enumerate(named):
        if passes:
            late = [False] * ahead
            late[at + 1 :] = named[at + 1 :]
            late[:at] = named[:at]
            assert _count((*known, *(not each for each in late))[: len(past) + at + 1], True) >= limit


def test_a_metric_may_have_a_range_of_its_own() -> None:
    facts = store(["4.5"], ["50000"], sales_target="500000")
    low = Ranges(
        of={"real_experience_score": Range(Decimal(0), Decimal(4)), "sales_amount": Range(Decimal(0), Decimal(10))}
    )
    answer = plan(half_year(), HALF_YEAR, facts, low)
    assert (gate(answer, "score").reach, gate(answer, "sales").reach) == (Reach.ELIMINATED, Reach.ELIMINATED)
    other = Ranges(of={"another_score": Range(Decimal(0), Decimal(4))})
    assert plan(half_year(), HALF_YEAR, facts, other).reach is Reach.OPEN


@pytest.mark.parametrize(
    ("until", "gaps"),
    [
        (date(2025, 7, 31), {}),
        (date(2025, 8, 31), {}),
        (date(2025, 9, 1), {date(2025, 9, 1): 1}),
        (date(2025, 9, 30), {date(2025, 9, 1): 30}),
        (date(2025, 10, 10), {date(2025, 9, 1): 30, date(2025, 10, 1): 3}),
    ],
)
def test_days_without_a_figure_are_counted_by_month(until: date, gaps: dict[date, int]) -> None:
    known = (
        MonthValue(date(2025, 8, 1), total=Decimal(1)),
        MonthValue(date(2025, 10, 1), total=Decimal(1), days=7),
    )
    assert unknown_days(known, date(2025, 8, 1), until) == gaps
