"""Clinched or eliminated: proof that an outcome can no longer change, and the first day on which it could not."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from assessments.engine.answers.dues import rule_path
from assessments.engine.answers.gates import Gate
from assessments.engine.answers.plan import Plan, plan
from assessments.engine.answers.possible import DEFAULT_RANGES, Ranges, Reach
from assessments.engine.calendar import PlannedPeriod, last_of_month, months_between
from assessments.engine.facts import MonthValue, StoreFacts
from assessments.engine.language.assessment import ProbationBody
from assessments.engine.language.reading import Rulebook
from assessments.engine.results import Operands, RulebookRef, Step
from assessments.engine.text import Text

DECIDED = (Reach.CLINCHED, Reach.ELIMINATED)


@dataclass(frozen=True, slots=True)
class Replayed:
    """One day of the replay: what was decided with the figures up to its end."""

    on: date
    reach: Reach


@dataclass(frozen=True, slots=True)
class Proof:
    """What one requirement, or the whole period, is decided to be, and since when; None while it is not decided.

    `steps` hold the arithmetic of the day on which it became so, and the bounds it rests on.
    """

    id: str
    name: Text
    reach: Reach
    since: date | None
    replay: tuple[Replayed, ...]
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Certainty:
    """The proof of a period: `whole` and every gate. It rests on `ranges` alone."""

    rulebook: RulebookRef
    store: str
    starts_on: date
    ends_before: date
    as_of: date
    reach: Reach
    since: date | None
    whole: Proof
    gates: tuple[Proof, ...]
    ranges: Ranges

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of the whole."""
        return self.whole.steps

    @property
    def parts(self) -> tuple[Proof, ...]:
        """The gates, for telling."""
        return self.gates


def prove(rulebook: Rulebook, period: PlannedPeriod, facts: StoreFacts, ranges: Ranges = DEFAULT_RANGES) -> Certainty:
    """Replay a period over its month-ends, each time with the past alone, and find when it was decided.

    Days between two month-ends are not replayed: a month's figures are known as a month. A probation whose figures are
    known day by day is replayed over every day, and its replay keeps those on which a decision changed. The last day
    replayed is `as_of`. Raises ValueError only when the rulebook judges no periods.
    """
    is_daily = isinstance(rulebook.body, ProbationBody) and rulebook.body.metric in facts.daily
    days = _replay_days(period, facts.as_of, is_daily=is_daily)
    plans = [plan(rulebook, period, known_on(facts, on), ranges) for on in days]
    now = plans[-1]
    reported = [max(on, period.starts_on) if at == 0 else on for at, on in enumerate(days)]
    gates = tuple(_gate_proof(rule_path(rulebook, facts, gate.id), gate, reported, plans, ranges) for gate in now.gates)
    whole = _whole_proof(reported, plans, ranges)
    return Certainty(
        rulebook=rulebook.ref,
        store=facts.store,
        starts_on=period.starts_on,
        ends_before=period.ends_before,
        as_of=facts.as_of,
        reach=whole.reach,
        since=whole.since,
        whole=whole,
        gates=gates,
        ranges=ranges,
    )


def known_on(facts: StoreFacts, on: date) -> StoreFacts:
    """Return the facts as they stood at the end of a day: later months, and the rest of a running one, are not known.

    The total of a month that was running is known only for the facts' own `as_of`.
    """
    if on >= facts.as_of:
        return facts
    confirmed = facts.confirmed_failure_on
    return replace(
        facts,
        as_of=on,
        series={
            metric: tuple(_seen(month, on) for month in months if month.month <= on)
            for metric, months in facts.series.items()
        },
        confirmed_failure_on=confirmed if confirmed is not None and confirmed <= on else None,
    )


def _seen(month: MonthValue, on: date) -> MonthValue:
    if last_of_month(month.month) <= on:
        return month
    is_seen = month.latest_on is not None and month.latest_on <= on
    return MonthValue(
        month.month, latest=month.latest if is_seen else None, latest_on=month.latest_on if is_seen else None, days=0
    )


def _replay_days(period: PlannedPeriod, as_of: date, *, is_daily: bool) -> list[date]:
    ends = [last_of_month(month) for month in months_between(period.starts_on, period.ends_before)]
    if is_daily:
        ends = [period.starts_on + timedelta(days=at) for at in range((period.ends_before - period.starts_on).days)]
    before = period.starts_on - timedelta(days=1)
    return sorted({min(before, as_of), *(on for on in ends if on <= as_of), as_of})


def _turns(reported: list[date], reaches: list[Reach]) -> tuple[Replayed, ...]:
    """Keep month-ends, the first and the last day, and every day on which the decision changed."""
    last = len(reaches) - 1
    return tuple(
        Replayed(on, reach)
        for at, (on, reach) in enumerate(zip(reported, reaches, strict=True))
        if at in (0, last) or on == last_of_month(on) or reach is not reaches[at - 1]
    )


def _since(reaches: list[Reach]) -> int | None:
    """Return the number of the first day of the unbroken run that holds today's decision."""
    if reaches[-1] not in DECIDED:
        return None
    first = len(reaches) - 1
    while first and reaches[first - 1] is reaches[-1]:
        first -= 1
    return first


def _gate_proof(path: str, gate: Gate, reported: list[date], plans: list[Plan], ranges: Ranges) -> Proof:
    gates = [next(one for one in each.gates if one.id == gate.id) for each in plans]
    reaches = [one.reach for one in gates]
    first = _since(reaches)
    then = gates[-1 if first is None else first]
    step = _since_step(path, reported, reaches, first, metric=then.metric, ranges=ranges)
    return Proof(
        id=gate.id,
        name=gate.name,
        reach=reaches[-1],
        since=None if first is None else reported[first],
        replay=_turns(reported, reaches),
        steps=(step, *then.steps),
    )


def _whole_proof(reported: list[date], plans: list[Plan], ranges: Ranges) -> Proof:
    reaches = [each.reach for each in plans]
    first = _since(reaches)
    then = plans[-1 if first is None else first]
    step = _since_step("requirements", reported, reaches, first, metric="", ranges=ranges)
    return Proof(
        id="",
        name=Text(zh="整个周期", en="the whole period"),
        reach=reaches[-1],
        since=None if first is None else reported[first],
        replay=_turns(reported, reaches),
        steps=(step, *then.steps),
    )


def _since_step(
    path: str, reported: list[date], reaches: list[Reach], first: int | None, *, metric: str, ranges: Ranges
) -> Step:
    """Say what is decided since when, and the bounds that it rests on."""
    score, daily = ranges.of_score(metric), ranges.of_day(metric)
    values: Operands = {
        "reach": reaches[-1].value,
        "since": None if first is None else reported[first],
        "as_of": reported[-1],
        "score_lowest": score.lowest,
        "score_highest": score.highest,
        "day_lowest": daily.lowest,
        "day_highest": daily.highest,
    }
    return Step(path, "undecided" if first is None else "decided_since", values)
