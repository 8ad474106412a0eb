"""Counting violation points: balances between resets, nodes crossed, measures with their dates, what is carried."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from assessments.engine.facts import PointsFacts, ViolationFact
from assessments.engine.language.points import Ladder, PointNode, PointsBody, Quarterly, Sanction
from assessments.engine.language.reading import Rulebook
from assessments.engine.lines import Lines
from assessments.engine.results import LadderResult, Measure, Operands, PointsResult, Provenance, Reason, Step
from assessments.engine.version import ENGINE_VERSION

_ZERO = Decimal(0)


@dataclass(slots=True)
class _Walk:
    """One ladder while its deductions are gone through in time."""

    rulebook: Rulebook
    rule: Ladder
    lines: Lines
    path: str
    points: Decimal = _ZERO
    measures: list[Measure] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)


def count_points(rulebook: Rulebook, facts: PointsFacts) -> PointsResult:
    """Count every ladder up to the end of `as_of`. Raises ValueError for another kind of rulebook."""
    body = rulebook.body
    if not isinstance(body, PointsBody):
        raise ValueError(f"{rulebook.version} of {rulebook.programme} is a {rulebook.kind} rulebook, not points")
    lines = Lines(rulebook, facts.category, facts.lines)
    walks = [_Walk(rulebook, rule, lines, f"ladders.{rule.id}") for rule in body.ladders]
    ladders = tuple(_count(walk, facts) for walk in walks)
    steps = tuple(step for walk in walks for step in walk.steps)
    return PointsResult(
        engine_version=ENGINE_VERSION,
        rulebook=rulebook.ref,
        store=facts.store,
        as_of=facts.as_of,
        removed=any(ladder.removed for ladder in ladders),
        ladders=ladders,
        assumptions=rulebook.assumptions(frozenset(step.rule for step in steps)),
        reasons=tuple(dict.fromkeys(reason for walk in walks for reason in walk.reasons)),
        steps=steps,
    )


def next_reset(rule: Ladder, on: date) -> date:
    """Return the first day after `on` that begins with the balance reset."""
    if not isinstance(rule.reset, Quarterly):
        return date(on.year + 1, 1, 1)
    quarters = [(year, month) for year in (on.year, on.year + 1) for month in (1, 4, 7, 10)]
    mondays = (_monday(year, month, rule.reset.monday) for year, month in quarters)
    return next(monday for monday in mondays if monday > on)


def _monday(year: int, month: int, which: str) -> date:
    """The first Monday of the quarter that begins in a month, or its last one."""
    if which == "first":
        start = date(year, month, 1)
        return start + timedelta(days=-start.weekday() % 7)
    end = date(year + month // 10, (month + 2) % 12 + 1, 1) - timedelta(days=1)
    return end - timedelta(days=end.weekday())


def _count(walk: _Walk, facts: PointsFacts) -> LadderResult:
    rule = walk.rule
    counted = [
        each
        for each in facts.violations
        if each.severity in rule.severities and not each.withdrawn and each.on <= facts.as_of
    ]
    # A deduction has no hour: of one day the smaller is counted first, in whatever order they are listed.
    counted.sort(key=lambda each: (each.on, each.points))
    reset_on = next_reset(rule, counted[0].on if counted else facts.as_of)
    for violation in counted:
        reset_on = _reset_until(walk, reset_on, violation.on)
        _deduct(walk, violation)
    reset_on = _reset_until(walk, reset_on, facts.as_of)
    reached = [node for node in rule.nodes if walk.points >= node.at_least]
    next_at = _next_line(rule, walk.points)
    removed = any(measure.removes for measure in walk.measures)
    return LadderResult(
        id=rule.id,
        name=rule.name.text,
        points=walk.points,
        reached_at=reached[-1].at_least if reached else None,
        next_at=next_at,
        points_left=None if next_at is None else next_at - walk.points,
        resets_on=reset_on,
        after_reset=_after_reset(rule, walk.points),
        removed=removed,
        measures=tuple(walk.measures),
    )


def _reset_until(walk: _Walk, reset_on: date, until: date) -> date:
    """Reset the balance on every reset day up to and including a day; return the next reset day."""
    while reset_on <= until:
        after = _after_reset(walk.rule, walk.points)
        if walk.points:
            values: Operands = {"name": walk.rule.name.text, "on": reset_on, "points": walk.points, "after": after}
            key = "points_kept" if after == walk.points else "points_carried" if after else "points_reset"
            walk.steps.append(Step(f"{walk.path}.reset", key, values, walk.rulebook.basis(walk.rule.reset)))
        walk.points = after
        reset_on = next_reset(walk.rule, reset_on)
    return reset_on


def _after_reset(rule: Ladder, points: Decimal) -> Decimal:
    reset = rule.reset
    if reset.keeps_from is not None and points >= reset.keeps_from:
        return points
    if reset.carry is not None and reset.carry.at_least <= points < reset.carry.below:
        return reset.carry.points
    return _ZERO


def _deduct(walk: _Walk, violation: ViolationFact) -> None:
    before, after = walk.points, walk.points + violation.points
    walk.points = after
    values: Operands = {"name": walk.rule.name.text, "on": violation.on, "deducted": violation.points, "points": after}
    walk.steps.append(Step(walk.path, "points_deducted", values, walk.rulebook.basis(walk.rule)))
    crossed = [node for node in walk.rule.nodes if before < node.at_least <= after]
    for node in crossed[-1:] if walk.rule.at_once == "heaviest" else crossed:
        _apply_node(walk, node, violation.on)
    every = walk.rule.every
    if every is None:
        return
    times = int(after // every.points) - int(before // every.points)
    for _ in range(min(times, 1) if walk.rule.at_once == "heaviest" else times):
        passed = (after // every.points) * every.points
        basis = walk.rulebook.basis(every)
        walk.measures.extend(_measures(walk, every.sanctions, passed, violation.on, basis=basis))


def _apply_node(walk: _Walk, node: PointNode, on: date) -> None:
    basis = walk.rulebook.basis(node)
    name = node.name.text
    values: Operands = {"name": name, "at_least": node.at_least, "on": on}
    walk.steps.append(Step(f"{walk.path}.nodes", "node_reached", values, basis))
    if node.removes:
        walk.measures.append(Measure("removed", name, on, node.at_least, removes=True))
    walk.measures.extend(_measures(walk, node.sanctions, node.at_least, on, basis=basis))


def _measures(
    walk: _Walk, sanctions: tuple[Sanction, ...], at_least: Decimal, on: date, *, basis: Provenance
) -> Iterator[Measure]:
    for sanction in sanctions:
        money = None
        if sanction.money is not None:
            found = walk.lines.find(sanction.money, walk.rule)
            money = found.value
            if money is None:
                walk.reasons.append(walk.lines.reason(sanction.money))
        until = None if sanction.days is None else on + timedelta(days=sanction.days)
        name = sanction.name.text
        values: Operands = {"name": name, "on": on, "until": until, "money": money}
        key = "measure_until" if until else "measure_money" if money is not None else "measure"
        walk.steps.append(Step(walk.path, key, values, basis))
        yield Measure(sanction.id, name, on, at_least, ends_before=until, money=money)


def _next_line(rule: Ladder, points: Decimal) -> Decimal | None:
    """Return the balance at which the next measures come."""
    ahead = [node.at_least for node in rule.nodes if node.at_least > points]
    if rule.every is not None:
        ahead.append((points // rule.every.points + 1) * rule.every.points)
    return min(ahead, default=None)
