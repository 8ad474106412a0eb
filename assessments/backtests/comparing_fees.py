"""What a draft of fee rules would give back, beside what other rules give back for the same year."""

from collections.abc import Sequence
from datetime import date

from assessments.backtests.comparing import Compared
from assessments.backtests.directions import compare_amounts
from assessments.backtests.models import Direction
from assessments.engine import Rulebook, Settlement, decimal_text, settle
from assessments.fees.gathering import gather_fee_facts
from assessments.fees.models import FeeAgreement
from assessments.fees.services import to_fen
from assessments.rulebooks.queries import get_lines, load_rulebook
from assessments.stores.models import Store


def compare_fee_years(
    *, stores: Sequence[Store], draft: Rulebook, beside: Rulebook | None, as_of: date, only_live: bool = False
) -> list[Compared]:
    """Every fee year of these stores that was settled under the draft's programme and track, settled by both.

    Without `beside` each year is settled by the version that is pinned to it.
    """
    agreements = list(
        FeeAgreement.objects.filter(
            store__in=stores,
            year__lte=as_of.year,
            rulebook__programme=draft.programme,
            rulebook__track=draft.track,
            **({"year": as_of.year} if only_live else {}),
        )
        .select_related("store", "rulebook")
        .defer("rulebook__canonical")
        .order_by("store_id", "year")
    )
    if not agreements:
        return []
    lines = get_lines(stores=stores)

    def settle_by(rulebooks: Sequence[Rulebook]) -> list[Settlement]:
        chosen = {agreement.pk: rulebook for agreement, rulebook in zip(agreements, rulebooks, strict=True)}
        facts = gather_fee_facts(agreements=agreements, rulebooks=chosen, lines=lines, as_of=as_of)
        return [settle(chosen[agreement.pk], facts[agreement.pk]) for agreement in agreements]

    pinned = [beside or load_rulebook(_digest_of(agreement)) for agreement in agreements]
    befores, afters = settle_by(pinned), settle_by([draft] * len(agreements))
    return [
        _compare(agreement, before, after, as_of=as_of)
        for agreement, before, after in zip(agreements, befores, afters, strict=True)
    ]


def _digest_of(agreement: FeeAgreement) -> str:
    assert agreement.rulebook is not None
    return agreement.rulebook.digest


def _compare(agreement: FeeAgreement, before: Settlement, after: Settlement, *, as_of: date) -> Compared:
    old, new = to_fen(before.refund), to_fen(after.refund)
    was, becomes = _amounts(before), _amounts(after)
    direction = compare_amounts(old, new)
    if direction is Direction.SAME and was != becomes:
        direction = Direction.UNCLEAR
    return Compared(
        store_id=agreement.store_id,
        starts_on=date(agreement.year, 1, 1),
        ends_before=date(agreement.year + 1, 1, 1),
        is_live=agreement.year == as_of.year,
        before=was,
        after=becomes,
        direction=direction,
        effect_fen=None if old is None or new is None else new - old,
        result=None if was == becomes else after,
    )


def _amounts(settlement: Settlement) -> dict[str, str | None]:
    """State, and refund with its bounds in ¥."""
    amounts = {
        "refund": settlement.refund,
        "low": settlement.refund_low,
        "high": settlement.refund_high,
    }
    told = {name: None if amount is None else decimal_text(amount) for name, amount in amounts.items()}
    return {"state": settlement.state.value, **told}
