"""Scores: weighted sums with missing parts, tier lines on unrounded values, means of ratings."""

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from assessments.engine.facts import Rating, ScoreFacts
from assessments.engine.language.reading import Rulebook
from assessments.engine.language.score import (
    Bonus,
    Minimum,
    RatedItem,
    RatingMean,
    ScoreBody,
    Tiers,
    Weighed,
    WeightedScore,
)
from assessments.engine.lines import Lines
from assessments.engine.results import Operands, PartScore, Reason, ScoreResult, Step
from assessments.engine.text import Text
from assessments.engine.version import ENGINE_VERSION


@dataclass(slots=True)
class _Work:
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


def score(rulebook: Rulebook, facts: ScoreFacts) -> ScoreResult:
    """Work out a score, unrounded. Raises ValueError only when the rulebook is not about a score."""
    body = rulebook.body
    if not isinstance(body, ScoreBody):
        raise ValueError(f"{rulebook.version} of {rulebook.programme} is a {rulebook.kind} rulebook, not a score")
    work = _Work(rulebook, Lines(rulebook, facts.category, facts.lines), facts, [], [])
    if isinstance(body.score, RatingMean):
        parts = tuple(_rate(work, body.score, item) for item in body.score.items)
        value = parts[0].value if len(parts) == 1 else None
    else:
        value, parts = _weigh_all(work, body.score)
    rules = frozenset(step.rule for step in work.steps)
    return ScoreResult(
        engine_version=ENGINE_VERSION,
        rulebook=rulebook.ref,
        value=value,
        parts=parts,
        assumptions=rulebook.assumptions(rules),
        reasons=tuple(dict.fromkeys(work.reasons)),
        steps=tuple(work.steps),
    )


def _weigh_all(work: _Work, rule: WeightedScore) -> tuple[Fraction | None, tuple[PartScore, ...]]:
    if rule.minimum is not None:
        count = work.facts.counts.get(rule.minimum.count)
        if count is not None and count < rule.minimum.at_least:
            values: Operands = {"name": _text(rule.minimum), "count": count, "at_least": rule.minimum.at_least}
            work.tell(Step("score.minimum", "too_few", values, work.rulebook.basis(rule.minimum)))
            text = Text(zh="样本不足，没有分数", en="too few samples: no score")
            work.reasons.append(Reason("too_few", text))
            return None, ()
    value, parts = _weigh(work, rule, rule.parts, "score.parts", Fraction(rule.weights_total))
    if value is None:
        return None, parts
    for bonus in rule.bonuses:
        points = work.facts.values.get(bonus.id)
        if points is not None:
            value += Fraction(points)
            added: Operands = {"name": _text(bonus), "points": points, "sum": value}
            work.tell(Step(f"score.bonuses.{bonus.id}", "bonus", added, work.rulebook.basis(bonus)))
    if rule.cap is not None and value > Fraction(rule.cap):
        work.tell(Step("score.cap", "capped", {"value": value, "cap": rule.cap}, work.rulebook.basis(rule)))
        value = Fraction(rule.cap)
    return value, parts


def _weigh(
    work: _Work, rule: WeightedScore, parts: tuple[Weighed, ...], path: str, total: Fraction
) -> tuple[Fraction | None, tuple[PartScore, ...]]:
    """Return the weighted sum over the parts that have a score, and every part with its share."""
    weights = [work.lines.find(part.weight, part) for part in parts]
    for part, weight in zip(parts, weights, strict=True):
        work.tell(work.lines.step(f"{path}.{part.id}.weight", part.weight, weight))
        if weight.value is None:
            work.reasons.append(work.lines.reason(part.weight))
    scored = [_score_part(work, rule, part, f"{path}.{part.id}") for part in parts]
    known = [weight.value for weight in weights if weight.value is not None]
    plain = tuple(replace(part, weight=weight.value) for part, weight in zip(scored, weights, strict=True))
    if len(known) < len(parts) or not _adds_up(work, known, total):
        return None, plain
    weighed = sum((Fraction(part.weight or 0) for part in plain if part.value is not None), Fraction(0))
    missing = [part for part in plain if part.value is None and part.weight]
    if not weighed or (missing and rule.missing == "no_score"):
        text = Text(zh="缺少分项得分，没有分数", en="parts are missing: no score")
        work.reasons.append(Reason("parts_missing", text))
        return None, plain
    shared = tuple(_shared(part, weighed) for part in plain)
    for each in shared:
        _tell_part(work, path, each)
    value = sum((each.contribution for each in shared if each.contribution is not None), Fraction(0))
    key = "renormalised" if missing else "weighted_sum"
    work.tell(Step(path, key, {"weights": weighed, "value": value}, work.rulebook.basis(rule)))
    return value, shared


def _adds_up(work: _Work, known: list[Decimal], total: Fraction) -> bool:
    added = sum(known, Decimal(0))
    if Fraction(added) == total and min(known) >= 0:
        return True
    whole = Decimal(total.numerator) / total.denominator
    text = Text(zh=f"权重之和为 {added}，应为 {whole}", en=f"the weights add up to {added}, not to {whole}")
    work.reasons.append(Reason("weights_do_not_add_up", text))
    return False


def _shared(part: PartScore, weighed: Fraction) -> PartScore:
    if part.value is None or part.weight is None:
        return part
    share = Fraction(part.weight) / weighed
    return replace(part, share=share, contribution=share * part.value)


def _tell_part(work: _Work, path: str, part: PartScore) -> None:
    if part.value is None:
        work.tell(Step(f"{path}.{part.id}", "part_missing", {"name": part.name, "weight": part.weight}))
        return
    values: Operands = {"name": part.name, "value": part.value, "share": part.share, "contribution": part.contribution}
    work.tell(Step(f"{path}.{part.id}", "part_weighed", values))


def _score_part(work: _Work, rule: WeightedScore, part: Weighed, path: str) -> PartScore:
    """Score one part: given as it is, by its tier lines, or from its own parts, which add up to the same total."""
    given = work.facts.values.get(part.id)
    if part.tiers is not None:
        return PartScore(part.id, _text(part), None if given is None else _tier(work, part, part.tiers, given, path))
    if given is not None or not part.parts:
        return PartScore(part.id, _text(part), None if given is None else Fraction(given))
    if not any(_is_given(inner, work.facts) for inner in part.parts):
        return PartScore(part.id, _text(part), None)
    value, inner = _weigh(work, rule, part.parts, f"{path}.parts", Fraction(rule.weights_total))
    return PartScore(part.id, _text(part), value, parts=inner)


def _is_given(part: Weighed, facts: ScoreFacts) -> bool:
    return facts.values.get(part.id) is not None or any(_is_given(inner, facts) for inner in part.parts)


def _tier(work: _Work, part: Weighed, tiers: Tiers, value: Decimal, path: str) -> Fraction | None:
    """Return the best score whose line the unrounded value reaches."""
    for tier in tiers.lines:
        found = work.lines.find(tier.line, tiers)
        work.tell(work.lines.step(f"{path}.tiers", tier.line, found))
        if found.value is None:
            work.reasons.append(work.lines.reason(tier.line))
            return None
        reaches = value >= found.value if tiers.better == "higher" else value <= found.value
        values: Operands = {"name": _text(part), "value": value, "line": found.value, "score": tier.score}
        key = f"tier_{tiers.better}_{'reached' if reaches else 'not_reached'}"
        work.tell(Step(f"{path}.tiers", key, values, found.basis))
        if reaches:
            return Fraction(tier.score)
    lowest: Operands = {"name": _text(part), "value": value, "score": tiers.below}
    work.tell(Step(f"{path}.tiers", "tier_below", lowest, work.rulebook.basis(tiers)))
    return Fraction(tiers.below)


def _rate(work: _Work, rule: RatingMean, item: RatedItem) -> PartScore:
    """Return the mean of the ratings that count: a buyer's first ones of each month, in order of trade success."""
    counted = _first_of_each(work.facts.ratings.get(item.id, ()), rule.per_buyer_month)
    name = Text(zh=item.name.zh, en=item.name.en)
    if not counted:
        return PartScore(item.id, name, None)
    total = sum((rating.stars for rating in counted), Decimal(0))
    mean = Fraction(total) / len(counted)
    given = len(work.facts.ratings[item.id])
    values: Operands = {
        "name": name,
        "sum": total,
        "count": len(counted),
        "left_out": given - len(counted),
        "mean": mean,
    }
    work.tell(Step(f"score.items.{item.id}", "ratings_mean", values, work.rulebook.basis(rule)))
    return PartScore(item.id, name, mean)


def _first_of_each(ratings: tuple[Rating, ...], most: int) -> list[Rating]:
    seen: dict[tuple[str, int, int], int] = {}
    counted = []
    for rating in sorted(ratings, key=lambda rating: rating.on):
        key = (rating.buyer, rating.on.year, rating.on.month)
        seen[key] = seen.get(key, 0) + 1
        if seen[key] <= most:
            counted.append(rating)
    return counted


def _text(rule: Weighed | Bonus | Minimum) -> Text:
    return Text(zh=rule.name.zh, en=rule.name.en)
