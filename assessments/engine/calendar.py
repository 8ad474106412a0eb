"""Periods of a programme from a store's go-live day: exempt, trial, formal cycles, each pinning one version."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from assessments.engine.language.assessment import AssessmentBody, Calendar, ProbationBody, Total, Transition
from assessments.engine.language.new_store import MonthlyProbationBody
from assessments.engine.language.reading import Rulebook

DEFAULT_TRACK = "annual"
Probation = ProbationBody | MonthlyProbationBody


@dataclass(frozen=True, slots=True)
class PlannedPeriod:
    """A period [starts_on, ends_before) of phase exempt, trial or formal, and the version that it keeps for good.

    `number` is 0 for exempt and trial, and counts formal cycles from 1. `checkpoints` are inclusive last days.
    """

    phase: str
    number: int
    starts_on: date
    ends_before: date
    programme: str = ""
    track: str = ""
    version: str = ""
    digest: str = ""
    checkpoints: tuple[date, ...] = ()

    def is_running(self, on: date) -> bool:
        """Tell whether a day lies inside the period."""
        return self.starts_on <= on < self.ends_before


def first_of_month(on: date) -> date:
    """Return the first day of the month."""
    return on.replace(day=1)


@lru_cache(maxsize=4096)
def add_months(month: date, count: int) -> date:
    """Return the first day of the month `count` months after the month of `month`."""
    years, index = divmod(month.month - 1 + count, 12)
    return date(month.year + years, index + 1, 1)


@lru_cache(maxsize=4096)
def last_of_month(on: date) -> date:
    """Return the last day of the month."""
    return add_months(on, 1) - timedelta(days=1)


@lru_cache(maxsize=4096)
def months_between(starts_on: date, ends_before: date) -> tuple[date, ...]:
    """Return the first days of the months that [starts_on, ends_before) touches."""
    months = []
    month = first_of_month(starts_on)
    while month < ends_before:
        months.append(month)
        month = add_months(month, 1)
    return tuple(months)


def version_on(versions: Sequence[Rulebook], track: str, on: date) -> Rulebook | None:
    """Return the newest version of the track that is in force on a day, else of the default track, else None.

    Of two that take effect on the same day, the later in the list: a correction stands behind what it corrects.
    """
    for wanted in dict.fromkeys((track, DEFAULT_TRACK)):
        live = [
            version
            for version in versions
            if version.track == wanted
            and version.effective_from <= on
            and (version.effective_before is None or on < version.effective_before)
        ]
        if live:
            return max(reversed(live), key=lambda version: version.effective_from)
    return None


def plan_periods(go_live_on: date, versions: Sequence[Rulebook], track: str, until: date) -> tuple[PlannedPeriod, ...]:
    """Return every period of a store that starts on or before `until`, in order.

    `versions` are the rulebooks of one programme, in any order. A period is judged by the version in force on its
    first day. Periods that start before the first version have nothing to judge them: they move the calendar on, by
    the first version's lengths, and are left out. The first version may say otherwise in its transitions. A probation
    is a single period of phase trial, from go-live on.
    """
    probation = version_on([each for each in versions if isinstance(each.body, Probation)], track, go_live_on)
    if probation is not None:
        ends_before = probation_ends_before(probation, go_live_on)
        return (_pinned(probation, "trial", 0, go_live_on, ends_before),) if go_live_on <= until else ()
    usable = [version for version in versions if isinstance(version.body, AssessmentBody)]
    if not usable:
        return ()
    first = min(usable, key=lambda version: version.effective_from)
    planned = []
    for phase, number, starts_on, ends_before in _spans(go_live_on, usable, track, first):
        if starts_on > until:
            break
        version = version_on(usable, track, starts_on)
        if version is not None:
            planned.append(_pinned(version, phase, number, starts_on, ends_before))
    return tuple(planned)


def probation_ends_before(rulebook: Rulebook, go_live_on: date) -> date:
    """Return the day after a probation's last. Raises ValueError when the rulebook is not a probation."""
    body = rulebook.body
    if isinstance(body, ProbationBody):
        return go_live_on + timedelta(days=body.days)
    if isinstance(body, MonthlyProbationBody):
        return add_months(go_live_on, body.first_month - 1 + len(body.months))
    raise ValueError(f"{rulebook.version} of {rulebook.programme} is a {rulebook.kind} rulebook, not a probation")


def checkpoint_days(rulebook: Rulebook, phase: str, starts_on: date) -> tuple[date, ...]:
    """Return the last days of the months at which a phase's totals are looked at."""
    body = rulebook.body
    if not isinstance(body, AssessmentBody):
        return ()
    months = {
        month
        for requirement in body.requirements
        if isinstance(requirement, Total)
        for points in requirement.checkpoints
        if points.phase == phase
        for month in points.months
    }
    return tuple(add_months(starts_on, month) - timedelta(days=1) for month in sorted(months))


def _spans(
    go_live_on: date, versions: Sequence[Rulebook], track: str, first: Rulebook
) -> Iterator[tuple[str, int, date, date]]:
    """Yield phase, number and dates without end; the caller stops."""

    def calendar_on(on: date) -> Calendar:
        body = (version_on(versions, track, on) or first).body
        assert isinstance(body, AssessmentBody)
        return body.calendar

    transition = _transition(first, go_live_on)
    start = go_live_on
    if transition is None or transition.phase == "exempt":
        end = transition.ends_before if transition and transition.ends_before else None
        end = end or _exempt_end(calendar_on(go_live_on), go_live_on)
        yield "exempt", 0, start, end
        start = end
        trial = calendar_on(start).trial_months
        if trial:
            end = add_months(start, trial)
            yield "trial", 0, start, end
            start = end
    elif transition.starts_on is not None:
        start = transition.starts_on
    number = 0
    while start.year < date.max.year - 10:
        number += 1
        end = add_months(start, calendar_on(start).formal_months)
        yield "formal", number, start, end
        start = end


def _transition(first: Rulebook, go_live_on: date) -> Transition | None:
    body = first.body
    assert isinstance(body, AssessmentBody)
    for transition in body.calendar.transitions:
        if (transition.live_from or date.min) <= go_live_on < transition.live_before:
            return transition
    return None


def _exempt_end(calendar: Calendar, go_live_on: date) -> date:
    exempt = calendar.exempt
    if exempt.kind == "rest_of_month":
        return add_months(go_live_on, 1)
    if exempt.kind == "until_month":
        this_year = date(go_live_on.year, exempt.month, 1)
        return this_year if go_live_on < this_year else add_months(this_year, 12)
    return add_months(go_live_on, exempt.months + (0 if go_live_on.day <= exempt.join_by_day else 1))


def _pinned(version: Rulebook, phase: str, number: int, starts_on: date, ends_before: date) -> PlannedPeriod:
    return PlannedPeriod(
        phase=phase,
        number=number,
        starts_on=starts_on,
        ends_before=ends_before,
        programme=version.programme,
        track=version.track,
        version=version.version,
        digest=version.digest,
        checkpoints=checkpoint_days(version, phase, starts_on),
    )
