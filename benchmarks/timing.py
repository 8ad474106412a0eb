"""How things are timed: cases take turns, round by round, and each is summed up by its median."""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Case:
    """Something to time. `before` prepares a round and is not timed; `scale` multiplies what a sample stands for."""

    run: Callable[[], object]
    before: Callable[[], object] | None = None
    scale: float = 1.0


def time_once(run: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """Seconds that one call takes."""
    started = clock()
    run()
    return clock() - started


def measure_in_turn(
    cases: Mapping[str, Case], *, rounds: int, clock: Callable[[], float] = time.perf_counter
) -> dict[str, float]:
    """Name → median seconds. Every round runs every case once, so that a slow minute of the machine hits all alike.

    `clock` may be `time.process_time` for what happens in this process alone: other people's work does not count then.
    """
    seconds: dict[str, list[float]] = {name: [] for name in cases}
    for _round in range(rounds):
        for name, case in cases.items():
            if case.before is not None:
                case.before()
            seconds[name].append(time_once(case.run, clock) * case.scale)
    return {name: statistics.median(times) for name, times in seconds.items()}
