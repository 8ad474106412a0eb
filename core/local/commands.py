"""What up, serve and down do; the management commands only call it."""

import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from core.local.messages import LocalError, Message, Progress
from core.local.places import home as default_home
from core.local.processes import environment_of, get_port, product_processes
from core.local.servers import Servers, ensure_servers, stop_servers
from core.local.setting_up import migrate
from core.local.supervisor import Supervisor, check_can_start, find_supervisor, stop_supervisor, supervised

WEB_SECONDS = 60
OURS = (
    *("data", "queue", "binaries", "logs", "examples", ".initdb-*", "temporary-*"),
    *("state.json", ".state-*", "lock", "valkey.conf", "postgres.log", "valkey.log", "beat-schedule*"),
)


def build_supervisor(servers: Servers, *, port: int, logs: Path | None, detached: bool = False) -> Supervisor:
    """The whole product on these servers."""
    return Supervisor(
        programs=product_processes(port=port, home=servers.home),
        environment=environment_of(servers.urls),
        owner_environment=environment_of(servers.urls, as_owner=True),
        home=servers.home,
        logs=logs,
        port=port,
        detached=detached,
    )


def bring_up(progress: Progress, *, servers_only: bool = False) -> None:
    """Servers, tables, and the product in the background. A second time it only says so. Raises LocalError."""
    home, port = default_home(), get_port()
    running = find_supervisor(home)
    if running is not None and not servers_only:
        progress(
            Message(
                zh=f"已在运行：http://127.0.0.1:{running.port}/", en=f"already up: http://127.0.0.1:{running.port}/"
            )
        )
        return
    if not servers_only:
        check_can_start(home, port)
    servers = ensure_servers(progress)
    if servers_only:
        progress(Message(zh="PostgreSQL 和 Valkey 已就绪。", en="PostgreSQL and Valkey are ready."))
        return
    try:
        migrate(servers.urls, progress)
        supervisor = build_supervisor(servers, port=port, logs=home / "logs", detached=True)
        supervisor.start()
        _wait_for_web(supervisor, port, home / "logs")
    except BaseException:
        servers.stop()
        raise
    progress(
        Message(
            zh=f"已启动：http://127.0.0.1:{port}/  日志：{home / 'logs'}  停止：python manage.py down",
            en=f"up: http://127.0.0.1:{port}/  logs: {home / 'logs'}  to stop: python manage.py down",
        )
    )


def serve(progress: Progress) -> int:
    """The product in the foreground until Ctrl-C; its exit code. Ends the servers that it started itself."""
    port = get_port()
    check_can_start(default_home(), port)
    with interruptible():
        servers = ensure_servers(progress)
        try:
            migrate(servers.urls, progress)
            with supervised(build_supervisor(servers, port=port, logs=None)) as supervisor:
                return supervisor.wait()
        except KeyboardInterrupt:
            return 0
        finally:
            servers.stop()


def bring_down(progress: Progress, *, erase: bool = False) -> None:
    """Stop everything of this project that runs in the background, and with `erase` delete its data. Idempotent."""
    home = default_home()
    stopped: list[str] = []
    if home.exists():
        stopped = (["supervisor"] if stop_supervisor(home) else []) + list(stop_servers(home))
    if stopped:
        progress(Message(zh=f"已停止：{'、'.join(stopped)}", en=f"stopped: {', '.join(stopped)}"))
    else:
        progress(Message(zh="没有在运行的程序。", en="nothing is running."))
    if erase and home.exists():
        erase_home(home)
        progress(Message(zh=f"已删除 {home} 中的数据。", en=f"deleted the data in {home}."))


def erase_home(home: Path) -> None:
    """Delete what we made in the home folder, by name: KAOHE_LOCAL_DIR may be a folder with other things in it."""
    for pattern in OURS:
        for path in home.glob(pattern):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()


@contextmanager
def interruptible() -> Iterator[None]:
    """SIGTERM and a closed terminal end the block like Ctrl-C does: by KeyboardInterrupt, so that `finally` runs."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def exit_on_local_error(work: Callable[[], int | None]) -> None:
    """Run `work`; a LocalError becomes its two lines on standard error and exit code 1, Ctrl-C becomes 130."""
    try:
        code = work()
    except LocalError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    if code:
        sys.exit(code)


def _wait_for_web(supervisor: Supervisor, port: int, logs: Path) -> None:
    deadline = time.monotonic() + WEB_SECONDS
    while time.monotonic() < deadline:
        if supervisor.poll() is not None:
            break
        with socket.socket() as wire:
            if wire.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    supervisor.stop()
    raise LocalError(
        Message(zh=f"程序没有启动成功，原因见 {logs}。", en=f"The product did not start; the reason is in {logs}.")
    )
