"""How a task enters its agency: claim the message, do the work in one transaction, mark it done in the same one."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from celery import Task
from django.utils import timezone

from core.outbox.services import claim, fail, finish, hold
from tasks.celery import app
from tenants.door import PUBLIC, NoSuchAgency, Scope, agency_scope, platform_scope

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
            with enter(self.address):
                payload = claim(self.message, task=self.work.__name__)
            if payload is not None:
                self.attempt(payload)
        except NoSuchAgency:
            log.warning("%s #%s: no agency at %r, nothing done", self.work.__name__, self.message, self.address)

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


def on_message(*, give_up: Work | None = None, opens_own_doors: bool = False) -> Callable[[Work], Task[..., None]]:
    """Make a task of `work(scope=…, now=…, **payload)`.

    `give_up(now=…, **payload)` runs when the message is set aside. Work that `opens_own_doors` must be
    repeatable step by step; it gets its payload and no scope.
    """

    def register(work: Work) -> Task[..., None]:
        # Keyword-only, unknown keys ignored: an old worker survives a newer sender's message.
        @app.task(name=work.__name__)
        def run(*, address: str, message: int, **_newer: Any) -> None:
            Delivery(work, address, message, give_up, opens_own_doors).run()

        return run

    return register
