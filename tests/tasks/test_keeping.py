"""Two imports of one store at once: the one that keeps what is stored sees what the other has stored."""

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection

from assessments.metrics.models import Import, StoreDay
from assessments.metrics.services import run_import, upload_file
from assessments.metrics.storing import store_days
from assessments.stores.services import hold_stores
from tests.factories import make_upload
from tests.tasks.stage import Stage, committed_agency, make_store, owner_of, scores_csv, wait_until

DAY, TODAY = date(2024, 1, 1), date(2025, 1, 31)


@pytest.fixture
def stage(django_db_setup: None, django_db_blocker: Any, database_name: str, worker_id: str) -> Iterator[Stage]:
    with django_db_blocker.unblock(), committed_agency(database_name, worker_id) as stage:
        yield stage


def is_somebody_waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])


def test_what_another_import_is_about_to_store_is_kept_too(stage: Stage) -> None:
    with stage.scope():
        store = make_store()
        other = make_upload().pk
        content = scores_csv(stores=[store], first=DAY, days=1, score="4.60")
        mine = upload_file(content=content, file_name="a.csv", by=owner_of(stage), dry_run=False, on_conflict="keep").pk
    stored, may_commit = threading.Event(), threading.Event()

    def store_first() -> None:
        with stage.scope():
            hold_stores(store_ids=[store.pk])
            store_days(values={(store.pk, DAY): {"comprehensive_experience_score": 4_500_000}}, upload=other)
            stored.set()
            may_commit.wait(60)
        connection.close()

    def keep() -> None:
        with stage.scope():
            run_import(upload_id=mine, at=datetime(2025, 1, 31, tzinfo=UTC), today=TODAY)
        connection.close()

    threads = [threading.Thread(target=work) for work in (store_first, keep)]
    threads[0].start()
    assert stored.wait(60)
    threads[1].start()
    wait_until(is_somebody_waiting)
    may_commit.set()
    for thread in threads:
        thread.join(60)
    with stage.scope():
        done = Import.objects.get(pk=mine)
        assert (done.state, done.created, done.kept, done.conflicts) == ("done", 0, 1, 1)
        assert StoreDay.objects.get().comprehensive_experience_score == 4_500_000
