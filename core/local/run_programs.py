"""`python -m core.local.run_programs`: the supervisor's own process. Reads its plan from standard input.

Not for people: `manage.py serve`, `up` and `demo` start it.
"""

import json
import logging
import logging.handlers
import os
import shlex
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from honcho.manager import Manager
from honcho.printer import Message as Line
from honcho.printer import Printer

from core.local.messages import Message
from core.local.programs import MARK, end_all, find_marked

LOG_BYTES, LOG_FILES = 10_000_000, 2
ASKED_TO_STOP = (128 + signal.SIGINT, 128 + signal.SIGTERM)


class FilePrinter:
    """Stands in for honcho's printer: one rotating file per program."""

    width = 0

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, logging.Handler] = {}
        logging.raiseExceptions = False  # a full disk must not take the product down by its logs

    def write(self, line: Line) -> None:
        """Append one line of a program's output to its file."""
        text = line.data.decode("utf-8", "replace") if isinstance(line.data, bytes) else line.data
        file = self._files.get(line.name) or self._open(line.name)
        file.emit(logging.makeLogRecord({"msg": text.rstrip("\n")}))

    def _open(self, name: str) -> logging.Handler:
        path = self._folder / f"{name}.log"
        file = logging.handlers.RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8")
        self._files[name] = file
        return file


class Signals:
    """How honcho's manager ends a program: first its leader alone, so that a worker can finish its task; then, by
    force, the whole group."""

    def terminate(self, pid: int) -> None:
        """Ask the program itself; it takes its children along."""
        _send(os.kill, pid, signal.SIGTERM)

    def kill(self, pid: int) -> None:
        """Kill the program and everything in its group."""
        _send(os.killpg, pid, signal.SIGKILL)


class Programs(Manager):  # type: ignore[misc]
    """honcho's manager with a grace period that also holds when nobody has ended yet, and a say in who was first."""

    def __init__(self, printer: FilePrinter | Printer, *, grace_seconds: float, mark: str) -> None:
        super().__init__(printer)
        self._mark = mark
        self._procmgr = Signals()
        self._grace_seconds = grace_seconds
        self._asked_at: float | None = None

    def terminate(self) -> None:
        """Ask every program to end; kill what is left after the grace period."""
        if self._asked_at is None:
            self._asked_at = time.monotonic()
            timer = threading.Timer(self._grace_seconds, self.kill)
            timer.daemon = True
            timer.start()
        super().terminate()

    def kill(self) -> None:
        """honcho asks for this after five seconds of its own; the grace period decides."""
        if self._asked_at is not None and time.monotonic() >= self._asked_at + self._grace_seconds - 0.01:
            super().kill()
            # A child that left its group lives on, and holds the pipe on whose end honcho waits.
            end_all(find_marked(MARK, self._mark), grace_seconds=0)

    def _killall(self, force: bool = False) -> None:
        # honcho's own stumbles over a program whose start has not been reported yet.
        for record in self._processes.values():
            if record.get("pid") is not None and record.get("returncode") is None:
                (self._procmgr.kill if force else self._procmgr.terminate)(record["pid"])

    def first_to_end(self) -> str:
        """Name of a program that ended with the manager's exit code."""
        codes = {name: record.get("returncode") for name, record in self._processes.items()}
        return next((name for name, code in codes.items() if code == self.returncode), "")


def run(plan: dict[str, Any]) -> int:
    """Run the plan's programs until one ends or a signal comes; the exit code (0 when we were asked to stop)."""
    logs = Path(plan["logs"]) if plan["logs"] else None
    programs = Programs(
        FilePrinter(logs) if logs else Printer(sys.stdout), grace_seconds=plan["grace_seconds"], mark=plan["mark"]
    )
    for name, program in plan["programs"].items():
        # exec: without it the shell stands between us and the program, and is all that a signal reaches.
        programs.add_process(name, f"exec {shlex.join(program['command'])}", env=program["environment"])
    programs.loop()
    if programs.returncode in ASKED_TO_STOP:
        return 0
    code = programs.returncode or 0
    code = 128 - code if code < 0 else code
    message = Message(
        zh=f"{programs.first_to_end()} 已退出（退出码 {code}），其余程序也已停止。" + (f"日志：{logs}" if logs else ""),
        en=f"{programs.first_to_end()} ended (exit code {code}), and the rest was stopped with it."
        + (f" Logs: {logs}" if logs else ""),
    )
    sys.stderr.write(f"{message}\n")
    # Nothing here is meant to end by itself: a quiet exit is a failure too.
    return code or 1


def main() -> int:
    """Read the plan, then watch standard input: its end is the end of whoever started us."""
    plan = json.loads(sys.stdin.buffer.readline())
    if not plan["detached"]:
        threading.Thread(target=_stop_with_parent, daemon=True).start()
    return run(plan)


def _stop_with_parent() -> None:
    os.read(0, 1)
    os.kill(os.getpid(), signal.SIGTERM)


def _send(send: Callable[[int, int], None], pid: int, number: int) -> None:
    try:
        send(pid, number)
    except (ProcessLookupError, PermissionError):
        return


if __name__ == "__main__":
    sys.exit(main())
