"""Periods from go-live."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.engine import StoreFacts, judge_period, plan_periods, version_on
from tests.unit.engine.cast import book, shipped

DAILY = [each for each in shipped() if each.programme == "tmall-daily"]
UNTIL = date(2030, 1, 1)


def _spans(go_live_on: date, track: str = "annual") -> list[tuple[str, int, str, str, str]]:
    periods = plan_periods(go_live_on, DAILY, track, UNTIL)
    return [(p.phase, p.number, str(p.starts_on), str(p.ends_before), p.version) for p in periods]


def test_a_store_of_july_2023_is_exempt_for_july_on_trial_for_a_year_then_formal() -> None:
    assert _spans(date(2023, 7, 8))[:4] == [
        ("exempt", 0, "2023-07-08", "2023-08-01", "2022-annual"),
        ("trial", 0, "2023-08-01", "2024-08-01", "2022-annual"),
        ("formal", 1, "2024-08-01", "2025-08-01", "2025-annual"),
        ("formal", 2, "2025-08-01", "2026-08-01", "2025-annual"),
    ]


def test_the_half_year_track_halves_the_cycles_from_its_first_day_on() -> None:
    spans = _spans(date(2022, 7, 8), "half-year")
    assert spans[2:5] == [
        ("formal", 1, "2023-08-01", "2024-08-01", "2022-annual"),
        ("formal", 2, "2024-08-01", "2025-02-01", "2025-half-year"),
        ("formal", 3, "2025-02-01", "2025-08-01", "2025-half-year"),
    ]


@pytest.mark.parametrize(
    ("go_live_on", "trial"),
    [
        (date(2019, 3, 1), "2019-06-01"),
        (date(2019, 3, 15), "2019-06-01"),
        (date(2019, 3, 16), "2019-07-01"),
        (date(2019, 12, 31), "2020-04-01"),
        (date(2020, 2, 29), "2020-06-01"),
        (date(2021, 12, 31), "2022-04-01"),
        (date(2022, 1, 1), "2022-02-01"),
        (date(2024, 2, 29), "2024-03-01"),
    ],
)
def test_the_trial_starts_when_the_exempt_months_are_over(go_live_on: date, trial: str) -> None:
    assert next(span[2] for span in _spans(go_live_on) if span[0] == "trial") == trial


def test_stores_older_than_the_first_rulebook_follow_its_transitions() -> None:
    assert _spans(date(2015, 5, 5))[0] == ("formal", 1, "2019-01-01", "2020-01-01", "2019-annual")
    assert _spans(date(2018, 12, 31))[0] == ("trial", 0, "2019-04-01", "2020-04-01", "2019-annual")


def test_periods_before_the_first_rulebook_are_left_out_but_move_the_calendar_on() -> None:
    only = [book("tmall-daily", "2025-annual")]
    assert [(p.phase, str(p.starts_on)) for p in plan_periods(date(2023, 7, 8), only, "annual", date(2025, 9, 1))] == [
        ("formal", "2024-08-01"),
        ("formal", "2025-08-01"),
    ]


def test_the_trial_of_2024_has_four_checkpoints() -> None:
    trial = next(p for p in plan_periods(date(2024, 7, 18), DAILY, "annual", UNTIL) if p.phase == "trial")
    assert [str(day) for day in trial.checkpoints] == ["2024-10-31", "2025-01-31", "2025-04-30", "2025-07-31"]


def test_a_period_says_which_version_it_keeps() -> None:
    formal = next(p for p in plan_periods(date(2023, 7, 8), DAILY, "annual", UNTIL) if p.phase == "formal")
    annual = book("tmall-daily", "2025-annual")
    assert (formal.programme, formal.track, formal.version) == ("tmall-daily", "annual", "2025-annual")
    assert formal.digest == annual.digest


def test_no_rulebooks_no_periods() -> None:
    assert plan_periods(date(2023, 7, 8), [], "annual", UNTIL) == ()


def test_a_version_ends_before_its_last_day_and_an_unknown_track_falls_back_to_annual() -> None:
    fees = [each for each in shipped() if each.programme == "tmall-annual-fee"]
    versions = [
        version_on(fees, "annual", date(year, 1, 1)) for year in (2010, 2012, 2017, 2018, 2019, 2022, 2023, 2024, 2025)
    ]
    assert [None if one is None else one.version for one in versions] == [
        None,
        "2011",
        "2015",
        "2018",
        "2019",
        "2022",
        "2024",
        "2024",
        None,
    ]
    fallback = version_on(DAILY, "monthly", date(2023, 1, 1))
    assert fallback is not None
    assert fallback.version == "2022-annual"


@given(st.dates(date(2019, 1, 1), date(2027, 12, 31)), st.sampled_from(["annual", "half-year"]))
def test_periods_follow_each_other_without_gap_and_start_on_firsts(go_live_on: date, track: str) -> None:
    periods = plan_periods(go_live_on, DAILY, track, date(2030, 1, 1))
    assert periods[0].starts_on == go_live_on
    assert [p.phase for p in periods[:2]] == ["exempt", "trial"]
    for one, following in pairwise(periods):
        assert one.ends_before == following.starts_on
        assert following.starts_on.day == 1
        chosen = version_on(DAILY, track, following.starts_on)
        assert chosen is not None
        assert following.digest == chosen.digest
    assert periods[-1].ends_before > date(2029, 12, 31)
    assert all(p.ends_before - p.starts_on >= timedelta(days=1) for p in periods)


@pytest.mark.parametrize(
    ("programme", "version", "ends_before"),
    [("tmall-trial-run", "2021", "2024-09-27"), ("tmall-new-store", "2022", "2024-07-01")],
)
def test_a_probation_is_one_trial_period_that_ends_where_its_verdict_does(
    programme: str, version: str, ends_before: str
) -> None:
    run, go_live_on = book(programme, version), date(2024, 3, 1)
    [period] = plan_periods(go_live_on, [run], "annual", UNTIL)
    assert (period.phase, period.number, period.digest) == ("trial", 0, run.digest)
    assert (period.starts_on, str(period.ends_before)) == (go_live_on, ends_before)
    judged = judge_period(run, period, StoreFacts("甲", "女装", go_live_on, UNTIL))
    assert (judged.starts_on, judged.ends_before) == (period.starts_on, period.ends_before)
    assert plan_periods(go_live_on, [run], "annual", go_live_on - timedelta(days=1)) == ()
    assert plan_periods(date(2020, 1, 1), [run], "annual", UNTIL) == ()
