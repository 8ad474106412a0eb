"""The row is the truth, the queue a doorbell: kill the worker, flush the broker, and all is computed, once."""

import threading
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.db.models import F

from assessments.metrics.models import Import, StoreDay
from assessments.metrics.services import upload_file
from assessments.periods.models import StoreStanding, Verdict
from assessments.stores.models import Store
from core.outbox.models import Message
from tasks.base import Delivery
from tests.tasks.stage import Stage, committed_agency, kill, make_store, owner_of, scores_csv, wait_until, worker

FILES, STORES, DAYS = 12, 5, 20


@pytest.fixture
def stage(django_db_setup: None, django_db_blocker: Any, database_name: str, worker_id: str) -> Iterator[Stage]:
    with django_db_blocker.unblock(), committed_agency(database_name, worker_id) as stage:
        yield stage


def upload_everything(stage: Stage) -> None:
    with stage.scope():
        stores = [make_store(number=number) for number in range(STORES)]
        for number in range(FILES):
            upload_file(
                content=scores_csv(stores=stores, first=date(2024, 1 + number, 1), days=DAYS),
                file_name=f"{number}.csv",
                by=owner_of(stage),
                dry_run=False,
            )


def count_done(stage: Stage) -> int:
    with stage.scope():
        return Import.objects.exclude(state=Import.State.QUEUED).count()


def is_all_computed(stage: Stage) -> bool:
    with stage.scope():
        return (
            not Import.objects.filter(state=Import.State.QUEUED).exists()
            and not Store.objects.exclude(estimated_revision=F("facts_revision")).exists()
            and not Message.objects.filter(done_at__isnull=True).exists()
        )


def test_killing_the_worker_and_flushing_the_broker_loses_nothing_and_repeats_nothing(stage: Stage) -> None:
    upload_everything(stage)
    with worker(stage) as first:
        wait_until(lambda: count_done(stage) >= 2, meanwhile=stage.send_sweep)
        kill(first)
    stage.flush_broker()
    assert count_done(stage) < FILES, "the worker was too quick for this test to mean anything"
    with worker(stage):
        wait_until(lambda: is_all_computed(stage), meanwhile=stage.send_sweep)
    with stage.scope():
        imports = list(Import.objects.all())
        assert {upload.state for upload in imports} == {Import.State.DONE}
        assert sum(upload.created for upload in imports) == FILES * STORES * DAYS
        assert sum(upload.changed + upload.unchanged + upload.rejected for upload in imports) == 0
        assert StoreDay.objects.count() == FILES * STORES * DAYS
        assert StoreStanding.objects.count() == STORES
        assert not Message.objects.filter(quarantined_at__isnull=False).exists()
        digests = list(Verdict.objects.order_by("period", "revision").values_list("period", "digest"))
        assert all(earlier != later for earlier, later in pairwise(digests))


def test_a_broker_that_never_heard_of_the_work_is_told_by_the_sweep(stage: Stage) -> None:
    upload_everything(stage)
    stage.flush_broker()
    with worker(stage):
        wait_until(lambda: is_all_computed(stage), meanwhile=stage.send_sweep)
    assert count_done(stage) == FILES


def test_two_workers_never_work_on_one_message_at_once(stage: Stage) -> None:
    """The second ring comes while the first worker is at it: the row lock keeps it out, and later it is done."""
    started, may_end = threading.Event(), threading.Event()
    runs: list[str] = []

    def slow(**_payload: Any) -> None:
        runs.append(threading.current_thread().name)
        started.set()
        may_end.wait(30)

    def work() -> None:
        Delivery(slow, stage.schema, message, None, opens_own_doors=False).run()
        connection.close()

    with stage.scope():
        message = Message.objects.create(event="Test", task="slow").pk
    first = threading.Thread(target=work)
    first.start()
    assert started.wait(30)
    second = threading.Thread(target=work)
    second.start()
    second.join(30)
    may_end.set()
    first.join(30)
    work()
    assert len(runs) == 1
    with stage.scope():
        assert Message.objects.get(pk=message).attempts == 1
