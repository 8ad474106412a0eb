"""The embedded PostgreSQL: make a cluster, start it, find it again, stop it."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from core.local.binaries import NEEDED_MEGABYTES, POSTGRES_BIN, check_space, find_binaries
from core.local.messages import LocalError, Message, build_disk_full
from core.local.places import Account
from core.local.programs import end_all, end_one, find_free_port, find_inside, is_ours
from core.local.state import State, make_password
from core.local.urls import build_database_url

START_SECONDS = 60
# Fast shutdown, then immediate (replays the log at the next start), then the hard way.
STOP_STEPS = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    # Loopback TCP only: a socket path inside a long project path would be cut off at 107 bytes.
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "64MB",
    "effective_cache_size": "1GB",
    "max_wal_size": "512MB",
    "min_wal_size": "80MB",
    # Short queries on two cores: compiling them, or sharing them out, costs more than it saves.
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "password_encryption": "scram-sha-256",
}
UNSAFE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "128MB"}


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running cluster. `mark` is the word of its command line by which it is known again."""

    pid: int
    port: int
    password: str
    mark: str

    @property
    def admin_url(self) -> str:
        """The superuser's address, for setting up only."""
        return build_database_url(role="postgres", password=self.password, port=self.port, database="postgres")

    def stop(self) -> None:
        """Stop it, gently first. Nothing happens when it is gone, or its id belongs to another program."""
        end_one(self.pid, self.mark, STOP_STEPS)


def find_postgres(entry: State, folder: Path) -> Postgres | None:
    """The cluster that the state file speaks of, if that very program still runs."""
    mark = str(folder / "data")
    if not entry or not is_ours(entry["pid"], mark):
        return None
    return Postgres(entry["pid"], entry["port"], entry["password"], mark)


def start_postgres(home: Path, folder: Path, account: Account, entry: State, *, fsync: bool = True) -> Postgres:
    """Start the cluster in `folder`/data, making it first if need be. `entry` is what the state file knows of it.

    Call it with the home's lock held. Raises LocalError; after any failure the next call starts afresh.
    """
    binaries = find_binaries(home, account) / POSTGRES_BIN
    data = folder / "data"
    password = entry.get("password")
    if not data.exists():
        password = make_password()
        _make_cluster(binaries, data, account, password, fsync=fsync)
    _check_version(binaries, data, account)
    _clear_leftovers(data)
    if password is None:
        password = _reset_password(binaries, data, account)
    for _ in range(3):
        port = find_free_port(entry.get("port"))
        pid = _launch(binaries, data, account, port, folder / "postgres.log", fsync=fsync)
        if pid is not None:
            return Postgres(pid, port, password, str(data))
    raise _build_start_failed(folder / "postgres.log")


def _make_cluster(binaries: Path, data: Path, account: Account, password: str, *, fsync: bool) -> None:
    """initdb under a temporary name, then rename: a folder called `data` is a whole cluster."""
    for leftover in data.parent.glob(".initdb-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    check_space(data.parent)
    half = account.give(Path(tempfile.mkdtemp(dir=data.parent, prefix=".initdb-")))
    try:
        secret = account.give(_write_secret(half / "password", password))
        command = [
            *(str(binaries / "initdb"), "--pgdata", str(half / "data"), "--username=postgres"),
            *("--pwfile", str(secret), "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"),
            # Upper and lower case beyond ASCII without depending on the machine's locales.
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"),
            *([] if fsync else ["--no-sync"]),
        ]
        _run(command, account, data.parent)
        (half / "data").rename(data)
    finally:
        shutil.rmtree(half, ignore_errors=True)


def _write_secret(path: Path, password: str) -> Path:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(password)
    return path


def _check_version(binaries: Path, data: Path, account: Account) -> None:
    made_by = (data / "PG_VERSION").read_text().strip()
    told = _run([str(binaries / "postgres"), "--version"], account, binaries)
    ours = re.search(r"(\d+)\.\d+", told)
    if ours and ours[1] != made_by:
        raise LocalError(
            Message(
                zh=f"{data} 由 PostgreSQL {made_by} 建立，现在装的是 {ours[1]}："
                "请用旧版本导出数据，或删除该目录重新开始。",
                en=f"{data} was made by PostgreSQL {made_by}, and {ours[1]} is installed now: "
                "dump it with the old version, or delete that folder to begin anew.",
            )
        )


def _clear_leftovers(data: Path) -> None:
    """Make a start possible after kill -9 or a reboot.

    The children of a killed postmaster notice and leave; they must be gone before the lock file may go,
    because that file is what keeps two postmasters off one cluster.
    """
    pid_file = data / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        pid = 0
    end_one(pid, str(data), STOP_STEPS)  # runs, but the state file that knew it is lost
    end_all(find_inside(data, "postgres"), grace_seconds=5)
    # PostgreSQL itself would refuse to start when another program got this process id.
    pid_file.unlink(missing_ok=True)


def _reset_password(binaries: Path, data: Path, account: Account) -> str:
    """The state file is lost but the cluster is ours: single-user mode asks for no password."""
    password = make_password()
    command = [str(binaries / "postgres"), "--single", "-D", str(data), "postgres"]
    _run(command, account, data, typed=f"ALTER ROLE postgres PASSWORD '{password}'\n")
    return password


def _launch(binaries: Path, data: Path, account: Account, port: int, log: Path, *, fsync: bool) -> int | None:
    """Start the server and wait until it answers; None when it ended instead (its port was taken, say)."""
    settings = {**SETTINGS, "port": str(port), **({} if fsync else UNSAFE)}
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    with log.open("wb") as out:
        server = subprocess.Popen(  # noqa: S603 - our own command, no shell
            [str(binaries / "postgres"), "-D", str(data), *options],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd="/",
            env=_environment(),
            start_new_session=True,  # Ctrl-C is for us; we stop it in its own time
            **account.spawn_options(),  # type: ignore[call-overload]
        )
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            _explain_end(log)
            return None
        if _is_ready(data, server.pid):
            return int(server.pid)
        time.sleep(0.02)
    server.kill()
    server.wait()
    raise _build_start_failed(log)


def _is_ready(data: Path, pid: int) -> bool:
    # The eighth line of postmaster.pid is its status.
    try:
        lines = (data / "postmaster.pid").read_text().split("\n")
    except OSError:
        return False
    return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"


def _explain_end(log: Path) -> None:
    """Return when another port is worth a try; raise LocalError otherwise."""
    text = log.read_text("utf-8", "replace")
    if "No space left on device" in text:
        raise build_disk_full(log.parent, NEEDED_MEGABYTES)
    if "Address already in use" not in text:
        raise _build_start_failed(log)


def _build_start_failed(log: Path) -> LocalError:
    lines = [line for line in log.read_text("utf-8", "replace").splitlines() if line.strip()]
    last = next((line for line in lines if "FATAL" in line or "PANIC" in line), lines[-1] if lines else "")
    return LocalError(
        Message(
            zh=f"PostgreSQL 没有启动成功：{last}（日志 {log}）",
            en=f"PostgreSQL did not start: {last} (log: {log})",
        )
    )


def _run(command: list[str], account: Account, folder: Path, typed: str = "") -> str:
    """Run one of PostgreSQL's own programs to its end; LocalError with its last words when it fails."""
    done = subprocess.run(  # noqa: S603 - our own command, no shell
        command,
        input=typed,
        capture_output=True,
        text=True,
        cwd="/",
        env=_environment(),
        check=False,
        **account.spawn_options(),  # type: ignore[call-overload]
    )
    words: str = done.stdout + done.stderr
    if done.returncode == 0:
        return words
    if "No space left on device" in words:
        raise build_disk_full(folder, NEEDED_MEGABYTES)
    lines = [line for line in words.splitlines() if line.strip()]
    reason = next((line for line in lines if "FATAL" in line or "error:" in line), lines[-1] if lines else "?")
    raise LocalError(
        Message(
            zh=f"{Path(command[0]).name} 失败（退出码 {done.returncode}）：{reason}",
            en=f"{Path(command[0]).name} failed (exit code {done.returncode}): {reason}",
        )
    )


def _environment() -> dict[str, str]:
    # Nothing of the caller's: PGDATA, PGOPTIONS and a broken locale have all kept a server from starting.
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"}
