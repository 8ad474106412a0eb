"""Verdicts on a period: requirements, standing, consequences."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.engine import (
    Assessment,
    MonthValue,
    Outcome,
    PlannedPeriod,
    RequirementResult,
    Standing,
    StoreFacts,
    assess,
    assess_probation,
    canonical_json,
)
from assessments.engine.calendar import months_between
from assessments.engine.language.reading import parse_canonical
from tests.unit.engine.cast import HALF_YEAR, YEAR, book, half_year, store

beijing = datetime.fromisoformat  # wall clock, without a zone, as results carry it
GOOD = ["4.5"] * 6
SOLD: list[str | None] = ["100000"] * 6


def _part(result: Assessment, name: str) -> RequirementResult:
    return next(each for each in result.requirements if each.id == name)


def test_all_requirements_must_hold() -> None:
    met = assess(half_year(), HALF_YEAR, store(GOOD, SOLD, sales_target="500000"))
    assert (met.outcome, met.live, met.standing) == (Outcome.MET, Outcome.MET, Standing.CLEAR)
    bad = assess(half_year(), HALF_YEAR, store(["4.0"] * 6, SOLD, sales_target="500000"))
    assert _part(bad, "sales").outcome is Outcome.MET
    assert bad.outcome is Outcome.MISSED


@pytest.mark.parametrize(("value", "failed"), [("4.1", 0), ("4.10", 0), ("4.0999999999", 6), ("4.1000000001", 0)])
def test_the_line_is_compared_unrounded(value: str, failed: int) -> None:
    result = assess(half_year(), HALF_YEAR, store([value] * 6, SOLD, sales_target="1"))
    months = [month for month in _part(result, "score").months if month.state == "failed"]
    assert len(months) == failed


def test_a_missing_line_names_its_table_and_is_never_guessed() -> None:
    result = assess(half_year(), HALF_YEAR, store(GOOD, SOLD))
    assert result.outcome is Outcome.LINE_NOT_SET
    assert result.standing is Standing.UNKNOWN
    assert "sales_target" in result.reasons[0].text.zh


def test_a_failure_that_is_certain_outranks_a_line_that_is_not_set() -> None:
    result = assess(half_year(), HALF_YEAR, store(["4"] * 3, SOLD[:3]))
    assert (result.outcome, result.failed_on) == (Outcome.MISSED, date(2025, 10, 31))


def test_missing_figures_are_grey_and_never_green() -> None:
    result = assess(half_year(), HALF_YEAR, store([], [], as_of=date(2025, 9, 30), sales_target="500000"))
    assert (result.live, result.standing) == (Outcome.NO_DATA, Standing.UNKNOWN)


def test_one_missing_month_end_that_could_matter_is_grey() -> None:
    result = assess(half_year(), HALF_YEAR, store(["4.5", None, "4.5"], SOLD[:3], sales_target="500000"))
    assert _part(result, "score").failures == 0
    assert result.standing is Standing.UNKNOWN


@pytest.mark.parametrize(
    ("as_of", "standing"),
    [
        (date(2025, 10, 31), Standing.FAILED),
        (date(2025, 11, 1), Standing.SUPERVISED),
        (date(2025, 11, 29), Standing.SUPERVISED),
        (date(2025, 11, 30), Standing.REMOVED),
    ],
)
def test_the_ladder_climbs_by_its_dates(as_of: date, standing: Standing) -> None:
    result = assess(half_year(), HALF_YEAR, store(["4"] * 3, SOLD[:3], as_of=as_of, sales_target="1"))
    assert result.failed_on == date(2025, 10, 31)
    assert [(stage.level, stage.begins_at) for stage in result.consequences] == [
        (Standing.SUPERVISED, beijing("2025-11-01 00:00")),
        (Standing.REMOVED, beijing("2025-11-30 18:00")),
    ]
    assert result.standing is standing


def test_consequences_are_dated_from_the_day_the_marketplace_announced() -> None:
    facts = replace(store(["4"] * 3, SOLD[:3], sales_target="1"), confirmed_failure_on=date(2025, 12, 31))
    stages = assess(half_year(), HALF_YEAR, facts).consequences
    assert [stage.begins_at for stage in stages] == [beijing("2026-01-01 00:00"), beijing("2026-01-31 18:00")]


def test_a_deadline_is_kept_only_before_its_minute() -> None:
    stage = assess(half_year(), HALF_YEAR, store(["4"] * 3, SOLD[:3], sales_target="1")).consequences[0]
    assert stage.is_in_time(beijing("2025-11-30 17:59"))
    assert not stage.is_in_time(beijing("2025-11-30 18:00"))


def test_days_missing_make_the_total_a_lower_bound() -> None:
    sales = tuple(MonthValue(date(2025, month, 1), total=Decimal(100), days=30) for month in (8, 9, 10, 11, 12))
    facts = store(GOOD, [], as_of=date(2026, 1, 31), sales_target="500")
    sales += (MonthValue(date(2026, 1, 1), total=Decimal(1), days=31),)
    met = assess(half_year(), HALF_YEAR, replace(facts, series={**facts.series, "sales_amount": sales}))
    assert _part(met, "sales").outcome is Outcome.MET
    short = replace(facts, lines={"sales_target": Decimal(502)}, series={**facts.series, "sales_amount": sales})
    unsure = assess(half_year(), HALF_YEAR, short)
    assert _part(unsure, "sales").outcome is Outcome.NO_DATA
    assert "2025-08" in _part(unsure, "sales").reasons[0].text.en


def test_an_unknown_month_is_not_a_month_without_business() -> None:
    facts = store(["4.5"] * 7, [None] * 7, sales_target="1")
    result = assess(book("tmall-daily", "2025-annual"), YEAR, facts)
    activity = _part(result, "activity")
    assert (activity.failures, activity.outcome, activity.live) == (0, Outcome.PENDING, Outcome.NO_DATA)


def test_one_sale_breaks_the_run_without_business() -> None:
    annual = book("tmall-daily", "2025-annual")
    idle = assess(annual, YEAR, store(["4.5"] * 6, ["0"] * 6, sales_target="1", score_line="4", failing_months="3"))
    assert (idle.outcome, idle.failed_on) == (Outcome.MISSED, date(2026, 1, 31))
    sold = store(["4.5"] * 6, ["0"] * 5 + ["9"], sales_target="1", score_line="4", failing_months="3")
    assert _part(assess(annual, YEAR, sold), "activity").failures == 0


def test_the_newest_value_below_the_line_is_watched_before_the_month_is_over() -> None:
    running = MonthValue(date(2025, 9, 1), latest=Decimal("4.0"), latest_on=date(2025, 9, 12))
    facts = store(["4.5"], ["100000", "50000"], as_of=date(2025, 9, 12), sales_target="500000")
    series = {**facts.series, "real_experience_score": (*facts.series["real_experience_score"], running)}
    result = assess(half_year(), HALF_YEAR, replace(facts, series=series))
    assert (result.standing, _part(result, "score").failures) == (Standing.WATCH, 0)


def test_the_metric_changes_inside_a_cycle_on_its_day() -> None:
    period = PlannedPeriod("formal", 1, date(2025, 2, 1), date(2025, 8, 1))
    metrics = [month.metric for month in _part(assess(half_year(), period, store([], [])), "score").months]
    assert metrics == ["comprehensive_experience_score"] * 4 + ["real_experience_score"] * 2


def test_nothing_is_assessed_in_an_exempt_period() -> None:
    exempt = PlannedPeriod("exempt", 0, date(2025, 7, 8), date(2025, 8, 1))
    result = assess(half_year(), exempt, store([], []))
    assert (result.outcome, result.live, result.requirements) == (Outcome.EXEMPT, Outcome.EXEMPT, ())


def test_another_kind_of_rulebook_is_refused() -> None:
    with pytest.raises(ValueError, match="not an assessment"):
        assess(book("tmall-dsr", "2018"), HALF_YEAR, store([], []))
    with pytest.raises(ValueError, match="not a probation"):
        assess_probation(half_year(), store([], []))


def test_node_four_has_another_way_through() -> None:
    run = book("tmall-trial-run", "2021")
    lines = {f"node_target_{number}": Decimal(100) for number in (1, 2, 3, 4)}
    lines |= {"last_days_target": Decimal(200), "score_line": Decimal(3)}
    sums = {30: Decimal(100), 90: Decimal(300), 150: Decimal(500), 180: Decimal(480), 210: Decimal(690)}
    facts = replace(store([], [], as_of=date(2025, 8, 1)), lines=lines, go_live_on=date(2025, 1, 1))
    score = (MonthValue(date(2025, 3, 1), closing=Decimal(4)),)
    facts = replace(facts, cumulative={"sales_amount": sums}, series={"basic_service_score": score})
    result = assess_probation(run, facts)
    assert {each.id: each.outcome.value for each in result.requirements if each.id == "node_4"} == {"node_4": "met"}
    failing = replace(facts, cumulative={"sales_amount": {**sums, 210: Decimal(680)}})
    assert assess_probation(run, failing).outcome is Outcome.MISSED


SCORES = st.lists(st.one_of(st.none(), st.sampled_from(["3", "4.0", "4.09", "4.1", "4.5", "5"])), max_size=6)
SALES = st.lists(st.one_of(st.none(), st.integers(0, 200000).map(str)), max_size=6)


@given(SCORES, SALES, st.dates(date(2025, 8, 1), date(2026, 3, 31)), st.booleans())
def test_the_engine_is_total_and_repeats_itself(
    scores: list[str | None], sales: list[str | None], as_of: date, is_set: bool
) -> None:
    facts = store(scores, sales, as_of=as_of, **({"sales_target": "500000"} if is_set else {}))
    one, two = assess(half_year(), HALF_YEAR, facts), assess(half_year(), HALF_YEAR, facts)
    assert canonical_json(one) == canonical_json(two)
    if as_of >= date(2026, 1, 31) and one.outcome is not Outcome.MISSED:
        assert one.outcome is not Outcome.PENDING


@given(st.lists(st.sampled_from(["4.0", "4.1", "4.5"]), min_size=1, max_size=6), st.integers(0, 5))
def test_a_worse_month_never_helps(scores: list[str], at: int) -> None:
    worse = [*scores]
    worse[at % len(scores)] = "1"
    before = assess(half_year(), HALF_YEAR, store([*scores], SOLD[: len(scores)], sales_target="1"))
    after = assess(half_year(), HALF_YEAR, store([*worse], SOLD[: len(scores)], sales_target="1"))
    assert (_part(after, "score").failures or 0) >= (_part(before, "score").failures or 0)
    if before.outcome is Outcome.MISSED:
        assert after.outcome is Outcome.MISSED


@pytest.mark.parametrize(("programme", "version"), [("tmall-new-store", "2022"), ("tmall-trial-run", "2021")])
def test_a_probation_of_which_nothing_was_ever_read_has_no_data(programme: str, version: str) -> None:
    lines = dict.fromkeys([*(f"node_target_{at}" for at in range(1, 5)), "score_line"], Decimal(1))
    facts = StoreFacts("甲", "彩妆", date(2022, 1, 1), date(2022, 12, 31), lines=lines)
    result = assess_probation(book(programme, version), facts)
    assert (result.outcome, result.standing) == (Outcome.NO_DATA, Standing.UNKNOWN)
    assert {each.outcome for each in result.requirements} == {Outcome.NO_DATA}


@pytest.mark.parametrize(
    ("scores", "sales", "standing"),
    [(True, True, Standing.CLEAR), (False, True, Standing.UNKNOWN), (True, False, Standing.UNKNOWN)],
)
def test_before_the_first_month_end_a_store_without_any_figure_of_a_requirement_is_grey(
    scores: bool, sales: bool, standing: Standing
) -> None:
    on, first = date(2025, 8, 10), date(2025, 8, 1)
    facts = store([], [], as_of=on, sales_target="500000")
    read = MonthValue(first, latest=Decimal("4.5"), latest_on=on) if scores else MonthValue(first)
    sold = MonthValue(first, total=Decimal(100) if sales else None, days=10 if sales else None)
    series = {"real_experience_score": (read,), "sales_amount": (sold,)}
    result = assess(half_year(), HALF_YEAR, replace(facts, series=series))
    assert (result.live, result.standing) == (Outcome.PENDING, standing)


def test_a_period_of_which_nothing_was_ever_read_has_no_data() -> None:
    facts = StoreFacts("甲", "女装", date(2024, 1, 1), date(2025, 9, 30), lines={"sales_target": Decimal(1)})
    result = assess(half_year(), HALF_YEAR, facts)
    assert [each.live for each in result.requirements] == [Outcome.NO_DATA] * 3


def test_a_phase_without_requirements_has_no_verdict() -> None:
    document = json.loads(half_year().canonical)
    for rule in document["requirements"]:
        rule["phases"] = ["trial"]
    result = assess(parse_canonical(json.dumps(document)), HALF_YEAR, store(GOOD, SOLD))
    assert (result.outcome, result.live, result.requirements) == (Outcome.NO_DATA, Outcome.NO_DATA, ())


@pytest.mark.parametrize(
    ("as_of", "months"),
    [(date(2025, 8, 31), 1), (date(2025, 9, 15), 1), (date(2025, 9, 30), 2), (date(2025, 12, 1), 4)],
)
def test_month_ends_of_later_days_do_not_change_a_verdict(as_of: date, months: int) -> None:
    scores, sales = ["4.5", "4.0", "4.1", "4.0", "4.0", "4.0"], ["100000"] * 6
    later = store([*scores], [*sales], as_of=as_of, sales_target="500000")
    past = store([*scores[:months]], [], as_of=as_of, sales_target="500000")
    one, two = (assess(half_year(), HALF_YEAR, facts) for facts in (later, past))
    assert _part(one, "score") == _part(two, "score")
    assert _part(one, "sales").actual == 100000 * len(months_between(HALF_YEAR.starts_on, as_of + timedelta(days=1)))
