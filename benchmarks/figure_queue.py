"""The queue: the same recompute in this process and through a real worker."""

import time
from typing import LiteralString

import psycopg

from benchmarks.filling import correct_newest_day, ensure_filled
from benchmarks.processes import running
from benchmarks.recomputing import estimate_all, recompute_all, touch
from benchmarks.report import Row, at_most, in_ms
from benchmarks.sizes import SLOW_ROUNDS
from benchmarks.stage import LARGE, Stage
from benchmarks.timing import Case, measure_in_turn
from core.outbox.services import subscribe
from tasks.doorbell import announce
from tasks.wiring import WIRING

# One process: what is compared is the way there, not the number of cores.
WORKER = ("celery", "-A", "tasks", "worker", "--pool", "prefork", "--concurrency", "1", "-Q", "default")
QUIET = ("--without-mingle", "--without-gossip", "--loglevel", "ERROR")
DONE = "SELECT NOT EXISTS (SELECT FROM stores_store WHERE estimated_revision < facts_revision)"
# Shadow runs are followed and further batches looked for after the last estimate: not measured, and not to be left
# running beside the other case either.
QUIET_AGAIN = "SELECT NOT EXISTS (SELECT FROM outbox_message WHERE done_at IS NULL AND quarantined_at IS NULL)"
POLL_SECONDS = 0.005
PATIENCE_SECONDS = 600


def measure_queue(stage: Stage) -> list[Row]:
    """The row of the queue: verdicts and refund estimates of every store, until the last one is written."""
    ensure_filled(stage, LARGE)
    recompute_all(LARGE)
    estimate_all(LARGE)

    with stage.connect() as owner, running([*WORKER, *QUIET], stage.environment()):
        prepare(stage, owner, by_queue=True)
        touch_and_wait(owner)
        seconds = measure_in_turn(
            {
                "in process": Case(_work_here, before=lambda: prepare(stage, owner, by_queue=False)),
                "queue": Case(lambda: touch_and_wait(owner), before=lambda: prepare(stage, owner, by_queue=True)),
            },
            rounds=SLOW_ROUNDS,
        )
    overhead = seconds["queue"] / seconds["in process"] - 1
    note = (
        f"verdicts and estimates: {in_ms(seconds['queue'])} through the worker, "
        f"{in_ms(seconds['in process'])} in process"
    )
    return [at_most("queue overhead, one worker process", overhead * 100, 5, unit=" %", note=note)]


def prepare(stage: Stage, owner: psycopg.Connection, *, by_queue: bool) -> None:
    """Give every store something new, and choose who hears of it."""
    wait_until_done(owner)
    wait_until_done(owner, statement=QUIET_AGAIN)
    correct_newest_day(stage.sizes, LARGE)
    if by_queue:
        subscribe(WIRING, bell=announce)
    else:
        subscribe({}, bell=lambda **_message: None)


def _work_here() -> None:
    touch(LARGE)
    recompute_all(LARGE)
    estimate_all(LARGE)


def touch_and_wait(owner: psycopg.Connection) -> None:
    """Announce the change and wait for the last store."""
    touch(LARGE)
    wait_until_done(owner)


def wait_until_done(owner: psycopg.Connection, *, statement: LiteralString = DONE) -> None:
    """Return when no store is behind (or when the statement says yes). Raises TimeoutError."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if owner.execute(statement).fetchone() == (True,):
            return
        time.sleep(POLL_SECONDS)
    raise TimeoutError("the worker did not finish")
