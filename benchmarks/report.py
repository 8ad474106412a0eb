"""The one table: figure, what was measured, the goal beside it, and whether it was met."""

import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import psycopg
from rich.console import Console
from rich.table import Table

from benchmarks.stage import Stage


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `met` is None where there is no goal."""

    figure: str
    measured: str
    goal: str = ""
    met: bool | None = None
    note: str = ""


def at_most(figure: str, ratio: float, limit: float, *, unit: str = "×", note: str = "", of: str = "") -> Row:
    """A row whose goal is an upper bound."""
    return Row(figure, f"{show(ratio)}{unit}{of}", f"≤ {show(limit)}{unit}", ratio <= limit, note)


def at_least(figure: str, ratio: float, limit: float, *, unit: str = "×", note: str = "", of: str = "") -> Row:
    """A row whose goal is a lower bound."""
    return Row(figure, f"{show(ratio)}{unit}{of}", f"≥ {show(limit)}{unit}", ratio >= limit, note)


def show(number: float) -> str:
    """Three significant digits, without an exponent."""
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"


def in_ms(seconds: float) -> str:
    """Milliseconds, as the notes print them."""
    return f"{show(seconds * 1000)} ms"


def describe_machine(stage: Stage) -> str:
    """Processor, memory, versions and load: what one must know to read the seconds in the notes."""
    with psycopg.connect(stage.urls.owner) as owner:
        server = owner.info.parameter_status("server_version")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, PostgreSQL {server}, load {os.getloadavg()[0]:.1f}"
    )


def print_table(rows: Iterable[Row], *, machine: str, stage: Stage) -> None:
    """Print the whole run; wide enough not to break figures when the output is a file."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=190)
    table = Table(title=f"{stage.sizes.stores:,} stores × {stage.sizes.days} days", caption=machine, show_lines=True)
    for heading in ("figure", "measured", "goal", "met", "note"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(row.figure, row.measured, row.goal, {True: "yes", False: "no", None: ""}[row.met], row.note)
    console.print(table)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
