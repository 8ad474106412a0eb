"""Finding our programs again, and ports."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable

import pytest

from core.local.messages import LocalError
from core.local.programs import check_web_port, end_one, find_free_port, is_ours, is_port_free


def test_a_program_is_ours_only_with_its_mark(wait_until: Callable[..., None]) -> None:
    with subprocess.Popen(["kaohe-mark", "60"], executable="/bin/sleep") as program:
        try:
            # For a moment after its start a program has no command line yet.
            wait_until(lambda: is_ours(program.pid, "kaohe-mark"))
            assert not is_ours(program.pid, "kaohe")
        finally:
            program.kill()
    assert not is_ours(program.pid, "kaohe-mark")


def test_a_program_that_is_not_ours_is_never_ended() -> None:
    with subprocess.Popen(["/bin/sleep", "60"]) as program:
        try:
            end_one(program.pid, "some-mark", [(signal.SIGKILL, 1.0)])
            assert program.poll() is None
        finally:
            program.kill()


def test_a_program_that_ignores_the_gentle_signal_gets_the_next(wait_until: Callable[..., None]) -> None:
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(300)"
    with subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE) as program:
        assert program.stdout is not None
        program.stdout.readline()
        end_one(program.pid, deaf, [(signal.SIGTERM, 0.2), (signal.SIGKILL, 5.0)])
        wait_until(lambda: not is_ours(program.pid, deaf))


def test_a_busy_port_is_named_with_its_holder_and_the_way_out() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(LocalError) as caught:
            check_web_port(port)
    for text in (caught.value.message.zh, caught.value.message.en):
        assert str(port) in text
        assert f"PORT={port + 1} make demo" in text
        assert f"pid {os.getpid()}" in text
    check_web_port(port)


def test_the_port_of_last_time_is_kept_while_it_is_free() -> None:
    port = find_free_port()
    assert find_free_port(port) == port
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", port))
        holder.listen()
        assert not is_port_free(port)
        assert find_free_port(port) != port
