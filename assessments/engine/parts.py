"""Scoring one part of a score: as given, by tier lines on its metric, with leniency for few bad events."""

from dataclasses import dataclass
from fractions import Fraction

from assessments.engine.facts import ScoreFacts
from assessments.engine.language.reading import Rulebook
from assessments.engine.language.score import Leniency, Minimum, SmallCounts, Tiers, Weighed
from assessments.engine.lines import Lines
from assessments.engine.results import Operands, PartScore, Reason, Step
from assessments.engine.weighing import sum_weighted


@dataclass(slots=True)
class Work:
    """Where one scoring collects its steps and reasons."""

    rulebook: Rulebook
    lines: Lines
    facts: ScoreFacts
    steps: list[Step]
    reasons: list[Reason]

    def tell(self, step: Step | None) -> None:
        """Keep a step once."""
        if step is not None and step not in self.steps:
            self.steps.append(step)


def score_leaf(work: Work, part: Weighed, path: str) -> PartScore | None:
    """Score a part without looking at its inner parts; None when those have to give the score."""
    name = part.name.text
    if part.minimum is not None and has_too_few(work, part.minimum, f"{path}.minimum"):
        return PartScore(part.id, name, None)
    value = _value(work, part, path)
    if part.tiers is not None:
        points = None if value is None else _tier(work, part, part.tiers, value, path)
        return PartScore(part.id, name, _lenient(work, part, points, path))
    if value is not None or not part.parts:
        return PartScore(part.id, name, _lenient(work, part, value, path))
    if not any(_is_given(inner, work.facts) for inner in part.parts):
        return PartScore(part.id, name, None)
    return None


def has_too_few(work: Work, rule: Minimum, path: str) -> bool:
    """Tell whether there are fewer samples than needed; a count that is not known is not too few."""
    count = work.facts.counts.get(rule.count)
    if count is None or count >= rule.at_least:
        return False
    values: Operands = {"name": rule.name.text, "count": count, "at_least": rule.at_least}
    work.tell(Step(path, "too_few", values, work.rulebook.basis(rule)))
    return True


def _is_given(part: Weighed, facts: ScoreFacts) -> bool:
    if facts.values.get(part.id) is not None or any(_is_given(inner, facts) for inner in part.parts):
        return True
    return part.ratio is not None and sum_weighted(part.ratio.over, facts.counts) is not None


def _value(work: Work, part: Weighed, path: str) -> Fraction | None:
    """Return the value as given, else the ratio of the counts it is made of."""
    given = work.facts.values.get(part.id)
    if given is not None or part.ratio is None:
        return None if given is None else Fraction(given)
    counts = work.facts.counts
    top, bottom = sum_weighted(part.ratio.of, counts), sum_weighted(part.ratio.over, counts)
    if top is None or not bottom:
        return None
    values: Operands = {"name": part.name.text, "of": top, "over": bottom, "value": top / bottom}
    work.tell(Step(f"{path}.ratio", "ratio_of_counts", values, work.rulebook.basis(part.ratio)))
    return top / bottom


def _lenient(work: Work, part: Weighed, points: Fraction | None, path: str) -> Fraction | None:
    rule = part.small_counts
    count = None if rule is None else work.facts.counts.get(rule.count)
    if rule is None or count is None or points is None:
        return points
    row = next((row for row in rule.rows if count <= row.at_most), None)
    return points if row is None else _forgiven(work, part, rule, row, points=points, path=path)


def _forgiven(
    work: Work, part: Weighed, rule: SmallCounts, row: Leniency, *, points: Fraction, path: str
) -> Fraction | None:
    """Raise the points to what a few bad events leave at least, or leave the part out."""
    basis = work.rulebook.basis(rule)
    values: Operands = {"name": part.name.text, "count": work.facts.counts[rule.count], "at_most": row.at_most}
    if row.left_out:
        work.tell(Step(f"{path}.small_counts", "small_count_left_out", values, basis))
        return None
    least = row.score
    if row.floor is not None:
        found = work.lines.find(row.floor, rule)
        work.tell(work.lines.step(f"{path}.small_counts", row.floor, found))
        least = found.value
        if least is None:
            work.reasons.append(work.lines.reason(row.floor))
    if least is None or points >= Fraction(least):
        return points
    work.tell(Step(f"{path}.small_counts", "small_count_raised", {**values, "score": least}, basis))
    return Fraction(least)


def _tier(work: Work, part: Weighed, tiers: Tiers, value: Fraction, path: str) -> Fraction | None:
    """Return the best score whose line the unrounded value reaches."""
    for tier in tiers.lines:
        found = work.lines.find(tier.line, tiers)
        work.tell(work.lines.step(f"{path}.tiers", tier.line, found))
        if found.value is None:
            work.reasons.append(work.lines.reason(tier.line))
            return None
        line = Fraction(found.value)
        reaches = value >= line if tiers.better == "higher" else value <= line
        values: Operands = {"name": part.name.text, "value": value, "line": found.value, "score": tier.score}
        key = f"tier_{tiers.better}_{'reached' if reaches else 'not_reached'}"
        work.tell(Step(f"{path}.tiers", key, values, found.basis))
        if reaches:
            return Fraction(tier.score)
    lowest: Operands = {"name": part.name.text, "value": value, "score": tiers.below}
    work.tell(Step(f"{path}.tiers", "tier_below", lowest, work.rulebook.basis(tiers)))
    return Fraction(tiers.below)
