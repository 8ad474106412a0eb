"""The state file (ports, process ids, passwords; mode 0600) and the lock that makes two starts wait for each other."""

import errno
import fcntl
import json
import os
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.local.messages import LocalError, Message, Progress, build_disk_full

STATE = "state.json"
LOCK_WAIT_SECONDS = 120

State = dict[str, Any]


def read_state(home: Path) -> State:
    """What earlier runs wrote down; empty when there is nothing, or nothing readable."""
    try:
        state = json.loads((home / STATE).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return state if isinstance(state, dict) else {}


def write_state(home: Path, state: State) -> None:
    """Replace the state file whole: a reader sees the old one or the new one, and a full disk leaves the old."""
    descriptor, name = tempfile.mkstemp(dir=home, prefix=".state-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(state, file, indent=1, sort_keys=True)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(home / STATE)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        if error.errno == errno.ENOSPC:
            raise build_disk_full(home, 1) from error
        raise


def update_state(home: Path, **changes: Any) -> State:
    """Set (or with None remove) top-level entries. Call it with the lock held."""
    state = {key: value for key, value in {**read_state(home), **changes}.items() if value is not None}
    write_state(home, state)
    return state


def make_password() -> str:
    """A password that needs no quoting in SQL, in a URL or in a configuration file."""
    return secrets.token_hex(20)


@contextmanager
def locked(home: Path, progress: Progress | None = None, name: str = "lock") -> Iterator[None]:
    """Hold the home's lock; the kernel lets go of it when this process ends, however it ends.

    Raises LocalError when another start holds it for longer than two minutes.
    """
    descriptor = os.open(home / name, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(descriptor, home, progress)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, home: Path, progress: Progress | None) -> None:
    deadline, told = time.monotonic() + LOCK_WAIT_SECONDS, False
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if not told and progress is not None:
                progress(Message(zh="另一个启动正在进行，等待中……", en="waiting for another start to finish…"))
            told = True
        if time.monotonic() > deadline:
            raise LocalError(
                Message(
                    zh=f"另一个进程一直占用 {home}，请稍后再试。",
                    en=f"Another command has been holding {home} for too long; try again later.",
                )
            )
        time.sleep(0.1)
