"""What a rulebook reads, so that exactly those figures are gathered."""

from collections.abc import Iterator
from dataclasses import dataclass

from assessments.engine.language.assessment import AssessmentBody, DailyScore, Incidents, MonthlyScore, ProbationBody
from assessments.engine.language.fee import FeeBody
from assessments.engine.language.new_store import MonthlyProbationBody
from assessments.engine.language.reading import Rulebook
from assessments.engine.language.score import RatingMean, ScoreBody, Weighed


@dataclass(frozen=True, slots=True, order=True)
class MetricNeed:
    """A metric code and how it is read.

    `closing` the month's last-day value · `total` the month's sum with its day count · `latest` the newest value of a
    month · `daily` the value of single days · `value` one number.
    """

    code: str
    aggregate: str


@dataclass(frozen=True, slots=True)
class Needs:
    """Everything that a rulebook reads: metrics, tables, topics of incidents."""

    metrics: tuple[MetricNeed, ...]
    tables: tuple[str, ...]
    topics: tuple[str, ...] = ()


def needs(rulebook: Rulebook) -> Needs:
    """Return what a rulebook reads."""
    body = rulebook.body
    topics: set[str] = set()
    if isinstance(body, AssessmentBody):
        metrics = set(_assessed(body))
        topics = {topic for rule in body.requirements if isinstance(rule, Incidents) for topic in rule.topics}
    elif isinstance(body, FeeBody):
        metrics = {MetricNeed(body.sales.metric, "total")}
        for code in body.score.metrics if body.score else ():
            metrics |= {MetricNeed(code, "closing"), MetricNeed(code, "daily")}
    elif isinstance(body, ProbationBody):
        metrics = {MetricNeed(body.metric, "daily")}
        if body.score is not None:
            metrics.add(MetricNeed(body.score.metric, "daily"))
    elif isinstance(body, MonthlyProbationBody):
        metrics = {MetricNeed(body.metric, "total")}
        if body.score is not None:
            metrics.add(MetricNeed(body.score.metric, "closing"))
    elif isinstance(body, ScoreBody):
        metrics = set(_scored(body))
    else:
        metrics = set()
    return Needs(tuple(sorted(metrics)), tuple(sorted(rulebook.tables)), tuple(sorted(topics)))


def _assessed(body: AssessmentBody) -> Iterator[MetricNeed]:
    for rule in body.requirements:
        if isinstance(rule, MonthlyScore):
            for part in rule.series:
                yield MetricNeed(part.metric, "closing")
                yield MetricNeed(part.metric, "latest")
        elif isinstance(rule, DailyScore):
            yield MetricNeed(rule.metric, "daily")
        elif not isinstance(rule, Incidents):
            yield MetricNeed(rule.metric, "total")


def _scored(body: ScoreBody) -> Iterator[MetricNeed]:
    if isinstance(body.score, RatingMean):
        for item in body.score.items:
            yield MetricNeed(item.id, "value")
        return
    yield from _weighed(body.score.parts)
    for bonus in body.score.bonuses:
        yield MetricNeed(bonus.id if bonus.when is None else bonus.when.value, "value")


def _weighed(parts: tuple[Weighed, ...]) -> Iterator[MetricNeed]:
    for part in parts:
        yield MetricNeed(part.id, "value")
        yield from _weighed(part.parts)
