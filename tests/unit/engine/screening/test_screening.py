"""What is screened by integers, what goes to the exact engine, and what plays no part."""

import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from assessments.engine import (
    MonthValue,
    Outcome,
    PlannedPeriod,
    Rulebook,
    Standing,
    StoreFacts,
    ViolationFact,
    assess,
)
from assessments.engine.screening import Brief, Screened, load_columns, screen
from tests.unit.engine.cast import HALF_YEAR, book, half_year, store

FAILING = store(["4", "4", "4"], ["90000"] * 3, sales_target="500000")
PASSING = store(["4.5", "4.5", "4.5"], ["90000"] * 3, sales_target="500000")


def screened(rulebook: Rulebook, *facts: StoreFacts, period: PlannedPeriod = HALF_YEAR) -> Screened:
    """Screen stores, and see that the exact engine says the same of each."""
    found = screen(rulebook, load_columns([(period, each) for each in facts]))
    exact = [assess(rulebook, period, each) for each in facts]
    assert list(found.briefs) == [Brief(each.outcome, each.live, each.standing) for each in exact]
    return found


def with_score(value: str) -> StoreFacts:
    return store(["4.5", value, "4.5"], ["90000"] * 3, sales_target="500000")


def test_the_engine_does_not_load_numpy() -> None:
    asked = "import sys, assessments.engine; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0


def test_briefs_come_in_the_order_of_the_cases() -> None:
    found = screened(half_year(), PASSING, FAILING, PASSING)
    assert [each.outcome for each in found.briefs] == [Outcome.PENDING, Outcome.MISSED, Outcome.PENDING]
    assert found.briefs[1] == Brief(Outcome.MISSED, Outcome.MISSED, Standing.FAILED)
    assert found.exact == 0


def test_nothing_in_nothing_out() -> None:
    assert screen(half_year(), load_columns([])) == Screened((), 0)


def test_an_exempt_period_is_exempt() -> None:
    found = screened(half_year(), FAILING, period=PlannedPeriod("exempt", 0, date(2025, 7, 8), date(2025, 8, 1)))
    assert found == Screened((Brief(Outcome.EXEMPT, Outcome.EXEMPT, Standing.CLEAR),), 0)


def test_a_phase_without_requirements_has_no_figures() -> None:
    found = screened(half_year(), FAILING, period=replace(HALF_YEAR, phase="probation"))
    assert found == Screened((Brief(Outcome.NO_DATA, Outcome.NO_DATA, Standing.CLEAR),), 0)


def test_columns_loaded_once_serve_every_rulebook() -> None:
    facts = [FAILING, PASSING, with_score("4.1"), with_score("4.09")]
    columns = load_columns([(HALF_YEAR, each) for each in facts])
    for counting in ("cumulative_in_cycle", "consecutive"):
        variant = half_year().choosing({"counting": counting})
        assert screen(variant, columns) == screened(variant, *facts)
    annual = book("tmall-daily", "2025-annual")
    assert screen(annual, columns) == screened(annual, *facts)


def test_the_version_and_checkpoints_that_a_period_was_planned_with_play_no_part() -> None:
    elsewhere = replace(HALF_YEAR, version="v0", digest="another", checkpoints=(date(2025, 9, 30),))
    assert screened(half_year(), FAILING, period=elsewhere) == screened(half_year(), FAILING)


def test_a_score_on_the_line_passes_and_one_step_below_does_not() -> None:
    annual = book("tmall-daily", "2025-annual").choosing({"score_comparator": ">="})
    facts = [
        replace(with_score(value), lines={"score_line": Decimal("4.1"), "failing_months": Decimal(1)})
        for value in ("4.1", "4.099999")
    ]
    found = screened(annual, *facts)
    assert [each.live for each in found.briefs] == [Outcome.LINE_NOT_SET, Outcome.MISSED]
    assert found.exact == 0


def test_a_failure_that_was_announced_dates_the_stages() -> None:
    announced = replace(FAILING, confirmed_failure_on=date(2025, 9, 2))
    found = screened(half_year(), FAILING, announced)
    assert [each.standing for each in found.briefs] == [Standing.FAILED, Standing.REMOVED]
    assert found.exact == 0


def test_a_number_with_too_many_decimals_is_left_to_the_exact_engine() -> None:
    assert screened(half_year(), PASSING, with_score("4.0999999"), FAILING).exact == 1
    newest = MonthValue(date(2025, 11, 1), latest=Decimal("4.0999999"), latest_on=date(2025, 11, 3))
    scores = (*PASSING.series["real_experience_score"], newest)
    running = replace(PASSING, series={**PASSING.series, "real_experience_score": scores}, as_of=date(2025, 11, 3))
    sold = store(["4.5"], ["0.0000001"], sales_target="500000")
    wanted = store(["4.5"], ["90000"], sales_target="500000.0000001")
    assert screened(half_year(), running, PASSING, sold, FAILING, wanted).exact == 3


def test_a_metric_that_the_rulebook_does_not_read_is_no_obstacle() -> None:
    odd = (MonthValue(date(2025, 8, 1), total=Decimal("NaN"), closing=Decimal("4.0999999")),)
    visited = replace(PASSING, series={**PASSING.series, "visitors": odd})
    assert screened(half_year(), visited, FAILING).exact == 0


@pytest.mark.parametrize("value", ["NaN", "1E+30"])
def test_a_number_that_is_never_read_is_no_obstacle(value: str) -> None:
    later = MonthValue(date(2026, 3, 1), total=Decimal(value), closing=Decimal(value))
    series = {**PASSING.series, "sales_amount": (*PASSING.series["sales_amount"], later)}
    assert screened(half_year(), replace(PASSING, series=series)).exact == 0


def test_a_product_beyond_64_bits_is_left_to_the_exact_engine() -> None:
    trial = replace(HALF_YEAR, phase="trial", ends_before=date(2026, 8, 1))
    huge = store(["4.5"], ["1"], sales_target="99999999999.999999", trial_share="0.333333")
    assert screened(half_year(), huge, PASSING, period=trial).exact == 1


def test_months_out_of_order_are_left_to_the_exact_engine() -> None:
    scores = PASSING.series["real_experience_score"]
    backwards = replace(PASSING, series={"real_experience_score": scores[::-1]})
    twice = replace(PASSING, series={"real_experience_score": (*scores, scores[-1])})
    askew = replace(PASSING, series={"real_experience_score": (replace(scores[0], month=date(2025, 8, 2)),)})
    assert screened(half_year(), backwards, twice, askew, PASSING).exact == 3


@pytest.mark.parametrize(
    ("starts_on", "ends_before"),
    [(date(2025, 8, 2), date(2026, 2, 1)), (date(2025, 8, 1), date(2026, 1, 15)), (date(2025, 8, 1), date(2030, 9, 1))],
)
def test_a_period_of_other_than_whole_months_is_left_to_the_exact_engine(starts_on: date, ends_before: date) -> None:
    period = replace(HALF_YEAR, starts_on=starts_on, ends_before=ends_before)
    assert screened(half_year(), PASSING, FAILING, period=period).exact == 2


def test_an_incident_gate_is_screened_as_long_as_there_is_no_incident() -> None:
    gate = book("tmall-daily", "2025-incident-gate")
    leak = ViolationFact(date(2025, 8, 9), Decimal(12), topic="data_security")
    found = screened(gate, PASSING, replace(PASSING, incidents=(leak,)), FAILING)
    assert (found.exact, found.briefs[1].outcome) == (1, Outcome.MISSED)


def test_daily_scores_are_left_to_the_exact_engine() -> None:
    assert screened(book("tmall-renewal", "2018-enrolled"), PASSING, FAILING).exact == 2


def test_the_end_of_time_is_a_day_like_another() -> None:
    assert screened(half_year(), replace(PASSING, as_of=date.max)).exact == 0
    assert screened(half_year(), replace(PASSING, as_of=HALF_YEAR.starts_on - timedelta(days=40))).exact == 0


def test_only_an_assessment_can_be_screened() -> None:
    fee = book("tmall-annual-fee", "2022")
    with pytest.raises(ValueError, match="not an assessment"):
        screen(fee, load_columns([]))
