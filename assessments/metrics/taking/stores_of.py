"""Which stores the records of a file mean, as far as the uploader sees them."""

from collections.abc import Sequence
from uuid import UUID

from assessments.metrics.reading.results import Record, StoreRef
from assessments.stores.queries import match_stores, visible_to
from core.people.models import User


def find_stores(records: Sequence[Record], user: User) -> dict[StoreRef, UUID]:
    """How records name stores → the store that `user` may see; what cannot be matched is absent."""
    named = {record.store for record in records}
    matched = match_stores(keys={(ref.shop_id, ref.name) for ref in named if ref.shop_id or ref.name}, user=user)
    chosen = {ref.chosen for ref in named if ref.chosen}
    visible = {str(pk): pk for pk in visible_to(user).filter(pk__in=chosen).values_list("pk", flat=True)}
    found = {ref: matched.get((ref.shop_id, ref.name)) or visible.get(ref.chosen) for ref in named}
    return {ref: pk for ref, pk in found.items() if pk is not None}
