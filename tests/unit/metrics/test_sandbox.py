"""The reading process: the same answers, nothing within its reach, and its death is an answer too."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from assessments.metrics.reading import sandbox
from assessments.metrics.reading.codec import decode, encode
from assessments.metrics.reading.parse import parse_file, recognise_file
from assessments.metrics.reading.results import UnreadableFile
from assessments.metrics.reading.sandbox import ReaderKilled, parse_in_child, recognise_in_child, run_program
from tests.unit.metrics.builders import SCORES, make_csv

ROOT = str(Path(__file__).resolve().parents[3])
CONTENT = make_csv(
    [SCORES, ("2024-01-01", "900000001", "4.52", "5,652.00", "2.19%"), ("bad", "x", "-", "", "1")], encoding="gbk"
)
CLOSED = "import sys; sys.path.insert(0, sys.argv[1]); from assessments.metrics.reading.child import close_doors; "


def test_a_child_gives_the_same_result_as_reading_in_place() -> None:
    assert parse_in_child(CONTENT, "a.csv") == parse_file(CONTENT, "a.csv")
    assert recognise_in_child(CONTENT, "a.csv") == recognise_file(CONTENT, "a.csv")


def test_an_unreadable_file_comes_through_with_its_preview() -> None:
    with pytest.raises(UnreadableFile) as caught:
        parse_in_child(make_csv([("甲", "乙"), ("1", "2")]), "a.csv")
    assert caught.value.code == "unsure"
    assert caught.value.recognition is not None
    assert caught.value.recognition.preview[0].rows == (("甲", "乙"), ("1", "2"))


@pytest.mark.parametrize(
    "program",
    [
        "import os; os.abort()",
        "import os, signal; os.kill(os.getpid(), signal.SIGXCPU)",
        "raise SystemExit(3)",
        "1/0",
    ],
)
def test_a_child_that_dies_is_an_unreadable_file(program: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        run_program(program, b"", seconds=20)
    assert caught.value.code == "crashed"


def test_a_child_that_was_killed_from_outside_says_nothing_of_its_file() -> None:
    with pytest.raises(ReaderKilled):
        run_program("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", b"", seconds=20)


def test_the_limit_on_processor_time_is_an_answer_and_no_kill_from_outside() -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from assessments.metrics.reading import child, limits\n"
        "limits.CPU_SECONDS = 1\n"
        "child.close_doors()\n"
        "while True: pass"
    )
    with pytest.raises(UnreadableFile) as caught:
        run_program(program, b"", seconds=60)
    assert caught.value.code == "crashed"


def test_a_child_that_hangs_is_stopped() -> None:
    with pytest.raises(UnreadableFile) as caught:
        run_program("while True: pass", b"", seconds=0.5)
    assert caught.value.code == "too_slow"


def test_a_child_that_answers_nonsense_is_refused() -> None:
    for answer in (b"", b"{}", b'{"parsed": {}}', b"[1]"):
        with pytest.raises((ValueError, KeyError, TypeError)):
            decode(answer)


def test_the_child_sees_no_variable_of_its_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://secret")
    seen = run_program("import os; print(sorted(os.environ))", b"", seconds=20)
    assert b"DATABASE_URL" not in seen
    assert b"PATH" not in seen


@pytest.mark.parametrize(
    "attempt",
    ["open(sys.executable)", "__import__('socket').socket()", "open('leak.txt', 'w')", "bytearray(600 << 20)"],
)
def test_behind_closed_doors_nothing_can_be_opened_and_memory_ends(attempt: str) -> None:
    program = (
        f"{CLOSED} import socket; close_doors()\ntry:\n    {attempt}\nexcept (OSError, MemoryError):\n    print('shut')"
    )
    assert run_program(program, b"", seconds=20) == b"shut\n"


def test_reading_needs_no_django() -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); import assessments.metrics.reading.child; "
        "roots = {name.partition('.')[0] for name in sys.modules}; "
        "print(sorted(roots & {'django', 'psycopg', 'celery', 'core', 'tenants'}))"
    )
    found = subprocess.run([sys.executable, "-c", program, ROOT], capture_output=True, check=True)
    assert found.stdout == b"[]\n"


def test_every_outcome_survives_the_pipe() -> None:
    parsed = parse_file(CONTENT, "a.csv")
    assert decode(encode(parsed)) == parsed
    recognised = recognise_file(CONTENT, "a.csv")
    assert decode(encode(recognised)) == recognised


def test_the_reading_process_loads_nothing_that_judges() -> None:
    told = sandbox._PROGRAM.removesuffix("main()\n") + "print(*sorted(sys.modules), sep='\\n')"
    loaded = run_program(told, b"", seconds=60).decode().split()
    assert "assessments.engine.text" in loaded
    assert not {"pydantic", "numpy", "django", "assessments.engine.language"} & set(loaded)
