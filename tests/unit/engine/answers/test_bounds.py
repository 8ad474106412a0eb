"""Intervals: always hold what back-filling brings, and name the file that narrows them most."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.engine import (
    Exit,
    MonthValue,
    Outcome,
    PlannedPeriod,
    StoreFacts,
    assess,
    find_fee_intervals,
    find_intervals,
    settle,
)
from assessments.engine.answers.bounds import WORST_FIRST
from assessments.engine.answers.filling import add_total, with_month
from assessments.engine.answers.possible import Range, Ranges
from assessments.engine.calendar import add_months
from tests.unit.engine.answers.test_plan import limited
from tests.unit.engine.cast import HALF_YEAR, book, fee_year, half_year, store

FEE = book("tmall-annual-fee", "2022")


def test_a_missing_month_end_is_a_range_of_failures_not_a_point() -> None:
    facts = store(["4", None, "4", None, "4.5", "4.5"], ["100"] * 6, sales_target="1")
    answer = find_intervals(half_year(), HALF_YEAR, facts)
    score = answer.gates[0]
    assert (score.lowest, score.highest) == (2, 4)
    assert (answer.worst, answer.best) == (Outcome.MISSED, Outcome.MET)
    assert [(file.month, file.settles) for file in answer.missing] == [
        (date(2025, 9, 1), ("score",)),
        (date(2025, 11, 1), ("score",)),
    ]


def test_the_file_that_can_settle_the_verdict_comes_first() -> None:
    sales = (
        *(MonthValue(date(2025, month, 1), total=Decimal(10), days=31) for month in (8, 9, 10, 11)),
        MonthValue(date(2025, 12, 1), total=Decimal(10), days=25),
        MonthValue(date(2026, 1, 1), total=Decimal(10), days=29),
    )
    facts = store(["4.5"] * 5 + [None], [], as_of=date(2026, 1, 31), sales_target="65")
    facts = replace(facts, series={**facts.series, "sales_amount": sales})
    ranges = Ranges(daily=Range(Decimal(0), Decimal(1)))
    answer = find_intervals(half_year(), HALF_YEAR, facts, ranges)
    assert answer.next_file is not None
    assert (answer.next_file.metric, answer.next_file.month) == ("sales_amount", date(2025, 12, 1))
    assert (answer.next_file.days, answer.next_file.settles) == (6, ("sales",))
    assert (answer.gates[1].lowest, answer.gates[1].highest) == (60, 68)
    assert answer.gates[0].worst is answer.gates[0].best is Outcome.MET


def test_without_a_bound_on_a_day_a_sum_has_no_highest() -> None:
    facts = store(["4.5"] * 6, ["1", None, "1", "1", "1", "1"], sales_target="9")
    answer = find_intervals(half_year(), HALF_YEAR, facts)
    assert (answer.gates[1].lowest, answer.gates[1].highest) == (5, None)


def test_whole_figures_leave_a_point_and_name_no_file() -> None:
    answer = find_intervals(half_year(), HALF_YEAR, store(["4"] * 6, ["1"] * 6, sales_target="9"))
    assert (answer.next_file, answer.gates[0].lowest, answer.gates[0].highest) == (None, 6, 6)
    assert answer.worst is answer.best is Outcome.MISSED


def _filled(facts: StoreFacts, scores: list[str], sold: list[int]) -> StoreFacts:
    """Every missing month-end and every missing month of sales filled in, up to as_of."""
    for at in range(6):
        month = add_months(HALF_YEAR.starts_on, at)
        if month > facts.as_of:
            break
        closing = next(each.closing for each in facts.series["real_experience_score"] if each.month == month)
        total = next(each.total for each in facts.series["sales_amount"] if each.month == month)
        if closing is None:
            facts = with_month(facts, "real_experience_score", month, closing=Decimal(scores[at]))
        if total is None:
            facts = add_total(facts, "sales_amount", month, Decimal(sold[at]))
    return facts


SIX = {"min_size": 6, "max_size": 6}


@settings(max_examples=35, deadline=None)
@given(
    scores=st.lists(st.sampled_from(["4.0", "4.1", None]), **SIX),
    sold=st.lists(st.sampled_from(["0", "20", None]), **SIX),
    fill_scores=st.lists(st.sampled_from(["0", "4.09", "4.1", "5"]), **SIX),
    fill_sold=st.lists(st.integers(0, 56), **SIX),
    over=st.integers(1, 6),
    counting=st.sampled_from(["cumulative_in_cycle", "consecutive"]),
    target=st.sampled_from(["1", "100", "200", None]),
)
def test_the_interval_contains_what_back_filling_brings(
    *,
    scores: list[str | None],
    sold: list[str | None],
    fill_scores: list[str],
    fill_sold: list[int],
    over: int,
    counting: str,
    target: str | None,
) -> None:
    rulebook, period = limited(3, counting), PlannedPeriod("formal", 1, date(2025, 8, 1), date(2026, 2, 1))
    facts = store(scores[:over], sold[:over], **({"sales_target": target} if target else {}))
    answer = find_intervals(rulebook, period, facts, Ranges(daily=Range(Decimal(0), Decimal(2))))
    done = assess(rulebook, period, _filled(facts, fill_scores, fill_sold))
    rank = WORST_FIRST.index
    assert rank(answer.worst) <= rank(done.outcome) <= rank(answer.best)
    assert rank(answer.live_worst) <= rank(done.live) <= rank(answer.live_best)
    for gate, result in zip(answer.gates, done.requirements, strict=True):
        assert rank(gate.worst) <= rank(result.outcome) <= rank(gate.best)
        value = result.actual if result.kind == "total" else result.failures
        if value is not None:
            assert (gate.lowest or 0) <= value
            assert gate.highest is None or value <= gate.highest


def test_a_missing_score_widens_the_mean_and_the_refund() -> None:
    answer = find_fee_intervals(FEE, fee_year(scores=["2.9"] * 11 + [None]))
    assert (answer.means[0].lowest, answer.means[0].highest) == (Fraction("31.9") / 12, Fraction("36.9") / 12)
    assert (answer.refund_low, answer.refund_high) == (0, 60000)
    assert answer.next_file is not None
    assert (answer.next_file.on, answer.next_file.narrows) == (date(2022, 12, 31), 60000)


def test_sales_that_are_not_whole_are_named_when_they_decide() -> None:
    facts = replace(fee_year(sales="300000"), sales_complete=False)
    answer = find_fee_intervals(FEE, facts)
    assert answer.next_file is not None
    assert (answer.next_file.on, answer.next_file.metric, answer.next_file.narrows) == (None, "sales_amount", 60000)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.sampled_from(["2.8", "2.9", "3.0", None]), min_size=12, max_size=12),
    st.lists(st.sampled_from(["0", "2.9", "5"]), min_size=12, max_size=12),
    st.sampled_from(["100000", "400000", "1300000"]),
    st.sampled_from([None, date(2022, 1, 16), date(2022, 5, 3), date(2022, 12, 31)]),
)
def test_a_refund_after_back_filling_lies_in_its_interval(
    scores: list[str | None], fill: list[str], sales: str, left_on: date | None
) -> None:
    facts = fee_year(scores=scores, sales=sales)
    facts = replace(facts, exit=None if left_on is None else Exit(left_on))
    answer = find_fee_intervals(FEE, facts)
    known = [score or fill[at] for at, score in enumerate(scores)]
    whole = replace(fee_year(scores=[*known], sales=sales), exit=facts.exit)
    single = {date(2022, 1, 15): Decimal(fill[0])}
    done = settle(FEE, replace(whole, score_on={"basic_service_score": single}))
    assert done.refund is not None
    assert answer.refund_low is not None
    assert answer.refund_high is not None
    assert answer.refund_low <= done.refund <= answer.refund_high
    for mean, check in zip(answer.means, done.scores, strict=True):
        if mean.lowest is not None and mean.highest is not None and check.mean is not None:
            assert mean.lowest <= check.mean <= mean.highest
