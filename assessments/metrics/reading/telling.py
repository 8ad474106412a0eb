"""The reading process says how far it is: a line a second on its standard error, counted by nobody while it reads.

The sandbox stays as it is: nothing is opened, and the parent takes two numbers from a line or nothing.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any, Final

from assessments.metrics.reading.table import ACCOUNTS

Listener = Callable[[int, int | None], None]
_LINE: Final = re.compile(rb"rows (\d{1,9}) of (\d{1,9})\n?")
_LINE_BYTES: Final = 200
# The end of what a process wrote to its standard error: where the name of its error stands.
_TAIL_BYTES: Final = 4_000


@contextmanager
def telling_every_second() -> Iterator[None]:
    """In the reading process: while the work inside runs, say how many rows of how many were looked at.

    It must end before the process does: an interpreter that shuts down forgets its handlers, and the next alarm would
    kill it.
    """
    signal.signal(signal.SIGALRM, _tell)
    signal.setitimer(signal.ITIMER_REAL, 1, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_IGN)


def _tell(_number: int, _frame: Any) -> None:
    accounts = list(ACCOUNTS)
    done = sum(account.data_rows + account.summary_rows for account in accounts)
    total = sum(len(account.sheet.rows) for account in accounts)
    if accounts:
        os.write(2, b"rows %d of %d\n" % (done, total))


def run_heard(
    command: list[str], sent: bytes, *, seconds: float, on_rows: Listener | None
) -> subprocess.CompletedProcess[bytes]:
    """subprocess.run() that hears what the process says of its rows. Only the end of its standard error is kept.

    Raises subprocess.TimeoutExpired when the process had to be killed.
    """
    with subprocess.Popen(  # noqa: S603  (our own interpreter and our own program)
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={},
        start_new_session=True,
    ) as child:
        assert child.stderr is not None
        errors, child.stderr = child.stderr, None
        tail = bytearray()
        ear = threading.Thread(target=_hear, args=(errors, tail, on_rows), daemon=True)
        ear.start()
        try:
            answer, _nothing = child.communicate(sent, timeout=seconds)
        except BaseException:
            child.kill()
            raise
        finally:
            child.wait()
            ear.join(timeout=5)
            if not ear.is_alive():
                errors.close()
    return subprocess.CompletedProcess(command, child.returncode, answer, bytes(tail))


def _hear(errors: IO[bytes], tail: bytearray, on_rows: Listener | None) -> None:
    while line := errors.readline(_LINE_BYTES):
        if (told := _LINE.fullmatch(line)) is None:
            tail += line
            del tail[:-_TAIL_BYTES]
        elif on_rows is not None:
            on_rows(int(told[1]), int(told[2]) or None)
