"""What a stored refund estimate leaves open, worked out on request from what the revision carries."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from assessments.engine import (
    Change,
    ExitPlan,
    ExitReason,
    FeeFacts,
    FeeWhatIf,
    FeeYear,
    RefundView,
    Rulebook,
    RulebookErrors,
    Settlement,
    ask_fee_what_if,
    plan_exit,
    say,
    value_refund,
)
from assessments.fees.models import RefundEstimate
from assessments.fees.queries import list_estimates
from assessments.metrics.naming import METRIC_NAMES
from assessments.periods.answers import (
    NoAnswer,
    PricedIn,
    refuse_unknown_names,
    unknown_option,
    unpack_for_answer,
)
from assessments.periods.models import Verdict


@dataclass(frozen=True, slots=True)
class Settled:
    """A revision ready to be asked: its own facts and its rulebook."""

    rulebook: Rulebook
    facts: FeeFacts


def open_estimate(estimate: RefundEstimate) -> Settled:
    """Take out what a revision carries. Raises NoAnswer for rules of another kind and for unreadable rows."""
    carried = unpack_for_answer(estimate, FeeFacts, Settlement, kinds=("fee",))
    return Settled(carried.rulebook, carried.facts)


def answer_steps(estimate: RefundEstimate) -> RefundView:
    """The refund as a step function of score and sales."""
    asked = open_estimate(estimate)
    return value_refund(asked.rulebook, asked.facts)


def answer_exit_plan(estimate: RefundEstimate, *, reason: ExitReason = ExitReason.VOLUNTARY) -> ExitPlan:
    """The refund for every leaving day of the fee year, with the sales known so far."""
    asked = open_estimate(estimate)
    return plan_exit(asked.rulebook, asked.facts, reason=reason)


def answer_fee_what_if(estimate: RefundEstimate, changes: Sequence[Change]) -> FeeWhatIf:
    """Settle again with the changes. Writes nothing. Raises InvalidInput for one that the rulebook does not know."""
    asked = open_estimate(estimate)
    refuse_unknown_names(asked.rulebook, changes)
    try:
        return ask_fee_what_if(asked.rulebook, asked.facts, changes)
    except RulebookErrors as errors:
        raise unknown_option(errors) from None


def list_exit_lines(estimate: RefundEstimate, *, language: str) -> list[str]:
    """For a page: the best of the leaving days that are still to come, and what staying gives.

    Empty once the year is over or the store has applied to leave, and when there is no such answer.
    """
    try:
        asked = open_estimate(estimate)
    except NoAnswer:
        return []
    facts = asked.facts
    ahead = list(_days_ahead(facts))
    if not ahead or facts.exit is not None:
        return []
    answer = plan_exit(asked.rulebook, facts, ahead)
    told = (step for step in answer.steps if step.key in ("exit_by_sales_so_far", "exit_best", "exit_stay"))
    return [_("Leaving day: %(line)s") % {"line": say(step, language, METRIC_NAMES)} for step in told]


def _days_ahead(facts: FeeFacts) -> Iterator[date]:
    entered_on = facts.activated_on or facts.go_live_on or facts.as_of
    on = max(facts.as_of + timedelta(days=1), date(facts.year, 1, 1), entered_on)
    while on.year == facts.year:
        yield on
        on += timedelta(days=1)


def find_fee_year(verdict: Verdict, person: Any) -> PricedIn | None:
    """The newest fee year of the verdict's store that the person sees, in its newest revision."""
    estimates = list_estimates(person).filter(agreement__store=verdict.period.store_id)
    estimate = estimates.order_by("-agreement__year", "-revision").first()
    if estimate is None:
        return None
    try:
        asked = open_estimate(estimate)
    except NoAnswer:
        return None
    return PricedIn(str(estimate.pk), FeeYear(asked.rulebook, asked.facts))
