"""The embedded Valkey: the broker's doorbell. Same life as the embedded PostgreSQL."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from core.local.binaries import NEEDED_MEGABYTES, find_binaries, find_valkey
from core.local.messages import LocalError, Message, build_disk_full
from core.local.places import Account
from core.local.programs import end_one, find_free_port, is_ours
from core.local.state import State, make_password

START_SECONDS = 30
STOP_STEPS = ((signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0))
CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir {data}
# The process table must keep showing the path of this file: by it a later run knows its server again.
set-proc-title no
daemonize no
save ""
appendonly yes
appendfsync everysec
# A broker must refuse new messages rather than forget old ones.
maxmemory-policy noeviction
"""


@dataclass(frozen=True, slots=True)
class Valkey:
    """A running server. `mark` is the word of its command line by which it is known again."""

    pid: int
    port: int
    password: str
    mark: str

    @property
    def url(self) -> str:
        """The broker's address for Celery."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def stop(self) -> None:
        """Stop it; it writes its file first. Nothing happens when it is gone."""
        end_one(self.pid, self.mark, STOP_STEPS)


def find_running_valkey(entry: State, folder: Path) -> Valkey | None:
    """The server that the state file speaks of, if that very program still runs."""
    mark = str(folder / "valkey.conf")
    if not entry or not is_ours(entry["pid"], mark):
        return None
    return Valkey(entry["pid"], entry["port"], entry["password"], mark)


def start_valkey(home: Path, folder: Path, account: Account, entry: State) -> Valkey:
    """Start the server in `folder`. Call it with the home's lock held. Raises LocalError."""
    program = find_valkey(find_binaries(home, account))
    password = entry.get("password") or make_password()
    data = folder / "queue"
    data.mkdir(mode=0o700, exist_ok=True)
    account.give(data)
    for _ in range(3):
        port = find_free_port(entry.get("port"))
        file = _write_configuration(folder, account, port, password, data)
        pid = _launch(program, file, account, port, folder / "valkey.log")
        if pid is not None:
            return Valkey(pid, port, password, str(file))
    raise _build_start_failed(folder / "valkey.log")


def _write_configuration(folder: Path, account: Account, port: int, password: str, data: Path) -> Path:
    # In a file of mode 0600: on the command line every user of the machine could read the password.
    file = folder / "valkey.conf"
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(CONFIGURATION.format(port=port, password=password, data=f'"{data}"'))
    return account.give(file)


def _launch(program: Path, file: Path, account: Account, port: int, log: Path) -> int | None:
    with log.open("wb") as out:
        server = subprocess.Popen(  # noqa: S603 - our own command, no shell
            [str(program), str(file)],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd="/",
            env={"LC_ALL": "C"},
            start_new_session=True,
            **account.spawn_options(),  # type: ignore[call-overload]
        )
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            _explain_end(log)
            return None
        if _answers(port):
            return int(server.pid)
        time.sleep(0.02)
    server.kill()
    server.wait()
    raise _build_start_failed(log)


def _answers(port: int) -> bool:
    """Does it speak? Without a password the answer is -NOAUTH; while it reads its file, -LOADING."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as wire:
        wire.sendall(b"PING\r\n")
        return wire.recv(64).startswith(b"-NOAUTH")
    return False


def _explain_end(log: Path) -> None:
    """Return when another port is worth a try; raise LocalError otherwise."""
    text = log.read_text("utf-8", "replace")
    if "No space left on device" in text:
        raise build_disk_full(log.parent, NEEDED_MEGABYTES)
    if "Address already in use" not in text:
        raise _build_start_failed(log)


def _build_start_failed(log: Path) -> LocalError:
    lines = log.read_text("utf-8", "replace").strip().splitlines()
    return LocalError(
        Message(
            zh=f"Valkey 没有启动成功：{lines[-1] if lines else ''}（日志 {log}）",
            en=f"Valkey did not start: {lines[-1] if lines else ''} (log: {log})",
        )
    )
