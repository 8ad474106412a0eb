"""Locks with a name, held by a database session: whoever dies lets go, because PostgreSQL ends the session."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection

TRY = "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))"
LET_GO = "SELECT pg_advisory_unlock(hashtextextended(%s, 0))"


def try_lock(name: str) -> bool:
    """Take the lock if it is free, and hold it past the end of the transaction. Whoever takes it must unlock()."""
    with connection.cursor() as cursor:
        cursor.execute(TRY, [name])
        [is_taken] = cursor.fetchone()
    return bool(is_taken)


def unlock(name: str) -> None:
    """Let go. A connection that is broken has let go already."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(LET_GO, [name])
    except DatabaseError:
        connection.close()


@contextmanager
def locked_if_free(name: str) -> Iterator[bool]:
    """Hold the lock inside the block, if it was free; say whether it was."""
    is_taken = try_lock(name)
    try:
        yield is_taken
    finally:
        if is_taken:
            unlock(name)
