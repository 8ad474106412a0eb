"""Recompute: claim stale stores, gather, assess, write what changed. Twice is the same as once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from assessments.engine import PlannedPeriod, Rulebook, StoreFacts, assess, plan_periods
from assessments.periods.calendars import Pinned, open_periods
from assessments.periods.events import StoresRecomputed
from assessments.periods.gathering import Series, gather_months, list_metric_codes
from assessments.periods.revisions import Revision, write_board, write_verdicts
from assessments.rulebooks.queries import DEFAULT_TRACK, Lines, Programmes, get_lines, get_tracks, list_programmes
from assessments.stores.events import StoresChanged
from assessments.stores.models import Store
from assessments.stores.queries import claim_stale
from assessments.stores.services import BATCH, mark_done
from core.outbox.services import publish


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What one batch did. `stores` 0 means that nothing was stale, or that others hold what is."""

    stores: int
    verdicts: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A store's calendar under its marketplace's programme."""

    store: Store
    programme: str
    track: str
    periods: tuple[PlannedPeriod, ...]


@transaction.atomic
def recompute_stale(*, today: date, limit: int = BATCH) -> Recomputed:
    """Recompute up to `limit` stale stores as things stand on the business date `today`.

    Figures come a day late, so the last day that can have any is yesterday.
    """
    stores = claim_stale(revision="computed_revision", behind="facts_revision", limit=limit)
    if not stores:
        return Recomputed(stores=0, verdicts=0)
    verdicts = recompute_stores(stores=stores, as_of=today - timedelta(days=1))
    mark_done(stores=stores, revision="computed_revision", behind="facts_revision")
    publish(StoresRecomputed(stores=len(stores), verdicts=verdicts))
    if len(stores) == limit:
        # There may be more: the next batch is its own transaction, for whichever worker is free.
        publish(StoresChanged(stores=limit))
    return Recomputed(stores=len(stores), verdicts=verdicts)


def recompute_stores(*, stores: Sequence[Store], as_of: date) -> int:
    """Assess every period of these stores that has figures, and the one that runs. Returns new verdict revisions."""
    programmes = list_programmes("assessment")
    plans = plan_stores(stores=stores, programmes=programmes, until=as_of)
    pinned = open_periods(plans={plan.store.pk: (plan.programme, plan.periods) for plan in plans}, ids=programmes.ids)
    rulebooks = {pin.rulebook.digest: pin.rulebook for pins in pinned.values() for pin in pins}
    series = _gather(stores=stores, rulebooks=rulebooks.values(), pinned=pinned, as_of=as_of)
    lines = get_lines(stores=stores)
    revisions: list[Revision] = []
    current: dict[UUID, Revision] = {}
    for plan in plans:
        months = series.get(plan.store.pk, {})
        for pin in _worth_assessing(plan.store, pinned.get(plan.store.pk, ()), months, as_of):
            facts = facts_for(plan=plan, pin=pin, months=months, lines=lines, as_of=as_of)
            revision = Revision(pin=pin, facts=facts, assessment=assess(pin.rulebook, pin.planned, facts))
            revisions.append(revision)
            if pin.planned.starts_on <= as_of < pin.planned.ends_before:
                current[plan.store.pk] = revision
    written = write_verdicts(revisions=revisions)
    write_board(stores=stores, current=current, last=_last_by_store(revisions), as_of=as_of)
    return written


def plan_stores(*, stores: Iterable[Store], programmes: Programmes, until: date) -> list[Plan]:
    """The calendar of every store whose marketplace has an assessment programme."""
    stores = list(stores)
    tracks = get_tracks(store_ids=[store.pk for store in stores])
    plans = []
    for store in stores:
        programme = programmes.programme_of(store.platform)
        if programme is None:
            continue
        track = tracks.get((store.pk, programme), DEFAULT_TRACK)
        versions = programmes.versions[store.platform][programme]
        periods = plan_periods(store.go_live_on, versions, track, until)
        plans.append(Plan(store=store, programme=programme, track=track, periods=periods))
    return plans


def facts_for(*, plan: Plan, pin: Pinned, months: Series, lines: Lines, as_of: date) -> StoreFacts:
    """What the engine is told for one period: only its own months, so that a revision carries no more than it used."""
    starts, ends = pin.planned.starts_on.replace(day=1), pin.planned.ends_before
    codes = list_metric_codes([pin.rulebook])
    return StoreFacts(
        store=str(plan.store.pk),
        category=plan.store.main_category,
        go_live_on=plan.store.go_live_on,
        as_of=as_of,
        series={
            code: tuple(value for value in months.get(code, ()) if starts <= value.month < ends)
            for code in sorted(codes)
        },
        lines=lines.of(
            programme=plan.programme,
            track=pin.rulebook.track,
            category=plan.store.main_category,
            store_id=plan.store.pk,
        ),
    )


def _gather(
    *, stores: Sequence[Store], rulebooks: Iterable[Rulebook], pinned: Mapping[UUID, Sequence[Pinned]], as_of: date
) -> dict[UUID, Series]:
    starts = [pin.planned.starts_on for pins in pinned.values() for pin in pins]
    if not starts:
        return {}
    return gather_months(
        store_ids=[store.pk for store in stores],
        codes=list_metric_codes(rulebooks),
        starts_on=min(starts).replace(day=1),
        ends_before=as_of + timedelta(days=1),
    )


def _worth_assessing(store: Store, pins: Sequence[Pinned], months: Series, as_of: date) -> list[Pinned]:
    """Periods that have figures or come after the first of them; and the one that runs, unless the store has left."""
    seen = [value.month for values in months.values() for value in values]
    first, last = min(seen, default=date.max), max(seen, default=date.min)
    has_left = store.status == Store.Status.EXITED
    return [
        pin
        for pin in pins
        if (pin.planned.ends_before > first and not (has_left and pin.planned.starts_on > last))
        or (pin.planned.starts_on <= as_of < pin.planned.ends_before and not has_left)
    ]


def _last_by_store(revisions: Iterable[Revision]) -> dict[UUID, Revision]:
    """The newest period of each store that was assessed: what the board shows of a store whose calendar has ended."""
    last: dict[UUID, Revision] = {}
    for revision in sorted(revisions, key=lambda revision: revision.pin.planned.starts_on):
        last[revision.pin.store_id] = revision
    return last
