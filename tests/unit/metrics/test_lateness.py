"""When an expected file is late: days, weeks and months, grace, openings and leavings."""

from datetime import date, timedelta

import pytest

from assessments.metrics.lateness import Late, end_of, find_late, start_of
from assessments.metrics.sources import Cadence

DAILY, WEEKLY, MONTHLY = Cadence.DAILY, Cadence.WEEKLY, Cadence.MONTHLY
OPENS = date(2025, 1, 1)
SUNDAY = date(2025, 3, 9)


def late(cadence: Cadence, known_through: date | None, today: date, *, grace: int = 0, **more: date) -> Late | None:
    span = {"opens_on": OPENS, "closes_before": today, **more}
    return find_late(cadence=cadence, grace_days=grace, known_through=known_through, today=today, **span)


@pytest.mark.parametrize("grace", [0, 1, 5])
def test_a_days_file_may_come_on_the_next_day_and_the_days_of_grace_after_it(grace: int) -> None:
    known = date(2025, 3, 1)
    last = known + timedelta(days=2 + grace)
    assert late(DAILY, known, last, grace=grace) is None
    told = late(DAILY, known, last + timedelta(days=1), grace=grace)
    assert told == Late(date(2025, 3, 2), last)
    assert told.late_since == last + timedelta(days=1)


def test_a_week_is_from_monday_to_sunday_and_has_its_file_with_any_of_its_days() -> None:
    monday = SUNDAY - timedelta(days=6)
    assert start_of(WEEKLY, SUNDAY) == start_of(WEEKLY, monday) == monday
    assert end_of(WEEKLY, monday) == SUNDAY + timedelta(days=1)
    before = monday - timedelta(days=1)
    assert late(WEEKLY, before, SUNDAY + timedelta(days=1)) is None
    assert late(WEEKLY, before, SUNDAY + timedelta(days=2)) == Late(monday, SUNDAY + timedelta(days=1))
    assert late(WEEKLY, monday, SUNDAY + timedelta(days=2)) is None


def test_a_month_is_a_calendar_month() -> None:
    assert end_of(MONTHLY, date(2024, 2, 1)) == date(2024, 3, 1)
    assert end_of(MONTHLY, date(2024, 12, 1)) == date(2025, 1, 1)
    assert late(MONTHLY, date(2025, 1, 31), date(2025, 3, 1)) is None
    assert late(MONTHLY, date(2025, 1, 31), date(2025, 3, 2)) == Late(date(2025, 2, 1), date(2025, 3, 1))
    assert late(MONTHLY, date(2025, 2, 1), date(2025, 3, 2)) is None


def test_what_never_came_is_late_from_the_opening_on() -> None:
    opens = date(2025, 3, 5)
    assert late(WEEKLY, None, date(2025, 3, 11), opens_on=opens) == Late(opens, date(2025, 3, 10))
    assert late(WEEKLY, date(2025, 1, 7), date(2025, 3, 11), opens_on=opens) == Late(opens, date(2025, 3, 10))
    assert late(DAILY, None, opens, opens_on=opens, closes_before=opens) is None


def test_of_days_after_the_leaving_nothing_is_expected() -> None:
    today, left = date(2025, 3, 11), date(2025, 3, 4)
    assert late(DAILY, date(2025, 3, 3), today, closes_before=left) is None
    assert late(DAILY, date(2025, 3, 2), today, closes_before=left) == Late(date(2025, 3, 3), date(2025, 3, 4))


@pytest.mark.parametrize("cadence", Cadence)
def test_the_answer_is_the_first_late_file_of_all_that_are_missing(cadence: Cadence) -> None:
    """Against every file one by one, over a year of business dates."""
    known = date(2024, 5, 17)
    for number in range(366):
        today = known + timedelta(days=number + 1)
        start, first = start_of(cadence, date(2024, 4, 1)), None
        while start < today and first is None:
            end = end_of(cadence, start)
            if start > known:
                first = Late(start, end + timedelta(days=2)) if end + timedelta(days=2) < today else None
            start = end
        assert late(cadence, known, today, grace=2, opens_on=date(2024, 4, 1)) == first
