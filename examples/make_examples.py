"""Writes the demo agency's export files: `python examples/make_examples.py [OUT_DIR]`, by default examples/files/.

The plan is agency.toml; the same plan always gives the same bytes. Files in broken/ are for trying what the import says
about bad ones and are not loaded by the demo.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from broken import list_broken  # noqa: E402
from figures import Day, list_days  # noqa: E402
from records import write_orders, write_refunds  # noqa: E402
from writers import write_real_experience, write_scores, write_sycm, write_template  # noqa: E402

# Parts of the window that the agency saved its daily scores in, both ends included.
SCORE_PARTS = (
    (date(2023, 12, 1), date(2024, 3, 31)),
    (date(2024, 4, 1), date(2024, 6, 30)),
    (date(2024, 7, 1), date(2024, 9, 30)),
    (date(2024, 10, 1), date(2024, 12, 31)),
    (date(2025, 1, 1), date(2025, 1, 31)),
)
# The week of which one store's orders and refunds were exported.
EXPORTED = (date(2024, 11, 4), date(2024, 11, 10))
REAL_EXPERIENCE_SHOPS = ("900000001", "900000007", "900000013")

Pair = tuple[Mapping[str, Any], Sequence[Day]]


def read_plan(path: Path = HERE / "agency.toml") -> dict[str, Any]:
    """The plan as it stands in the TOML file."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def iter_files(plan: Mapping[str, Any]) -> Iterator[tuple[str, bytes]]:
    """Every file as its path below the output folder and its bytes."""
    window = plan["window"]
    pairs: list[Pair] = [(store, list_days(store, window)) for store in plan["stores"]]
    for store, days in pairs:
        if store["figures"]["source"] == "sycm":
            name = f"【生意参谋平台】店铺取数_{store['name']}_{days[0].day}_{days[-1].day}.xls"
            yield f"sycm/{name}", write_sycm(store, days)
    # Stores without a report are filled in by hand, scores included; the score table has the rest.
    by_hand = [pair for pair in pairs if pair[0]["figures"]["source"] == "template"]
    for pair in by_hand:
        yield f"template/店铺日数据_{pair[0]['name']}.xlsx", write_template([pair])
    for first, last in SCORE_PARTS:
        rows = [(store, day) for store, days in pairs for day in days if first <= day.day <= last]
        rows.sort(key=lambda row: (row[1].day, row[0]["shop_id"]))
        yield f"scores/每日体验分_{first}_{min(last, window['last_day'])}.csv", write_scores(rows)
    yield from _real_experience(pairs, window["last_day"])
    store, days = pairs[0]
    week = [day for day in days if EXPORTED[0] <= day.day <= EXPORTED[1]]
    yield "exports/ExportOrderList202411110905.csv", write_orders(store, week)
    yield "exports/退款单_2024-11-11.xlsx", write_refunds(store, week)
    for name, content in list_broken(store, days).items():
        yield f"broken/{name}", content


def _real_experience(pairs: Sequence[Pair], last_day: date) -> Iterator[tuple[str, bytes]]:
    period = f"30天，{last_day - timedelta(days=29)}~{last_day}"
    for store, _ in pairs:
        if store["shop_id"] in REAL_EXPERIENCE_SHOPS:
            yield f"real_experience/真实体验分_{store['name']}_{last_day}.xlsx", write_real_experience(store, period)


def main(arguments: Sequence[str]) -> None:
    """Writes all files and says so as it goes; a file that is already there with the same bytes stays untouched."""
    target = Path(arguments[0]) if arguments else HERE / "files"
    total = written = size = 0
    for path, content in iter_files(read_plan()):
        file = target / path
        total += 1
        size += len(content)
        if not file.exists() or file.read_bytes() != content:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
            written += 1
        print(f"\r{total} files, {size / 1e6:.1f} MB", end="", flush=True)
    print(f"\r{total} files, {size / 1e6:.1f} MB in {target} ({written} written, {total - written} unchanged)")


if __name__ == "__main__":
    main(sys.argv[1:])
