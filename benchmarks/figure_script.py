"""The full re-score, exact and persisted, against scripts over an export that holds just the two columns they need."""

import tempfile
from pathlib import Path

import psycopg
import xlsxwriter

from benchmarks.filling import correct_newest_day, ensure_filled
from benchmarks.recomputing import recompute_all, touch
from benchmarks.report import Row, at_least, at_most, in_ms
from benchmarks.sizes import SLOW_ROUNDS
from benchmarks.stage import LARGE, SMALL, Stage
from benchmarks.timing import Case, measure_in_turn
from benchmarks.user_scripts import HAS_PANDAS, judge_csv, judge_with_pandas, judge_xlsx

EXPORT = """
SELECT store_id::text AS store, to_char(day, 'YYYY-MM-DD') AS day, sales_amount / 100.0 AS sales,
       comprehensive_experience_score / 1000000.0 AS score
  FROM metrics_storeday ORDER BY day
"""


def measure_script(stage: Stage) -> list[Row]:
    """The rows of the comparison; the xlsx script reads a tenth of the stores, scaled up."""
    for slug in (LARGE, SMALL):
        ensure_filled(stage, slug)
    recompute_all(LARGE)
    with tempfile.TemporaryDirectory() as folder:
        table, book = Path(folder) / "export.csv", Path(folder) / "export.xlsx"
        with stage.connect(LARGE) as large, stage.connect(SMALL) as small:
            export_csv(large, table)
            export_xlsx(small, book)
        cases = {
            "product": Case(lambda: recompute_all(LARGE), before=lambda: _change(stage)),
            "csv": Case(lambda: judge_csv(table)),
            "xlsx": Case(lambda: judge_xlsx(book), scale=stage.sizes.stores / stage.sizes.tenth),
        }
        if HAS_PANDAS:
            cases["pandas"] = Case(lambda: judge_with_pandas(table))
        seconds = measure_in_turn(cases, rounds=SLOW_ROUNDS)
    product = seconds["product"]
    with_what = "pandas" if HAS_PANDAS else "csv"
    said = "a pandas groupby" if HAS_PANDAS else "a csv loop (pandas is not installed)"
    return [
        at_most(
            f"the product against {said}",
            product / seconds[with_what],
            1.1,
            note=f"{in_ms(product)} against {in_ms(seconds[with_what])}",
        ),
        at_least("a loop over the CSV takes", seconds["csv"] / product, 20, note=in_ms(seconds["csv"])),
        at_least(
            "a script over the same rows as .xlsx takes",
            seconds["xlsx"] / product,
            20,
            note=f"{in_ms(seconds['xlsx'])}, openpyxl, extrapolated from {stage.sizes.tenth:,} stores",
        ),
    ]


def _change(stage: Stage) -> None:
    correct_newest_day(stage.sizes, LARGE)
    touch(LARGE)


def export_csv(owner: psycopg.Connection, path: Path) -> None:
    """The export as a CSV."""
    with path.open("wb") as file, owner.cursor().copy(f"COPY ({EXPORT}) TO STDOUT WITH (FORMAT csv, HEADER)") as copy:
        for part in copy:
            file.write(part)


def export_xlsx(owner: psycopg.Connection, path: Path) -> None:
    """The export as an .xlsx."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["store", "day", "sales", "score"])
        for number, row in enumerate(owner.execute(EXPORT), start=1):
            sheet.write_row(number, 0, row)
