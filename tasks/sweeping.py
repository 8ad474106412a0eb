"""The sweep of one agency: a new day, messages nobody rings for, stores nobody computes, what has had its time."""

from datetime import datetime
from functools import partial

from django.db import transaction

from assessments.backtests.events import ShadowsWait
from assessments.backtests.queries import count_behind
from assessments.metrics.services import expire_dry_runs
from assessments.stores.events import StoresChanged
from assessments.stores.queries import count_stale
from assessments.stores.services import BATCH, roll_day
from core.api.idempotency import forget_answers
from core.outbox.queries import has_open_message, list_open_messages
from core.outbox.services import publish, quarantine_exhausted, ring
from tenants.door import PUBLIC, agency_scope, platform_scope


def sweep_agency(*, schema: str, now: datetime) -> int:
    """Find what was lost in one agency and ring for it. Returns how many rings."""
    with agency_scope(schema=schema) as scope:
        roll_day(today=scope.today(now))
        rung = _ring_again(address=schema)
        expire_dry_runs(at=now)
        forget_answers(at=now)
        stale = count_stale()
        if stale and not has_open_message(task="recompute_stores") and not has_open_message(task="estimate_refunds"):
            for _batch in range(0, stale, BATCH):
                publish(StoresChanged(stores=stale))
        behind = count_behind()
        if behind and not stale and not has_open_message(task="follow_shadows"):
            publish(ShadowsWait(stores=behind))
    return rung


def sweep_platform() -> int:
    """The same for the platform's own messages: agencies to be made."""
    with platform_scope():
        return _ring_again(address=PUBLIC)


def _ring_again(*, address: str) -> int:
    quarantine_exhausted()
    waiting = list_open_messages()
    for message, task in waiting:
        transaction.on_commit(partial(ring, address=address, task=task, message=message), robust=True)
    return len(waiting)
