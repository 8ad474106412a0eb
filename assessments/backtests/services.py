"""Run backtests batch by batch; start, stop and keep up shadow runs."""

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from assessments.backtests.comparing import Compared, compare_periods
from assessments.backtests.comparing_fees import compare_fee_years
from assessments.backtests.events import BacktestWaits, ShadowsWait
from assessments.backtests.models import Backtest, Direction, Flip, Shadow, ShadowMark, ShadowVerdict
from assessments.backtests.queries import list_behind
from assessments.engine import Rulebook, Text, canonical_json
from assessments.rulebooks.models import RulebookDraft, RulebookVersion
from assessments.rulebooks.queries import get_version_beside, load_rulebook, read_draft
from assessments.stores.models import Store
from assessments.stores.queries import get_business_date
from core.api.errors import ServiceError
from core.outbox.services import publish
from core.people.models import User

# Stores compared in one transaction: small enough for progress to be seen, large enough for set-based statements.
BATCH = 500
COMPARED = {"assessment": compare_periods, "probation": compare_periods, "fee": compare_fee_years}
CHANGED = Text(
    zh="草稿在回测期间被修改，请重新回测。", en="The draft was changed while its backtest ran. Start it again."
)


def start_backtest(*, draft: RulebookDraft, by: User, today: date) -> Backtest:
    """Ask for a backtest of a draft; a worker runs it. Raises ServiceError where nothing can be compared."""
    beside = refuse_incomparable(draft)
    with transaction.atomic():
        backtest = Backtest.objects.create(
            draft=draft,
            digest=draft.digest,
            beside=beside,
            as_of=today - timedelta(days=1),
            requested_by=by,
            stores_total=_stores_of(draft).count(),
        )
        publish(BacktestWaits(backtest=str(backtest.pk)))
    return backtest


def refuse_incomparable(draft: RulebookDraft) -> RulebookVersion:
    """The version that a draft would stand in for. Raises ServiceError where nothing can be compared."""
    beside = get_version_beside(draft)
    if draft.kind not in COMPARED:
        raise ServiceError(
            "no_backtest", _("Rules of this kind judge nothing that is stored, so nothing can be compared.")
        )
    if beside is None:
        raise ServiceError("nothing_beside", _("There is no published version of this programme to compare with."))
    return beside


@transaction.atomic
def run_batch(*, backtest_id: UUID, at: datetime) -> Backtest:
    """Compare the next stores and keep the flips. Done twice, the second finds the next stores or nothing to do."""
    backtest = Backtest.objects.select_for_update(of=("self",)).select_related("draft", "beside").get(pk=backtest_id)
    if backtest.state != Backtest.State.RUNNING:
        return backtest
    if backtest.draft.digest != backtest.digest:
        return _end(backtest, at=at, error=CHANGED)
    after = Q(pk__gt=backtest.after_store) if backtest.after_store else Q()
    stores = list(_stores_of(backtest.draft).filter(after).order_by("pk")[:BATCH])
    compared = _compare(
        stores=stores,
        draft=read_draft(backtest.draft),
        beside=load_rulebook(backtest.beside.digest),
        as_of=backtest.as_of,
        only_live=False,
    )
    _keep_flips(backtest, [one for one in compared if one.direction != Direction.SAME])
    backtest.compared += len(compared)
    backtest.stores_done += len(stores)
    if len(stores) < BATCH:
        return _end(backtest, at=at)
    backtest.after_store = stores[-1].pk
    backtest.save()
    publish(BacktestWaits(backtest=str(backtest.pk)))
    return backtest


def _stores_of(draft: RulebookDraft) -> Any:
    return Store.objects.filter(platform=draft.platform)


def _compare(
    *, stores: Sequence[Store], draft: Rulebook, beside: Rulebook | None, as_of: date, only_live: bool
) -> list[Compared]:
    return COMPARED[draft.kind](stores=stores, draft=draft, beside=beside, as_of=as_of, only_live=only_live)


def _keep_flips(backtest: Backtest, flips: Sequence[Compared]) -> None:
    Flip.objects.bulk_create([Flip(backtest=backtest, **_columns(one)) for one in flips], batch_size=500)
    for one in flips:
        setattr(backtest, one.direction, getattr(backtest, one.direction) + 1)
        if one.effect_fen is None:
            backtest.unpriced += 1
        else:
            backtest.effect_fen += one.effect_fen


def _columns(one: Compared) -> dict[str, Any]:
    return {
        "store_id": one.store_id,
        "starts_on": one.starts_on,
        "ends_before": one.ends_before,
        "is_live": one.is_live,
        "before": one.before,
        "after": one.after,
        "direction": one.direction,
        "effect_fen": one.effect_fen,
        "result": None if one.result is None else json.loads(canonical_json(one.result)),
    }


def _end(backtest: Backtest, *, at: datetime, error: Text | None = None) -> Backtest:
    backtest.state = Backtest.State.FAILED if error else Backtest.State.DONE
    backtest.error = {"zh": error.zh, "en": error.en} if error else None
    backtest.finished_at = at
    backtest.save()
    return backtest


def fail_backtest(*, backtest_id: UUID, reason: Text, at: datetime) -> None:
    """End a backtest whose work was given up, so that it does not run for ever."""
    backtest = Backtest.objects.select_for_update().get(pk=backtest_id)
    if backtest.state == Backtest.State.RUNNING:
        _end(backtest, at=at, error=reason)


@transaction.atomic
def start_shadow(*, draft: RulebookDraft, by: User) -> Shadow:
    """Let a draft, or the version that it became, run beside the live rules; anew when it was written anew."""
    refuse_incomparable(draft)
    if draft.state == RulebookDraft.State.WITHDRAWN:
        raise ServiceError("draft_decided", _("This draft is decided and cannot change any more."))
    Shadow.objects.filter(draft=draft).exclude(digest=draft.digest).delete()
    shadow, is_new = Shadow.objects.get_or_create(draft=draft, defaults={"digest": draft.digest, "started_by": by})
    if is_new:
        publish(ShadowsWait(stores=_stores_of(draft).count()))
    return shadow


def stop_shadow(*, draft: RulebookDraft) -> None:
    """End a shadow run; what it compared goes with it."""
    Shadow.objects.filter(draft=draft).delete()


@transaction.atomic
def follow_shadows(*, today: date) -> int:
    """Compare the stores of every shadow run that were computed since: one batch each. Returns how many stores."""
    followed = 0
    for shadow in Shadow.objects.select_for_update(skip_locked=True, of=("self",)).select_related("draft"):
        if shadow.digest != shadow.draft.digest or shadow.draft.state == RulebookDraft.State.WITHDRAWN:
            shadow.delete()
            continue
        stores = list(list_behind(shadow)[:BATCH])
        followed += len(stores)
        _follow(shadow, stores, as_of=get_business_date(today=today) - timedelta(days=1))
        if len(stores) == BATCH:
            publish(ShadowsWait(stores=len(stores)))
    return followed


def _follow(shadow: Shadow, stores: Sequence[Store], *, as_of: date) -> None:
    draft = read_draft(shadow.draft)
    # Rules to come are nothing to a store that has left.
    staying = [store for store in stores if store.status != Store.Status.EXITED]
    compared = _compare(stores=staying, draft=draft, beside=None, as_of=as_of, only_live=True)
    newest = {one.store_id: one for one in sorted(compared, key=lambda one: one.starts_on)}
    ShadowVerdict.objects.filter(shadow=shadow, store__in=stores).delete()
    ShadowVerdict.objects.bulk_create(
        [ShadowVerdict(shadow=shadow, as_of=as_of, **_columns(one)) for one in newest.values()], batch_size=500
    )
    ShadowMark.objects.bulk_create(
        [ShadowMark(shadow=shadow, store=store, revision=store.estimated_revision) for store in stores],
        update_conflicts=True,
        unique_fields=["shadow", "store"],
        update_fields=["revision"],
    )
