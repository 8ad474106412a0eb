"""A second connection: what another worker, with a transaction of its own, sees and holds."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from tests.conftest import House


def elsewhere(work: Callable[[], Any]) -> Any:
    """Do this on another connection, for good, and wait for it."""
    outcome: list[Any] = []

    def run() -> None:
        try:
            outcome.append(work())
        except BaseException as error:
            outcome.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(timeout=30)
    assert outcome, "the other connection waits for ever"
    if isinstance(outcome[0], BaseException):
        raise outcome[0]
    return outcome[0]


class Undo(Exception):  # noqa: N818 - no error: it ends a transaction that must leave nothing
    """Roll back."""


@contextmanager
def busy_elsewhere(house: House, work: Callable[[], Any]) -> Iterator[Any]:
    """Another worker has done this in its open transaction, holds its locks, and rolls back at the end."""
    done, release = threading.Event(), threading.Event()
    outcome: list[Any] = []

    def run() -> None:
        try:
            with house.scope():
                outcome.append(work())
                done.set()
                release.wait(timeout=30)
                raise Undo
        except Undo:
            pass
        except BaseException as error:
            outcome.append(error)
        finally:
            done.set()
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    done.wait(timeout=30)
    try:
        assert outcome, "the other worker is stuck"
        if isinstance(outcome[0], BaseException):
            raise outcome[0]
        yield outcome[0]
    finally:
        release.set()
        thread.join(timeout=30)
