"""`python -m benchmarks [--only NAME]`: measure and print one table; nothing is asserted."""

import argparse
import sys

from benchmarks.sizes import Sizes
from benchmarks.stage import open_stage
from core.local.messages import LocalError

NAMES = ("engine", "agencies", "storage", "recompute", "script", "imports", "queue", "fairness", "portfolio", "many")


def main() -> int:
    """Exit code 0 whatever was measured; 1 when the servers could not be had."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--stores", type=int, default=2000, help="stores of the large agency (default 2000)")
    parser.add_argument("--days", type=int, default=365, help="days of figures of each store (default 365)")
    parser.add_argument("--agencies", type=int, default=300, help="agencies of the figure `many` (default 300)")
    parser.add_argument("--only", choices=NAMES, action="append", help="one figure; may be given several times")
    asked = parser.parse_args()
    try:
        with open_stage(Sizes(stores=asked.stores, days=asked.days, agencies=asked.agencies)) as stage:
            import django  # noqa: PLC0415 - the stage sets the environment that settings read

            django.setup()

            from benchmarks.run import run_figures  # noqa: PLC0415 - after setup

            run_figures(stage, asked.only or NAMES)
    except LocalError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
