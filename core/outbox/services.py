"""publish() writes messages in the caller's transaction; claim(), finish() and fail() are the worker's side.

A worker holds the row lock of its message while it works. If it dies, PostgreSQL drops the lock with the
connection, and the sweep finds the message open again: no lease to wait for, no late writer.

Three attempts are a message's own: it failed with an error, or its process died while the worker lived on. A worker
that died as a whole (a restart, a machine that went down) is no fault of what it happened to be at; but MAX_STARTS
ends a message even if it takes whole workers with it.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, cast

from django.db import connection, transaction
from django.db.models.functions import Now

from core.outbox.events import Event
from core.outbox.models import Message

MAX_ATTEMPTS = 3
MAX_STARTS = 10
# Names this worker: made before its processes are forked, so that all of them bear it.
WORKER = secrets.token_hex(8)

_subscriptions: dict[str, tuple[str, ...]] = {}
_ring: Callable[..., None] | None = None


class Bell(Protocol):
    """Tells a worker that a message waits. Losing a ring loses nothing."""

    def __call__(self, *, address: str, task: str, message: int) -> None: ...


def subscribe(wiring: Mapping[type[Event], Iterable[str]], *, bell: Bell) -> None:
    """Install the one wiring table (event → task names) and the bell. Called once, at start-up."""
    global _ring  # noqa: PLW0603 - set once by the composition root
    _subscriptions.clear()
    _subscriptions.update({event.event_name(): tuple(tasks) for event, tasks in wiring.items()})
    _ring = bell


def publish(event: Event) -> list[int]:
    """Write one message for each task wired to the event, in this transaction; ring when it commits.

    Returns the messages' ids. The address (schema) is captured now: when the commit's callbacks run, the
    door has closed and the connection no longer knows the agency.
    """
    tasks = _subscriptions.get(event.event_name(), ())
    # django-tenants' connection carries the name; Django's own type does not know it.
    address: str = cast(Any, connection).schema_name
    messages = Message.objects.bulk_create(
        [Message(event=event.event_name(), task=task, payload=event.payload()) for task in tasks]
    )
    for message in messages:
        transaction.on_commit(partial(ring, address=address, task=message.task, message=message.pk), robust=True)
    return [message.pk for message in messages]


def ring(*, address: str, task: str, message: int) -> None:
    """Ring for one message. A broker that is down is not an error here: the sweep rings again."""
    if _ring is not None:
        _ring(address=address, task=task, message=message)


def lock_name(*, address: str, message: int) -> str:
    """The lock that one worker holds from the claim to the end, so that a start is never counted beside another."""
    return f"kaohe: {address} message {message}"


def claim(message: int, *, task: str, by: str = WORKER) -> dict[str, Any] | None:
    """Count an attempt and return the payload; None when the message is done, set aside, being worked on, or
    another task's: ids are counted in each schema, so a ring at a wrong address meets a stranger's message.

    A start that ended without a word under another worker is forgiven: that attempt is made again."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE outbox_message
               SET attempts = attempts + CASE WHEN started_by IN ('', %(by)s) THEN 1 ELSE 0 END,
                   starts = starts + 1, started_at = clock_timestamp(), started_by = %(by)s
             WHERE id = (SELECT id FROM outbox_message
                          WHERE id = %(message)s AND task = %(task)s AND done_at IS NULL AND quarantined_at IS NULL
                            FOR UPDATE SKIP LOCKED)
            RETURNING id
            """,
            {"message": message, "task": task, "by": by},
        )
        if cursor.fetchone() is None:
            return None
    payload: dict[str, Any] = Message.objects.values_list("payload", flat=True).get(pk=message)
    return payload


def hold(message: int) -> bool:
    """Take the message's row lock for the rest of this transaction. False when it is done or held by another."""
    return (
        Message.objects.select_for_update(skip_locked=True)
        .filter(pk=message, done_at__isnull=True, quarantined_at__isnull=True)
        .exists()
    )


def finish(message: int) -> None:
    """Mark the message done, in the transaction of the work itself."""
    Message.objects.filter(pk=message).update(done_at=Now(), last_error="", started_by="")


def fail(message: int, *, error: str) -> bool:
    """Note the error; set the message aside after MAX_ATTEMPTS. Returns whether it was set aside."""
    Message.objects.filter(pk=message, done_at__isnull=True).update(last_error=error[:2000], started_by="")
    return bool(
        Message.objects.filter(
            pk=message, done_at__isnull=True, quarantined_at__isnull=True, attempts__gte=MAX_ATTEMPTS
        ).update(quarantined_at=Now())
    )


@dataclass(frozen=True, slots=True)
class SetAside:
    """A message that was given up: its task may have somebody to tell."""

    message: int
    task: str
    payload: dict[str, Any]


def quarantine_exhausted(*, by: str = WORKER) -> list[SetAside]:
    """Set aside messages whose last attempt ended without a word: they killed their process, or worker after worker.

    Nobody is at work on them: neither the row nor the message's lock is held. Returns them."""
    # django-tenants' connection carries the name; Django's own type does not know it.
    address: str = cast(Any, connection).schema_name
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH exhausted AS MATERIALIZED (
                SELECT id FROM outbox_message
                 WHERE done_at IS NULL AND quarantined_at IS NULL
                   AND (attempts >= %(attempts)s AND started_by IN ('', %(by)s) OR starts >= %(starts)s)
                   FOR UPDATE SKIP LOCKED)
            UPDATE outbox_message
               SET quarantined_at = now(),
                   last_error = CASE last_error WHEN '' THEN 'the worker died' ELSE last_error END
             WHERE id IN (SELECT id FROM exhausted
                           WHERE pg_try_advisory_xact_lock(hashtextextended(%(lock)s || id, 0)))
            RETURNING id, task
            """,
            {
                "attempts": MAX_ATTEMPTS,
                "starts": MAX_STARTS,
                "by": by,
                "lock": lock_name(address=address, message=0).removesuffix("0"),
            },
        )
        found = cursor.fetchall()
    payloads = dict(Message.objects.filter(pk__in=[pk for pk, _task in found]).values_list("pk", "payload"))
    return [SetAside(message=pk, task=task, payload=payloads[pk]) for pk, task in found]


def retry(messages: Iterable[int]) -> int:
    """Take messages out of quarantine, with their attempts forgotten. Returns how many."""
    return Message.objects.filter(pk__in=list(messages), quarantined_at__isnull=False).update(
        quarantined_at=None, attempts=0, starts=0, started_by=""
    )
