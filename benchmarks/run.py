"""Runs the figures one after the other and prints the table, also when a figure fails on the way."""

import logging
import sys
from collections.abc import Callable, Sequence

from benchmarks.figure_agencies import measure_agencies
from benchmarks.figure_engine import measure_engine
from benchmarks.figure_fairness import measure_fairness
from benchmarks.figure_imports import measure_imports
from benchmarks.figure_many import measure_many
from benchmarks.figure_portfolio import measure_portfolio
from benchmarks.figure_queue import measure_queue
from benchmarks.figure_recompute import measure_recompute
from benchmarks.figure_script import measure_script
from benchmarks.figure_storage import measure_storage
from benchmarks.report import Row, describe_machine, print_table
from benchmarks.stage import Stage
from core.outbox.services import subscribe

log = logging.getLogger(__name__)
# Storage first: later figures correct rows and leave their old versions behind.
FIGURES: dict[str, Callable[[Stage], list[Row]]] = {
    "engine": measure_engine,
    "agencies": measure_agencies,
    "storage": measure_storage,
    "recompute": measure_recompute,
    "script": measure_script,
    "imports": measure_imports,
    "queue": measure_queue,
    "fairness": measure_fairness,
    "portfolio": measure_portfolio,
    "many": measure_many,
}


def keep_quiet() -> None:
    """Let services publish nothing: no worker listens, and a ring would be time that is not the work's."""
    subscribe({}, bell=lambda **_message: None)


def run_figures(stage: Stage, names: Sequence[str]) -> None:
    """Measure the named figures and print all rows."""
    machine = describe_machine(stage)
    rows: list[Row] = []
    for name, measure in FIGURES.items():
        if name not in names:
            continue
        sys.stderr.write(f"{name} …\n")
        keep_quiet()
        try:
            measured = measure(stage)
        except Exception as error:
            log.exception("%s failed", name)
            measured = [Row(name, f"failed: {type(error).__name__}")]
        for row in measured:
            sys.stderr.write(f"  {row.figure}: {row.measured}\n")
        rows += measured
    print_table(rows, machine=machine, stage=stage)
