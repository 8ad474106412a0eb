"""Whatever is wrong with a table, every row is accounted for, sound rows come through, and nothing else happens."""

from __future__ import annotations

from collections import Counter

import pytest

from assessments.metrics.reading.parse import parse_file
from assessments.metrics.reading.results import ParsedFile, UnreadableFile
from assessments.metrics.reading.sandbox import parse_in_child
from tests.unit.metrics.hostile.depth import IS_LONG, TIMES
from tests.unit.metrics.hostile.malformed import Spoiled, make_spoiled

FILES, ROWS = 24, 400


def check(parsed: ParsedFile, spoiled: Spoiled) -> None:
    """The account of rows, and the rows that nothing was wrong with."""
    taken = [number for row in parsed.rows for number in row.source_rows]
    rejected = {one.row_number for one in parsed.rejections}
    assert len(taken) == len(set(taken))
    assert not set(taken) & rejected
    assert parsed.rows_read == len(taken) + parsed.rejected_rows
    assert spoiled.rows is None or parsed.rows_read + parsed.summary_rows == spoiled.rows
    found = {(row.store.shop_id, row.day): row.values.get("sales_amount") for row in parsed.rows}
    assert {key: found.get(key) for key in spoiled.sound} == spoiled.sound
    assert all(one.code and one.reason.zh and one.reason.en for one in parsed.rejections)


@pytest.mark.parametrize("seed", range(FILES))
def test_a_spoiled_table_is_accounted_for_row_by_row_or_refused_whole(seed: int) -> None:
    spoiled = make_spoiled(seed, ROWS)
    try:
        parsed = parse_file(spoiled.content, spoiled.name, default_store="甲")
    except UnreadableFile as problem:
        assert problem.reason.zh and problem.reason.en
        assert spoiled.rows is None
    else:
        check(parsed, spoiled)


@pytest.mark.skipif(not IS_LONG, reason="the long form: KAOHE_HOSTILE_TIMES=2 or more")
def test_spoiled_tables_of_ten_thousand_rows_are_accounted_for_in_their_own_process() -> None:
    ends: Counter[str] = Counter()
    rows = 0
    for seed in range(1000, 1000 + 6 * TIMES):
        spoiled = make_spoiled(seed, 10_000)
        try:
            parsed = parse_in_child(spoiled.content, spoiled.name, default_store="甲")
        except UnreadableFile as problem:
            assert problem.code not in ("crashed", "too_slow"), seed
            ends[problem.code] += 1
        else:
            check(parsed, spoiled)
            rows += parsed.rows_read
            ends[parsed.kind] += 1
    print(f"\n{sum(ends.values())} files of 10,000 rows, {rows:,} rows accounted for: {dict(ends)}")
