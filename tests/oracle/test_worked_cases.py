"""The oracle itself gives what the worked examples give; nothing of the engine is asked here."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from tests.oracle.plain_fee import NO_SCORE, STANDARD, TABLE, FeeAnswer, FeeCase, Shop, settle_plainly
from tests.oracle.plain_verdict import BASIC, COMPREHENSIVE, REAL, VerdictCase, judge_plainly, month_after, plan_plainly

OLD = date(2019, 5, 5)


def settle(year: int, entered: date, sales: int, scores: object, **more: object) -> FeeAnswer:
    """Settle a 女装 store with one score for every month, or scores by month."""
    names = more.pop("names", ["女装"])
    shops = [
        Shop(name, *map(Decimal, TABLE[name]), Decimal(STANDARD[year].get(name, 9)), Decimal(sales) / len(names))
        for name in names
    ]
    by_month = scores if isinstance(scores, dict) else dict.fromkeys(range(1, 13), Decimal(str(scores)))
    return settle_plainly(FeeCase(year, entered, entered, shops, Decimal(sales), by_month, **more))


def test_a_store_of_april_gets_25_000_back_at_416_and_5_000_at_415() -> None:
    passed = settle(2024, date(2024, 4, 10), 350_000, "4.16")
    assert (passed.prepaid, passed.months_effective, passed.half, passed.full) == (45_000, 8, 240_000, 800_000)
    assert (passed.discount, passed.refund) == (Fraction(1, 2), 25_000)
    assert settle(2024, date(2024, 4, 10), 350_000, "4.15").refund == 5_000


def test_a_mean_that_only_looks_like_416_fails_and_a_tie_goes_to_the_higher_fee() -> None:
    scores = {month: Decimal("4.16" if month < 9 else "4.15") for month in range(4, 13)}
    failed = settle(2024, date(2024, 4, 10), 350_000, scores)
    assert (failed.score_mean, failed.discount) == (Fraction(3740, 900), 0)
    assert settle(2024, date(2024, 4, 10), 350_000, "4.16", names=["服饰配件", "女装"]).refund == 25_000


@pytest.mark.parametrize(
    ("deductions", "refund"),
    [([12, 12], 0), ([12], 60_000), ([48], 0), ([11, 11, 11, 11, 3], 60_000), ([11, 11, 11, 11, 4], 0)],
)
def test_deductions_bar_the_discount(deductions: list[int], refund: int) -> None:
    violations = [(date(2022, 3, 8), points, "severe", False) for points in deductions]
    assert settle(2022, OLD, 1_300_000, "3.5", violations=violations).refund == refund


def test_a_month_without_score_is_left_out_and_a_zero_counts() -> None:
    scores: dict[int, Decimal | str] = dict.fromkeys(range(1, 13), Decimal(3))
    scores[10] = NO_SCORE
    assert settle(2022, OLD, 1_300_000, scores).score_mean == 3
    scores[10] = Decimal(0)
    assert settle(2022, OLD, 1_300_000, scores).score_mean == Fraction(33, 12)


def test_the_three_termination_rules() -> None:
    score = {date(2022, 1, 15): Decimal("2.9"), date(2022, 1, 16): Decimal("2.5")}
    left = {"applied_on": date(2022, 1, 16), "reason": "voluntary"}
    assert settle(2022, OLD, 30_000, "1", day_scores=score, **left).refund == 57_500
    score[date(2022, 1, 15)] = Decimal("2.8")
    assert settle(2022, OLD, 30_000, "1", day_scores=score, **left).refund == 55_000
    march = settle(2024, OLD, 100_000, "4.2", applied_on=date(2024, 3, 15), reason="voluntary")
    assert march.score_days == [date(2024, 1, 31), date(2024, 2, 29)]
    entry = settle(2022, date(2022, 5, 10), 0, "1", applied_on=date(2022, 5, 28), reason="voluntary")
    assert (entry.rule, entry.refund, entry.score_passed) == ("entry_month", 40_000, None)
    january = settle(2022, date(2022, 1, 5), 0, "1", applied_on=date(2022, 1, 20), reason="voluntary")
    assert (january.rule, january.refund) == ("entry_month", 60_000)


def test_the_exit_month_counts_for_the_fee_and_not_for_the_mean() -> None:
    november = settle(2022, OLD, 330_000, "3", applied_on=date(2022, 11, 30), reason="voluntary")
    assert (len(november.score_days or []), november.months_effective, november.refund) == (10, 11, 32_500)
    july = settle(2022, date(2022, 1, 10), 200_000, "2.9", applied_on=date(2022, 7, 31), reason="failed_assessment")
    assert (july.score_mean, july.months_effective, july.refund) == (Fraction(29, 10), 6, 45_000)
    first = settle(2022, OLD, 30_000, "3", applied_on=date(2022, 1, 1), reason="voluntary")
    assert (first.state, first.refund, first.low, first.high) == ("question", None, 55_000, 57_500)


def period(go_live_on: date, track: str, starts_on: date, **numbers: object) -> VerdictCase:
    """A finished period with a score of 4.5 and sales of 100,000 every month."""
    span = next(each for each in plan_plainly(go_live_on, track, starts_on) if each.starts_on == starts_on)
    given = {"basic_line": None, "line": Decimal("3.8"), "limit": 3, "formal_target": Decimal(500_000)} | numbers
    case = VerdictCase(span, month_after(span.ends_before, 0), "女装", **given)
    for index in range(12):
        month = month_after(starts_on, index)
        case.sales[month] = (Decimal(100_000), True)
        case.scores |= {(metric, month): Decimal("4.5") for metric in (BASIC, COMPREHENSIVE, REAL)}
    return case


def test_the_calendars_of_july_2023_and_july_2024() -> None:
    spans = plan_plainly(date(2023, 7, 8), "annual", date(2024, 8, 1))
    assert [(span.starts_on, span.ends_before) for span in spans] == [
        (date(2023, 7, 8), date(2023, 8, 1)),
        (date(2023, 8, 1), date(2024, 8, 1)),
        (date(2024, 8, 1), date(2025, 8, 1)),
    ]
    trial = plan_plainly(date(2024, 7, 18), "annual", date(2024, 8, 1))[1]
    assert trial.checkpoints == [date(2024, 10, 31), date(2025, 1, 31), date(2025, 4, 30), date(2025, 7, 31)]


def test_two_failures_of_three_pass_and_the_third_fails() -> None:
    case = period(date(2024, 7, 18), "half-year", date(2025, 8, 1))
    for index, score in enumerate(["4.1", "4.09", "4.0", "4.5", "4.1", "4.3"]):
        case.scores[(REAL, month_after(date(2025, 8, 1), index))] = Decimal(score)
    outcome, _, parts = judge_plainly(case)
    assert (outcome, parts["score"].failures, parts["score"].left) == ("met", 2, 1)
    case.scores[(REAL, date(2025, 12, 1))] = Decimal("4.09")
    assert judge_plainly(case)[:2] == ("missed", date(2025, 12, 31))


def test_a_line_that_must_be_exceeded_is_not_met_by_reaching_it() -> None:
    case = period(date(2023, 7, 8), "annual", date(2024, 8, 1), line=Decimal("4.5"), limit=1)
    assert judge_plainly(case)[:2] == ("missed", date(2024, 8, 31))
    case.reaching_is_enough = True
    assert judge_plainly(case)[0] == "met"


def test_six_idle_months_in_a_row_fail_and_one_sale_starts_the_count_again() -> None:
    case = period(date(2024, 1, 9), "annual", date(2025, 2, 1), formal_target=Decimal(1))
    for index in range(6):
        case.sales[month_after(date(2025, 2, 1), index)] = (Decimal(0), True)
    assert judge_plainly(case)[:2] == ("missed", date(2025, 7, 31))
    case.sales[date(2025, 7, 1)] = (Decimal(99), True)
    assert judge_plainly(case)[0] == "met"


@pytest.mark.parametrize(("category", "target"), [("男装", 125_000), ("女装", 250_000)])
def test_a_trial_has_a_quarter_or_half_of_the_target(category: str, target: int) -> None:
    case = period(date(2024, 7, 18), "annual", date(2024, 8, 1))
    case.category = category
    assert judge_plainly(case)[2]["sales"].target == target
