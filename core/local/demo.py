"""What `manage.py demo` does: servers, tables, the demo agency, the product, its portfolio as a table, then serving."""

import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from core.local.commands import build_supervisor, interruptible
from core.local.messages import LocalError, Message, Progress
from core.local.places import PROJECT, home
from core.local.processes import environment_of, get_port
from core.local.servers import Servers, ensure_servers
from core.local.setting_up import Step, migrate
from core.local.supervisor import check_can_start, supervised

PLAN = PROJECT / "examples" / "agency.toml"
COMPUTE_SECONDS = 300


def run_demo(progress: Progress, *, once: bool) -> int:
    """The whole demo; its exit code. Ends what it started, whatever happens. Raises LocalError."""
    port = get_port()
    check_can_start(home(), port)
    plan = tomllib.loads(PLAN.read_text("utf-8"))
    with interruptible():
        servers = ensure_servers(progress)
        try:
            migrate(servers.urls, progress, then=_list_agency_steps(plan))
            supervisor = build_supervisor(servers, port=port, logs=servers.home / "logs")
            with supervised(supervisor):
                _load_and_show(servers, progress)
                _print_logins(plan, port, servers.home)
                if once:
                    return 0
                progress(Message(zh="按 Ctrl-C 结束。", en="Ctrl-C ends it."))
                return supervisor.wait()
        except KeyboardInterrupt:
            progress(Message(zh="正在停止……", en="stopping…"))
            return 0
        finally:
            servers.stop()


def _list_agency_steps(plan: dict[str, Any]) -> tuple[Step, ...]:
    [owner] = [user for user in plan["users"] if user["role"] == "owner"]
    agency = ("create_agency", plan["agency"]["schema"], plan["agency"]["name"], "--if-missing")
    login = ("--owner", owner["username"], "--password", owner["password"])
    return ((*agency, *login, "--business-date", str(plan["window"]["business_day"])),)


def _load_and_show(servers: Servers, progress: Progress) -> None:
    progress(Message(zh="正在生成并载入示例文件，等待后台计算……", en="writing and loading the examples, computing…"))
    folder = servers.home / "examples"
    _run(servers, str(PROJECT / "examples" / "make_examples.py"), str(folder), quiet=True)
    load = shlex.join(("load_examples", str(PLAN), str(folder)))
    _manage(servers, "in_order", load, f"show_portfolio --wait {COMPUTE_SECONDS}")


def _manage(servers: Servers, *command: str, quiet: bool = False) -> None:
    _run(servers, str(PROJECT / "manage.py"), *command, quiet=quiet)


def _run(servers: Servers, *command: str, quiet: bool) -> None:
    """Run a Python program with the restricted login; commands that need the owner's find it beside it."""
    environment = {**environment_of(servers.urls), "OWNER_DATABASE_URL": servers.urls.owner}
    done = subprocess.run(  # noqa: S603 - our own command, no shell
        [sys.executable, *command],
        cwd=PROJECT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=quiet,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        tail = "\n".join(((done.stdout or "") + (done.stderr or "")).strip().splitlines()[-15:])
        name = " ".join(Path(word).name for word in command[:2])
        raise LocalError(
            Message(
                zh=f"{tail}\n{name} 失败（退出码 {done.returncode}）。日志：{servers.home / 'logs'}",
                en=f"{name} failed (exit code {done.returncode}). Logs: {servers.home / 'logs'}",
            )
        )


def _print_logins(plan: dict[str, Any], port: int, home: Path) -> None:
    agency = f"http://{plan['agency']['domain']}:{port}"
    lines = [
        "",
        f"服务商后台 agency   {agency}/admin/",
        f"API 文档 API docs   {agency}/api/v1/docs/",
        f"平台后台 platform   http://localhost:{port}/admin/",
        "",
        "演示账号 demo logins（仅供本机演示 for this machine only）",
    ]
    lines.extend(f"  {user['role']:<15} {user['username']:<15} {user['password']}" for user in plan["users"])
    lines.append(f"日志 logs: {home / 'logs'}")
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
