"""Workers killed without warning, at moments drawn from a seed: the worker with all its processes, one process of its
pool, or the process that reads a file."""

import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field

import psutil

from tests.tasks.stage import DEADLINE_SECONDS, Stage, kill, worker

WHOLE, POOL, READER = "worker", "pool process", "reading process"
PROCESSES, HUNT_SECONDS = 2, 3.0


@dataclass
class Killer:
    """Keeps a worker at work and kills it until `kills` are done; then lets it finish."""

    stage: Stage
    kills: int
    seed: int
    done: Counter[str] = field(default_factory=Counter)

    def run(
        self, *, is_over: Callable[[], bool], more_work: Callable[[], None], is_last_attempt: Callable[[], bool]
    ) -> None:
        """Kill, restart and sweep until nothing is left to do. `more_work` is asked for when all is done too early.

        Where `is_last_attempt` of some message, no single process is killed: the third such death would rightly set
        it aside. The whole worker may die at any time.
        """
        chance = random.Random(self.seed)
        deadline = time.monotonic() + DEADLINE_SECONDS + 60 * self.kills
        with ExitStack() as stack:
            process = stack.enter_context(worker(self.stage, processes=PROCESSES))
            while True:
                assert time.monotonic() < deadline, f"not over in time; killed so far: {dict(self.done)}"
                self.stage.send_sweep()
                time.sleep(chance.uniform(0.05, 0.7))
                if self.done.total() >= self.kills:
                    if is_over():
                        return
                    continue
                if is_over():
                    more_work()
                wanted = chance.choice([WHOLE, *[POOL] * 4, *[READER] * 5])
                if wanted != WHOLE and is_last_attempt():
                    continue
                if self._kill_one(process, wanted, chance) == WHOLE:
                    process = stack.enter_context(worker(self.stage, processes=PROCESSES))

    def _kill_one(self, process: "subprocess.Popen[bytes]", wanted: str, chance: random.Random) -> str:
        """Kill what the dice say, if it is there. A worker takes long to start: it is killed as a whole less often."""
        pool = _children_of(process.pid)
        readers = [reader for each in pool for reader in _children_of(each.pid)]
        until = time.monotonic() + HUNT_SECONDS
        while wanted == READER and not readers and time.monotonic() < until:
            # A reading process lives for a moment.
            time.sleep(0.02)
            readers = [reader for each in pool for reader in _children_of(each.pid)]
        if wanted == READER and readers:
            self._send(chance.choice(readers).pid, READER)
            return READER
        if wanted == POOL and len(pool) >= PROCESSES:
            self._send(chance.choice(pool).pid, POOL)
            return POOL
        if wanted == WHOLE and len(pool) >= PROCESSES:
            kill(process)
            for reader in readers:  # in a session of their own: they end with their pipe, or here
                if reader.is_running():
                    reader.kill()
            self.done[WHOLE] += 1
            return WHOLE
        return ""

    def _send(self, pid: int, what: str) -> None:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        self.done[what] += 1


def _children_of(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children()
    except psutil.Error:
        return []
