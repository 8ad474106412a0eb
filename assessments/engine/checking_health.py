"""Rating an account's health: rates and counts over their windows, and the first rung of each rating that holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from assessments.engine.facts import HealthFacts
from assessments.engine.language.common import Amount, compares
from assessments.engine.language.health import (
    AnyMeasure,
    AnyOf,
    AnyWindow,
    Condition,
    CountOf,
    FixedWindow,
    Given,
    HealthBody,
    Otherwise,
    Ranking,
    Rung,
)
from assessments.engine.language.reading import Rulebook
from assessments.engine.lines import Lines
from assessments.engine.results import HealthMeasure, HealthResult, Operands, RankingResult, Reason, Step
from assessments.engine.text import Text
from assessments.engine.version import ENGINE_VERSION
from assessments.engine.weighing import sum_weighted

_UNKNOWN = Reason("no_data", Text(zh="数据不足，无法评级", en="not enough figures for a rating"))


@dataclass(slots=True)
class _Work:
    """Where one rating collects its steps and reasons."""

    rulebook: Rulebook
    lines: Lines
    measures: Mapping[str, HealthMeasure]
    steps: list[Step] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)

    def number(self, amount: Amount, rule: Ranking | Rung) -> Decimal | None:
        """Look a number up, and say so when it is not set."""
        found = self.lines.find(amount, rule)
        if found.value is None:
            self.reasons.append(self.lines.reason(amount))
        return found.value


def rate_health(rulebook: Rulebook, facts: HealthFacts) -> HealthResult:
    """Rate an account. A measure without figures is "no data": it neither holds nor fails a condition.

    Raises ValueError for another kind of rulebook.
    """
    body = rulebook.body
    if not isinstance(body, HealthBody):
        raise ValueError(f"{rulebook.version} of {rulebook.programme} is a {rulebook.kind} rulebook, not health")
    measures = {rule.id: _measure(rule, facts) for rule in body.measures}
    work = _Work(rulebook, Lines(rulebook, facts.category, facts.lines), measures)
    for rule in body.measures:
        work.steps.append(_measure_step(rulebook, rule, measures[rule.id]))
    ratings = tuple(_rate(work, ranking) for ranking in body.ratings)
    return HealthResult(
        engine_version=ENGINE_VERSION,
        rulebook=rulebook.ref,
        store=facts.store,
        as_of=facts.as_of,
        measures=tuple(measures.values()),
        ratings=ratings,
        assumptions=rulebook.assumptions(frozenset(step.rule for step in work.steps)),
        reasons=tuple(dict.fromkeys(work.reasons)),
        steps=tuple(work.steps),
    )


def _measure(rule: AnyMeasure, facts: HealthFacts) -> HealthMeasure:
    name = rule.name.text
    if isinstance(rule, Given):
        value = facts.values.get(rule.value)
        return HealthMeasure(rule.id, name, None if value is None else Fraction(value))
    window = choose_window(rule.window, facts)
    counts = facts.counts.get(window, {}) if window is not None else {}
    if isinstance(rule, CountOf):
        count = counts.get(rule.count)
        return HealthMeasure(rule.id, name, None if count is None else Fraction(count), window)
    top, bottom = sum_weighted(rule.of, counts), sum_weighted(rule.over, counts)
    value_of = top / bottom if top is not None and bottom else None
    return HealthMeasure(rule.id, name, value_of, window, top, bottom)


def choose_window(window: AnyWindow, facts: HealthFacts) -> str | None:
    """Return the window that a measure reads; None when the count that chooses it is not known."""
    if isinstance(window, FixedWindow):
        return window.window
    count = facts.counts.get(window.window, {}).get(window.count)
    if count is None:
        return None
    return window.window if count >= window.at_least else window.otherwise


def _rate(work: _Work, ranking: Ranking) -> RankingResult:
    """Return the first rung that holds; one that cannot be told stops the search."""
    for rung in ranking.rungs:
        holds = _all_hold(work, rung)
        if holds is None:
            work.reasons.append(_UNKNOWN)
            return RankingResult(ranking.id, ranking.name.text, None, None)
        if holds:
            return _ranked(work, ranking, rung, rung)
    return _ranked(work, ranking, ranking.otherwise, ranking)


def _ranked(work: _Work, ranking: Ranking, chosen: Rung | Otherwise, rule: Ranking | Rung) -> RankingResult:
    points = None if chosen.points is None else work.number(chosen.points, rule)
    name = chosen.name.text
    title = ranking.name.text
    values: Operands = {"rating": title, "level": name, "points": points}
    key = "rated" if points is None else "rated_points"
    work.steps.append(Step(f"ratings.{ranking.id}", key, values, work.rulebook.basis(rule)))
    return RankingResult(ranking.id, title, chosen.level, name, points)


def _all_hold(work: _Work, rung: Rung) -> bool | None:
    held = [_any_holds(work, rung, need) for need in rung.needs]
    if False in held:
        return False
    return None if None in held else True


def _any_holds(work: _Work, rung: Rung, need: AnyOf) -> bool | None:
    held = [_holds(work, rung, condition) for condition in need.any]
    if True in held:
        return True
    return None if None in held else False


def _holds(work: _Work, rung: Rung, condition: Condition) -> bool | None:
    measure = work.measures[condition.measure]
    line = work.number(condition.line, rung)
    if measure.value is None or line is None:
        return None
    holds = compares(measure.value, condition.comparator, line)
    values: Operands = {
        "level": rung.name.text,
        "name": measure.name,
        "value": measure.value,
        "comparator": condition.comparator,
        "line": line,
    }
    key = "condition_holds" if holds else "condition_fails"
    work.steps.append(Step("ratings", key, values, work.rulebook.basis(rung)))
    return holds


def _measure_step(rulebook: Rulebook, rule: AnyMeasure, measure: HealthMeasure) -> Step:
    values: Operands = {"name": measure.name, "value": measure.value, "window": measure.window}
    path, basis = f"measures.{rule.id}", rulebook.basis(rule)
    if measure.value is None:
        return Step(path, "measure_no_data", values, basis)
    if measure.bottom is None:
        return Step(path, "measure_given", values, basis)
    return Step(path, "measure_ratio", {**values, "of": measure.top, "over": measure.bottom}, basis)
