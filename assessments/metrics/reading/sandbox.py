"""Reading a file in a process of its own: bounded memory, CPU and time, no environment, and a crash is an answer."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

import orjson

from assessments.engine.text import Text
from assessments.metrics.reading import limits
from assessments.metrics.reading.codec import Outcome, decode
from assessments.metrics.reading.results import ParsedFile, Recognition, TextSheets, UnreadableFile
from assessments.metrics.reading.telling import Listener, run_heard

_ROOT: Final = str(Path(__file__).resolve().parents[3])
# -I keeps the environment, the user's site and the working directory off the import path; only this tree is added. Of
# the engine the child needs the pair of sentences alone: its front door would load all that judges, which takes longer
# than reading most files.
_PROGRAM: Final = """
import sys, types
sys.path.insert(0, sys.argv[1])
engine = sys.modules["assessments.engine"] = types.ModuleType("assessments.engine")
engine.__path__ = [sys.argv[1] + "/assessments/engine"]
from assessments.metrics.reading.child import main
main()
"""


class ReaderKilled(RuntimeError):  # noqa: N818 - named as people say it
    """The reading process was killed by something that is neither the file nor one of our limits."""


def parse_in_child(
    content: bytes,
    file_name: str,
    *,
    kind: str | None = None,
    default_store: str | None = None,
    seconds: float = limits.WALL_SECONDS,
    on_rows: Listener | None = None,
) -> ParsedFile:
    """parse_file in a process of its own. UnreadableFile is the only error that is the file's, also when the process
    dies or hangs; ReaderKilled says nothing of the file, and that it may be tried again.

    `on_rows` hears every second how many rows were looked at, of how many.
    """
    outcome = _ask(content, file_name, kind, default_store, only="", seconds=seconds, on_rows=on_rows)
    if not isinstance(outcome, ParsedFile):
        raise _crashed("wrong answer")
    return outcome


def recognise_in_child(content: bytes, file_name: str, *, seconds: float = limits.WALL_SECONDS) -> Recognition:
    """recognise_file in a process of its own, with the same single error."""
    outcome = _ask_once(content, file_name, only="recognise", seconds=seconds)
    if not isinstance(outcome, Recognition):
        raise _crashed("wrong answer")
    return outcome


def read_texts_in_child(content: bytes, file_name: str, *, seconds: float = limits.WALL_SECONDS) -> TextSheets:
    """read_texts in a process of its own, with the same single error."""
    outcome = _ask_once(content, file_name, only="texts", seconds=seconds)
    if not isinstance(outcome, TextSheets):
        raise _crashed("wrong answer")
    return outcome


def _ask_once(content: bytes, file_name: str, *, only: str, seconds: float) -> Outcome:
    """For a person who waits: nobody tries again later, so a kill is an answer too."""
    try:
        return _ask(content, file_name, None, None, only=only, seconds=seconds)
    except ReaderKilled:
        raise _crashed("killed") from None


def _ask(
    content: bytes,
    file_name: str,
    kind: str | None,
    default_store: str | None,
    *,
    only: str,
    seconds: float,
    on_rows: Listener | None = None,
) -> Outcome:
    # No process is worth starting for a file that is refused by its size alone.
    limits.refuse_too_many("文件字节数", "file size in bytes", len(content), limits.FILE_BYTES)
    request = orjson.dumps({"file_name": file_name, "kind": kind, "default_store": default_store, "only": only})
    answer = run_program(_PROGRAM, request + b"\n" + content, seconds=seconds, on_rows=on_rows)
    try:
        outcome = decode(answer)
    except (ValueError, KeyError, TypeError):
        raise _crashed("garbled answer") from None
    if isinstance(outcome, UnreadableFile):
        raise outcome
    return outcome


def run_program(program: str, sent: bytes, *, seconds: float, on_rows: Listener | None = None) -> bytes:
    """Runs a Python program apart: no environment, its own session; what it wrote to standard output comes back.

    UnreadableFile: too_slow when it had to be stopped, crashed when it ended in any way but well. ReaderKilled when
    it was killed from outside.
    """
    try:
        finished = run_heard([sys.executable, "-I", "-c", program, _ROOT], sent, seconds=seconds, on_rows=on_rows)
    except subprocess.TimeoutExpired:
        raise UnreadableFile(
            "too_slow",
            Text(
                zh=f"读取超过 {seconds:g} 秒，已停止；请拆分文件后再上传",
                en=f"reading took more than {seconds:g} seconds and was stopped; split the file and upload the parts",
            ),
        ) from None
    if finished.returncode == -signal.SIGKILL:
        # No limit of ours ends it so (child.py): somebody else did, most likely the kernel for want of memory.
        raise ReaderKilled
    if finished.returncode != 0:
        problem = _crashed(f"exit {finished.returncode}")
        # The last line of a traceback up to its colon is the error's name; the rest may quote the file.
        problem.add_note(finished.stderr.decode(errors="replace").strip().rpartition("\n")[2].partition(":")[0][:80])
        raise problem
    return finished.stdout


def _crashed(detail: str) -> UnreadableFile:
    return UnreadableFile(
        "crashed",
        Text(
            zh=f"文件无法读取：读取进程异常退出（{detail}）；文件可能已损坏或内容异常",
            en=f"the file cannot be read: its reading process failed ({detail}); the file may be damaged or hostile",
        ),
    )
