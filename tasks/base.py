"""How a task enters its agency: claim the message, do the work in one transaction, mark it done in the same one."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
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


def on_message(*, give_up: Work | None = None, opens_own_doors: bool = False) -> Callable[[Work], Task]:
    """Make a task of `work(scope=…, now=…, **payload)`.

    The message decides, not the broker: rung twice, work is done once; without an address, for an unknown,
    suspended or unfinished agency, nothing runs. `give_up(now=…, **payload)` runs when a message is set aside.
    Work that `opens_own_doors` must be repeatable step by step, and gets no scope.
    """

    def register(work: Work) -> Task:
        # Keyword-only, unknown keys ignored: an old worker survives a newer sender's message.
        @app.task(name=work.__name__)  # type: ignore[untyped-decorator]
        def run(*, address: str, message: int, **_newer: Any) -> None:
            try:
                with enter(address):
                    payload = claim(message)
                if payload is not None:
                    _attempt(work, give_up, opens_own_doors, address, message, payload)
            except NoSuchAgency:
                log.warning("%s #%s: no agency at %r, nothing done", work.__name__, message, address)

        return run  # type: ignore[no-any-return]

    return register


def _attempt(
    work: Work, give_up: Work | None, opens_own_doors: bool, address: str, message: int, payload: dict[str, Any]
) -> None:
    now = timezone.now()
    try:
        if opens_own_doors:
            work(**payload)
            with enter(address):
                finish(message)
            return
        with enter(address) as scope:
            if hold(message):
                work(scope=scope, now=now, **payload)
                finish(message)
    except NoSuchAgency:
        raise
    except Exception as error:
        _note_failure(work, give_up, address, message, payload, error, now)
        raise


def _note_failure(
    work: Work,
    give_up: Work | None,
    address: str,
    message: int,
    payload: dict[str, Any],
    error: Exception,
    now: datetime,
) -> None:
    with enter(address):
        is_set_aside = fail(message, error=f"{type(error).__name__}: {error}")
        if is_set_aside and give_up is not None:
            give_up(now=now, **payload)
    if is_set_aside:
        log.error("%s #%s in %s was set aside", work.__name__, message, address)
