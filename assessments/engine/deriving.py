"""Deriving metrics from what happened in their windows: ratios, capped means, reply rounds, first choices."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from assessments.engine.facts import ChatLine, MetricFacts
from assessments.engine.language.metrics import (
    AnyMetric,
    CappedMean,
    FirstChoice,
    MetricsBody,
    ReplyRounds,
    Window,
)
from assessments.engine.language.reading import Rulebook
from assessments.engine.lines import Lines
from assessments.engine.results import MetricResult, MetricsResult, Operands, Reason, Step
from assessments.engine.version import ENGINE_VERSION
from assessments.engine.weighing import sum_weighted

_Parts = tuple[Fraction, Fraction] | None


def derive_metrics(rulebook: Rulebook, facts: MetricFacts) -> MetricsResult:
    """Derive every metric for the day on which it is viewed. Raises ValueError for another kind of rulebook.

    Chat lines are taken from the metric's window; samples, choices and counts are those of the window already.
    """
    body = rulebook.body
    if not isinstance(body, MetricsBody):
        raise ValueError(f"{rulebook.version} of {rulebook.programme} is a {rulebook.kind} rulebook, not metrics")
    lines = Lines(rulebook, facts.category, facts.lines)
    steps: list[Step] = []
    reasons: list[Reason] = []
    metrics = []
    for rule in body.metrics:
        window = metric_window(lines, rule, facts.view_on)
        if window is None:
            reasons.append(lines.reason(rule.window.days))
            metrics.append(MetricResult(rule.id, rule.name.text, None, None))
            continue
        parts = _parts(rule, facts, window)
        metrics.append(_result(rule, window, parts))
        steps.extend(_steps(rulebook, rule, window, parts))
    return MetricsResult(
        engine_version=ENGINE_VERSION,
        rulebook=rulebook.ref,
        view_on=facts.view_on,
        metrics=tuple(metrics),
        assumptions=rulebook.assumptions(frozenset(step.rule for step in steps)),
        reasons=tuple(dict.fromkeys(reasons)),
        steps=tuple(steps),
    )


def metric_window(lines: Lines, rule: AnyMetric, view_on: date) -> tuple[date, date] | None:
    """Return the first and the last day of a metric's window, both inclusive; None when its length is not set."""
    window: Window = rule.window
    found = lines.find(window.days, rule)
    if found.value is None:
        return None
    ends_on = view_on - timedelta(days=window.lag)
    return ends_on - timedelta(days=int(found.value) - 1), ends_on


def _parts(rule: AnyMetric, facts: MetricFacts, window: tuple[date, date]) -> _Parts:
    """Return what is divided by what; None = not known."""
    if isinstance(rule, CappedMean):
        return _capped(rule, facts)
    if isinstance(rule, ReplyRounds):
        return _answered(rule, facts, window)
    if isinstance(rule, FirstChoice):
        return _first_choices(rule, facts)
    top, bottom = sum_weighted(rule.of, facts.counts), sum_weighted(rule.over, facts.counts)
    return None if top is None or bottom is None else (top, bottom)


def _capped(rule: CappedMean, facts: MetricFacts) -> _Parts:
    samples = facts.samples.get(rule.samples)
    if samples is None:
        return None
    counted = [sample for sample in samples if sample > 0 or not rule.skip_zero]
    capped = [sample if rule.cap is None else min(sample, rule.cap) for sample in counted]
    return Fraction(sum(capped, Decimal(0))), Fraction(len(capped))


def _first_choices(rule: FirstChoice, facts: MetricFacts) -> _Parts:
    choices, over = facts.choices.get(rule.choices), facts.counts.get(rule.over)
    if choices is None or over is None:
        return None
    return Fraction(sum(bool(each) and each[0] in rule.counts for each in choices)), Fraction(over)


def _answered(rule: ReplyRounds, facts: MetricFacts, window: tuple[date, date]) -> _Parts:
    if facts.chats is None:
        return None
    rounds = [one for chat in facts.chats for one in _rounds(rule, chat, window)]
    return Fraction(sum(rounds)), Fraction(len(rounds))


def _rounds(rule: ReplyRounds, chat: tuple[ChatLine, ...], window: tuple[date, date]) -> Iterator[bool]:
    """Yield, for every counted round of one buyer's chat, whether it was answered in time."""
    asked_at: datetime | None = None
    for line in sorted(chat, key=lambda line: line.at):
        if asked_at is not None and line.at.date() != asked_at.date():
            if _is_counted(rule, asked_at, window):
                yield False
            asked_at = None
        if line.who == "buyer":
            asked_at = asked_at or line.at
        elif asked_at is not None and line.who in rule.answered_by:
            if _is_counted(rule, asked_at, window):
                yield line.at - asked_at <= timedelta(seconds=rule.within_seconds)
            asked_at = None
    if asked_at is not None and _is_counted(rule, asked_at, window):
        yield False


def _is_counted(rule: ReplyRounds, asked_at: datetime, window: tuple[date, date]) -> bool:
    first, last = window
    return first <= asked_at.date() <= last and rule.from_time <= asked_at.time() < rule.before_time


def _result(rule: AnyMetric, window: tuple[date, date], parts: _Parts) -> MetricResult:
    top, bottom = parts if parts is not None else (None, None)
    value = top / bottom if top is not None and bottom else None
    return MetricResult(rule.id, rule.name.text, *window, value=value, top=top, bottom=bottom)


def _steps(rulebook: Rulebook, rule: AnyMetric, window: tuple[date, date], parts: _Parts) -> Iterator[Step]:
    values: Operands = {"name": rule.name.text, "from": window[0], "to": window[1]}
    path, basis = f"metrics.{rule.id}", rulebook.basis(rule)
    if parts is None or not parts[1]:
        yield Step(path, "metric_no_data", values, basis)
        return
    value = parts[0] / parts[1]
    key = "metric_mean" if isinstance(rule, CappedMean) else "metric_ratio"
    yield Step(path, key, {**values, "of": parts[0], "over": parts[1], "value": value}, basis)
