"""Fair to every agency: whoever was served least recently is next, and nobody's work waits behind all of another's."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from assessments.metrics.models import Import
from assessments.metrics.services import upload_file
from core.locks import try_lock
from core.outbox.models import Message
from core.outbox.queries import list_waiting
from tasks.base import serve_next
from tasks.work import follow_shadows, recompute_stores
from tenants.door import platform_scope
from tenants.models import Agency, Turn
from tenants.turns import ask_for_turn, end_waiting, is_anybody_waiting, next_turn
from tests.conftest import House
from tests.services.conftest import busy_elsewhere
from tests.tasks.stage import Stage, committed_agency, make_store, owner_of, scores_csv, wait_until, worker

FOLLOW = "follow_shadows"


@pytest.fixture(autouse=True)
def nobody_waits(request: pytest.FixtureRequest) -> None:
    """What earlier tests have really announced is not to mix with what is announced here."""
    if "alpha" in request.fixturenames:
        request.getfixturevalue("alpha")
        with platform_scope():
            Turn.objects.all().delete()


def announce(house: House, count: int) -> list[tuple[House, int]]:
    """Messages that are quickly done, and their rings in the order in which the broker would give them out."""
    with house.scope():
        messages = [
            Message.objects.create(event="ShadowsWait", task=FOLLOW, payload={"stores": 1}) for _ in range(count)
        ]
    assert ask_for_turn(schema=house.schema)
    return [(house, message.pk) for message in messages]


def list_served(*houses: House) -> str:
    """Who was served, in order: the first letter of each agency's host."""
    served: list[tuple[datetime, str]] = []
    for house in houses:
        with house.scope():
            done = Message.objects.filter(task=FOLLOW, done_at__isnull=False)
            served += [(at, house.host[0]) for at in done.values_list("started_at", flat=True) if at is not None]
    return "".join(letter for _at, letter in sorted(served))


def test_fifty_messages_of_one_agency_do_not_stand_before_one_of_another(alpha: House, beta: House) -> None:
    """The broker's queue is first come, first served: all of alpha's rings are heard before beta's."""
    rings = announce(alpha, 50) + announce(beta, 1)
    for house, message in rings[:3]:
        follow_shadows(address=house.schema, message=message)
    assert list_served(alpha, beta) == "aba"


def test_two_agencies_with_much_work_take_turns(alpha: House, beta: House) -> None:
    for house, message in announce(alpha, 6) + announce(beta, 3):
        follow_shadows(address=house.schema, message=message)
    assert list_served(alpha, beta) == "abababaaa"


def test_who_comes_late_does_not_catch_up_on_turns_that_it_did_not_want(alpha: House, beta: House) -> None:
    for house, message in announce(alpha, 3):
        follow_shadows(address=house.schema, message=message)
    for house, message in announce(alpha, 3) + announce(beta, 3):
        follow_shadows(address=house.schema, message=message)
    assert list_served(alpha, beta) == "aaa" + "bababa"


def test_a_ring_that_served_somebody_else_is_made_up_for(alpha: House, beta: House) -> None:
    """One ring, one message: as many rings as messages do everything, whoever they were for."""
    rings = announce(alpha, 3) + announce(beta, 2)
    for house, message in reversed(rings):
        follow_shadows(address=house.schema, message=message)
    assert len(list_served(alpha, beta)) == 5


def hold_slots(house: House, slots: int) -> list[bool]:
    return [try_lock(f"kaohe: {house.schema} slot {slot}") for slot in range(slots)]


def test_an_agency_with_all_its_slots_taken_waits_and_the_next_is_served(alpha: House, beta: House) -> None:
    [(_alpha, first)] = announce(alpha, 1)
    announce(beta, 1)
    with busy_elsewhere(alpha, lambda: hold_slots(alpha, settings.AGENCY_SLOTS)) as taken:
        assert taken == [True] * settings.AGENCY_SLOTS
        follow_shadows(address=alpha.schema, message=first)
        assert list_served(alpha, beta) == "b"
        follow_shadows(address=alpha.schema, message=first)
        assert list_served(alpha, beta) == "b"
        with alpha.scope():
            assert Message.objects.get(pk=first).starts == 0
    # Whoever held the slots is gone, and with its connection its locks.
    serve_next()
    assert list_served(alpha, beta) == "ba"


def test_an_agency_has_as_many_slots_as_are_set_and_no_more(alpha: House) -> None:
    announce(alpha, 9)
    with busy_elsewhere(alpha, lambda: hold_slots(alpha, settings.AGENCY_SLOTS - 1)), next_turn(slots=2) as turn:
        assert turn is not None
        assert turn.lock.endswith(f"slot {settings.AGENCY_SLOTS - 1}")
    with busy_elsewhere(alpha, lambda: hold_slots(alpha, 2)), next_turn(slots=2) as turn:
        assert turn is None


def test_an_agency_that_is_shut_is_passed_over_and_cannot_ask(alpha: House, beta: House) -> None:
    announce(alpha, 1)
    announce(beta, 1)
    with platform_scope():
        Agency.objects.filter(schema_name=alpha.schema).update(status="suspended")
    serve_next()
    serve_next()
    assert list_served(beta) == "b"
    assert not ask_for_turn(schema=alpha.schema)
    assert not is_anybody_waiting()


def test_what_is_announced_while_nothing_was_found_is_not_forgotten(alpha: House) -> None:
    assert ask_for_turn(schema=alpha.schema)
    with next_turn(slots=1) as turn:
        assert turn is not None
        assert ask_for_turn(schema=alpha.schema)
        end_waiting(turn)
    assert is_anybody_waiting()
    with next_turn(slots=1) as turn:
        assert turn is not None
        end_waiting(turn)
    assert not is_anybody_waiting()


def test_a_message_that_has_just_failed_is_left_to_the_sweep(alpha: House) -> None:
    """Otherwise the next rings would use up its three attempts within a second."""
    [(_house, message)] = announce(alpha, 1)
    with alpha.scope():
        Message.objects.filter(pk=message).update(starts=1, attempts=1, started_at=timezone.now())
        assert list_waiting(tasks=[FOLLOW], limit=9) == []
        Message.objects.filter(pk=message).update(started_at=timezone.now() - timedelta(minutes=1))
        assert list_waiting(tasks=[FOLLOW], limit=9) == [(message, FOLLOW)]
        assert list_waiting(tasks=["run_import"], limit=9) == []


def test_a_ring_for_what_is_done_serves_what_waits(alpha: House) -> None:
    [(_house, done), (_same, waiting)] = announce(alpha, 2)
    follow_shadows(address=alpha.schema, message=done)
    follow_shadows(address=alpha.schema, message=done)
    with alpha.scope():
        assert Message.objects.get(pk=waiting).done_at is not None


def test_a_ring_under_another_tasks_name_starts_no_strange_work(alpha: House) -> None:
    [(_house, message)] = announce(alpha, 1)
    with alpha.scope():
        Message.objects.filter(pk=message).update(started_at=timezone.now(), starts=1)
    recompute_stores(address=alpha.schema, message=message)
    with alpha.scope():
        assert Message.objects.get(pk=message).starts == 1


@pytest.fixture
def pair(django_db_setup: None, django_db_blocker: Any, database_name: str, worker_id: str) -> Iterator[list[Stage]]:
    """Two agencies with real rows and a broker between them."""
    with django_db_blocker.unblock(), ExitStack() as stack:
        yield [stack.enter_context(committed_agency(database_name, worker_id)) for _ in range(2)]


def upload(stage: Stage, files: int) -> None:
    with stage.scope():
        store = make_store()
        for number in range(files):
            content = scores_csv(stores=[store], first=date(2024, 1 + number, 1), days=20)
            upload_file(content=content, file_name=f"{number}.csv", by=owner_of(stage), dry_run=False)


def finished(stage: Stage) -> list[datetime]:
    with stage.scope():
        times = Import.objects.filter(finished_at__isnull=False).values_list("finished_at", flat=True)
        return sorted(at for at in times if at is not None)


def is_done(stage: Stage) -> bool:
    with stage.scope():
        return not Message.objects.filter(done_at__isnull=True).exists()


def test_a_real_worker_of_one_process_serves_a_small_agency_between_a_large_ones_files(pair: list[Stage]) -> None:
    """And one ring is enough for all of it: every message but one is rung for by the worker that did another."""
    large, small = pair
    upload(large, 8)
    upload(small, 1)
    large.flush_broker()
    with worker(large, processes=1):
        large.send_next_turn()
        wait_until(lambda: is_done(large) and is_done(small))
    of_large, [of_small] = finished(large), finished(small)
    assert len(of_large) == 8
    # Its store's verdict and estimate took a turn each before its file.
    assert of_small < of_large[3]
