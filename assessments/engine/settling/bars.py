"""Violation bars: which of them a store's deductions in the year have met."""

from datetime import date

from assessments.engine.facts import FeeFacts, ViolationFact
from assessments.engine.language.fee import Bar, SingleDeductions, TotalPoints
from assessments.engine.language.reading import Rulebook
from assessments.engine.results import Operands, Step


def find_bars(rulebook: Rulebook, bars: tuple[Bar, ...], facts: FeeFacts) -> tuple[tuple[str, ...], bool, list[Step]]:
    """Return the ids of the bars met, whether one of them also means removal, and the steps."""
    until = min(facts.as_of, date(facts.year, 12, 31))
    counted = [each for each in facts.violations if not each.withdrawn and date(facts.year, 1, 1) <= each.on <= until]
    met: list[str] = []
    steps: list[Step] = []
    removes = False
    for bar in bars:
        step = _measured(rulebook, bar, counted)
        if step is not None:
            met.append(bar.id)
            steps.append(step)
            removes = removes or (isinstance(bar, TotalPoints) and bar.removes)
    return tuple(met), removes, steps


def _measured(rulebook: Rulebook, bar: Bar, counted: list[ViolationFact]) -> Step | None:
    name = bar.name.text
    path, basis = f"bars.{bar.id}", rulebook.basis(bar)
    if isinstance(bar, TotalPoints):
        total = sum(each.points for each in counted if each.severity in bar.severities)
        return (
            Step(path, "bar_total", {"name": name, "points": total, "at_least": bar.at_least}, basis)
            if (total >= bar.at_least)
            else None
        )
    if isinstance(bar, SingleDeductions):
        number = sum(_is_counted(bar, each) for each in counted)
        values: Operands = {"name": name, "count": number, "at_least": bar.count, "points": bar.points}
        return Step(path, "bar_single", values, basis) if number >= bar.count else None
    number = sum(each.topic in bar.topics for each in counted)
    return Step(path, "bar_topic", {"name": name, "count": number}, basis) if number else None


def _is_counted(bar: SingleDeductions, violation: ViolationFact) -> bool:
    return (
        violation.points >= bar.points
        and (not bar.severities or violation.severity in bar.severities)
        and (not bar.topics or violation.topic in bar.topics)
    )
