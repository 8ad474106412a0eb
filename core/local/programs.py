"""Programs we start and find again: is it still ours, who holds a port, end it with everything below it."""

import os
import signal
import socket
import time
from collections.abc import Iterable
from pathlib import Path

import psutil

from core.local.messages import LocalError, Message

# Every program under a supervisor, and every child it makes, carries this in its environment.
MARK = "KAOHE_SUPERVISOR"


def is_ours(pid: int, mark: str) -> bool:
    """Is `pid` alive and is `mark` one of the words of its command line?

    Process ids are used again, after a reboot at the latest: the number alone proves nothing.
    """
    try:
        program = psutil.Process(pid)
        return program.status() != psutil.STATUS_ZOMBIE and mark in program.cmdline()
    except psutil.Error:
        return False


def find_marked(name: str, prefix: str) -> list[psutil.Process]:
    """Programs that carry an environment variable of ours beginning with `prefix`, whoever their parent is now."""
    found = []
    for program in psutil.process_iter():
        try:
            if program.pid != os.getpid() and program.environ().get(name, "").startswith(prefix):
                found.append(program)
        except (psutil.Error, OSError):
            continue
    return found


def find_inside(folder: Path, name: str) -> list[psutil.Process]:
    """Programs called `name` that work in `folder`: PostgreSQL's children outlive a killed parent for a moment."""
    found = []
    for program in psutil.process_iter():
        try:
            if program.name() == name and program.cwd() == str(folder):
                found.append(program)
        except (psutil.Error, OSError):
            continue
    return found


def end_all(programs: Iterable[psutil.Process], *, grace_seconds: float) -> None:
    """Ask each to end, and kill what is left when the grace is over."""
    programs = list(programs)
    for program in programs:
        _send(program, signal.SIGTERM)
    _, left = psutil.wait_procs(programs, timeout=grace_seconds)
    for program in left:
        _send(program, signal.SIGKILL)
    psutil.wait_procs(left, timeout=5)


def end_one(pid: int, mark: str, steps: Iterable[tuple[int, float]]) -> None:
    """Send the signals of `steps` (signal, seconds to wait) until the program is gone. Not ours: do nothing."""
    for number, seconds in steps:
        if not is_ours(pid, mark):
            return
        os.kill(pid, number)
        deadline = time.monotonic() + seconds
        while is_ours(pid, mark) and time.monotonic() < deadline:
            time.sleep(0.02)
        _reap(pid)


def find_free_port(preferred: int | None = None) -> int:
    """A free TCP port on 127.0.0.1, the preferred one if it is free, so that bookmarks survive a restart."""
    if preferred and is_port_free(preferred):
        return preferred
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_port_free(port: int, host: str = "127.0.0.1") -> bool:
    """Can a server listen there now? (SO_REUSEADDR as servers set it: closing connections do not count.)"""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def check_web_port(port: int) -> None:
    """Raise LocalError naming the port, its holder if we may know, and the way out."""
    if is_port_free(port):
        return
    holder = describe_port_holder(port)
    raise LocalError(
        Message(
            zh=f"端口 {port} 已被占用{f'（{holder}）' if holder else ''}。换一个端口：`PORT={port + 1} make demo`"
            f"（或 KAOHE_PORT={port + 1} python manage.py up）。",
            en=f"Port {port} is in use{f' by {holder}' if holder else ''}. Take another: `PORT={port + 1} make demo` "
            f"(or KAOHE_PORT={port + 1} python manage.py up).",
        )
    )


def describe_port_holder(port: int) -> str:
    """`name, pid N` of the program that listens on the port; empty when it belongs to someone else."""
    try:
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port and connection.pid:
                return f"{psutil.Process(connection.pid).name()}, pid {connection.pid}"
    except (psutil.Error, OSError):
        return ""
    return ""


def _send(program: psutil.Process, number: int) -> None:
    try:
        program.send_signal(number)
    except psutil.Error:
        return


def _reap(pid: int) -> None:
    # A child of this very process would stay behind as a zombie; someone else's child is not ours to wait for.
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return
