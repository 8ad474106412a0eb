"""The money value of a point: the refund as a step function of the score mean and of the sales."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from assessments.engine.answers.arithmetic import MeanNeed, need_mean
from assessments.engine.answers.fee_bounds import with_score
from assessments.engine.answers.possible import RISING, Range, as_decimal, smallest_passing
from assessments.engine.calendar import last_of_month
from assessments.engine.facts import FeeFacts
from assessments.engine.language.fee import FeeBody, ScoreCondition
from assessments.engine.language.reading import Rulebook
from assessments.engine.outcomes import FeeBasis
from assessments.engine.results import Operands, RulebookRef, ScoreCheck, Settlement, Step
from assessments.engine.settling.settle import settle

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class RefundStep:
    """From `starts_at` on (inclusive, in whole steps) the refund (¥) is this, up to the next step."""

    starts_at: Fraction
    refund: Decimal | None


@dataclass(frozen=True, slots=True)
class ScoreMoney:
    """What the mean of one metric is worth. All ¥ amounts are differences of two settlements.

    `distance` is how far the mean is below (positive) or above the standard. `next_step` is the ¥ for a mean higher by
    `step`; `slip` the ¥ lost when one month-end is lower by `step`, which moves the mean by `slip_of_mean`. `need` is
    what the month-ends still to come must average.
    """

    metric: str
    mean: Fraction | None
    standard: Decimal | None
    distance: Fraction | None
    step: Decimal
    next_step: Decimal | None
    slip: Decimal | None
    slip_of_mean: Fraction | None
    refunds: tuple[RefundStep, ...]
    need: MeanNeed | None


@dataclass(frozen=True, slots=True)
class RefundView:
    """The refund now, and how it steps. `next_sales` is what the next tier still needs (¥), None on the top tier."""

    rulebook: RulebookRef
    store: str
    year: int
    as_of: date
    basis: FeeBasis
    refund: Decimal | None
    scores: tuple[ScoreMoney, ...]
    sales: Decimal | None
    sales_refunds: tuple[RefundStep, ...]
    next_sales: Decimal | None
    next_sales_gain: Decimal | None
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class _Case:
    """One fee year that is settled over and over with one input changed."""

    rulebook: Rulebook
    body: FeeBody
    facts: FeeFacts
    basis: FeeBasis
    now: Settlement

    def settled(self, facts: FeeFacts) -> Settlement:
        """Settle with other facts."""
        return settle(self.rulebook, facts, self.basis)

    def with_mean(self, metric: str, mean: Fraction) -> FeeFacts:
        """Return the facts with the mean of one metric given."""
        return replace(self.facts, means={**self.facts.means, metric: mean})

    def gain(self, facts: FeeFacts) -> Decimal | None:
        """Return the refund with other facts, less the refund now."""
        after = self.settled(facts).refund
        return None if after is None or self.now.refund is None else after - self.now.refund


def value_refund(
    rulebook: Rulebook, facts: FeeFacts, basis: FeeBasis = FeeBasis.AS_RECORDED, step: Decimal = CENT
) -> RefundView:
    """Return the refund as a step function. Raises ValueError when the rulebook is not about a fee."""
    now = settle(rulebook, facts, basis)
    body = rulebook.body
    assert isinstance(body, FeeBody)
    case = _Case(rulebook, body, facts, basis, now)
    scores = tuple(_score_money(case, body.score, check, step) for check in now.scores if body.score is not None)
    tiers = tuple(_sales_refunds(case))
    ahead = next((tier.starts_at for tier in tiers if now.sales is not None and tier.starts_at > now.sales), None)
    missing = None if ahead is None or now.sales is None else as_decimal(ahead) - now.sales
    gain = None if ahead is None else case.gain(replace(facts, sales=as_decimal(ahead)))
    view = RefundView(
        rulebook=now.rulebook,
        store=facts.store,
        year=facts.year,
        as_of=facts.as_of,
        basis=now.basis,
        refund=now.refund,
        scores=scores,
        sales=now.sales,
        sales_refunds=tiers,
        next_sales=missing,
        next_sales_gain=gain,
    )
    return replace(view, steps=tuple(_steps(view)))


def _score_money(case: _Case, rule: ScoreCondition, check: ScoreCheck, step: Decimal) -> ScoreMoney:
    mean, line, metric = check.mean, check.standard, check.metric
    sign = 1 if rule.comparator in RISING else -1
    exact = mean if check.before_rounding is None else check.before_rounding
    slip, slipped = _slip(case, metric, check, sign * step)
    return ScoreMoney(
        metric=metric,
        mean=mean,
        standard=line,
        distance=None if mean is None or line is None else sign * (Fraction(line) - mean),
        step=step,
        next_step=None if exact is None else case.gain(case.with_mean(metric, exact + sign * Fraction(step))),
        slip=slip,
        slip_of_mean=slipped,
        refunds=tuple(_score_refunds(case, rule, check, step)),
        need=_need(case, rule, check),
    )


def _slip(case: _Case, metric: str, check: ScoreCheck, by: Decimal) -> tuple[Decimal | None, Fraction | None]:
    """Lower one month-end, the last that was read, and settle again. Every month-end weighs the same."""
    if not check.days or check.mean is None or metric in case.facts.means:
        return None, None
    on = check.days[-1]
    known = case.facts.score_on.get(metric, {}).get(on)
    for month in case.facts.series.get(metric, ()) if known is None else ():
        if last_of_month(month.month) == on:
            known = month.closing
        elif month.latest_on == on:
            known = month.latest
    if known is None:
        return None, None
    gain = case.gain(with_score(case.facts, metric, on, known - by))
    return None if gain is None else -gain, Fraction(by) / len(check.days)


def _score_refunds(case: _Case, rule: ScoreCondition, check: ScoreCheck, step: Decimal) -> Iterator[RefundStep]:
    """Settle from the lowest mean on, and from the first mean in whole steps on which the verdict turns."""
    if check.standard is None:
        return
    lowest, highest = Fraction(rule.lowest), Fraction(rule.highest)
    edge = _edge(case, rule, check, check.standard, step)
    for start in sorted({lowest, min(max(edge, lowest), highest)}):
        yield RefundStep(start, case.settled(case.with_mean(check.metric, start)).refund)


def _edge(case: _Case, rule: ScoreCondition, check: ScoreCheck, line: Decimal, step: Decimal) -> Fraction:
    """Return the first mean, in whole steps, that passes (for <= and <: that fails), after the rulebook's rounding."""
    if rule.comparator not in RISING:
        return smallest_passing(line, rule.comparator, step) + Fraction(step)
    unit = step if rule.rounding == "none" else CENT
    edge = smallest_passing(line, rule.comparator, unit)
    if rule.rounding.startswith("half"):
        edge -= Fraction(unit) / 2
    edge = smallest_passing(edge, ">=", step)
    while not _passes(case, check.metric, edge):
        edge += Fraction(step)
    return edge


def _passes(case: _Case, metric: str, mean: Fraction) -> bool:
    settled = case.settled(case.with_mean(metric, mean))
    return any(check.passed is True for check in settled.scores if check.metric == metric)


def _need(case: _Case, rule: ScoreCondition, check: ScoreCheck) -> MeanNeed | None:
    """Plan the month-ends still to come. A rounded mean, or one that was given, has no such plan."""
    if check.standard is None or check.metric in case.facts.means or rule.rounding != "none":
        return None
    if check.mean is None or case.now.score_rule != "operating_months":
        return None
    total = check.mean * len(check.days)
    unknown = sum(day.replace(day=1) not in case.facts.no_score_months for day in check.missing)
    to_come = sum(last_of_month(date(case.facts.year, month, 1)) > case.facts.as_of for month in range(1, 13))
    return need_mean(
        metric=check.metric,
        target=check.standard,
        comparator=rule.comparator,
        values=[total / len(check.days)] * len(check.days),
        to_come=to_come,
        unknown=unknown,
        possible=Range(rule.lowest, rule.highest),
        rule="score",
    )


def _sales_refunds(case: _Case) -> Iterator[RefundStep]:
    thresholds = [line for line in (case.now.threshold_half, case.now.threshold_full) if line is not None]
    comparator = case.body.sales.comparator
    edges = {Fraction(0), *(smallest_passing(line, comparator, CENT) for line in thresholds)}
    for start in sorted(edges):
        yield RefundStep(start, case.settled(replace(case.facts, sales=as_decimal(start))).refund)


def _steps(view: RefundView) -> Iterator[Step]:
    yield Step("charge", "refund_now", {"refund": view.refund})
    for score in view.scores:
        told: Operands = {
            "metric": score.metric,
            "mean": score.mean,
            "line": score.standard,
            "distance": score.distance,
            "step": score.step,
            "gain": score.next_step,
        }
        yield Step("score", "score_distance", told)
        if score.slip is not None:
            yield Step("score", "score_slip", {"step": score.step, "mean": score.slip_of_mean, "lost": score.slip})
        for each in score.refunds:
            yield Step(
                "score", "refund_from_mean", {"metric": score.metric, "from": each.starts_at, "refund": each.refund}
            )
        yield from score.need.steps if score.need is not None else ()
    for each in view.sales_refunds:
        yield Step("sales", "refund_from_sales", {"from": each.starts_at, "refund": each.refund})
    if view.next_sales is not None:
        yield Step("sales", "sales_distance", {"missing": view.next_sales, "gain": view.next_sales_gain})
