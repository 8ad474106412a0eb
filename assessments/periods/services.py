"""Recompute: claim stale stores, gather, assess, write what changed. Twice is the same as once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from assessments.engine import plan_periods
from assessments.periods.calendars import Pinned, Plan, open_periods
from assessments.periods.events import StoresRecomputed
from assessments.periods.facts import Asked, Figures, stream_figures
from assessments.periods.revisions import Case, write_changes
from assessments.rulebooks.queries import DEFAULT_TRACK, Programmes, get_lines, get_tracks, list_programmes
from assessments.stores.events import StoresChanged
from assessments.stores.models import Store
from assessments.stores.queries import claim_stale, get_business_date
from assessments.stores.services import BATCH, mark_done
from core.outbox.services import publish

# Kinds of rulebooks that judge periods.
JUDGED = ("assessment", "probation")
# Stores that are judged and written together.
TOGETHER = 100


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What one batch did. `stores` 0 means that nothing was stale, or that others hold what is."""

    stores: int
    verdicts: int


@transaction.atomic
def recompute_stale(*, today: date, limit: int = BATCH) -> Recomputed:
    """Recompute up to `limit` stale stores as things stand on the business date `today`.

    Figures come a day late, so the last day that can have any is yesterday.
    """
    stores = claim_stale(revision="computed_revision", behind="facts_revision", limit=limit)
    if not stores:
        return Recomputed(stores=0, verdicts=0)
    verdicts = recompute_stores(stores=stores, as_of=get_business_date(today=today) - timedelta(days=1))
    mark_done(stores=stores, revision="computed_revision", behind="facts_revision")
    publish(StoresRecomputed(stores=len(stores), verdicts=verdicts))
    if len(stores) == limit:
        # There may be more: the next batch is its own transaction, for whichever worker is free.
        publish(StoresChanged(stores=limit))
    return Recomputed(stores=len(stores), verdicts=verdicts)


def recompute_stores(*, stores: Sequence[Store], as_of: date, together: int = TOGETHER) -> int:
    """Judge every period of these stores that has figures, and those that run. Returns new verdict revisions.

    Figures are asked for once and worked on `together` stores at a time: a batch needs no more memory than they do.
    """
    stores = sorted(stores, key=lambda store: store.pk)
    programmes = list_programmes(*JUDGED)
    plans = plan_stores(stores=stores, programmes=programmes, until=as_of)
    pinned = open_periods(stores=stores, plans=plans, ids=programmes.ids)
    lines = get_lines(stores=stores)
    by_store: dict[UUID, list[Plan]] = {}
    for plan in plans:
        by_store.setdefault(plan.store.pk, []).append(plan)
    parts = [stores[at : at + together] for at in range(0, len(stores), together)]
    pins = [pin for pins in pinned.values() for pin in pins]
    written = 0
    for part, figures in zip(parts, stream_figures(parts=parts, pins=pins, as_of=as_of), strict=True):
        asked = Asked(figures, lines, as_of)
        cases = [
            Case(plan, pin, asked.name_inputs(plan, pin))
            for store in part
            for plan in by_store.get(store.pk, ())
            for pin in list_worth_judging(store, pinned[plan.key], figures, as_of)
        ]
        written += write_changes(stores=part, cases=cases, asked=asked)
    return written


def plan_stores(*, stores: Sequence[Store], programmes: Programmes, until: date) -> list[Plan]:
    """The calendar of every store under every programme that covers it, in the order of the programmes' names."""
    tracks = get_tracks(store_ids=[store.pk for store in stores])
    return [
        Plan(
            store=store,
            programme=programme,
            periods=plan_periods(store.go_live_on, versions, tracks.get((store.pk, programme), DEFAULT_TRACK), until),
        )
        for store in stores
        for programme, versions in programmes.open_to(store=store, tracks=tracks).items()
    ]


def list_worth_judging(store: Store, pins: Sequence[Pinned], figures: Figures, as_of: date) -> list[Pinned]:
    """Periods that have figures or come after the first of them; the one that runs, unless the store has left; and a
    probation always: somebody enrolled the store in it by name."""
    seen = list(figures.list_seen(pins))
    first, last = min(seen, default=date.max), max(seen, default=date.min)
    has_left = store.status == Store.Status.EXITED
    return [
        pin
        for pin in pins
        if (pin.planned.ends_before > first and not (has_left and pin.planned.starts_on > last))
        or (pin.planned.is_running(as_of) and not has_left)
        or pin.rulebook.kind == "probation"
    ]
