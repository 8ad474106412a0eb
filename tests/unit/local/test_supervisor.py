"""The supervisor leaves nothing behind. Real programs, with children and grandchildren."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from core.local.messages import LocalError
from core.local.places import PROJECT
from core.local.processes import Program, environment_of, product_processes
from core.local.run_programs import run
from core.local.supervisor import Supervisor, end_leftovers, find_supervisor, stop_supervisor, supervised
from core.local.urls import Urls

# A parent, and a child in a session of its own that is deaf to the gentle signal: the worst kind to leave behind.
FAMILY = """
import os, pathlib, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    os.setsid()
folder = pathlib.Path(sys.argv[1])
(folder / f"pid-{os.getpid()}").touch()
time.sleep(300)
"""
URLS = Urls("postgres://kaohe_app:a@h/d", "postgres://kaohe_owner:o@h/d", "redis://b", "key")
Wait = Callable[[Callable[[], bool]], None]


def family(home: Path) -> Program:
    return Program((sys.executable, "-c", FAMILY, str(home)))


def pids(home: Path) -> list[int]:
    return [int(path.name.removeprefix("pid-")) for path in home.glob("pid-*")]


def are_gone(numbers: list[int]) -> bool:
    return not any(psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie" for pid in numbers)


def build(home: Path, **programs: Program) -> Supervisor:
    environment = dict(os.environ)
    return Supervisor(programs, environment, environment, home=home, logs=home / "logs", grace_seconds=0.3)


def test_stop_ends_grandchildren_that_do_not_listen(home: Path, wait_until: Wait) -> None:
    supervisor = build(home, one=family(home), two=family(home))
    supervisor.start()
    wait_until(lambda: len(pids(home)) == 4)
    assert supervisor.poll() is None
    supervisor.stop()
    assert are_gone(pids(home))
    supervisor.stop()


def test_one_that_ends_takes_the_rest_down_with_its_exit_code(home: Path, wait_until: Wait) -> None:
    waits_for_family = "import glob, sys, time\nwhile len(glob.glob(sys.argv[1])) < 2: time.sleep(0.02)\nsys.exit(7)"
    dies = Program((sys.executable, "-c", waits_for_family, str(home / "pid-*")))
    with supervised(build(home, family=family(home), dies=dies)) as supervisor:
        assert supervisor.wait() == 7
    assert len(pids(home)) == 2
    assert are_gone(pids(home))


def test_a_quiet_exit_is_a_failure_too(home: Path) -> None:
    with supervised(build(home, ends=Program(("/bin/true",)))) as supervisor:
        assert supervisor.wait() == 1


def test_a_program_that_was_killed_gives_the_shells_exit_code(home: Path) -> None:
    with supervised(build(home, killed=Program(("/bin/sh", "-c", "kill -KILL $$")))) as supervisor:
        assert supervisor.wait() == 128 + signal.SIGKILL


def test_the_message_names_the_program_that_ended(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    plan = {
        "programs": {"beat": {"command": ["/bin/sh", "-c", "exit 3"], "environment": dict(os.environ)}},
        "logs": str(home),
        "detached": True,
        "mark": f"{home}#",
        "grace_seconds": 0.3,
    }
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        assert run(plan) == 3
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    said = capfd.readouterr().err
    assert "beat 已退出（退出码 3）" in said
    assert "beat ended (exit code 3)" in said


def test_a_second_start_is_told_of_the_first(home: Path, wait_until: Wait) -> None:
    with supervised(build(home, one=family(home))):
        wait_until(lambda: len(pids(home)) == 2)
        with pytest.raises(LocalError, match=r"manage\.py down"):
            build(home, one=family(home)).start()
        assert not are_gone(pids(home))


def test_children_of_a_killed_supervisor_are_ended_by_the_next_start(home: Path, wait_until: Wait) -> None:
    build(home, one=family(home)).start()
    wait_until(lambda: len(pids(home)) == 2)
    orphans, running = pids(home), find_supervisor(home)
    assert running is not None
    os.kill(running.pid, signal.SIGKILL)
    os.waitpid(running.pid, 0)
    with supervised(build(home, two=family(home))):
        assert are_gone(orphans)
        wait_until(lambda: len(pids(home)) == 4)
    assert are_gone(pids(home))
    assert not end_leftovers(home)


def test_everything_ends_when_the_command_that_started_it_is_killed(home: Path, wait_until: Wait) -> None:
    script = (
        "import os, pathlib, sys\n"
        "from core.local.processes import Program\n"
        "from core.local.supervisor import Supervisor\n"
        "home = pathlib.Path(sys.argv[1])\n"
        "one = Program((sys.executable, '-c', sys.argv[2], str(home)))\n"
        "supervisor = Supervisor({'one': one}, dict(os.environ), dict(os.environ), home=home, grace_seconds=0.3)\n"
        "supervisor.start()\n"
        "supervisor.wait()\n"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(home), FAMILY], cwd=PROJECT) as command:
        wait_until(lambda: len(pids(home)) == 2)
        supervisor = find_supervisor(home)
        command.kill()
    assert supervisor is not None
    wait_until(lambda: not psutil.pid_exists(supervisor.pid))
    # Its own group is gone with it; the child that left the group is what `down` and the next start look for.
    stop_supervisor(home)
    assert are_gone(pids(home))


def test_down_ends_a_supervisor_that_another_command_started(home: Path, wait_until: Wait) -> None:
    build(home, one=family(home)).start()
    wait_until(lambda: len(pids(home)) == 2)
    assert stop_supervisor(home, grace_seconds=0.3)
    assert are_gone(pids(home))
    assert not stop_supervisor(home)


def test_each_program_has_a_log_of_its_own(home: Path) -> None:
    speaks = Program(("/bin/sh", "-c", "echo 考核; exit 5"))
    with supervised(build(home, speaks=speaks)) as supervisor:
        supervisor.wait()
    assert (home / "logs" / "speaks.log").read_text("utf-8") == "考核\n"


def test_only_the_provisioning_worker_gets_the_owners_login(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OWNER_DATABASE_URL", URLS.owner)
    programs = product_processes(port=8000, home=home)
    assert [name for name, program in programs.items() if program.as_owner] == ["provision"]
    assert URLS.owner not in environment_of(URLS).values()
    assert environment_of(URLS, as_owner=True)["DATABASE_URL"] == URLS.owner
    assert environment_of(URLS, as_owner=True)["KAOHE_APP_ROLE"] == "kaohe_app"
