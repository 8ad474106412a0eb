"""Whose turn it is: one row for each agency with work, so that nobody's work waits behind all of another's.

The broker's rings only say that somebody has work. A worker that hears one serves the agency that was served least
recently, one message, and never more than `slots` messages of one agency at once. The rows are kept by the login
role outside every agency: no agency's role can read them.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from core.locks import try_lock, unlock
from tenants.door import platform_scope

# Schema-qualified, one statement: it also runs when a transaction has just ended and the door is about to close.
ASK = """
INSERT INTO public.tenants_turn AS t (schema_name, asked_at, waits_since)
SELECT schema_name, clock_timestamp(), clock_timestamp()
  FROM public.tenants_agency WHERE schema_name = %s AND status = 'active'
    ON CONFLICT (schema_name) DO UPDATE
   SET asked_at = excluded.asked_at, waits_since = coalesce(t.waits_since, excluded.waits_since)
"""
# One worker chooses at a time, for the length of this short transaction: the order is strict.
CHOOSING = "SELECT pg_advisory_xact_lock(hashtextextended('kaohe: whose turn', 0))"
WAITING = """
SELECT t.schema_name, t.asked_at FROM tenants_turn t JOIN tenants_agency a ON a.schema_name = t.schema_name
 WHERE t.waits_since IS NOT NULL AND a.status = 'active'
 ORDER BY t.served_at NULLS FIRST, t.waits_since, t.schema_name
"""
SERVED = "UPDATE tenants_turn SET served_at = clock_timestamp() WHERE schema_name = %s"
# Only if nobody asked again meanwhile: what was announced since has not been looked for.
CONTENT = "UPDATE tenants_turn SET waits_since = NULL WHERE schema_name = %s AND asked_at = %s"


@dataclass(frozen=True, slots=True)
class Turn:
    """An agency's turn, with the lock of one of its slots. `asked_at`: the last word of its work before it came."""

    schema: str
    asked_at: datetime
    lock: str


def ask_for_turn(*, schema: str) -> bool:
    """Note that the agency has work. False when there is no such agency at work."""
    with connection.cursor() as cursor:
        cursor.execute(ASK, [schema])
        return int(cursor.rowcount) > 0


@contextmanager
def next_turn(*, slots: int, besides: Collection[str] = ()) -> Iterator[Turn | None]:
    """The turn of whoever waits, was served least recently and has a free slot; None when nobody has. The slot is
    held to the end of the block, and free again when its holder dies."""
    turn = _choose(slots=slots, besides=besides)
    try:
        yield turn
    finally:
        if turn is not None:
            unlock(turn.lock)


def end_waiting(turn: Turn) -> None:
    """Note that the agency had no work left."""
    with platform_scope(), connection.cursor() as cursor:
        cursor.execute(CONTENT, [turn.schema, turn.asked_at])


def is_anybody_waiting() -> bool:
    """Whether some agency may have work."""
    with platform_scope(), connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS ({WAITING})")
        [is_waiting] = cursor.fetchone()
    return bool(is_waiting)


def _choose(*, slots: int, besides: Collection[str]) -> Turn | None:
    with platform_scope(), connection.cursor() as cursor:
        cursor.execute(CHOOSING)
        cursor.execute(WAITING)
        for schema, asked_at in cursor.fetchall():
            if schema in besides:
                continue
            for slot in range(slots):
                lock = f"kaohe: {schema} slot {slot}"
                if try_lock(lock):
                    cursor.execute(SERVED, [schema])
                    return Turn(schema=schema, asked_at=asked_at, lock=lock)
    return None
