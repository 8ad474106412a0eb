"""How a task enters its agency: take a turn, claim the message, do the work in one transaction, mark it done in it."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from celery import Task
from django.conf import settings
from django.utils import timezone

from core.locks import locked_if_free
from core.outbox.queries import list_waiting
from core.outbox.services import claim, fail, finish, hold, lock_name
from tasks.celery import app
from tasks.doorbell import ring_for_next_turn
from tenants.door import PUBLIC, NoSuchAgency, Scope, agency_scope, platform_scope
from tenants.turns import Turn, ask_for_turn, end_waiting, is_anybody_waiting, next_turn

log = logging.getLogger(__name__)
Work = Callable[..., None]


@contextmanager
def enter(address: str) -> Iterator[Scope]:
    """The door for a message's address: an agency's schema, or `public` for the platform's own work."""
    if address == PUBLIC:
        with platform_scope() as scope:
            yield scope
    else:
        with agency_scope(schema=address) as scope:
            yield scope


@dataclass(frozen=True, slots=True)
class Job:
    """What a task does with its messages, and what to do when one is given up."""

    work: Work
    give_up: Work | None


# The tasks whose messages take turns: those of agencies' own rows, all on the default queue.
JOBS: dict[str, Job] = {}


@dataclass(frozen=True, slots=True)
class Delivery:
    """One ring for one message: where it lies, what to do about it, and what to do when it is given up."""

    work: Work
    address: str
    message: int
    give_up: Work | None
    opens_own_doors: bool

    def run(self) -> None:
        """The message decides, not the broker: rung twice, done once; without an agency, nothing runs."""
        try:
            if self.opens_own_doors or self.address == PUBLIC:
                self.deliver()
            elif ask_for_turn(schema=self.address):
                serve_next(rung=self)
            else:
                raise NoSuchAgency
        except NoSuchAgency:
            log.warning("%s #%s: no agency at %r, nothing done", self.work.__name__, self.message, self.address)

    def deliver(self) -> bool:
        """Work on this message, if it waits and nobody else does. Returns whether there was something to do."""
        with locked_if_free(lock_name(address=self.address, message=self.message)) as is_ours:
            if not is_ours:
                return False
            with enter(self.address):
                payload = claim(self.message, task=self.work.__name__)
            if payload is not None:
                self.attempt(payload)
            return payload is not None

    def attempt(self, payload: dict[str, Any]) -> None:
        """Work and the note that it is done are one transaction."""
        try:
            if self.opens_own_doors:
                self.work(**payload)
                with enter(self.address):
                    finish(self.message)
                return
            with enter(self.address) as scope:
                if hold(self.message):
                    self.work(scope=scope, now=timezone.now(), **payload)
                    finish(self.message)
        except NoSuchAgency:
            raise
        except Exception as error:
            self.note_failure(payload, error)
            raise

    def note_failure(self, payload: dict[str, Any], error: Exception) -> None:
        """Keep the error with the message; after the last attempt, set it aside and tell who waits for it."""
        with enter(self.address):
            is_set_aside = fail(self.message, error=f"{type(error).__name__}: {error}")
            if is_set_aside and self.give_up is not None:
                self.give_up(now=timezone.now(), **payload)
        if is_set_aside:
            log.error("%s #%s in %s was set aside", self.work.__name__, self.message, self.address)


def serve_next(*, rung: Delivery | None = None) -> None:
    """One message of whoever waits and was served least recently; when it is that agency's turn, the one rung for."""
    passed: set[str] = set()
    is_served = False
    while not is_served:
        try:
            with next_turn(slots=settings.AGENCY_SLOTS, besides=passed) as turn:
                if turn is None:
                    return
                passed.add(turn.schema)
                is_served = any(delivery.deliver() for delivery in _list_deliveries(turn, rung))
                if not is_served:
                    end_waiting(turn)
        except NoSuchAgency:
            log.warning("an agency was shut while it was served; whoever is next")
        except Exception:
            _ring_if_anybody_waits()
            raise
    _ring_if_anybody_waits()


def _ring_if_anybody_waits() -> None:
    # Only when the slot is free again: who was turned away because of it must be rung for.
    if is_anybody_waiting():
        ring_for_next_turn()


def _list_deliveries(turn: Turn, rung: Delivery | None) -> Iterator[Delivery]:
    if rung is not None and rung.address == turn.schema:
        yield rung
    with enter(turn.schema):
        # More than can be at work at once, so that what others hold does not hide what waits.
        waiting = list_waiting(tasks=JOBS, limit=settings.AGENCY_SLOTS + 1)
    for message, task in waiting:
        yield Delivery(JOBS[task].work, turn.schema, message, JOBS[task].give_up, opens_own_doors=False)


def on_message(*, give_up: Work | None = None, opens_own_doors: bool = False) -> Callable[[Work], Task[..., None]]:
    """Make a task of `work(scope=…, now=…, **payload)`.

    `give_up(now=…, **payload)` runs when the message is set aside. Work that `opens_own_doors` must be
    repeatable step by step; it gets its payload and no scope.
    """

    def register(work: Work) -> Task[..., None]:
        if not opens_own_doors:
            JOBS[work.__name__] = Job(work, give_up)

        # Keyword-only, unknown keys ignored: an old worker survives a newer sender's message.
        @app.task(name=work.__name__)
        def run(*, address: str, message: int, **_newer: Any) -> None:
            Delivery(work, address, message, give_up, opens_own_doors).run()

        return run

    return register
