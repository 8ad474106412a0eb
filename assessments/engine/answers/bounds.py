"""Intervals instead of false points: the best and the worst that missing figures can turn out to be, gate by gate."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from assessments.engine.answers.due_gaps import fill_due_gaps, list_due_gaps
from assessments.engine.answers.dues import Due, list_dues
from assessments.engine.answers.filling import Gap, fill_gaps, list_gaps
from assessments.engine.answers.gates import Gated, list_rules
from assessments.engine.answers.possible import DEFAULT_RANGES, Ranges
from assessments.engine.calendar import PlannedPeriod
from assessments.engine.facts import StoreFacts
from assessments.engine.judging.probation import judge_period
from assessments.engine.language.assessment import Total
from assessments.engine.language.reading import Rulebook
from assessments.engine.outcomes import Outcome
from assessments.engine.results import Operands, Provenance, RequirementResult, RulebookRef, Step
from assessments.engine.text import Text

WORST_FIRST = (Outcome.MISSED, Outcome.LINE_NOT_SET, Outcome.NO_DATA, Outcome.PENDING, Outcome.MET, Outcome.EXEMPT)


@dataclass(frozen=True, slots=True)
class MissingFile:
    """One metric of one month that is not there, or not whole: `days` are missing, 1 for a month-end value.

    `share` is the part of the requirements' widths that having it takes away for certain, added up over them;
    `settles` the requirements whose verdict it can settle alone.
    """

    metric: str
    month: date
    days: int
    share: Fraction
    settles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GateInterval:
    """The range of one requirement: failures of a count, the sum of a total; `highest` None = no bound."""

    id: str
    name: Text
    lowest: Fraction | None
    highest: Fraction | None
    worst: Outcome
    best: Outcome
    live_worst: Outcome
    live_best: Outcome
    gaps: tuple[Gap, ...]
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Intervals:
    """The range of a period's verdict, its requirements, and the one missing file that narrows it most."""

    rulebook: RulebookRef
    store: str
    as_of: date
    worst: Outcome
    best: Outcome
    live_worst: Outcome
    live_best: Outcome
    gates: tuple[GateInterval, ...]
    missing: tuple[MissingFile, ...]
    next_file: MissingFile | None
    ranges: Ranges
    steps: tuple[Step, ...] = ()

    @property
    def parts(self) -> tuple[GateInterval, ...]:
        """The gates, for telling."""
        return self.gates


@dataclass(frozen=True, slots=True)
class _Bounds:
    """A requirement judged with its gaps at their worst and at their best."""

    rulebook: Rulebook
    period: PlannedPeriod
    rule: Gated | Due
    ranges: Ranges

    @property
    def source(self) -> tuple[str, Provenance | None]:
        """The path of the rule, and where it comes from."""
        if isinstance(self.rule, Due):
            return self.rule.rule, self.rule.basis
        return f"requirements.{self.rule.id}", self.rulebook.basis(self.rule)

    @property
    def sum_of(self) -> str | None:
        """The metric that the requirement sums up; None when it looks at scores or counts."""
        if isinstance(self.rule, Due):
            return self.rule.sums[0].metric if self.rule.sums else None
        return self.rule.metric if isinstance(self.rule, Total) else None

    def gaps(self, facts: StoreFacts, result: RequirementResult) -> tuple[Gap, ...]:
        """What the requirement misses up to `as_of`."""
        if isinstance(self.rule, Due):
            return list_due_gaps(self.rule, result, facts)
        return list_gaps(self.rule, result, self.period, facts)

    def fill(self, facts: StoreFacts, gaps: Iterable[Gap], *, at_best: bool) -> StoreFacts:
        """Give the gaps one end of their range."""
        if isinstance(self.rule, Due):
            return fill_due_gaps(self.rule, facts, gaps, self.ranges, at_best=at_best)
        return fill_gaps(self.rule, facts, gaps, self.ranges, at_best=at_best)

    def judge(self, facts: StoreFacts, gaps: Iterable[Gap], *, at_best: bool) -> RequirementResult:
        """Fill the gaps with one end of their range and judge."""
        verdict = judge_period(self.rulebook, self.period, self.fill(facts, gaps, at_best=at_best))
        return next(each for each in verdict.requirements if each.id == self.rule.id)

    def width(self, facts: StoreFacts, gaps: tuple[Gap, ...]) -> tuple[int, bool]:
        """Return how many failures lie between the two, and whether their verdicts agree."""
        worst, best = (self.judge(facts, gaps, at_best=at_best) for at_best in (False, True))
        agree = (worst.outcome, worst.live) == (best.outcome, best.live)
        return (worst.failures or 0) - (best.failures or 0), agree


def find_intervals(
    rulebook: Rulebook, period: PlannedPeriod, facts: StoreFacts, ranges: Ranges = DEFAULT_RANGES
) -> Intervals:
    """Bound a period's verdict over everything that is missing up to `as_of`.

    Raises ValueError only when the rulebook judges no periods.
    """
    verdict = judge_period(rulebook, period, facts)
    rules: Mapping[str, Gated | Due] = list_dues(rulebook, facts) or list_rules(rulebook)
    gates: list[GateInterval] = []
    files: dict[tuple[str, date], MissingFile] = {}
    for result in verdict.requirements:
        if result.id not in rules:
            gates.append(_point(result))
            continue
        bounds = _Bounds(rulebook, period, rules[result.id], ranges)
        gaps = bounds.gaps(facts, result)
        gates.append(_interval(bounds, facts, gaps, result))
        for gap, share, settles in _narrowing(bounds, facts, gaps):
            known = files.get((gap.metric, gap.month))
            files[gap.metric, gap.month] = MissingFile(
                gap.metric,
                gap.month,
                max(gap.days, known.days if known else 0),
                share + (known.share if known else 0),
                (*(known.settles if known else ()), *((result.id,) if settles else ())),
            )
    missing = tuple(sorted(files.values(), key=lambda file: (-len(file.settles), -file.share, file.month, file.metric)))
    return _whole(rulebook, facts, verdict.outcome, gates=tuple(gates), missing=missing, ranges=ranges)


def _whole(
    rulebook: Rulebook,
    facts: StoreFacts,
    outcome: Outcome,
    *,
    gates: tuple[GateInterval, ...],
    missing: tuple[MissingFile, ...],
    ranges: Ranges,
) -> Intervals:
    """All gates must hold, so the whole is as bad as its worst gate, at either end."""

    def ends(values: Iterable[Outcome]) -> Outcome:
        return min(values, key=WORST_FIRST.index, default=outcome)

    worst, best = ends(gate.worst for gate in gates), ends(gate.best for gate in gates)
    live_worst, live_best = ends(gate.live_worst for gate in gates), ends(gate.live_best for gate in gates)
    intervals = Intervals(
        rulebook=rulebook.ref,
        store=facts.store,
        as_of=facts.as_of,
        worst=worst,
        best=best,
        live_worst=live_worst,
        live_best=live_best,
        gates=gates,
        missing=missing,
        next_file=missing[0] if missing else None,
        ranges=ranges,
    )
    return replace(intervals, steps=_steps(intervals))


def _steps(found: Intervals) -> tuple[Step, ...]:
    values: Operands = {
        "worst": found.worst.value,
        "best": found.best.value,
        "live_worst": found.live_worst.value,
        "live_best": found.live_best.value,
    }
    verdict = Step("requirements", "interval_verdict", values)
    first = found.next_file
    if first is None:
        return verdict, Step("requirements", "no_gaps", {})
    told: Operands = {"metric": first.metric, "on": first.month, "days": first.days}
    return verdict, Step("requirements", "next_file", told)


def _interval(bounds: _Bounds, facts: StoreFacts, gaps: tuple[Gap, ...], result: RequirementResult) -> GateInterval:
    worst, best = (bounds.judge(facts, gaps, at_best=at_best) for at_best in (False, True))
    if bounds.sum_of is not None:
        days, day = sum(gap.days for gap in gaps), bounds.ranges.of_day(bounds.sum_of)
        ends = [_end(result.actual, limit, days) for limit in (day.lowest, day.highest)]
        spread: Operands = {"days": days, "day_lowest": day.lowest, "day_highest": day.highest}
        key = "interval_sum"
    elif isinstance(bounds.rule, Due):
        ends = [None if each.latest is None else Fraction(each.latest) for each in (worst, best)]
        spread, key = {}, "interval_score"
    else:
        ends = [None if each.failures is None else Fraction(each.failures) for each in (best, worst)]
        spread, key = {}, "interval_count"
    values: Operands = {
        **spread,
        "lowest": ends[0],
        "highest": ends[1],
        "worst": worst.outcome.value,
        "best": best.outcome.value,
    }
    path, basis = bounds.source
    step = Step(path, key, values, basis)
    return GateInterval(
        id=result.id,
        name=result.name,
        lowest=ends[0],
        highest=ends[1],
        worst=worst.outcome,
        best=best.outcome,
        live_worst=worst.live,
        live_best=best.live,
        gaps=gaps,
        steps=(step,),
    )


def _end(actual: Decimal | None, each: Decimal | None, days: int) -> Fraction | None:
    if days and each is None:
        return None
    return Fraction(actual or 0) + days * Fraction(each or 0)


def _narrowing(bounds: _Bounds, facts: StoreFacts, gaps: tuple[Gap, ...]) -> Iterable[tuple[Gap, Fraction, bool]]:
    """Give each gap its worst and its best in turn, and see how much of the width is left."""
    if not gaps:
        return
    width, agrees = bounds.width(facts, gaps)
    for gap in gaps:
        others = tuple(each for each in gaps if each != gap)
        sides = [bounds.width(bounds.fill(facts, (gap,), at_best=at_best), others) for at_best in (False, True)]
        if bounds.sum_of is not None:
            share = Fraction(gap.days, sum(each.days for each in gaps))
        else:
            share = Fraction(width - max(side[0] for side in sides), width) if width else Fraction(0)
        yield gap, share, not agrees and any(side[1] for side in sides)


def _point(result: RequirementResult) -> GateInterval:
    """A requirement of another kind keeps the engine's verdict."""
    return GateInterval(
        result.id, result.name, None, None, result.outcome, result.outcome, result.live, result.live, (), result.steps
    )
