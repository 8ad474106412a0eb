"""Messages: written with the event, claimed by one, done once, set aside after three attempts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from assessments.backtests.events import BacktestWaits, ShadowsWait
from assessments.fees.events import StoresEstimated
from assessments.metrics.events import FileUploaded
from assessments.periods.events import StoresRecomputed
from assessments.stores.events import StoresChanged
from core.locks import try_lock
from core.outbox import services
from core.outbox.events import Event
from core.outbox.models import Message
from core.outbox.queries import has_open_message, list_open_messages
from core.outbox.services import (
    MAX_STARTS,
    claim,
    fail,
    finish,
    hold,
    lock_name,
    publish,
    quarantine_exhausted,
    retry,
)
from tasks.wiring import WIRING
from tenants.events import AgencyRequested
from tests.conftest import House
from tests.services.conftest import busy_elsewhere, elsewhere

TASK = "recompute_stores"


@dataclass(frozen=True, slots=True)
class NobodyListens(Event):
    word: str


@dataclass(frozen=True, slots=True)
class TwoListen(Event):
    word: str


def write(**fields: Any) -> Message:
    return Message.objects.create(event="StoresChanged", task=TASK, payload={"stores": 1}, **fields)


@pytest.fixture
def committed(houses: dict[str, House], django_db_blocker: Any) -> Iterator[tuple[House, int]]:
    """A message that other connections see too. Ask for it before `db`, which must let go of it first."""
    house = houses["alpha"]

    def make() -> int:
        with house.scope():
            return int(write().pk)

    def remove() -> None:
        with house.scope():
            Message.objects.filter(pk=message).delete()

    with django_db_blocker.unblock():
        message = elsewhere(make)
        yield house, message
        elsewhere(remove)


@pytest.mark.parametrize(
    "event",
    [
        FileUploaded(upload="x"),
        StoresChanged(stores=3),
        StoresRecomputed(stores=3, verdicts=1),
        StoresEstimated(stores=3, estimates=1),
        ShadowsWait(stores=3),
        BacktestWaits(backtest="x"),
        AgencyRequested(schema="t_x", owner="o", password_hash="h"),
    ],
    ids=lambda event: event.event_name(),
)
def test_an_event_writes_one_message_for_each_task_wired_to_it(alpha: House, event: Event) -> None:
    with alpha.scope():
        ids = publish(event)
        messages = list(Message.objects.filter(pk__in=ids))
        assert [message.task for message in messages] == list(WIRING[type(event)])
        assert [message.payload for message in messages] == [event.payload()]
        assert [message.event for message in messages] == [type(event).__name__]
        assert Message.objects.count() == len(messages)


def test_every_event_of_the_wiring_is_published_above() -> None:
    assert set(WIRING) == {
        *(FileUploaded, StoresChanged, StoresRecomputed, StoresEstimated),
        *(ShadowsWait, BacktestWaits, AgencyRequested),
    }


def test_an_event_that_nobody_listens_to_writes_nothing(alpha: House) -> None:
    with alpha.scope():
        assert publish(NobodyListens(word="?")) == []
        assert not Message.objects.exists()


def test_two_listeners_get_a_message_each(alpha: House) -> None:
    bell = services._ring
    assert bell is not None
    try:
        services.subscribe({TwoListen: ("one", "two")}, bell=bell)
        with alpha.scope():
            publish(TwoListen(word="!"))
            assert list(Message.objects.order_by("pk").values_list("task", flat=True)) == ["one", "two"]
    finally:
        services.subscribe(WIRING, bell=bell)


def test_the_ring_carries_the_address_of_the_agency_and_comes_after_the_commit(
    alpha: House, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as rings:
        with alpha.scope():
            [message] = publish(StoresChanged(stores=1))
        assert rings == []
    [ring] = rings
    assert ring.keywords == {"address": alpha.schema, "task": TASK, "message": message}


def test_an_event_that_was_rolled_back_leaves_no_message_and_no_ring(
    alpha: House, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as rings:
        with alpha.scope(), pytest.raises(ZeroDivisionError), transaction.atomic():
            publish(StoresChanged(stores=1))
            raise ZeroDivisionError
        with alpha.scope():
            assert not Message.objects.exists()
    assert rings == []


def test_claiming_counts_the_attempt_and_gives_the_payload(alpha: House) -> None:
    with alpha.scope():
        message = write()
        assert claim(message.pk, task=TASK) == {"stores": 1}
        assert claim(message.pk, task=TASK) == {"stores": 1}
        message.refresh_from_db()
        assert message.attempts == 2


def test_a_message_of_another_task_is_not_claimed(alpha: House) -> None:
    with alpha.scope():
        message = write()
        assert claim(message.pk, task="run_import") is None
        message.refresh_from_db()
        assert message.attempts == 0


def test_a_message_that_is_done_set_aside_or_missing_is_not_claimed(alpha: House) -> None:
    with alpha.scope():
        done, aside = write(done_at=timezone.now()), write(quarantined_at=timezone.now())
        for pk in (done.pk, aside.pk, 999_999):
            assert claim(pk, task=TASK) is None
            assert hold(pk) is False
        assert list(Message.objects.values_list("attempts", flat=True)) == [0, 0]


def test_finished_twice_is_finished_once(alpha: House) -> None:
    with alpha.scope():
        message = write(last_error="earlier")
        assert hold(message.pk) is True
        finish(message.pk)
        message.refresh_from_db()
        assert (message.done_at is not None, message.last_error) == (True, "")
        assert claim(message.pk, task=TASK) is None
        assert hold(message.pk) is False
        assert fail(message.pk, error="too late") is False
        message.refresh_from_db()
        assert message.last_error == ""


def test_the_third_failure_sets_a_message_aside_and_keeps_its_error(alpha: House) -> None:
    with alpha.scope():
        message = write()
        outcomes = []
        for number in range(3):
            assert claim(message.pk, task=TASK) is not None
            outcomes.append(fail(message.pk, error=f"failure {number} " + "x" * 5000))
        assert outcomes == [False, False, True]
        message.refresh_from_db()
        assert message.quarantined_at is not None
        assert message.last_error.startswith("failure 2")
        assert len(message.last_error) == 2000
        assert claim(message.pk, task=TASK) is None
        assert not has_open_message(task=TASK)


def test_what_was_set_aside_can_be_tried_again_with_its_attempts_forgotten(alpha: House) -> None:
    with alpha.scope():
        aside, waiting = write(attempts=3, quarantined_at=timezone.now()), write(attempts=2)
        assert retry([aside.pk, waiting.pk]) == 1
        assert claim(aside.pk, task=TASK) is not None
        assert dict(Message.objects.values_list("pk", "attempts")) == {aside.pk: 1, waiting.pk: 2}


def test_a_message_that_killed_its_process_three_times_is_set_aside(alpha: House) -> None:
    with alpha.scope():
        silent, speaking = write(attempts=3), write(attempts=3, last_error="why")
        alive, done = write(attempts=2), write(attempts=3, done_at=timezone.now())
        assert {(each.message, each.task) for each in quarantine_exhausted()} == {
            (silent.pk, TASK),
            (speaking.pk, TASK),
        }
        assert quarantine_exhausted() == []
        found = {row.pk: row for row in Message.objects.all()}
        assert found[silent.pk].last_error == "the worker died"
        assert found[speaking.pk].last_error == "why"
        assert found[alive.pk].quarantined_at is found[done.pk].quarantined_at is None


def test_a_start_that_ended_with_its_whole_worker_is_no_attempt_of_the_messages(alpha: House) -> None:
    """A restart of the machine is not the fault of what was at work; the same worker's dead process may well be."""
    with alpha.scope():
        message = write()
        for worker in ("first", "second", "third", "fourth"):
            assert claim(message.pk, task=TASK, by=worker) is not None
            assert quarantine_exhausted(by="next") == []
        message.refresh_from_db()
        assert (message.attempts, message.starts) == (1, 4)
        for _death in range(2):
            assert claim(message.pk, task=TASK, by="fourth") is not None
        assert quarantine_exhausted(by="next") == []
        assert [each.message for each in quarantine_exhausted(by="fourth")] == [message.pk]


def test_an_error_that_was_told_counts_whichever_worker_comes_next(alpha: House) -> None:
    with alpha.scope():
        message = write()
        outcomes = []
        for worker in ("first", "second", "third"):
            assert claim(message.pk, task=TASK, by=worker) is not None
            outcomes.append(fail(message.pk, error="why"))
        assert outcomes == [False, False, True]


def test_a_message_that_takes_worker_after_worker_with_it_ends_all_the_same(alpha: House) -> None:
    with alpha.scope():
        message = write()
        for number in range(MAX_STARTS):
            assert quarantine_exhausted(by="next") == []
            assert claim(message.pk, task=TASK, by=f"worker {number}") is not None
        assert [each.payload for each in quarantine_exhausted(by="next")] == [{"stores": 1}]


def test_a_message_between_claim_and_work_is_not_set_aside(committed: tuple[House, int], db: None) -> None:
    """Its third attempt is counted and its row not yet held: the message's own lock says that somebody is at it."""
    house, message = committed
    with busy_elsewhere(house, lambda: try_lock(lock_name(address=house.schema, message=message))) as is_locked:
        assert is_locked is True
        with house.scope():
            Message.objects.filter(pk=message).update(attempts=3)
            assert quarantine_exhausted() == []
    with house.scope():
        assert [each.message for each in quarantine_exhausted()] == [message]


def test_waiting_messages_are_listed_oldest_first_and_fresh_ones_are_left_to_their_own_ring(alpha: House) -> None:
    with alpha.scope():
        old, older, fresh, done = write(), write(), write(), write(done_at=timezone.now())
        Message.objects.exclude(pk=fresh.pk).update(created_at=timezone.now() - timedelta(minutes=5))
        assert list_open_messages() == [(old.pk, TASK), (older.pk, TASK)]
        assert list_open_messages(limit=1) == [(old.pk, TASK)]
        assert done.pk not in [pk for pk, _task in list_open_messages()]


def test_a_message_that_a_worker_holds_is_neither_claimed_nor_listed_nor_set_aside(
    committed: tuple[House, int], db: None
) -> None:
    house, message = committed
    with busy_elsewhere(house, lambda: hold(message)) as held:
        assert held is True
        with house.scope():
            assert claim(message, task=TASK) is None
            assert hold(message) is False
            assert message not in [pk for pk, _task in list_open_messages()]
            assert quarantine_exhausted() == []
    with house.scope():
        assert claim(message, task=TASK) == {"stores": 1}
