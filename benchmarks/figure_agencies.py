"""Agencies: what making one takes."""

import statistics

from benchmarks.report import Row, at_most
from benchmarks.stage import Stage


def measure_agencies(stage: Stage) -> list[Row]:
    """Median over the agencies that the stage was set up with."""
    seconds = statistics.median(stage.founding_seconds.values())
    note = "schema, role, tables, rulebooks and owner, by the product's own services"
    return [at_most("create an agency", seconds, 0.5, unit=" s", note=note)]
