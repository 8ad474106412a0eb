"""Take back what an import wrote: what only it gave vanishes, what others gave as well is theirs again."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from assessments.metrics.history import Retreat, plan_retreat, values_after
from assessments.metrics.lineage import Key, open_writing
from assessments.metrics.models import Import, Reversal, SourceDays
from assessments.metrics.past import get_days, list_given
from assessments.metrics.storing import write_values
from assessments.stores.queries import visible_to
from assessments.stores.services import hold_stores, touch_stores
from core.api.errors import ServiceError
from core.people.models import User

# Store by store, so that an import of a year for thousands of stores is taken back in little memory.
STORES_AT_ONCE = 100
# Which of the import's store-days stand, and all sources that gave them and were not taken back.
GIVEN = """
WITH mine AS (
    SELECT DISTINCT l.store_id, d.day
      FROM metrics_sourcedays l JOIN metrics_importsource s ON s.id = l.source_id CROSS JOIN unnest(l.days) AS d(day)
     WHERE s.upload_id = %(upload)s AND l.store_id = ANY(%(stores)s)),
span AS (SELECT min(day) AS first, max(day) AS last FROM mine)
SELECT m.store_id, m.day, array_agg(DISTINCT l.source_id)
  FROM span
  JOIN metrics_sourcedays l
    ON l.store_id = ANY(%(stores)s) AND l.days[1] <= span.last AND l.days[cardinality(l.days)] >= span.first
  JOIN metrics_importsource s ON s.id = l.source_id
 CROSS JOIN unnest(l.days) AS d(day)
  JOIN mine m ON m.store_id = l.store_id AND m.day = d.day
 WHERE NOT EXISTS (SELECT 1 FROM metrics_reversal r WHERE r.upload_id = s.upload_id)
 GROUP BY m.store_id, m.day
"""
KEEP_REMOVED = """
INSERT INTO metrics_storedaychange (store_id, day, upload_id, changed_at, act, before)
SELECT o.store_id, o.day, %s, %s, 'removed', jsonb_strip_nulls(to_jsonb(o) - 'store_id' - 'day')
  FROM unnest(%s::uuid[], %s::date[]) AS gone (store_id, day)
  JOIN metrics_storeday o ON o.store_id = gone.store_id AND o.day = gone.day
"""
REMOVE = """
DELETE FROM metrics_storeday o USING unnest(%s::uuid[], %s::date[]) AS gone (store_id, day)
 WHERE o.store_id = gone.store_id AND o.day = gone.day
"""


@dataclass(slots=True)
class TakenBack:
    """The account of taking back: every store-day vanished, changed or stayed as it was."""

    counts: Counter[str] = field(default_factory=Counter)
    touched: set[UUID] = field(default_factory=set)


@transaction.atomic
def revert_import(*, upload: Import, by: User, dry_run: bool = False) -> Reversal:
    """Take back an import that was taken over; done twice, it tells again what the first time did.

    A dry run does the same and is rolled back. Raises ServiceError: not_taken_over, not_recorded, not_your_stores.
    """
    upload = Import.objects.select_for_update(of=("self",)).get(pk=upload.pk)
    done = Reversal.objects.filter(upload=upload).select_related("by").first()
    if done is not None:
        return done
    _check(upload=upload, by=by)
    with transaction.atomic():
        reversal, touched = _take_back(upload=upload, by=by)
        if dry_run:
            transaction.set_rollback(True)
    if touched and not dry_run:
        touch_stores(store_ids=touched)
    return reversal


def _check(*, upload: Import, by: User) -> None:
    if upload.state != Import.State.DONE:
        raise ServiceError("not_taken_over", _("Only an import that was taken over can be taken back."))
    given = SourceDays.objects.filter(source__upload=upload)
    if not given.exists() and upload.created + upload.changed + upload.unchanged:
        raise ServiceError("not_recorded", _("Of this import it is not recorded which store-days it brought."))
    if given.exclude(store__in=visible_to(by)).exists():
        raise ServiceError("not_your_stores", _("The import brought figures of stores that you do not look after."))


def _take_back(*, upload: Import, by: User) -> tuple[Reversal, set[UUID]]:
    # Stores first, then the turn to write: an import asks in the same order, and neither waits for the other for ever.
    stores_of_it = _list_stores(upload)
    hold_stores(store_ids=stores_of_it)
    at = open_writing()
    found = TakenBack()
    for stores in _batches(stores_of_it):
        _take_back_of(stores=stores, upload=upload, at=at, found=found)
    counts = found.counts
    reversal = Reversal(
        upload=upload,
        by=by,
        reverted_at=at,
        store_days=counts.total() - counts["kept_newer"],
        removed=counts["removed"],
        changed=counts["changed"],
        unchanged=counts["unchanged"],
        kept_newer=counts["kept_newer"],
        stores=len(found.touched),
    )
    reversal.save(force_insert=True)
    return reversal, found.touched


def _list_stores(upload: Import) -> list[UUID]:
    given = SourceDays.objects.filter(source__upload=upload)
    return list(given.order_by("store_id").values_list("store_id", flat=True).distinct())


def _batches(stores: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(stores), STORES_AT_ONCE):
        yield stores[start : start + STORES_AT_ONCE]


def _take_back_of(*, stores: Sequence[UUID], upload: Import, at: datetime, found: TakenBack) -> None:
    retreats = _plan(stores=stores, upload=upload)
    found.counts["kept_newer"] += sum(retreat.kept_newer for retreat in retreats.values())
    gone = [key for key, retreat in retreats.items() if retreat.is_gone]
    _remove(gone, upload=upload.pk, at=at)
    back = {key: retreat for key, retreat in retreats.items() if retreat.back_to and not retreat.is_gone}
    days = get_days(keys=list(back), codes=sorted(set().union(*(retreat.back_to for retreat in back.values()))))
    values, no_data = {}, {}
    for key, retreat in back.items():
        values[key], no_data[key] = values_after(days[key], retreat)
    changed = write_values(values=values, upload=upload.pk, at=at, act="undone", no_data=no_data).changed
    found.counts["removed"] += len(gone)
    found.counts["changed"] += len(changed)
    found.counts["unchanged"] += len(retreats) - len(gone) - len(changed)
    found.touched |= {store for store, _day in (*gone, *changed)}


def _plan(*, stores: Sequence[UUID], upload: Import) -> Mapping[Key, Retreat]:
    """What becomes of each store-day. Few sets of sources occur, and each is thought through once."""
    with connection.cursor() as cursor:
        cursor.execute(GIVEN, {"upload": upload.pk, "stores": list(stores)})
        rows = cursor.fetchall()
    given, own = list_given({source for *_key, sources in rows for source in sources}, of=upload)
    plans: dict[tuple[int, ...], Retreat] = {}
    for *_key, sources in rows:
        shape = tuple(sources)
        if shape not in plans:
            plans[shape] = plan_retreat(
                taken_back=[given[source] for source in shape if source in own],
                others=[given[source] for source in shape if source not in own],
            )
    return {(store, day): plans[tuple(sources)] for store, day, sources in rows}


def _remove(gone: Sequence[Key], *, upload: UUID, at: datetime) -> None:
    keys: list[Any] = [[store for store, _day in gone], [day for _store, day in gone]]
    with connection.cursor() as cursor:
        cursor.execute(KEEP_REMOVED, [upload, at, *keys])
        cursor.execute(REMOVE, keys)
