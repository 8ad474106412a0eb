"""Three verdicts side by side: settled, live and projected."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from assessments.engine import Carried, MonthValue, Outcome, PlannedPeriod, compare_verdicts
from tests.unit.engine.cast import HALF_YEAR, half_year, store


def test_the_projection_carries_the_newest_score_and_the_daily_mean() -> None:
    answer = compare_verdicts(half_year(), HALF_YEAR, store(["4.5", "4.0"], ["6100", "0"], sales_target="20000"))
    assert (answer.settled, answer.live, answer.projected) == (Outcome.PENDING, Outcome.MISSED, Outcome.MISSED)
    assert answer.carried == (
        Carried("real_experience_score", value=Decimal("4.0"), value_on=date(2025, 9, 30)),
        Carried("sales_amount", per_day=Fraction(100), days=61),
    )
    sales = next(each for each in answer.projection.requirements if each.id == "sales")
    assert sales.actual == 18400


def test_a_running_month_is_carried_on_from_its_last_day() -> None:
    august = MonthValue(date(2025, 8, 1), total=Decimal(310), days=31)
    series = (august, MonthValue(date(2025, 9, 1), total=Decimal(90), days=9))
    facts = store(["4.5"], [], as_of=date(2025, 9, 9), sales_target="1840")
    answer = compare_verdicts(half_year(), HALF_YEAR, replace(facts, series={**facts.series, "sales_amount": series}))
    assert (answer.projected, answer.live) == (Outcome.MET, Outcome.MET)
    assert next(each.actual for each in answer.projection.requirements if each.id == "sales") == 1840


def test_a_metric_without_figures_is_not_carried() -> None:
    answer = compare_verdicts(half_year(), HALF_YEAR, store([], [], as_of=date(2025, 9, 9), sales_target="1"))
    assert (answer.carried, answer.projected) == ((), Outcome.NO_DATA)


def test_once_the_period_is_over_all_three_agree() -> None:
    answer = compare_verdicts(half_year(), HALF_YEAR, store(["4.5"] * 6, ["9"] * 6, sales_target="54"))
    assert answer.settled is answer.live is answer.projected is Outcome.MET


def test_nothing_is_projected_in_an_exempt_period() -> None:
    exempt = PlannedPeriod("exempt", 0, date(2025, 7, 8), date(2025, 8, 1))
    answer = compare_verdicts(half_year(), exempt, store([], []))
    assert (answer.projected, answer.carried) == (Outcome.EXEMPT, ())
