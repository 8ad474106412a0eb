"""The clock: failures so far and left, what the next one triggers, until when it can be avoided, what resets it."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from assessments.engine.answers.due_gates import list_every_gate
from assessments.engine.answers.dues import rule_path
from assessments.engine.answers.filling import with_days
from assessments.engine.answers.gates import Gate, list_rules
from assessments.engine.answers.month_ends import MonthEnd, count_failing
from assessments.engine.answers.possible import DEFAULT_RANGES, RISING, Ranges, Reach, as_decimal
from assessments.engine.calendar import PlannedPeriod, Probation
from assessments.engine.facts import MonthValue, StoreFacts
from assessments.engine.judging.ladder import climb, ladder_steps, reached_standing
from assessments.engine.judging.probation import judge_period
from assessments.engine.language.assessment import AssessmentBody, DailyScore, MonthlyScore, Stage
from assessments.engine.language.reading import Rulebook
from assessments.engine.outcomes import Standing
from assessments.engine.results import Assessment, Consequence, Operands, RulebookRef, Step
from assessments.engine.text import Text


@dataclass(frozen=True, slots=True)
class NextFailure:
    """The next month or day that can fail, and what it would trigger.

    `avoid_by` is the last day on which it can still be avoided; `must_reach` the month-end value, or the sum still to
    add, that avoids it. `is_fatal`: it fails the whole period, and `consequences` are the ladder with dates. Otherwise
    `standing` is the warning level that it would put the store in and `left_after` the failures then left.
    """

    on: date
    avoid_by: date
    must_reach: Fraction | None
    is_fatal: bool
    standing: Standing
    left_after: int | None
    consequences: tuple[Consequence, ...] = ()


@dataclass(frozen=True, slots=True)
class GateClock:
    """The clock of one requirement. `fails_on_at_the_earliest` is when it fails if every month from now on does.

    `resets_on` is when the count starts again for certain (a new period); with `resets_by_passing` one passing month
    does so too.
    """

    id: str
    name: Text
    reach: Reach
    failures: int | None
    failures_worst: int | None
    limit: int | None
    left: int | None
    next: NextFailure | None
    fails_on_at_the_earliest: date | None
    resets_on: date
    resets_by_passing: bool
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock of a period. After a failure `consequences` are the ladder that runs, `act_by` its next deadline.

    Times are Beijing wall clock without a zone.
    """

    rulebook: RulebookRef
    store: str
    starts_on: date
    ends_before: date
    as_of: date
    failed_on: date | None
    standing: Standing
    act_by: datetime | None
    consequences: tuple[Consequence, ...]
    gates: tuple[GateClock, ...]
    steps: tuple[Step, ...] = ()

    @property
    def parts(self) -> tuple[GateClock, ...]:
        """The gates, for telling."""
        return self.gates


def read_clock(rulebook: Rulebook, period: PlannedPeriod, facts: StoreFacts, ranges: Ranges = DEFAULT_RANGES) -> Clock:
    """Read the clock of a period. Raises ValueError only when the rulebook judges no periods."""
    verdict = judge_period(rulebook, period, facts)
    gates = list_every_gate(rulebook, period, facts, verdict, ranges)
    values: Operands = {"as_of": facts.as_of, "standing": verdict.standing.value, "until": period.ends_before}
    head = Step("requirements", "clock_running" if verdict.failed_on is None else "clock_failed", values)
    ladder = ladder_steps(verdict.consequences, verdict.failed_on) if verdict.failed_on else ()
    return Clock(
        rulebook=rulebook.ref,
        store=facts.store,
        starts_on=period.starts_on,
        ends_before=period.ends_before,
        as_of=facts.as_of,
        failed_on=verdict.failed_on,
        standing=verdict.standing,
        act_by=_next_deadline(verdict.consequences, facts.as_of),
        consequences=verdict.consequences,
        gates=tuple(_gate_clock(rulebook, period, facts, verdict=verdict, gate=gate) for gate in gates),
        steps=(head, *ladder),
    )


def _next_deadline(consequences: tuple[Consequence, ...], as_of: date) -> datetime | None:
    moments = (stage.deadline_at for stage in consequences if stage.deadline_at is not None)
    return min((moment for moment in moments if moment.date() >= as_of), default=None)


def _gate_clock(
    rulebook: Rulebook, period: PlannedPeriod, facts: StoreFacts, *, verdict: Assessment, gate: Gate
) -> GateClock:
    result = next(each for each in verdict.requirements if each.id == gate.id)
    is_running = gate.reach is not Reach.ELIMINATED and verdict.failed_on is None
    following = None
    if is_running:
        following = _next(rulebook, period, facts, gate)
    clock = GateClock(
        id=gate.id,
        name=gate.name,
        reach=gate.reach,
        failures=result.failures,
        failures_worst=result.failures_worst,
        limit=result.limit,
        left=result.failures_left,
        next=following,
        fails_on_at_the_earliest=_earliest_failure(gate, _day_after(facts, period)) if is_running else None,
        resets_on=period.ends_before,
        resets_by_passing=gate.count is not None and gate.count.is_consecutive,
    )
    return replace(clock, steps=_steps(rulebook, clock, gate, path=rule_path(rulebook, facts, gate.id)))


def _next(rulebook: Rulebook, period: PlannedPeriod, facts: StoreFacts, gate: Gate) -> NextFailure | None:
    if gate.count is not None:
        return _next_month(rulebook, period, facts, gate)
    if gate.days is not None:
        return _next_day(rulebook, period, facts, gate)
    return _next_sum(rulebook, gate)


def _day_after(facts: StoreFacts, period: PlannedPeriod) -> date:
    return max(facts.as_of + timedelta(days=1), period.starts_on)


def _next_day(rulebook: Rulebook, period: PlannedPeriod, facts: StoreFacts, gate: Gate) -> NextFailure | None:
    """Let the next day fail, and see what follows from it."""
    need, on = gate.days, _day_after(facts, period)
    if need is None or need.reach is not Reach.OPEN or need.limit is None or need.must_reach is None:
        return None
    left = need.limit - need.failures - 1
    rule = list_rules(rulebook)[gate.id]
    assert isinstance(rule, DailyScore)
    value = as_decimal(need.must_reach) + (-1 if rule.comparator in RISING else 1)
    after = judge_period(rulebook, period, replace(with_days(facts, rule.metric, {on: value}), as_of=on))
    levels = [warned.level for warned in after.warnings if warned.requirement == gate.id]
    stages = climb(rulebook, _stages(rulebook), on) if left == 0 else ()
    return NextFailure(
        on=on,
        avoid_by=on,
        must_reach=need.must_reach,
        is_fatal=left == 0,
        standing=reached_standing(stages, on) if left == 0 else levels[0] if levels else Standing.CLEAR,
        left_after=left,
        consequences=stages,
    )


def _earliest_failure(gate: Gate, next_day: date) -> date | None:
    """Return the day on which a gate fails when everything to come does, as far as the past is certain."""
    if gate.days is not None:
        if gate.days.reach is not Reach.OPEN or gate.days.limit is None:
            return None
        on = next_day + timedelta(days=gate.days.limit - gate.days.failures - 1)
        return on if gate.days.limit - gate.days.failures <= gate.days.days_left else None
    if gate.count is None:
        days = [need.on for need in gate.sums if need.reach is Reach.OPEN]
        return (max if gate.one_is_enough else min)(days, default=None)
    for at, month in enumerate(gate.count.months):
        failing = [each.can_fail if each.is_pending else not each.can_pass for each in gate.count.months[: at + 1]]
        limit = gate.count.limit
        if limit is not None and month.is_pending and count_failing(failing, gate.count.is_consecutive) >= limit:
            return month.judged_on
    return None


def _next_month(rulebook: Rulebook, period: PlannedPeriod, facts: StoreFacts, gate: Gate) -> NextFailure | None:
    """Let the first month to come that can fail do so, and see what follows from it."""
    assert gate.count is not None
    months, limit = gate.count.months, gate.count.limit
    at = next((at for at, each in enumerate(months) if each.is_pending and each.can_fail), None)
    if at is None:
        return None
    month = months[at]
    failing = [*(not each.can_pass for each in months[:at]), True]
    reached = count_failing(failing, gate.count.is_consecutive)
    is_fatal = limit is not None and reached >= limit
    stages = climb(rulebook, _stages(rulebook), month.judged_on) if is_fatal else ()
    standing = reached_standing(stages, month.judged_on)
    run = next((run for run, failed in enumerate(reversed(failing)) if not failed), len(failing))
    spent = run if gate.count.is_consecutive else reached
    return NextFailure(
        on=month.judged_on,
        avoid_by=month.judged_on,
        must_reach=month.must_reach,
        is_fatal=is_fatal,
        standing=standing if is_fatal else _warning_after(rulebook, period, facts, gate, month),
        left_after=None if limit is None else max(limit - spent, 0),
        consequences=stages,
    )


def _next_sum(rulebook: Rulebook, gate: Gate) -> NextFailure | None:
    """A sum that is missed on its day fails the period; of several of which one is enough, the nearest is told."""
    open_ = [need for need in gate.sums if need.reach is Reach.OPEN]
    if not open_:
        return None
    need = min(open_, key=lambda need: need.must_add if gate.one_is_enough else need.on)
    stages = climb(rulebook, _stages(rulebook), need.on)
    return NextFailure(
        on=need.on,
        avoid_by=need.on,
        must_reach=need.must_add,
        is_fatal=True,
        standing=reached_standing(stages, need.on),
        left_after=None,
        consequences=stages,
    )


def _warning_after(
    rulebook: Rulebook, period: PlannedPeriod, facts: StoreFacts, gate: Gate, month: MonthEnd
) -> Standing:
    """Judge the period again with the month failing, and return the warning level of this requirement alone."""
    rule = list_rules(rulebook)[gate.id]
    value = MonthValue(month.month, total=Decimal(0))
    if isinstance(rule, MonthlyScore) and month.line is not None:
        short = Decimal(-1) if rule.comparator in RISING else Decimal(1)
        value = MonthValue(month.month, closing=month.line + short)
    others = tuple(each for each in facts.series.get(month.metric, ()) if each.month < month.month)
    series = {**facts.series, month.metric: (*others, value)}
    after = judge_period(rulebook, period, replace(facts, as_of=month.judged_on, series=series))
    levels = [warned.level for warned in after.warnings if warned.requirement == gate.id]
    return levels[0] if levels else Standing.CLEAR


def _stages(rulebook: Rulebook) -> tuple[Stage, ...]:
    body = rulebook.body
    assert isinstance(body, AssessmentBody | Probation)
    return body.consequences


def _steps(rulebook: Rulebook, clock: GateClock, gate: Gate, *, path: str) -> tuple[Step, ...]:
    rule, following = list_rules(rulebook).get(clock.id), clock.next
    basis = None if rule is None else rulebook.basis(rule)
    steps = []
    if clock.limit is not None:
        so_far: Operands = {
            "failures": clock.failures,
            "limit": clock.limit,
            "left": clock.left,
            "until": clock.resets_on,
        }
        kinds = {True: "clock_row", False: "clock_days" if gate.days is not None else "clock_all"}
        steps.append(Step(path, kinds[clock.resets_by_passing], so_far, basis))
    if following is not None:
        told: Operands = {
            "on": following.on,
            "must": following.must_reach,
            "standing": following.standing.value,
            "left": following.left_after,
        }
        key = "next_sum" if gate.sums else "next_month"
        steps.append(Step(path, f"{key}_fatal" if following.is_fatal else key, told))
        steps += ladder_steps(following.consequences, following.on)
    if clock.fails_on_at_the_earliest is not None:
        steps.append(Step(path, "fails_at_the_earliest", {"on": clock.fails_on_at_the_earliest}))
    return tuple(steps)
