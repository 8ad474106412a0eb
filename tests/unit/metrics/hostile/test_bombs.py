"""Every hostile file is refused with its own code in two seconds of work, and a good file is read right after it."""

from __future__ import annotations

import os
import struct
from typing import Final

import orjson
import pytest

from assessments.metrics.reading.results import UnreadableFile
from assessments.metrics.reading.sandbox import parse_in_child, run_program
from tests.unit.metrics.builders import SCORES, make_csv
from tests.unit.metrics.hostile.archives import Case, list_archives
from tests.unit.metrics.hostile.books import list_books
from tests.unit.metrics.hostile.depth import IS_LONG

SECONDS: Final = 2
GOOD: Final = make_csv([SCORES, ("2024-01-01", "900000001", "4.52", "5,652.00", "2.19%")])
# All in one reading process, under its limits: one that died would take the answers with it.
READ_ALL: Final = """
import sys, struct, time
sys.path.insert(0, sys.argv[1])
import orjson, codecs
from assessments.metrics.reading.child import close_doors, read
from assessments.metrics.reading.results import UnreadableFile
for codec in ("gb18030", "utf-16-le", "utf-16-be", "latin-1", "cp437"):
    codecs.lookup(codec)
close_doors()
asked = orjson.dumps({"file_name": "a.csv", "kind": None, "default_store": "x", "only": ""})
while head := sys.stdin.buffer.read(4):
    content = sys.stdin.buffer.read(struct.unpack("<I", head)[0])
    began = time.process_time()
    outcome = read(asked, content)
    code = outcome.code if isinstance(outcome, UnreadableFile) else outcome.kind
    print(orjson.dumps([code, time.process_time() - began]).decode(), flush=True)
"""


def list_hostile() -> list[Case]:
    return [*list_archives(), *list_books()]


def test_each_hostile_file_is_refused_with_its_code_and_the_reader_lives_on() -> None:
    cases = list_hostile()
    assert len(cases) >= 90
    assert len({name for name, _, _ in cases}) == len(cases)
    sent = b"".join(struct.pack("<I", len(content)) + content for _, hostile, _ in cases for content in (hostile, GOOD))
    answers = [orjson.loads(line) for line in run_program(READ_ALL, sent, seconds=300).splitlines()]
    assert len(answers) == 2 * len(cases)
    wrong = {
        name: answer for (name, _, codes), answer in zip(cases, answers[::2], strict=True) if answer[0] not in codes
    }
    assert wrong == {}
    assert {code for code, _ in answers[1::2]} == {"store_scores"}
    slow = {name: answer for (name, _, _), answer in zip(cases, answers[::2], strict=True) if answer[1] > SECONDS}
    assert slow == {}


@pytest.mark.skipif(not IS_LONG, reason="the long form: KAOHE_HOSTILE_TIMES=2 or more")
def test_each_hostile_file_alone_in_a_process_of_its_own_is_refused_and_a_good_one_is_read_after_it() -> None:
    slowest = 0.0
    for name, content, codes in list_hostile():
        before = sum(os.times()[2:4])
        with pytest.raises(UnreadableFile) as caught:
            parse_in_child(content, f"{name}.xlsx", default_store="x")
        slowest = max(slowest, sum(os.times()[2:4]) - before)
        assert caught.value.code in codes, name
        assert len(parse_in_child(GOOD, "good.csv").rows) == 1
    print(f"\n{len(list_hostile())} hostile files, slowest {slowest:.2f} s of CPU with the start of its process")
    assert slowest < 2 * SECONDS
