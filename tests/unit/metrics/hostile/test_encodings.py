"""No file is read as other characters than were written: it is read exactly, or refused, or asked about."""

from __future__ import annotations

from collections import Counter

from assessments.metrics.reading.opening import open_file
from assessments.metrics.reading.parse import parse_file
from assessments.metrics.reading.results import UnreadableFile
from tests.unit.metrics.hostile.depth import IS_LONG
from tests.unit.metrics.hostile.encodings import Written, list_written

STEP = 1 if IS_LONG else 7
READABLE = ("gbk", "gb18030", "utf-8", "utf-8 with BOM", "utf-16 LE with BOM", "utf-16 BE with BOM")


def judge(written: Written) -> str:
    """ "exact", or the code with which the file was refused; "mojibake" when other characters were taken in silence."""
    try:
        parsed = parse_file(written.content, "导出_2025-03-01_2025-03-05.csv", default_store="甲")
    except UnreadableFile as problem:
        assert problem.code != "unsure" or problem.recognition is not None
        return problem.code
    rows = [tuple(map(str, row)) for row in open_file(written.content).sheets[0].rows]
    names = {row.store.name for row in parsed.rows} - {""}
    shops = {cell for row in written.rows for cell in row}
    return "exact" if rows == written.rows and names <= shops else "mojibake"


def test_every_encoding_is_read_exactly_or_refused() -> None:
    ends: Counter[str] = Counter()
    read: Counter[str] = Counter()
    for number, written in enumerate(list_written()):
        if number % STEP:
            continue
        end = judge(written)
        assert end != "mojibake", written.label
        ends[end] += 1
        read[next((name for name in sorted(READABLE, key=len, reverse=True) if f" {name} " in written.label), "")] += (
            end == "exact"
        )
    print(f"\n{sum(ends.values())} combinations: {dict(ends)}; read exactly: {dict(read)}")
    assert sum(ends.values()) >= (400 if IS_LONG else 80)
    assert set(ends) <= {"exact", "unsure", "undecodable", "nul", "markup", "csv_syntax", "empty"}
    assert all(read[name] > 0 for name in READABLE)


def test_what_the_back_offices_write_is_always_read() -> None:
    for written in list_written():
        _, _, rest = written.label.partition(" ")
        content_name, _, how = rest.partition(" ")
        is_usual = how.startswith(("gbk ", "gb18030 ','", "utf-8 ", "utf-16 LE with BOM"))
        if is_usual and "'|'" not in how and not written.label.startswith("latin"):
            assert judge(written) == "exact", (written.label, content_name)
