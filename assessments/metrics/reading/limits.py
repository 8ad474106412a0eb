"""The upload contract in numbers. Each is enforced before the real parser sees the file."""

from __future__ import annotations

from typing import Final

from assessments.engine.text import Text
from assessments.metrics.reading.results import UnreadableFile

FILE_BYTES: Final = 20 * 1024 * 1024
ZIP_ENTRIES: Final = 200
UNPACKED_BYTES: Final = 200 * 1024 * 1024
# A long column of equal cells compresses well for honest reasons; only entries above 1 MB are judged by ratio.
RATIO: Final = 100
RATIO_FROM_BYTES: Final = 1024 * 1024
ROWS: Final = 50_000
COLUMNS: Final = 500
CELLS: Final = 2_500_000  # Rows x columns of a sheet: what fits into the memory of the reading process.
CELL_CHARS: Final = 32_767
SHEETS: Final = 30
HEADER_ROWS: Final = 30  # Headings are looked for in this many first rows.

MEMORY_BYTES: Final = 512 * 1024 * 1024
CPU_SECONDS: Final = 60
WALL_SECONDS: Final = 90


def refuse_too_many(what_zh: str, what_en: str, count: int, limit: int, *, sheet: str = "") -> None:
    """Raises UnreadableFile with code "too_large" when a count passes its limit."""
    if count > limit:
        raise UnreadableFile(
            "too_large",
            Text(
                zh=f"{what_zh}超出上限：{count:,}，最多 {limit:,}；请拆分后再上传",
                en=f"{what_en}: {count:,} is above the limit of {limit:,}; split the file and upload the parts",
            ),
            sheet=sheet,
        )
