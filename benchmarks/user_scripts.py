"""What somebody would write instead: monthly sums and month-end scores from a file, in floats, kept nowhere."""

import csv
import importlib.util
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

LINE, TARGET = 4.2, 1_200_000.0

HAS_PANDAS = importlib.util.find_spec("pandas") is not None


def judge_rows(rows: Iterable[Sequence[Any]]) -> dict[str, tuple[int, bool]]:
    """Store → (months whose last score is below the line, sales on target), row by row."""
    sales: dict[str, float] = defaultdict(float)
    closing: dict[tuple[str, str], tuple[str, float]] = {}
    for store, day, amount, score in rows:
        sales[store] += float(amount)
        key = (store, day[:7])
        if key not in closing or day > closing[key][0]:
            closing[key] = (day, float(score))
    failures: dict[str, int] = defaultdict(int)
    for (store, _month), (_day, score) in closing.items():
        failures[store] += score < LINE
    return {store: (failures[store], total >= TARGET) for store, total in sales.items()}


def judge_csv(path: Path) -> dict[str, tuple[int, bool]]:
    """The csv module and a loop."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = csv.reader(file)
        next(rows)
        return judge_rows(rows)


def judge_xlsx(path: Path) -> dict[str, tuple[int, bool]]:
    """openpyxl in its quick mode and the same loop."""
    from openpyxl import load_workbook  # noqa: PLC0415 - a yardstick's import is part of nobody's time

    rows = load_workbook(path, read_only=True).active.iter_rows(values_only=True, min_row=2)
    return judge_rows(rows)


def judge_with_pandas(path: Path) -> Any:
    """A groupby."""
    import pandas as pd  # noqa: PLC0415 - only where it is installed

    frame = pd.read_csv(path)
    frame["month"] = frame["day"].str[:7]
    closing = frame.sort_values("day").groupby(["store", "month"])["score"].last()
    failures = (closing < LINE).groupby("store").sum()
    return failures, frame.groupby("store")["sales"].sum() >= TARGET
