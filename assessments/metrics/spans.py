"""The days that count for a store: from its opening to its leaving, and before the business date."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Max

from assessments.metrics.models import StoreDay
from assessments.stores.models import Store

# Each: ids of stores → the last day of those that are known to have left. Filled by rooms that stand above this one.
leavings: list[Callable[[Sequence[UUID]], dict[UUID, date]]] = []


@dataclass(frozen=True, slots=True)
class Span:
    """Days that count, half-open; empty when both are the same."""

    starts_on: date
    ends_before: date

    @property
    def days(self) -> int:
        return (self.ends_before - self.starts_on).days


def get_spans(*, stores: Sequence[Store], starts_on: date, ends_before: date, today: date) -> dict[UUID, Span]:
    """Store → the days of [starts_on, ends_before) that count for it."""
    last_days = _find_last_days(stores)
    spans = {}
    for store in stores:
        opens = max(starts_on, store.go_live_on)
        closes = min(ends_before, today)
        if (last := last_days.get(store.pk)) is not None:
            closes = min(closes, last + timedelta(days=1))
        spans[store.pk] = Span(opens, max(opens, closes))
    return spans


def _find_last_days(stores: Iterable[Store]) -> dict[UUID, date]:
    """The last day of each store that has left. Where nobody wrote it down, the last day of which anything is known;
    a store that left and has no figures at all counts no day."""
    stores = list(stores)
    found: dict[UUID, date] = {}
    for find in leavings:
        found |= find([store.pk for store in stores])
    gone = [store for store in stores if store.status == Store.Status.EXITED and store.pk not in found]
    if gone:
        known = StoreDay.objects.filter(store__in=gone).values_list("store_id").annotate(Max("day")).order_by()
        last = dict(known)
        found |= {store.pk: last.get(store.pk) or store.go_live_on - timedelta(days=1) for store in gone}
    return found
