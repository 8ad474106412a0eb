"""Explaining a result in Chinese or English, from its lineage alone."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from assessments.engine.explaining.headlines import headline
from assessments.engine.explaining.sentences import SENTENCES
from assessments.engine.explaining.writing import number, word
from assessments.engine.results import Assessment, Assumption, Reason, Result, ScoreResult, Settlement, Step, Value
from assessments.engine.text import Text

_HOLE = re.compile(r"\{(\w+)(:%)?\}")


def explain(result: Result, language: str, names: Mapping[str, Text] | None = None) -> list[str]:
    """Return a result's arithmetic as sentences, the verdict first, in "zh…" or English.

    `names` maps metric codes to what people call them. Every number comes from the result; a fraction without end is
    shown to six places after "≈".
    """
    if isinstance(result, Assessment):
        lines = list(_assessment(result, language, names or {}))
    elif isinstance(result, Settlement):
        lines = list(_settlement(result, language, names or {}))
    elif isinstance(result, ScoreResult):
        lines = list(_score(result, language, names or {}))
    else:
        lines = [*headline(result, language), *(say(step, language, names) for step in result.steps)]
    return [*lines, *_notes(result.reasons, result.assumptions, language)]


def say(step: Step, language: str, names: Mapping[str, Text] | None = None) -> str:
    """Return one step as a sentence, with its source and confidence."""
    values = dict(step.values)
    metric = values.get("metric")
    if names and isinstance(metric, str):
        values["metric"] = names.get(metric, metric)
    template = SENTENCES[step.key].in_(language)
    sentence = _HOLE.sub(lambda hole: _filled(values.get(hole[1]), bool(hole[2]), language), template)
    if step.basis is None:
        return sentence
    parts = [step.basis.source if step.basis.source != step.basis.confidence else "", str(step.basis.year or "")]
    parts.append(word(step.basis.confidence, language))
    inner = " · ".join(part for part in parts if part)
    return f"{sentence}〔{inner}〕" if language.lower().startswith("zh") else f"{sentence} [{inner}]"


def _filled(value: Value, is_share: bool, language: str) -> str:
    if isinstance(value, Text):
        return value.in_(language)
    if isinstance(value, int | Decimal | Fraction):
        return f"{number(Fraction(value) * 100)}%" if is_share else number(value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return ("、" if language.lower().startswith("zh") else ", ").join(
            _filled(one, False, language) for one in value
        )
    return "—" if value is None else word(value, language)


def _assessment(result: Assessment, language: str, names: Mapping[str, Text]) -> Iterator[str]:
    head = Text(
        "{phase} {starts} 至 {ends} 之前，数据截至 {as_of}：{outcome}（若今日判定：{live}），状态 {standing}",
        "{phase} from {starts}, before {ends}, figures up to {as_of}: {outcome} "
        "(if judged today: {live}), standing {standing}",
    ).in_(language)
    yield head.format(
        phase=word(result.phase, language),
        starts=result.starts_on,
        ends=result.ends_before,
        as_of=result.as_of,
        outcome=word(result.outcome, language),
        live=word(result.live, language),
        standing=word(result.standing, language),
    )
    for requirement in result.requirements:
        outcome, live = word(requirement.outcome, language), word(requirement.live, language)
        yield f"{requirement.name.in_(language)}: {outcome} ({live})"
        yield from (f"  {say(step, language, names)}" for step in requirement.steps)
    yield from (say(warned.step, language, names) for warned in result.warnings)
    yield from (say(step, language, names) for step in result.steps)


def _settlement(result: Settlement, language: str, names: Mapping[str, Text]) -> Iterator[str]:
    state = word(result.state, language)
    refund = "—" if result.refund is None else number(result.refund)
    yield Text(f"{result.year} 年费：{state}，返还 {refund}", f"fee {result.year}: {state}, refund {refund}").in_(
        language
    )
    if result.question is not None:
        yield result.question.in_(language)
    if result.refund_low is not None and result.refund_high is not None and result.refund_low != result.refund_high:
        low, high = number(result.refund_low), number(result.refund_high)
        yield Text(f"在 {low} 与 {high} 之间", f"between {low} and {high}").in_(language)
    yield from (say(step, language, names) for step in result.steps)


def _score(result: ScoreResult, language: str, names: Mapping[str, Text]) -> Iterator[str]:
    if result.value is None and not any(part.value is not None for part in result.parts):
        yield Text("没有分数（不是 0 分）", "no score (not 0)").in_(language)
    elif result.value is not None:
        yield Text(f"得分 {number(result.value)}", f"score {number(result.value)}").in_(language)
    yield from (say(step, language, names) for step in result.steps)


def _notes(reasons: tuple[Reason, ...], assumptions: tuple[Assumption, ...], language: str) -> Iterator[str]:
    for reason in reasons:
        yield reason.text.in_(language)
    label = Text("按此假设：", "assumed: ").in_(language)
    for assumption in assumptions:
        yield f"{label}{assumption.text.in_(language)} ({assumption.option} = {assumption.value})"
