"""The supervisor: honcho's manager in a process of its own, started, watched and ended by a command.

A process of its own, because the command that starts it goes on working (it waits, prints a table, listens for
Ctrl-C). It learns of its parent's death by the end of its standard input, and then ends everything.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from core.local.messages import LocalError, Message
from core.local.places import PROJECT, make_home
from core.local.places import home as default_home
from core.local.processes import Program
from core.local.programs import MARK, check_web_port, end_all, find_marked, is_ours
from core.local.state import locked, read_state, update_state

GRACE_SECONDS = 10.0


@dataclass(slots=True)
class Supervisor:
    """Runs the programs together: one that ends takes the rest down, and `stop` leaves nothing behind.

    `logs`: write one file per program there; None: everything to standard output. `detached`: live on when the
    command that started it ends (`manage.py up`).
    """

    programs: Mapping[str, Program]
    environment: Mapping[str, str]
    owner_environment: Mapping[str, str]
    home: Path = field(default_factory=default_home)
    logs: Path | None = None
    port: int | None = None
    detached: bool = False
    grace_seconds: float = GRACE_SECONDS
    _child: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Start everything. Raises LocalError when the port is taken or this project runs already."""
        with locked(make_home(self.home)):
            check_not_running(self.home)
            end_leftovers(self.home)
            if self.port is not None:
                check_web_port(self.port)
            self._child = self._spawn()
            update_state(self.home, supervisor={"pid": self._child.pid, "port": self.port})

    def poll(self) -> int | None:
        """None while everything runs, else the exit code of the program that ended first."""
        return None if self._child is None else self._child.poll()

    def wait(self) -> int:
        """Block until the supervisor ends; its exit code. KeyboardInterrupt passes through: call `stop` then."""
        assert self._child is not None, "start it first"
        return self._child.wait()

    def stop(self) -> None:
        """End every child and grandchild. Idempotent."""
        if self._child is None:
            return
        if self._child.poll() is None:
            self._child.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._child.wait(self.grace_seconds + 5)
        if self._child.poll() is None:
            self._child.kill()
            self._child.wait()
        if self._child.stdin is not None:
            self._child.stdin.close()
        end_leftovers(self.home)

    def _spawn(self) -> "subprocess.Popen[bytes]":
        plan = {
            "programs": {
                name: {
                    "command": program.command,
                    "environment": {
                        **(self.owner_environment if program.as_owner else self.environment),
                        MARK: _mark(self.home),
                    },
                }
                for name, program in self.programs.items()
            },
            "logs": str(self.logs) if self.logs else None,
            "detached": self.detached,
            "mark": _mark(self.home),
            "grace_seconds": self.grace_seconds,
        }
        if self.logs is not None:
            self.logs.mkdir(mode=0o700, parents=True, exist_ok=True)
        quiet = subprocess.DEVNULL if self.detached else None
        child = subprocess.Popen(  # noqa: S603 - our own command, no shell
            [sys.executable, "-m", "core.local.run_programs", str(self.home)],
            stdin=subprocess.PIPE,
            stdout=quiet,
            stderr=quiet,
            cwd=PROJECT,
            start_new_session=True,  # Ctrl-C reaches the command, which then stops us in order
        )
        assert child.stdin is not None, "a pipe was asked for"
        # Through the pipe: on a command line, every user of the machine could read the logins.
        child.stdin.write(json.dumps(plan).encode() + b"\n")
        child.stdin.flush()
        return child


@dataclass(frozen=True, slots=True)
class Running:
    """A supervisor that some command started."""

    pid: int
    port: int | None


def find_supervisor(home: Path) -> Running | None:
    """This project's supervisor, if one runs."""
    entry = read_state(home).get("supervisor", {})
    if not entry or not is_ours(entry["pid"], str(home)):
        return None
    return Running(entry["pid"], entry["port"])


def check_not_running(home: Path) -> None:
    """Raise LocalError when this project runs already: better said before a busy port is."""
    running = find_supervisor(home)
    if running is not None:
        raise _build_already_running(running)


def check_can_start(home: Path, port: int) -> None:
    """Raise LocalError when a start cannot succeed: look before the long steps, and again at the start itself."""
    check_not_running(home)
    if not find_marked(
        MARK, _mark(home)
    ):  # what a killed supervisor left behind holds the port until the start ends it
        check_web_port(port)


def stop_supervisor(home: Path, *, grace_seconds: float = GRACE_SECONDS) -> bool:
    """End this project's supervisor and everything under it, whoever started it. Was there one?"""
    with locked(home):
        running = find_supervisor(home)
        if running is not None:
            with suppress(ProcessLookupError):
                os.kill(running.pid, 15)
            deadline = time.monotonic() + grace_seconds + 5
            while is_ours(running.pid, str(home)) and time.monotonic() < deadline:
                time.sleep(0.05)
            if is_ours(running.pid, str(home)):
                os.kill(running.pid, 9)
        return end_leftovers(home) or running is not None


def end_leftovers(home: Path) -> bool:
    """End programs whose supervisor is gone (kill -9, out of memory). Were there any?"""
    programs = find_marked(MARK, _mark(home))
    end_all(programs, grace_seconds=2)
    return bool(programs)


@contextmanager
def supervised(supervisor: Supervisor) -> Iterator[Supervisor]:
    """Started inside, stopped after, however the block ends."""
    try:
        supervisor.start()
        yield supervisor
    finally:
        supervisor.stop()


def _mark(home: Path) -> str:
    return f"{home}#"


def _build_already_running(running: Running) -> LocalError:
    where = f"http://127.0.0.1:{running.port}/" if running.port else f"pid {running.pid}"
    return LocalError(
        Message(
            zh=f"本项目已在运行（{where}）。要停止它：`python manage.py down`。",
            en=f"This project is running already ({where}). To stop it: `python manage.py down`.",
        )
    )
