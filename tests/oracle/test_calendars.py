"""The periods of every go-live day of 2019 to 2027, and of the years before, on every track of both assessments."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

import pytest

from assessments import engine
from tests.oracle.compare import SHIPPED, rulebook
from tests.oracle.plain_verdict import month_after, plan_plainly

ASSESSMENTS = [each for path in sorted(SHIPPED.glob("*.toml")) if (each := rulebook(path.stem)).kind == "assessment"]
DAILY = [each for each in ASSESSMENTS if each.programme == "tmall-daily"]
RENEWAL = [each for each in ASSESSMENTS if each.programme == "tmall-renewal"]
TRACKS = sorted({each.track for each in DAILY})
Said = list[tuple[str, int, date, date, str, list[date]]]


def days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=at) for at in range((last - first).days + 1))


def told(live_on: date, versions: list[engine.Rulebook], track: str, until: date) -> Said:
    return [
        (span.phase, span.number, span.starts_on, span.ends_before, span.version, list(span.checkpoints))
        for span in engine.plan_periods(live_on, versions, track, until)
    ]


def test_both_families_and_every_track_are_looked_at() -> None:
    assert {each.programme for each in ASSESSMENTS} == {"tmall-daily", "tmall-renewal"}
    assert TRACKS == ["annual", "half-year", "incident-gate"]


@pytest.mark.parametrize("track", TRACKS)
def test_every_go_live_day_from_2019_to_2027_has_the_same_calendar(track: str) -> None:
    different = []
    for live_on in days(date(2019, 1, 1), date(2027, 12, 31)):
        until = live_on + timedelta(days=1_200)
        plain = [tuple(vars(span).values()) for span in plan_plainly(live_on, track, until)]
        said = told(live_on, DAILY, track, until)
        if said != plain:
            different.append(f"{live_on}: {said} | {plain}")
    assert not different, f"{len(different)}: {different[:3]}"


@pytest.mark.parametrize("track", TRACKS)
def test_periods_join_have_their_length_and_keep_the_version_of_their_first_day(track: str) -> None:
    """Nothing here is asked of another calendar: only what every chain of periods must look like."""
    for live_on in days(date(2019, 1, 1), date(2027, 12, 31)):
        periods = engine.plan_periods(live_on, DAILY, track, live_on + timedelta(days=1_900))
        assert [each.phase for each in periods[:3]] == ["exempt", "trial", "formal"]
        assert [each.number for each in periods] == [0, 0, *range(1, len(periods) - 1)]
        assert periods[0].starts_on == live_on
        for one, following in pairwise(periods):
            assert one.starts_on < one.ends_before == following.starts_on
        for each in periods:
            live = [one for one in DAILY if one.effective_from <= each.starts_on]
            mine = [one for one in live if one.track == track] or [one for one in live if one.track == "annual"]
            pinned = max(mine, key=lambda one: one.effective_from)
            assert (each.version, each.digest, each.track) == (pinned.version, pinned.digest, pinned.track)
        for each in periods[1:]:
            is_half = each.phase == "formal" and each.version == "2025-half-year"
            assert each.starts_on.day == 1
            assert each.ends_before == month_after(each.starts_on, 6 if is_half else 12)


def test_the_exempt_months_follow_the_join_day_until_2021_and_the_month_from_2022_on() -> None:
    for live_on in days(date(2019, 1, 1), date(2027, 12, 31)):
        first = live_on.replace(day=1)
        exempt = engine.plan_periods(live_on, DAILY, "annual", live_on)[0]
        if live_on.year >= 2022:
            assert exempt.ends_before == month_after(first, 1)
        else:
            assert exempt.ends_before == month_after(first, 3 if live_on.day <= 15 else 4)


@pytest.mark.parametrize("track", TRACKS)
def test_stores_that_were_live_before_2019_enter_as_the_transitions_say(track: str) -> None:
    """Until September 2018: formal from 1 January 2019. October to December 2018: exempt until 1 April 2019."""
    for live_on in days(date(2018, 6, 1), date(2018, 12, 31)):
        said = told(live_on, DAILY, track, date(2021, 12, 31))
        if live_on < date(2018, 10, 1):
            starts = [(date(year, 1, 1), date(year + 1, 1, 1)) for year in (2019, 2020, 2021)]
            assert said == [("formal", at + 1, *span, "2019-annual", []) for at, span in enumerate(starts)]
        else:
            # The exempt period began before the first text: it moves the calendar on and is left out.
            assert [span[:4] for span in said[:2]] == [
                ("trial", 0, date(2019, 4, 1), date(2020, 4, 1)),
                ("formal", 1, date(2020, 4, 1), date(2021, 4, 1)),
            ]


def test_a_renewal_year_runs_from_october_to_september_until_the_rule_ended() -> None:
    for live_on in days(date(2014, 1, 1), date(2018, 9, 30)):
        said = told(live_on, RENEWAL, "annual", date(2027, 12, 31))
        first = date(live_on.year + (live_on >= date(live_on.year, 10, 1)), 10, 1)
        wanted: Said = [("exempt", 0, live_on, first, "2018-enrolled", [])]
        for at, year in enumerate(range(first.year, 2018)):
            wanted.append(("formal", at + 1, date(year, 10, 1), date(year + 1, 10, 1), "2018-enrolled", []))
        assert said == wanted


def test_no_renewal_year_is_planned_for_a_store_of_2019_to_2027() -> None:
    for live_on in days(date(2018, 10, 1), date(2027, 12, 31)):
        assert told(live_on, RENEWAL, "annual", date(2030, 1, 1)) == []
