"""The exit-date planner: the refund for every possible leaving day of a fee year, equal days together."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from assessments.engine.facts import Exit, ExitReason, FeeFacts
from assessments.engine.language.reading import Rulebook
from assessments.engine.outcomes import FeeBasis, SettlementState
from assessments.engine.results import Operands, RulebookRef, Settlement, Step
from assessments.engine.settling.settle import settle


@dataclass(frozen=True, slots=True)
class ExitSpan:
    """Leaving on any day from `starts_on` to `ends_on`, both included, settles the same way (¥).

    `refund` None: a person or a figure must come first; `refund_low` and `refund_high` are its exact bounds.
    """

    starts_on: date
    ends_on: date
    state: SettlementState
    score_rule: str
    months_effective: int
    refund: Decimal | None
    refund_low: Decimal | None
    refund_high: Decimal | None


@dataclass(frozen=True, slots=True)
class ExitPlan:
    """The refund of every leaving day asked for. `best` and `worst` are the days with the most and the least back.

    Days whose refund is not known are in neither. `stay` is the refund for staying to the end of the year.
    `is_sales_by_day` False: every day was settled with the sales known so far.
    """

    rulebook: RulebookRef
    store: str
    year: int
    as_of: date
    reason: ExitReason
    spans: tuple[ExitSpan, ...]
    best: tuple[ExitSpan, ...]
    worst: tuple[ExitSpan, ...]
    stay: Decimal | None
    is_sales_by_day: bool
    steps: tuple[Step, ...] = ()


def plan_exit(
    rulebook: Rulebook,
    facts: FeeFacts,
    days: Iterable[date] | None = None,
    *,
    reason: ExitReason = ExitReason.VOLUNTARY,
    sales_by: Mapping[date, Decimal] | None = None,
) -> ExitPlan:
    """Settle a fee year for every leaving day: those given, else every day of the year from the store's entry on.

    A day is both application and confirmation. `sales_by` gives the sales expected up to a day (¥); a day that it does
    not have, and every day without it, takes the sales known so far. Raises ValueError for another kind of rulebook.
    """
    stay = settle(rulebook, replace(facts, exit=None), FeeBasis.STAY)
    asked = sorted(set(days)) if days is not None else list(_days_of_year(facts))
    told = [(on, settle(rulebook, leaving_on(facts, on, reason, sales_by or {}))) for on in asked]
    spans = tuple(_grouped(told))
    known = [span.refund for span in spans if span.refund is not None]
    best = tuple(span for span in spans if known and span.refund == max(known))
    worst = tuple(span for span in spans if known and span.refund == min(known))
    plan = ExitPlan(
        rulebook=rulebook.ref,
        store=facts.store,
        year=facts.year,
        as_of=facts.as_of,
        reason=reason,
        spans=spans,
        best=best,
        worst=worst,
        stay=stay.refund,
        is_sales_by_day=sales_by is not None,
    )
    return replace(plan, steps=tuple(_steps(plan)))


def leaving_on(
    facts: FeeFacts, on: date, reason: ExitReason = ExitReason.VOLUNTARY, sales_by: Mapping[date, Decimal] | None = None
) -> FeeFacts:
    """Return the facts of a store that applies, and is confirmed, on a day."""
    sales = (sales_by or {}).get(on)
    left = replace(facts, exit=Exit(on, reason, on))
    return left if sales is None else replace(left, sales=sales)


def _days_of_year(facts: FeeFacts) -> Iterator[date]:
    entered_on = facts.activated_on or facts.go_live_on or date(facts.year, 1, 1)
    on = max(date(facts.year, 1, 1), entered_on)
    while on.year == facts.year:
        yield on
        on += timedelta(days=1)


def _grouped(told: Iterable[tuple[date, Settlement]]) -> Iterator[ExitSpan]:
    """Put days that follow each other and settle the same way together."""
    open_span: ExitSpan | None = None
    for on, settled in told:
        span = ExitSpan(
            starts_on=on,
            ends_on=on,
            state=settled.state,
            score_rule=settled.score_rule,
            months_effective=settled.months_effective,
            refund=settled.refund,
            refund_low=settled.refund_low,
            refund_high=settled.refund_high,
        )
        if open_span is not None and _is_next(open_span, span):
            open_span = replace(open_span, ends_on=on)
            continue
        if open_span is not None:
            yield open_span
        open_span = span
    if open_span is not None:
        yield open_span


def _is_next(one: ExitSpan, other: ExitSpan) -> bool:
    follows = one.ends_on + timedelta(days=1) == other.starts_on
    return follows and replace(one, starts_on=other.starts_on, ends_on=other.ends_on) == other


def _steps(plan: ExitPlan) -> Iterator[Step]:
    yield Step("termination", "exit_by_day" if plan.is_sales_by_day else "exit_by_sales_so_far", {"as_of": plan.as_of})
    for span in plan.spans:
        values: Operands = {
            "from": span.starts_on,
            "until": span.ends_on,
            "months": span.months_effective,
            "refund": span.refund,
            "low": span.refund_low,
            "high": span.refund_high,
        }
        yield Step("termination", "exit_span" if span.refund is not None else "exit_span_unknown", values)
    for key, spans in (("exit_best", plan.best), ("exit_worst", plan.worst)):
        for span in spans:
            yield Step("termination", key, {"from": span.starts_on, "until": span.ends_on, "refund": span.refund})
    yield Step("termination", "exit_stay", {"refund": plan.stay})
