"""The same ring many times, a worker that comes back from the dead, and work that is given up without a word."""

import random
import threading
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from celery import Celery
from django.db import OperationalError, connection

from assessments.metrics.models import Import, StoreDay
from assessments.metrics.services import upload_file
from assessments.stores.models import Client
from core.outbox.models import Message
from core.outbox.services import MAX_ATTEMPTS, WORKER
from tasks.base import Delivery
from tasks.doorbell import ring
from tasks.work import sweep
from tests.conftest import House
from tests.tasks.stage import Stage, committed_agency, make_store, owner_of, scores_csv, wait_until, worker

FILES, DAYS = 6, 10


@pytest.fixture
def stage(django_db_setup: None, django_db_blocker: Any, database_name: str, worker_id: str) -> Iterator[Stage]:
    with django_db_blocker.unblock(), committed_agency(database_name, worker_id) as stage:
        yield stage


def test_rings_that_come_five_times_in_any_order_do_everything_once(stage: Stage) -> None:
    with stage.scope():
        store = make_store()
        for number in range(FILES):
            content = scores_csv(stores=[store], first=date(2024, 1 + number, 1), days=DAYS)
            upload_file(content=content, file_name=f"{number}.csv", by=owner_of(stage), dry_run=False)
        rings = [*Message.objects.values_list("pk", "task")] * 5
    stage.flush_broker()
    random.Random(5).shuffle(rings)
    with Celery("test", broker=stage.broker) as sender:
        for message, task in rings:
            ring(address=stage.schema, task=task, message=message, sender=sender)

    def is_done() -> bool:
        with stage.scope():
            return not Message.objects.filter(done_at__isnull=True).exists()

    with worker(stage):
        wait_until(is_done)
    with stage.scope():
        assert [upload.created for upload in Import.objects.all()] == [DAYS] * FILES
        assert StoreDay.objects.count() == FILES * DAYS
        assert set(Message.objects.values_list("starts", flat=True)) == {1}


def test_a_worker_that_was_given_up_for_dead_writes_nothing_when_it_comes_back(stage: Stage) -> None:
    """Its connection was lost while it slept, another did its work: its own commit fails, and the work is done once."""
    asleep, may_wake = threading.Event(), threading.Event()
    backend: list[int] = []
    troubles: list[BaseException] = []

    def work(**_payload: Any) -> None:
        is_first = not backend
        if is_first:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                backend.extend(cursor.fetchone())
            asleep.set()
            may_wake.wait(60)
        Client.objects.create(name="first" if is_first else "second")

    def deliver() -> None:
        try:
            Delivery(work, stage.schema, message, None, opens_own_doors=False).run()
        except BaseException as error:
            troubles.append(error)
        finally:
            connection.close()

    with stage.scope():
        message = Message.objects.create(event="Test", task="work").pk
    sleeper = threading.Thread(target=deliver)
    sleeper.start()
    assert asleep.wait(60)
    with stage.scope(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE")
        cursor.execute("SELECT pg_terminate_backend(%s, 10000)", backend)
    deliver()
    assert troubles == []
    may_wake.set()
    sleeper.join(60)
    with stage.scope():
        assert list(Client.objects.values_list("name", flat=True)) == ["second"]
        assert Message.objects.get(pk=message).done_at is not None
        assert Message.objects.get(pk=message).quarantined_at is None
    assert [type(error) for error in troubles] == [OperationalError]


def test_an_upload_whose_work_died_three_times_without_a_word_is_told(alpha: House) -> None:
    """It used to stay queued for ever: nobody raised an error, so nobody told it."""
    with alpha.scope():
        upload = upload_file(content=b"x", file_name="a.csv", by=alpha.user("owner"), dry_run=False)
        Message.objects.filter(task="run_import").update(attempts=MAX_ATTEMPTS, starts=MAX_ATTEMPTS, started_by=WORKER)
    sweep()
    with alpha.scope():
        upload.refresh_from_db()
        assert upload.state == Import.State.FAILED
        assert upload.error["code"] == "gave_up"
        assert Message.objects.get(task="run_import").last_error == "the worker died"
