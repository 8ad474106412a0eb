"""The sweep of one agency: a new day, messages nobody rings for, stores nobody computes, what has had its time."""

import logging
from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import transaction

from assessments.backtests.events import ShadowsWait
from assessments.backtests.queries import count_behind
from assessments.metrics.rejected_rows import forget_rejected_rows
from assessments.metrics.services import expire_dry_runs
from assessments.stores.events import StoresChanged
from assessments.stores.queries import count_stale
from assessments.stores.services import BATCH, roll_day
from core.api.idempotency import forget_answers
from core.outbox.queries import has_open_message, list_open_messages
from core.outbox.services import publish, quarantine_exhausted, ring
from tasks.base import JOBS
from tenants.door import PUBLIC, agency_scope, platform_scope

log = logging.getLogger(__name__)
MOST_AGENCIES_TO_MAKE = 1000


def sweep_agency(*, schema: str, now: datetime) -> int:
    """Find what was lost in one agency and ring for it. Returns how many rings."""
    with agency_scope(schema=schema) as scope:
        roll_day(today=scope.today(now), is_fixed=scope.business_date is not None)
        # A few rings are enough: each worker that is done rings for whoever is next.
        rung = _ring_again(address=schema, now=now, limit=settings.AGENCY_SLOTS)
        expire_dry_runs(at=now)
        forget_rejected_rows(at=now)
        forget_answers(at=now)
        stale = count_stale()
        if stale and not has_open_message(task="recompute_stores") and not has_open_message(task="estimate_refunds"):
            for _batch in range(0, stale, BATCH):
                publish(StoresChanged(stores=stale))
        behind = count_behind()
        if behind and not stale and not has_open_message(task="follow_shadows"):
            publish(ShadowsWait(stores=behind))
    return rung


def sweep_platform(*, now: datetime) -> int:
    """The same for the platform's own messages: agencies to be made."""
    with platform_scope():
        return _ring_again(address=PUBLIC, now=now, limit=MOST_AGENCIES_TO_MAKE)


def _ring_again(*, address: str, now: datetime, limit: int) -> int:
    for given_up in quarantine_exhausted():
        log.error("%s #%s in %s was set aside", given_up.task, given_up.message, address)
        job = JOBS.get(given_up.task)
        if job is not None and job.give_up is not None:
            job.give_up(now=now, **given_up.payload)
    waiting = list_open_messages(limit=limit)
    for message, task in waiting:
        transaction.on_commit(partial(ring, address=address, task=task, message=message), robust=True)
    return len(waiting)
