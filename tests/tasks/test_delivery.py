"""Ringing: twice is once, nobody's agency runs nothing, a dead broker stops no request."""

import logging

import pytest
from celery import Celery

from assessments.metrics.models import Import
from assessments.metrics.services import upload_file
from assessments.stores.services import roll_day
from core.outbox.models import Message
from core.outbox.services import MAX_ATTEMPTS
from tasks.doorbell import ring
from tasks.work import recompute_stores, run_import
from tests.conftest import House
from tests.tasks.stage import make_store, scores_csv


def message_of(task: str) -> int:
    return Message.objects.filter(task=task).latest("pk").pk


def test_a_message_rung_twice_is_worked_on_once(alpha: House) -> None:
    from datetime import date

    with alpha.scope():
        store = make_store()
        upload = upload_file(
            content=scores_csv(stores=[store], first=date(2024, 1, 1), days=3),
            file_name="a.csv",
            by=alpha.user("owner"),
            dry_run=False,
        )
        message = message_of("run_import")
    run_import(address=alpha.schema, message=message)
    with alpha.scope():
        finished = Import.objects.get(pk=upload.pk).finished_at
    run_import(address=alpha.schema, message=message)
    with alpha.scope():
        assert Import.objects.get(pk=upload.pk).finished_at == finished
        assert Message.objects.get(pk=message).attempts == 1


@pytest.mark.parametrize("address", ["t_0000000000000000", "public; drop", ""])
def test_a_ring_for_no_agency_runs_nothing(alpha: House, address: str, caplog: pytest.LogCaptureFixture) -> None:
    with alpha.scope():
        make_store()
        message = message_of("recompute_stores")
    with caplog.at_level(logging.WARNING):
        recompute_stores(address=address, message=message)
    assert "nothing done" in caplog.text
    with alpha.scope():
        assert Message.objects.get(pk=message).attempts == 0


def test_a_ring_in_public_does_not_run_an_agencys_task(alpha: House) -> None:
    """A message without its agency must not fall through to the public schema."""
    with alpha.scope():
        make_store()
        message = message_of("recompute_stores")
    recompute_stores(address="public", message=message)
    with alpha.scope():
        assert Message.objects.get(pk=message).done_at is None


def test_keys_of_a_newer_sender_are_ignored(alpha: House) -> None:
    with alpha.scope():
        make_store()
        message = message_of("recompute_stores")
    recompute_stores(address=alpha.schema, message=message, colour="red")
    with alpha.scope():
        assert Message.objects.get(pk=message).done_at is not None


def test_work_that_always_fails_is_set_aside_and_its_upload_told(alpha: House) -> None:
    with alpha.scope():
        upload = upload_file(content=b"x", file_name="a.csv", by=alpha.user("owner"), dry_run=False)
        message = message_of("run_import")
        # A file row that is gone is a defect, not a bad file: the task fails each time.
        upload.file.delete()
    for _attempt in range(MAX_ATTEMPTS):
        with pytest.raises(Exception, match="file"):
            run_import(address=alpha.schema, message=message)
    run_import(address=alpha.schema, message=message)
    with alpha.scope():
        kept = Message.objects.get(pk=message)
        assert kept.attempts == MAX_ATTEMPTS
        assert kept.quarantined_at is not None
        assert "RelatedObjectDoesNotExist" in kept.last_error
        upload.refresh_from_db()
        assert upload.state == Import.State.FAILED
        assert upload.error["code"] == "gave_up"


def test_a_dead_broker_is_logged_and_stops_nobody(caplog: pytest.LogCaptureFixture) -> None:
    with Celery("dead", broker="redis://127.0.0.1:1/0") as dead, caplog.at_level(logging.WARNING):
        ring(address="t_0000000000000000", task="recompute_stores", message=1, sender=dead)
    assert "waits for the sweep" in caplog.text


def test_a_new_day_touches_every_store_once(alpha: House) -> None:
    from datetime import date

    with alpha.scope():
        make_store(number=1)
        make_store(number=2)
        assert roll_day(today=date(2025, 2, 1)) == 2
        assert roll_day(today=date(2025, 2, 1)) == 0
        assert roll_day(today=date(2025, 2, 2)) == 2
