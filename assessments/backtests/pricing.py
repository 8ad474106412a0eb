"""What a flip is worth: the refund of the fee year in which a failed store would be removed."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from assessments.engine import Assessment, ExitReason, LeaveOn, Outcome, Standing, ask_fee_what_if
from assessments.fees.answers import open_estimate
from assessments.fees.models import RefundEstimate
from assessments.fees.services import to_fen
from assessments.periods.answers import NoAnswer

Removal = tuple[UUID, Assessment, Assessment]


def price_removals(flips: Sequence[Removal]) -> list[int | None]:
    """For each (store, verdict before, verdict after): refund after less refund before, in 分.

    A missed period ends with the store's removal, on the day that the rules' consequences name, and the refund is that
    of a store removed then for failing. 0 where neither verdict is missed or the day is the same; None where the store
    has no estimate for that year, has applied to leave, or a refund is not known.
    """
    days = [(removed_on(before), removed_on(after)) for _store, before, after in flips]
    years = {(flip[0], day.year) for flip, pair in zip(flips, days, strict=True) for day in pair if day is not None}
    estimates = dict(_newest_estimates(years))
    return [
        0 if before == after else _difference(store, before, after, estimates)
        for (store, _before, _after), (before, after) in zip(flips, days, strict=True)
    ]


def removed_on(verdict: Assessment) -> date | None:
    """The day on which a missed period ends the store; None for any other verdict."""
    if verdict.outcome is not Outcome.MISSED:
        return None
    removals = [stage.begins_at.date() for stage in verdict.consequences if stage.level == Standing.REMOVED]
    return min(removals, default=verdict.failed_on)


def _newest_estimates(years: set[tuple[UUID, int]]) -> Iterator[tuple[tuple[UUID, int], RefundEstimate]]:
    rows = (
        RefundEstimate.objects.filter(
            agreement__store__in={store for store, _year in years}, agreement__year__in={year for _store, year in years}
        )
        .select_related("agreement")
        .order_by("agreement_id", "-revision")
        .distinct("agreement_id")
    )
    for row in rows:
        yield (row.agreement.store_id, row.agreement.year), row


def _difference(
    store: UUID, before: date | None, after: date | None, estimates: dict[tuple[UUID, int], RefundEstimate]
) -> int | None:
    total = 0
    for day, sign in ((before, -1), (after, 1)):
        if day is None:
            continue
        estimate = estimates.get((store, day.year))
        gain = None if estimate is None else _loss_of_leaving(estimate, day)
        if gain is None:
            return None
        total += sign * gain
    return total


def _loss_of_leaving(estimate: RefundEstimate, day: date) -> int | None:
    """What being removed on a day changes in the refund of its year, in 分 (negative: less comes back)."""
    try:
        asked = open_estimate(estimate)
    except NoAnswer:
        return None
    if asked.facts.exit is not None:
        return None
    gain: Decimal | None = ask_fee_what_if(
        asked.rulebook, asked.facts, [LeaveOn(day, ExitReason.FAILED_ASSESSMENT, effective_on=day)]
    ).gain
    return to_fen(gain)
