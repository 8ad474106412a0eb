"""What a probation demands: each node or month as sums, or as a score, that must be there by a day."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from assessments.engine.answers.filling import days_without
from assessments.engine.answers.gates import unknown_days
from assessments.engine.calendar import add_months, first_of_month, last_of_month
from assessments.engine.facts import StoreFacts
from assessments.engine.judging.spans import sum_span
from assessments.engine.language.assessment import Node, ProbationBody
from assessments.engine.language.common import Comparator
from assessments.engine.language.new_store import MonthlyProbationBody
from assessments.engine.language.reading import Rulebook
from assessments.engine.lines import Lines
from assessments.engine.results import Provenance

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DueSum:
    """A sum over the days from `first` to `on`, both included.

    `target` is the whole sum, None while the line is not set. A node states it as `average` for `month_days` days. With
    `by_days` the facts hold the metric by single days, else by months.
    """

    metric: str
    comparator: Comparator
    target: Fraction | None
    first: date
    on: date
    by_days: bool
    average: Decimal | None = None
    month_days: int = 0

    @property
    def days(self) -> int:
        """How many days it spans."""
        return (self.on - self.first).days + 1

    def can_change(self, facts: StoreFacts) -> bool:
        """Whether the facts hold its figures themselves, and not only sums that were stated."""
        return not self.by_days or self.metric in facts.daily

    def known(self, facts: StoreFacts) -> tuple[Decimal, int]:
        """Return the sum of what is known up to `as_of`, and how many days up to then have no figure."""
        until = min(self.on, facts.as_of)
        if self.by_days:
            span = sum_span(facts, self.metric, self.first, until)
            return span.known, span.missing
        months = facts.series.get(self.metric, ())
        total = sum((each.total or Decimal(0) for each in months if self.first <= each.month <= until), Decimal(0))
        return total, sum(unknown_days(months, self.first, until).values())

    def gaps(self, facts: StoreFacts) -> Mapping[date, int]:
        """Return the months with days that have no figure up to `as_of`, and how many. Stated sums name no days."""
        until = min(self.on, facts.as_of)
        if not self.by_days:
            return unknown_days(facts.series.get(self.metric, ()), self.first, until)
        if not self.can_change(facts):
            return {}
        return Counter(map(first_of_month, days_without(self.metric, facts, self.first, until)))


@dataclass(frozen=True, slots=True)
class DueScore:
    """A score on a day: the month-end value, or the newest value that the day knows."""

    metric: str
    comparator: Comparator
    line: Decimal | None
    on: date
    is_month_end: bool


@dataclass(frozen=True, slots=True)
class Due:
    """One requirement of a probation: one of `sums` is enough, or `score` must be there. `rule` is its path."""

    id: str
    rule: str
    basis: Provenance | None
    sums: tuple[DueSum, ...] = ()
    score: DueScore | None = None


def list_dues(rulebook: Rulebook, facts: StoreFacts) -> dict[str, Due]:
    """Return everything that a probation demands, by the id of its requirement; nothing for other rulebooks."""
    body = rulebook.body
    lines = Lines(rulebook, facts.category, facts.lines)
    if isinstance(body, ProbationBody):
        return {due.id: due for due in _of_nodes(lines, body, facts)}
    if isinstance(body, MonthlyProbationBody):
        return {due.id: due for due in _of_months(lines, body, facts)}
    return {}


def rule_path(rulebook: Rulebook, facts: StoreFacts, requirement: str) -> str:
    """Return the path of the rule behind a requirement of any period."""
    due = list_dues(rulebook, facts).get(requirement)
    return f"requirements.{requirement}" if due is None else due.rule


def _of_nodes(lines: Lines, body: ProbationBody, facts: StoreFacts) -> Iterator[Due]:
    for number, node in enumerate(body.nodes, start=1):
        sums = tuple(_sums_of(lines, body, node, facts))
        yield Due(node.id, f"nodes.{node.id}", lines.rulebook.basis(node), sums)
        if body.score is not None and number >= body.score.from_node:
            rule = body.score
            found = lines.find(rule.line, rule)
            on = facts.go_live_on + (node.day - 1) * DAY
            score = DueScore(rule.metric, rule.comparator, found.value, on, is_month_end=False)
            yield Due(f"{node.id}_score", "score", found.basis, score=score)


def _sums_of(lines: Lines, body: ProbationBody, node: Node, facts: StoreFacts) -> Iterator[DueSum]:
    spans = [(1, node.day, node.comparator, node.target)]
    last = node.alternative
    if last is not None:
        spans.append((last.first_day, last.last_day, last.comparator, last.target))
    for first, until, comparator, amount in spans:
        average = lines.find(amount, node).value
        yield DueSum(
            metric=body.metric,
            comparator=comparator,
            target=None if average is None else Fraction(average) * (until - first + 1) / body.month_days,
            first=facts.go_live_on + (first - 1) * DAY,
            on=facts.go_live_on + (until - 1) * DAY,
            by_days=True,
            average=average,
            month_days=body.month_days,
        )


def _of_months(lines: Lines, body: MonthlyProbationBody, facts: StoreFacts) -> Iterator[Due]:
    for number, node in enumerate(body.months):
        month = add_months(facts.go_live_on, body.first_month - 1 + number)
        on, found = last_of_month(month), lines.find(node.target, node)
        target = None if found.value is None else Fraction(found.value)
        total = DueSum(body.metric, body.comparator, target, month, on, by_days=False)
        yield Due(node.id, f"months.{node.id}", lines.rulebook.basis(node), (total,))
        if body.score is not None:
            line = lines.find(body.score.line, body.score)
            score = DueScore(body.score.metric, body.score.comparator, line.value, on, is_month_end=True)
            yield Due(f"{node.id}_score", "score", line.basis, score=score)
