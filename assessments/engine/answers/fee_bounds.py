"""Intervals of a fee year: the mean and the refund over everything that is missing, and what to fill in first."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from assessments.engine.calendar import first_of_month
from assessments.engine.facts import FeeFacts
from assessments.engine.language.fee import FeeBody
from assessments.engine.language.reading import Rulebook
from assessments.engine.outcomes import FeeBasis
from assessments.engine.results import Operands, RulebookRef, Settlement, Step
from assessments.engine.settling.settle import settle


@dataclass(frozen=True, slots=True)
class MissingFigure:
    """A score of one day (`on`), or the sales of the year (`on` None).

    `narrows` is what the refund's range (¥) loses for certain when it is known; `may_narrow` what it can lose at most.
    """

    metric: str
    on: date | None
    narrows: Decimal
    may_narrow: Decimal


@dataclass(frozen=True, slots=True)
class MeanInterval:
    """The mean of one metric when its missing days take the lowest and the highest value."""

    metric: str
    lowest: Fraction | None
    highest: Fraction | None


@dataclass(frozen=True, slots=True)
class FeeIntervals:
    """The range of a refund (¥) and of the means behind it. `refund_low` None: nothing can be said."""

    rulebook: RulebookRef
    store: str
    year: int
    refund_low: Decimal | None
    refund_high: Decimal | None
    means: tuple[MeanInterval, ...]
    missing: tuple[MissingFigure, ...]
    next_file: MissingFigure | None
    steps: tuple[Step, ...] = ()


def find_fee_intervals(rulebook: Rulebook, facts: FeeFacts, basis: FeeBasis = FeeBasis.AS_RECORDED) -> FeeIntervals:
    """Bound a refund over what is missing up to `as_of`. Raises ValueError when the rulebook is not about a fee."""
    now = settle(rulebook, facts, basis)
    gaps = list(_gaps(now, facts))
    missing = [_weighed(rulebook, facts, basis, now, metric=metric, on=on) for metric, on in gaps]
    if now.sales is None or not facts.sales_complete:
        missing.append(_sales_weighed(rulebook, facts, basis, now))
    missing.sort(key=lambda each: (-each.narrows, -each.may_narrow, each.on or date.max, each.metric))
    low, high = (_filled(rulebook, facts, gaps, at_best=at_best) for at_best in (False, True))
    low_means, high_means = (_means(settle(rulebook, each, basis)) for each in (low, high))
    means = tuple(MeanInterval(metric, low_means[metric], high_means[metric]) for metric in low_means)
    first = missing[0] if missing else None
    return FeeIntervals(
        rulebook=now.rulebook,
        store=facts.store,
        year=facts.year,
        refund_low=now.refund_low,
        refund_high=now.refund_high,
        means=means,
        missing=tuple(missing),
        next_file=first,
        steps=tuple(_steps(now, means, first)),
    )


def _steps(now: Settlement, means: tuple[MeanInterval, ...], first: MissingFigure | None) -> Iterator[Step]:
    for mean in means:
        ends: Operands = {"metric": mean.metric, "lowest": mean.lowest, "highest": mean.highest}
        yield Step("score", "interval_mean", ends)
    yield Step("charge", "interval_refund", {"lowest": now.refund_low, "highest": now.refund_high})
    if first is None:
        yield Step("score", "no_gaps", {})
    else:
        told: Operands = {"metric": first.metric, "on": first.on, "narrows": first.narrows}
        yield Step("score", "next_figure" if first.on else "next_figure_sales", told)


def with_score(facts: FeeFacts, metric: str, on: date, value: Decimal | None) -> FeeFacts:
    """Return the facts with one day's score set."""
    days = {**facts.score_on.get(metric, {}), on: value}
    return replace(facts, score_on={**facts.score_on, metric: days})


def _gaps(now: Settlement, facts: FeeFacts) -> Iterator[tuple[str, date]]:
    """Yield the days whose score is missing; not those for which the marketplace itself shows none."""
    known_without = set(facts.no_score_months)
    for check in now.scores:
        if check.metric not in facts.means:
            for on in check.missing:
                if now.score_rule == "january_day_before" or first_of_month(on) not in known_without:
                    yield check.metric, on


def _ends(rulebook: Rulebook) -> tuple[Decimal, Decimal]:
    body = rulebook.body
    assert isinstance(body, FeeBody)
    return (Decimal(0), Decimal(0)) if body.score is None else (body.score.lowest, body.score.highest)


def _filled(rulebook: Rulebook, facts: FeeFacts, gaps: list[tuple[str, date]], *, at_best: bool) -> FeeFacts:
    for metric, on in gaps:
        facts = with_score(facts, metric, on, _ends(rulebook)[at_best])
    return facts


def _means(settled: Settlement) -> dict[str, Fraction | None]:
    return {check.metric: check.mean for check in settled.scores}


def _spread(settled: Settlement) -> Decimal:
    if settled.refund_low is None or settled.refund_high is None:
        return Decimal(0)
    return settled.refund_high - settled.refund_low


def _weighed(
    rulebook: Rulebook, facts: FeeFacts, basis: FeeBasis, now: Settlement, *, metric: str, on: date
) -> MissingFigure:
    after = [_spread(settle(rulebook, with_score(facts, metric, on, end), basis)) for end in _ends(rulebook)]
    return MissingFigure(metric, on, _spread(now) - max(after), _spread(now) - min(after))


def _sales_weighed(rulebook: Rulebook, facts: FeeFacts, basis: FeeBasis, now: Settlement) -> MissingFigure:
    """Try every tier that the sales could turn out to reach."""
    body = rulebook.body
    assert isinstance(body, FeeBody)
    least = now.sales or Decimal(0)
    lines = [each for each in (now.threshold_half, now.threshold_full) if each is not None]
    tried = {least, *(Decimal(int(line) + 1) for line in lines if line >= least)}
    after = [_spread(settle(rulebook, replace(facts, sales=sales, sales_complete=True), basis)) for sales in tried]
    return MissingFigure(body.sales.metric, None, _spread(now) - max(after), _spread(now) - min(after))
