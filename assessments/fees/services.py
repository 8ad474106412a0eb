"""Estimate refunds of stale stores; write agreements."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction

from assessments.engine import (
    FeeFacts,
    Rulebook,
    Settlement,
    WrittenRevision,
    canonical_json,
    settle,
    write_revision,
)
from assessments.fees.events import StoresEstimated
from assessments.fees.gathering import gather_fee_facts
from assessments.fees.models import FeeAgreement
from assessments.rulebooks.queries import get_lines, get_tracks, list_programmes, load_rulebook
from assessments.stores.models import Store
from assessments.stores.queries import claim_stale, get_business_date
from assessments.stores.services import BATCH, mark_done, touch_stores
from core.copying import append_rows, copy_to_temp
from core.outbox.services import publish

LAST_REVISIONS = """
SELECT DISTINCT ON (agreement_id) agreement_id, revision, digest, id
  FROM fees_refundestimate WHERE agreement_id = ANY(%s) ORDER BY agreement_id, revision DESC
"""
WRITE_REFUNDS = """
UPDATE periods_storestanding AS b SET refund = i.refund
  FROM pg_temp.incoming_refunds AS i WHERE b.store_id = i.store_id AND b.refund IS DISTINCT FROM i.refund
"""
ESTIMATE_COLUMNS = [
    *("id", "agreement_id", "revision", "digest", "engine_version", "as_of", "state"),
    *("refund_fen", "low_fen", "high_fen", "facts", "result", "marks"),
]


@dataclass(frozen=True, slots=True)
class Estimated:
    """What one batch did."""

    stores: int
    estimates: int


@transaction.atomic
def estimate_stale(*, today: date, limit: int = BATCH) -> Estimated:
    """Estimate the fee years of up to `limit` stores that were recomputed since their last estimate."""
    stores = claim_stale(revision="estimated_revision", behind="computed_revision", limit=limit)
    if not stores:
        return Estimated(stores=0, estimates=0)
    written = estimate_stores(stores=stores, as_of=get_business_date(today=today) - timedelta(days=1))
    mark_done(stores=stores, revision="estimated_revision", behind="computed_revision")
    publish(StoresEstimated(stores=len(stores), estimates=written))
    return Estimated(stores=len(stores), estimates=written)


def estimate_stores(*, stores: Sequence[Store], as_of: date) -> int:
    """Estimate every fee year of these stores that has begun. Returns how many new revisions that made."""
    by_id = {store.pk: store for store in stores}
    agreements = list(FeeAgreement.objects.filter(store_id__in=by_id, year__lte=as_of.year).order_by("year"))
    for agreement in agreements:
        agreement.store = by_id[agreement.store_id]
    rulebooks = pin_rulebooks(agreements=agreements)
    judged = [agreement for agreement in agreements if agreement.pk in rulebooks]
    newest: dict[UUID, dict[str, Any] | None] = dict.fromkeys(by_id)
    written = 0
    if judged:
        facts = gather_fee_facts(agreements=judged, rulebooks=rulebooks, lines=get_lines(stores=stores), as_of=as_of)
        rows = _list_fresh(judged, rulebooks, facts, newest)
        written = append_rows(table="fees_refundestimate", columns=ESTIMATE_COLUMNS, rows=rows)
    _write_board(newest=newest)
    return written


def pin_rulebooks(*, agreements: Sequence[FeeAgreement]) -> dict[UUID, Rulebook]:
    """Agreement → the rulebook of its year, pinned at first use. Years without a rulebook are left out.

    Like a period, a year opened by mistake when the store's enrolment came late or was taken back; it is pinned anew.
    """
    programmes = list_programmes("fee")
    tracks = get_tracks(store_ids={agreement.store_id for agreement in agreements})
    digest_of_id = {pk: digest for digest, pk in programmes.ids.items()}
    enrolled: dict[UUID, set[str]] = {}
    for store_id, programme in tracks:
        enrolled.setdefault(store_id, set()).add(programme)
    rulebooks: dict[UUID, Rulebook] = {}
    for agreement in agreements:
        found = programmes.rulebook_on(date(agreement.year, 1, 1), store=agreement.store, tracks=tracks)
        if agreement.rulebook_id is not None:
            pinned = load_rulebook(digest_of_id[agreement.rulebook_id])
            if found is None or not _is_mistaken(pinned, found, enrolled.get(agreement.store_id, ())):
                rulebooks[agreement.pk] = pinned
                continue
        if found is not None:
            rulebooks[agreement.pk] = found
            agreement.rulebook_id = programmes.ids[found.digest]
            agreement.save(update_fields=["rulebook"])
    return rulebooks


def _is_mistaken(pinned: Rulebook, found: Rulebook, enrolled: Container[str]) -> bool:
    """Whether enrolments now say another programme or track; a new version or programme alone changes no old year."""
    if found.programme == pinned.programme:
        return found.track != pinned.track
    return found.programme in enrolled or (pinned.is_joined_by_name and pinned.programme not in enrolled)


def _list_fresh(
    agreements: Sequence[FeeAgreement],
    rulebooks: Mapping[UUID, Rulebook],
    facts: Mapping[UUID, FeeFacts],
    newest: dict[UUID, dict[str, Any] | None],
) -> Iterator[list[Any]]:
    """Settle one fee year after the other, ascending by year, and yield the row of each revision that is news.

    `newest` becomes what the board shows of each store: its last year.
    """
    last = _get_last_revisions(agreements)

    def settle_all() -> Iterator[list[Any]]:
        for agreement in agreements:
            told = facts[agreement.pk]
            settlement = settle(rulebooks[agreement.pk], told)
            revision = write_revision(rulebooks[agreement.pk], told, settlement)
            number, known, estimate_id = last.get(agreement.pk, (0, "", uuid4()))
            if known != revision.digest:
                estimate_id = uuid4()
                yield _estimate_row(estimate_id, agreement, number + 1, settlement, revision)
            newest[agreement.store_id] = _board_part(estimate_id, settlement)

    return settle_all()


def _get_last_revisions(agreements: Sequence[FeeAgreement]) -> dict[UUID, tuple[int, str, UUID]]:
    with connection.cursor() as cursor:
        cursor.execute(LAST_REVISIONS, [[agreement.pk for agreement in agreements]])
        return {agreement_id: (number, digest, pk) for agreement_id, number, digest, pk in cursor.fetchall()}


def _estimate_row(
    estimate_id: UUID, agreement: FeeAgreement, number: int, settlement: Settlement, revision: WrittenRevision
) -> list[Any]:
    """In ESTIMATE_COLUMNS' order."""
    return [
        *(estimate_id, agreement.pk, number, revision.digest, revision.engine_version),
        *(settlement.as_of, settlement.state.value),
        *(to_fen(settlement.refund), to_fen(settlement.refund_low), to_fen(settlement.refund_high)),
        *(revision.facts.decode(), revision.result.decode(), revision.marks),
    ]


def to_fen(amount: Decimal | None) -> int | None:
    """¥ to 分. The engine rounds by the rulebook's rule; a remainder here would be a defect."""
    if amount is None:
        return None
    fen = amount.scaleb(2)
    assert fen == int(fen), f"{amount} is not whole 分"
    return int(fen)


def _board_part(estimate_id: UUID, settlement: Settlement) -> dict[str, Any]:
    return {
        "estimate": str(estimate_id),
        "year": settlement.year,
        "state": settlement.state.value,
        **{
            name: None if amount is None else f"{amount:.2f}"
            for name, amount in (
                ("refund", settlement.refund),
                ("low", settlement.refund_low),
                ("high", settlement.refund_high),
            )
        },
    }


def _write_board(*, newest: Mapping[UUID, dict[str, Any] | None]) -> None:
    """Write the refund's part of the portfolio's rows, where it changed; None where there is none."""
    rows = [(store_id, None if part is None else canonical_json(part)) for store_id, part in newest.items()]
    copy_to_temp(name="incoming_refunds", like="periods_storestanding", columns=["store_id", "refund"], rows=rows)
    with connection.cursor() as cursor:
        cursor.execute(WRITE_REFUNDS)


@transaction.atomic
def save_agreement(*, agreement: FeeAgreement, touch: bool = True, **fields: Any) -> FeeAgreement:
    """Write a fee agreement, new or changed. Raises ValidationError. Who sets `touch` to False touches the store."""
    stores = {agreement.store_id}
    for name, value in fields.items():
        setattr(agreement, name, value)
    agreement.full_clean()
    agreement.save()
    if touch:
        touch_stores(store_ids=stores | {agreement.store_id})
    return agreement
