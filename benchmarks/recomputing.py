"""The product's own recompute, driven as the worker drives it: batch after batch, each through the door."""

from collections.abc import Iterable
from uuid import UUID

from assessments.fees.services import estimate_stale
from assessments.periods.services import recompute_stale
from assessments.stores.services import touch_stores
from benchmarks.sizes import TODAY
from tenants.door import agency_scope


def touch(slug: str, *, stores: Iterable[UUID] | None = None) -> None:
    """Make every store (or these) stale."""
    with agency_scope(slug=slug):
        touch_stores(store_ids=stores)


def recompute_all(slug: str) -> int:
    """Verdicts and board of every stale store. Returns how many verdict revisions were written."""
    written = 0
    while True:
        with agency_scope(slug=slug):
            done = recompute_stale(today=TODAY)
        if not done.stores:
            return written
        written += done.verdicts


def estimate_all(slug: str) -> int:
    """Refund estimates of every store that is behind. Returns how many revisions were written."""
    written = 0
    while True:
        with agency_scope(slug=slug):
            done = estimate_stale(today=TODAY)
        if not done.stores:
            return written
        written += done.estimates
