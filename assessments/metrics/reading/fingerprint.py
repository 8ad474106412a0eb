"""The headings of a file as one number, and whether they alone tell its kind: in a process of its own."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import asdict, dataclass
from typing import Final

import orjson

from assessments.metrics.reading import limits
from assessments.metrics.reading.child import close_doors, load_codecs
from assessments.metrics.reading.headings import Heading, is_personal
from assessments.metrics.reading.opening import open_file
from assessments.metrics.reading.recognise import Located, locate, recognise
from assessments.metrics.reading.results import UnreadableFile
from assessments.metrics.reading.sandbox import run_program

SHOWN_CHARS: Final = 2_000
# A second reading comes on top of the first: all of them must fit into the time of one task.
SECONDS: Final = limits.WALL_SECONDS // 2
# The column that an error workbook has more than the file that it came from.
REASONS: Final = frozenset({"错误原因", "errorreason"})
_PROGRAM: Final = (
    "import sys; sys.path.insert(0, sys.argv[1]); from assessments.metrics.reading.fingerprint import main; main()"
)


@dataclass(frozen=True, slots=True)
class Headings:
    """`fingerprint` is empty when no headings of any kind were found; `shown` is for people, personal ones left out."""

    is_unsure: bool
    fingerprint: str
    shown: str


NOTHING: Final = Headings(is_unsure=False, fingerprint="", shown="")


def read_headings_in_child(content: bytes) -> Headings:
    """read_headings in a process of its own; nothing where the file or the process gives nothing."""
    try:
        found = orjson.loads(run_program(_PROGRAM, content, seconds=SECONDS))
    except (UnreadableFile, ValueError):
        return NOTHING
    return Headings(**found)


def read_headings(content: bytes) -> Headings:
    """The heading row of each sheet that has one, names sorted: neither the order of columns nor our own column of
    reasons is a difference."""
    opened = open_file(content)
    rows: list[list[Heading]] = []
    for sheet in opened.sheets:
        located: list[Located] = locate(sheet)
        if located:
            rows.append(list(located[0].headings))
    names = sorted({"\x1f".join(sorted({heading.name for heading in row} - REASONS)) for row in rows})
    shown = dict.fromkeys(heading.shown for row in rows for heading in row if not is_personal(heading))
    return Headings(
        is_unsure=not recognise(opened).kind,
        fingerprint=hashlib.sha256("\x1e".join(names).encode("utf-8", "replace")).hexdigest() if names else "",
        shown="、".join(shown)[:SHOWN_CHARS],
    )


def main() -> None:
    """Reads the file from standard input and writes its headings to standard output."""
    load_codecs()
    close_doors()
    try:
        found = read_headings(sys.stdin.buffer.read())
    except (UnreadableFile, MemoryError):
        found = NOTHING
    sys.stdout.buffer.write(orjson.dumps(asdict(found)))
    sys.stdout.buffer.flush()
