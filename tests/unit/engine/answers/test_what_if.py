"""What-if and levers: applying a change gives exactly what was promised."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.engine import (
    AddTotal,
    Change,
    ChooseOption,
    FeeYear,
    JudgeOn,
    LeaveOn,
    Lever,
    Levers,
    MonthValue,
    Outcome,
    SetClosing,
    SetLine,
    SetSales,
    SetScore,
    ask_fee_what_if,
    ask_what_if,
    assess,
    find_levers,
    settle,
)
from assessments.engine.answers.changes import change_fee, change_store
from assessments.engine.answers.cheapest import cheapest_set
from assessments.engine.answers.month_ends import count_failing
from tests.unit.engine.answers.test_plan import limited
from tests.unit.engine.cast import HALF_YEAR, YEAR, book, fee_year, half_year, store

FEE = book("tmall-annual-fee", "2022")
SCORE = "real_experience_score"


def lever(answer: Levers, requirement: str, month: date | None = None) -> Lever:
    return next(each for each in answer.levers if (each.requirement, each.month) == (requirement, month))


def test_a_changed_month_end_is_judged_again() -> None:
    facts = store(["4", "4", "4"], ["100000"] * 3, sales_target="1")
    told = ask_what_if(half_year(), HALF_YEAR, facts, [SetClosing(SCORE, date(2025, 9, 7), Decimal("4.1"))])
    assert (told.before.outcome, told.after.outcome, told.months_gained) == (Outcome.MISSED, Outcome.PENDING, 1)
    assert [(flip.id, flip.before, flip.after) for flip in told.flips] == [("score", Outcome.MISSED, Outcome.PENDING)]


def test_a_figure_for_a_later_month_moves_the_day_that_is_judged() -> None:
    facts = store(["4.5"], ["9"], sales_target="1")
    told = ask_what_if(half_year(), HALF_YEAR, facts, [SetClosing(SCORE, date(2025, 10, 1), Decimal(5))])
    assert told.after.as_of == date(2025, 10, 31)
    back = ask_what_if(half_year(), HALF_YEAR, facts, [*told.changes, JudgeOn(date(2025, 9, 30))])
    assert back.after.as_of == date(2025, 9, 30)


def test_lines_options_and_sales_can_be_changed() -> None:
    facts = store(["4.5", "4", "4", "4.5", "4"], ["100"] * 5, sales_target="1000")
    changes = [SetLine("sales_target", Decimal(5)), ChooseOption("counting", "consecutive")]
    told = ask_what_if(half_year(), HALF_YEAR, facts, changes)
    assert (told.before.outcome, told.after.live) == (Outcome.MISSED, Outcome.MET)
    more = change_store(facts, [AddTotal("sales_amount", date(2025, 9, 1), Decimal(7))])
    assert more.series["sales_amount"][1] == MonthValue(date(2025, 9, 1), total=Decimal(107))


def test_a_day_inside_a_month_is_its_newest_value_and_its_last_day_the_closing() -> None:
    facts = store(["4.5"], ["9"])
    inside = change_store(facts, [SetScore(SCORE, date(2025, 8, 20), Decimal(4))]).series[SCORE][0]
    assert (inside.latest, inside.latest_on, inside.closing) == (4, date(2025, 8, 20), Decimal("4.5"))
    older = change_store(replace(facts, series={SCORE: (inside,)}), [SetScore(SCORE, date(2025, 8, 2), Decimal(1))])
    assert older.series[SCORE][0] == inside
    last = change_store(facts, [SetScore(SCORE, date(2025, 8, 31), Decimal(3))]).series[SCORE][0]
    assert (last.closing, last.latest_on) == (3, date(2025, 8, 31))


def test_leaving_does_not_change_an_assessment() -> None:
    with pytest.raises(ValueError, match="LeaveOn"):
        ask_what_if(half_year(), HALF_YEAR, store([], []), [LeaveOn(date(2025, 9, 1))])


def test_a_fee_year_is_settled_again_with_an_exit_sales_and_scores() -> None:
    facts = fee_year(scores=["2.8"] * 12, sales="400000")
    assert ask_fee_what_if(FEE, facts, [LeaveOn(date(2022, 6, 10))]).gain == 30000
    better = [SetClosing("basic_service_score", date(2022, month, 1), Decimal(3)) for month in range(1, 13)]
    assert ask_fee_what_if(FEE, facts, better).gain == 30000
    assert ask_fee_what_if(FEE, facts, [*better, SetSales(Decimal(1200000))]).gain == 60000
    assert ask_fee_what_if(FEE, facts, [SetLine("score_standard", Decimal("2.8"))]).gain == 30000
    assert ask_fee_what_if(FEE, facts, [*better, LeaveOn(date(2022, 6, 1)), LeaveOn(None)]).gain == 30000


def test_a_fee_year_ignores_sales_of_another_year_or_metric() -> None:
    facts = fee_year()
    other = [AddTotal("sales_amount", date(2021, 12, 1), Decimal(9)), AddTotal("x", date(2022, 1, 1), Decimal(9))]
    assert change_fee(facts, other, "sales_amount") == facts
    added = change_fee(facts, [AddTotal("sales_amount", date(2022, 1, 1), Decimal(9))], "sales_amount")
    assert added.sales == 1300009


def test_the_smallest_raise_that_saves_the_score_is_found() -> None:
    facts = store(["4.0", "3.0", "4.09", "4.05"], ["100000"] * 4, sales_target="1")
    answer = find_levers(half_year(), HALF_YEAR, facts)
    best = lever(answer, "score")
    assert best.changes == (
        SetClosing(SCORE, date(2025, 10, 1), Decimal("4.1")),
        SetClosing(SCORE, date(2025, 11, 1), Decimal("4.1")),
    )
    assert (best.by, best.months_gained, best.after) == (Fraction("0.06"), 2, Outcome.MET)
    single = lever(answer, "score", date(2025, 9, 1))
    assert (single.by, single.months_gained, single.after) == (Fraction("1.1"), 1, Outcome.MISSED)


def test_levers_carry_their_money_and_are_sorted_by_effort() -> None:
    annual = book("tmall-daily", "2022-annual")
    period = replace(YEAR, starts_on=date(2022, 1, 1), ends_before=date(2023, 1, 1))
    fee = fee_year(scores=["2.8"] * 12, sales="1200000")
    lines = {"score_line": "2.9", "experience_line": "2.9", "failing_months": "12", "sales_target": "1200001"}
    sold = tuple(MonthValue(date(2022, month, 1), total=Decimal(100000)) for month in range(1, 13))
    facts = store([], [], as_of=date(2022, 12, 31), **lines)
    series = {"basic_service_score": fee.series["basic_service_score"], "sales_amount": sold}
    late = {"comprehensive_experience_score": fee.series["basic_service_score"][10:]}
    effort = {"sales_amount": Decimal("0.5"), "comprehensive_experience_score": Decimal(100)}
    answer = find_levers(
        annual,
        period,
        replace(facts, series={**series, **late}),
        fee=FeeYear(FEE, fee),
        effort=effort,
    )
    assert answer.levers[0].requirement == "sales"
    assert (answer.levers[0].by, answer.levers[0].hours, answer.levers[0].refund_gain) == (1, Fraction(1, 2), 0)
    assert answer.levers[1].hours == 10
    assert answer.levers[-1].hours is None
    assert answer.together_live is Outcome.MET


def test_levers_on_one_metric_declare_their_overlap() -> None:
    annual = book("tmall-daily", "2025-annual")
    facts = store(["4.5"] * 6, ["0"] * 6, sales_target="12", score_line="4", failing_months="9")
    answer = find_levers(annual, YEAR, facts)
    assert (lever(answer, "sales").overlaps, lever(answer, "activity").overlaps) == (("activity",), ("sales",))
    assert lever(answer, "activity").changes == (AddTotal("sales_amount", date(2025, 8, 1), Decimal("0.01")),)
    assert lever(answer, "sales").by == 6


def test_a_store_that_passes_needs_no_lever() -> None:
    answer = find_levers(half_year(), HALF_YEAR, store(["4.5"] * 6, ["9"] * 6, sales_target="1"))
    assert (answer.levers, answer.live) == ((), Outcome.MET)


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.sampled_from(["3.9", "4.0", "4.09", "4.1", "5", None]), min_size=1, max_size=6),
    st.lists(st.sampled_from(["0", "50", "51"]), min_size=6, max_size=6),
    st.integers(1, 4),
    st.sampled_from(["cumulative_in_cycle", "consecutive"]),
)
def test_applying_a_lever_gives_what_it_promises_and_a_step_less_does_not(
    scores: list[str | None], sold: list[str | None], limit: int, counting: str
) -> None:
    rulebook = limited(limit, counting)
    facts = store(scores, sold[: len(scores)], sales_target="303")
    for each in find_levers(rulebook, HALF_YEAR, facts).levers:
        after = assess(rulebook, HALF_YEAR, change_store(facts, each.changes))
        assert next(one.live for one in after.requirements if one.id == each.requirement) is each.after
        assert after.live is each.period_after
        if each.whole:
            assert each.before is Outcome.MISSED
            assert each.after is not Outcome.MISSED
        change = each.changes[0]
        if isinstance(change, AddTotal):
            less: Change = replace(change, amount=change.amount - Decimal("0.01"))
        else:
            assert isinstance(change, SetClosing)
            less = replace(change, value=(change.value or Decimal(0)) - Decimal("0.01"))
        short = ask_what_if(rulebook, HALF_YEAR, facts, [less, *each.changes[1:]])
        if each.whole:
            turned = next(one for one in short.after.requirements if one.id == each.requirement)
            assert turned.live is Outcome.MISSED
        else:
            assert (short.months_gained, each.months_gained) == (0, 1)


@given(
    st.lists(st.tuples(st.booleans(), st.one_of(st.none(), st.fractions(0, 3, max_denominator=4))), max_size=6),
    st.integers(1, 4),
    st.booleans(),
)
def test_the_cheapest_months_agree_with_trying_every_set(
    months: list[tuple[bool, Fraction | None]], limit: int, is_consecutive: bool
) -> None:
    failing, costs = [failed for failed, _ in months], [cost for _, cost in months]
    chosen = cheapest_set(failing, costs, limit, is_consecutive=is_consecutive)
    can = [at for at, (failed, cost) in enumerate(months) if failed and cost is not None]
    sets = chain.from_iterable(combinations(can, size) for size in range(len(can) + 1))
    good = [
        sum((costs[at] or Fraction(0) for at in each), Fraction(0))
        for each in sets
        if count_failing([failed and at not in each for at, failed in enumerate(failing)], is_consecutive) < limit
    ]
    if chosen is None:
        assert good == []
        return
    assert count_failing([failed and at not in chosen for at, failed in enumerate(failing)], is_consecutive) < limit
    assert sum((costs[at] or Fraction(0) for at in chosen), Fraction(0)) == min(good)


def test_a_fee_gain_is_the_difference_of_two_settlements() -> None:
    facts = fee_year(scores=["2.8"] * 12)
    changes = [SetScore("basic_service_score", date(2022, month, 28), Decimal(5)) for month in (2,)]
    told = ask_fee_what_if(FEE, facts, changes)
    assert told.after == settle(FEE, change_fee(facts, changes, "sales_amount"))
    assert told.after.scores[0].mean == Fraction("35.8") / 12


def test_a_line_is_set_beside_the_others_and_an_exit_keeps_its_days() -> None:
    facts = replace(fee_year(), lines={"女装": {"sales_full": Decimal(7)}})
    changed = change_fee(facts, [SetLine("score_standard", Decimal("2.8"))], "sales_amount")
    assert changed.lines == {"女装": {"sales_full": Decimal(7), "score_standard": Decimal("2.8")}}
    left = change_fee(facts, [LeaveOn(date(2022, 6, 1), effective_on=date(2022, 7, 2))], "sales_amount").exit
    assert left is not None
    assert (left.applied_on, left.effective_on) == (date(2022, 6, 1), date(2022, 7, 2))


def test_a_score_for_a_later_day_of_a_fee_year_moves_the_day_that_is_judged() -> None:
    running = replace(fee_year(scores=["3"] * 6), as_of=date(2022, 6, 30))
    later = change_fee(running, [SetScore("basic_service_score", date(2022, 7, 31), Decimal(5))], "sales_amount")
    assert later.as_of == date(2022, 7, 31)
    earlier = change_fee(running, [SetScore("basic_service_score", date(2022, 5, 31), Decimal(5))], "sales_amount")
    assert earlier.as_of == date(2022, 6, 30)
