"""One month of invented figures of many stores: as CSV, as XLSX, and as the very rows that COPY would send."""

import csv
import io
import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

import xlsxwriter

from assessments.metrics.catalogue import CATALOGUE, Metric, Unit
from assessments.stores.models import Store
from benchmarks.sizes import TODAY

DAYS = 30
METRICS = tuple(metric for metric in CATALOGUE if metric.unit is not Unit.SECONDS)[:25]
# Stored integers; kept to two decimals (four for rates) as files show them.
STEPS = {Unit.YUAN: (1, 900_000), Unit.COUNT: (1, 3_000), Unit.SCORE: (10_000, 500), Unit.RATE: (10_000, 10_000)}

Figures = list[tuple[Store, date, list[int]]]


def invent_figures(stores: Sequence[Store]) -> Figures:
    """Every store and day, day by day, with stored integers in METRICS' order; the same in every run."""
    chance = random.Random(25)
    figures: Figures = []
    for number in range(DAYS, 0, -1):
        day = TODAY - timedelta(days=number)
        for store in stores:
            cells = [chance.randrange(STEPS[metric.unit][1]) * STEPS[metric.unit][0] for metric in METRICS]
            figures.append((store, day, cells))
    return figures


def write_csv(figures: Figures) -> bytes:
    """A UTF-8 CSV with a byte order mark, as a spreadsheet saves it; rates as percent strings."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_headings())
    writer.writerows(_texts(figures))
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def write_xlsx(figures: Figures) -> bytes:
    """The same rows as text cells of an .xlsx."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([_headings(), *_texts(figures)]):
            for column, text in enumerate(row):
                if column < 2 or text.endswith("%") or number == 0:
                    sheet.write_string(number, column, text)
                else:
                    sheet.write_number(number, column, Decimal(text))
    return out.getvalue()


def write_copy(figures: Figures) -> bytes:
    """The rows in COPY's text format: what is left of an import when nothing is read, checked or compared."""
    return "".join(
        "\t".join([str(store.pk), day.isoformat(), *map(str, cells)]) + "\n" for store, day, cells in figures
    ).encode()


def _headings() -> list[str]:
    return ["日期", "店铺ID", *(metric.zh for metric in METRICS)]


def _texts(figures: Figures) -> Iterator[list[str]]:
    for store, day, cells in figures:
        yield [day.isoformat(), store.shop_id, *(map(_text, METRICS, cells))]


def _text(metric: Metric, stored: int) -> str:
    value = metric.from_stored(stored)
    return f"{value * 100:.2f}%" if metric.unit is Unit.RATE else f"{value:.{0 if metric.unit is Unit.COUNT else 2}f}"
