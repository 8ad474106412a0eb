"""`python3 core/local/make_venv.py SET`: the virtual environment, from a hash-locked list. Standard library only.

Run by the Makefile with the machine's own Python, before anything is installed. A current environment costs a few
milliseconds; an interrupted one is thrown away and made again.
"""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

PROJECT = Path(__file__).resolve().parent.parent.parent
VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
BUSY = VENV / ".installing"
# From small to large, each holds all of the one before it: with `dev` installed there is nothing to do for `local`.
LISTS = ("base", "local", "dev", "mutants")
LARGER = {name: LISTS[at:] for at, name in enumerate(LISTS)}
NEEDED_MEGABYTES = 700
STEP_SECONDS = 5.0
OFFLINE = (
    "NewConnectionError",
    "Temporary failure in name resolution",
    "Name or service not known",
    "Network is unreachable",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ProxyError",
    "Could not find a version that satisfies",
)


def main(wanted: str) -> None:
    """Make `.venv` hold at least the list `wanted`."""
    if is_current(wanted):
        return
    check_machine()
    # The lock is on a folder that is always there, so that it leaves no file behind.
    folder = os.open(PROJECT / "requirements", os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    if is_current(wanted):
        return
    if VENV.exists() and (BUSY.exists() or not runs()):
        say("上次没有装完，重新建立虚拟环境", "the last installation was cut short: making the environment again")
        remove()
    try:
        if not VENV.exists():
            say("正在建立虚拟环境 .venv", "making the virtual environment .venv")
            run_or_stop([sys.executable, "-m", "venv", str(VENV)])
        BUSY.touch()
        install(wanted)
        (VENV / f".installed-{wanted}").write_text(fingerprint(wanted))
        BUSY.unlink()
    except OSError as error:
        stop_with_words(str(error))


def is_current(wanted: str) -> bool:
    """Is this list, or a larger one, installed as it is written today, and does the environment's Python run?"""
    if BUSY.exists():
        return False
    return any(read_stamp(name) == fingerprint(name) for name in LARGER[wanted]) and runs()


def install(wanted: str) -> None:
    """Install the list with pip, one line of progress every few seconds."""
    lines = (PROJECT / "requirements" / f"{wanted}.txt").read_text().splitlines()
    total = sum(1 for line in lines if "==" in line and not line.startswith((" ", "#")) and "win32" not in line)
    say(f"正在安装 {total} 个软件包（版本与哈希已锁定）", f"installing {total} packages, pinned and hash-checked")
    command = [
        *(str(PYTHON), "-m", "pip", "install", "--require-hashes", "--disable-pip-version-check", "--no-input"),
        *("--progress-bar", "off", "-r", str(PROJECT / "requirements" / f"{wanted}.txt")),
    ]
    words: list[str] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:  # noqa: S603
        told = time.monotonic()
        for line in pip.stdout or ():
            words.append(line)
            if time.monotonic() - told > STEP_SECONDS or line.startswith("Installing collected"):
                told = time.monotonic()
                step = line.split(" (from")[0].strip()[:70]
                say(step, step)
    if pip.returncode != 0:
        stop_with_words("".join(words))


def check_machine() -> None:
    """Stop with a clear word where the machine lacks something that pip's own errors would hide."""
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        stop(
            f"本机 Python 缺少 venv 模块。Debian/Ubuntu：apt install python3-venv（或 python{version}-venv），"
            "然后重试。",
            f"This Python has no venv module. Debian/Ubuntu: apt install python3-venv (or python{version}-venv), "
            "then try again.",
        )
    if not os.access(PROJECT, os.W_OK) or (VENV.exists() and not os.access(VENV, os.W_OK)):
        stop(
            f"{VENV} 不可写：它可能属于别的用户。请用该用户运行，或另行克隆一份。",
            f"{VENV} is not writable; it may belong to another user. Run as that user, or clone the project anew.",
        )
    if not VENV.exists() and shutil.disk_usage(PROJECT).free < NEEDED_MEGABYTES * 1_000_000:
        stop_disk_full()


def run_or_stop(command: list[str]) -> None:
    """Run a command quietly; stop with its words when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    if done.returncode != 0:
        stop_with_words(done.stdout + done.stderr)


def stop_with_words(words: str) -> NoReturn:
    """Say in one sentence what pip or venv needed many for. The half-made environment is removed."""
    remove()
    if "No space left on device" in words:
        stop_disk_full()
    tail = "\n".join(words.strip().splitlines()[-12:])
    sys.stderr.write(f"{tail}\n")
    if "DO NOT MATCH THE HASHES" in words:
        stop(
            "下载到的软件包与锁定的哈希不符：没有安装。请检查软件源后重试。",
            "A downloaded package does not match its locked hash: nothing was installed. "
            "Check your package index and try again.",
        )
    if any(sign in words for sign in OFFLINE):
        stop(
            "下载失败：请检查网络或 pip 的软件源设置（pip config list），然后重试。",
            "Downloading failed: check the network or pip's index settings (pip config list), then try again.",
        )
    stop(
        "安装失败，原因见上；修正后重试即可。",
        "The installation failed for the reason above; put it right and try again.",
    )


def stop_disk_full() -> NoReturn:
    """The message for a full disk."""
    stop(
        f"磁盘空间不足：{PROJECT} 大约需要 {NEEDED_MEGABYTES} MB。",
        f"Disk full: {PROJECT} needs about {NEEDED_MEGABYTES} MB.",
    )


def runs() -> bool:
    """Does the environment's Python start? Not after an upgrade that took away the Python it was made from."""
    return PYTHON.exists() and subprocess.run([str(PYTHON), "-c", ""], capture_output=True, check=False).returncode == 0  # noqa: S603


def fingerprint(name: str) -> str:
    """What the stamp of a list must say."""
    return hashlib.sha256((PROJECT / "requirements" / f"{name}.txt").read_bytes()).hexdigest()


def read_stamp(name: str) -> str:
    """What was installed of a list; empty when it was not."""
    stamp = VENV / f".installed-{name}"
    return stamp.read_text() if stamp.exists() else ""


def remove() -> None:
    """Delete the environment."""
    shutil.rmtree(VENV, ignore_errors=True)


def say(zh: str, en: str) -> None:
    """One line of progress."""
    sys.stderr.write(f"· {zh} / {en}\n" if zh != en else f"  {en}\n")
    sys.stderr.flush()


def stop(zh: str, en: str) -> NoReturn:
    """Two lines, exit code 1, no traceback."""
    sys.stderr.write(f"{zh}\n{en}\n")
    sys.exit(1)


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except KeyboardInterrupt:
        sys.exit(130)
