"""Scores: weighted sums with missing parts, tier lines on unrounded values, means of ratings."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from assessments.engine.facts import Rating, ScoreFacts
from assessments.engine.language.common import compares
from assessments.engine.language.reading import Rulebook
from assessments.engine.language.score import Bonus, RatedItem, RatingMean, ScoreBody, Weighed, WeightedScore
from assessments.engine.lines import Lines
from assessments.engine.parts import Work, has_too_few, score_leaf
from assessments.engine.results import Operands, PartScore, Reason, ScoreResult, Step
from assessments.engine.text import Text
from assessments.engine.version import ENGINE_VERSION


def score(rulebook: Rulebook, facts: ScoreFacts) -> ScoreResult:
    """Work out a score, unrounded. Raises ValueError only when the rulebook is not about a score."""
    body = rulebook.body
    if not isinstance(body, ScoreBody):
        raise ValueError(f"{rulebook.version} of {rulebook.programme} is a {rulebook.kind} rulebook, not a score")
    work = Work(rulebook, Lines(rulebook, facts.category, facts.lines), facts, [], [])
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


def _weigh_all(work: Work, rule: WeightedScore) -> tuple[Fraction | None, tuple[PartScore, ...]]:
    if rule.minimum is not None and has_too_few(work, rule.minimum, "score.minimum"):
        work.reasons.append(Reason("too_few", Text(zh="样本不足，没有分数", en="too few samples: no score")))
        return None, ()
    value, parts = _weigh(work, rule, rule.parts, "score.parts")
    if value is None:
        return None, parts
    for bonus in rule.bonuses:
        points = _bonus(work, bonus)
        if points is not None:
            value += Fraction(points)
            added: Operands = {"name": bonus.name.text, "points": points, "sum": value}
            work.tell(Step(f"score.bonuses.{bonus.id}", "bonus", added, work.rulebook.basis(bonus)))
    if rule.cap is not None and value > Fraction(rule.cap):
        work.tell(Step("score.cap", "capped", {"value": value, "cap": rule.cap}, work.rulebook.basis(rule)))
        value = Fraction(rule.cap)
    return value, parts


def _bonus(work: Work, bonus: Bonus) -> Decimal | None:
    """Return the points that a bonus adds: those given, or the rule's own when its condition holds."""
    given = work.facts.values.get(bonus.id)
    if given is not None or bonus.points is None or bonus.when is None:
        return given
    value = work.facts.values.get(bonus.when.value)
    line, points = work.lines.find(bonus.when.line, bonus), work.lines.find(bonus.points, bonus)
    work.reasons.extend(
        work.lines.reason(amount)
        for amount, found in ((bonus.when.line, line), (bonus.points, points))
        if found.value is None
    )
    if value is None or line.value is None or points.value is None:
        return None
    reached = compares(value, bonus.when.comparator, line.value)
    values: Operands = {
        "name": bonus.name.text,
        "value": value,
        "comparator": bonus.when.comparator,
        "line": line.value,
    }
    key = "bonus_reached" if reached else "bonus_not_reached"
    work.tell(Step(f"score.bonuses.{bonus.id}", key, values, work.rulebook.basis(bonus)))
    return points.value if reached else None


def _weigh(
    work: Work, rule: WeightedScore, parts: tuple[Weighed, ...], path: str
) -> tuple[Fraction | None, tuple[PartScore, ...]]:
    """Return the weighted sum over the parts that have a score, and every part with its share."""
    known = _weights(work, parts, path)
    scored = [_score_part(work, rule, part, f"{path}.{part.id}") for part in parts]
    plain = tuple(replace(part, weight=weight) for part, weight in zip(scored, known, strict=True))
    if None in known or not _adds_up(work, known, rule.weights_total):
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


def _score_part(work: Work, rule: WeightedScore, part: Weighed, path: str) -> PartScore:
    """Score one part, from its own parts where nothing else gives it; those add up to the same total."""
    leaf = score_leaf(work, part, path)
    if leaf is not None:
        return leaf
    value, inner = _weigh(work, rule, part.parts, f"{path}.parts")
    return PartScore(part.id, part.name.text, value, parts=inner)


def _weights(work: Work, parts: tuple[Weighed, ...], path: str) -> list[Decimal | None]:
    """Look up every part's weight; 1 where all weigh the same."""
    weights: list[Decimal | None] = []
    for part in parts:
        if part.weight is None:
            weights.append(Decimal(1))
            continue
        found = work.lines.find(part.weight, part)
        work.tell(work.lines.step(f"{path}.{part.id}.weight", part.weight, found))
        if found.value is None:
            work.reasons.append(work.lines.reason(part.weight))
        weights.append(found.value)
    return weights


def _adds_up(work: Work, weights: list[Decimal | None], total: Decimal | None) -> bool:
    known = [weight for weight in weights if weight is not None]
    added = sum(known, Decimal(0))
    if total is None or (added == total and min(known) >= 0):
        return True
    text = Text(zh=f"权重之和为 {added}，应为 {total}", en=f"the weights add up to {added}, not to {total}")
    work.reasons.append(Reason("weights_do_not_add_up", text))
    return False


def _shared(part: PartScore, weighed: Fraction) -> PartScore:
    if part.value is None or part.weight is None:
        return part
    share = Fraction(part.weight) / weighed
    return replace(part, share=share, contribution=share * part.value)


def _tell_part(work: Work, path: str, part: PartScore) -> None:
    if part.value is None:
        work.tell(Step(f"{path}.{part.id}", "part_missing", {"name": part.name, "weight": part.weight}))
        return
    values: Operands = {"name": part.name, "value": part.value, "share": part.share, "contribution": part.contribution}
    work.tell(Step(f"{path}.{part.id}", "part_weighed", values))


def _rate(work: Work, rule: RatingMean, item: RatedItem) -> PartScore:
    """Return the mean of the ratings that count: a buyer's first ones of each month, in order of trade success."""
    counted = _first_of_each(work.facts.ratings.get(item.id, ()), rule.per_buyer_month)
    name = item.name.text
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
