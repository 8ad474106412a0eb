"""Fairness: how long a small agency waits for a file and its verdicts, alone and beside another's heavy imports."""

import statistics
import time
from collections.abc import Sequence

import psycopg

from assessments.metrics.services import upload_file
from assessments.stores.models import Store
from benchmarks.filling import ensure_filled, make_stores
from benchmarks.intake_files import DAYS, Figures, invent_figures, write_csv
from benchmarks.processes import running
from benchmarks.recomputing import estimate_all, recompute_all
from benchmarks.report import Row, at_most, in_ms
from benchmarks.sizes import ROUNDS
from benchmarks.stage import INTAKE, SMALL, Stage
from core.outbox.services import subscribe
from core.people.models import User
from tasks.doorbell import announce
from tasks.wiring import WIRING
from tenants.door import agency_scope

HEAVY_FILES, HEAVY_ROWS, SMALL_STORES = 20, 49_980, 20
QUIET = ("--without-mingle", "--without-gossip", "--loglevel", "ERROR")
POLL_SECONDS, PATIENCE_SECONDS = 0.01, 900
DONE = """
SELECT NOT EXISTS (SELECT FROM metrics_import WHERE state = 'queued')
   AND NOT EXISTS (SELECT FROM stores_store WHERE estimated_revision < facts_revision)
"""
WAITING = "SELECT count(*) FROM metrics_import WHERE state = 'queued'"


def measure_fairness(stage: Stage) -> list[Row]:
    """One row with as many worker processes as the product starts, one with a single process."""
    ensure_filled(stage, SMALL)
    recompute_all(SMALL)
    estimate_all(SMALL)
    with agency_scope(slug=INTAKE):
        heavy_stores = make_stores(INTAKE, min(HEAVY_ROWS, stage.sizes.stores * 25) // DAYS)
    with agency_scope(slug=SMALL):
        small_stores = list(Store.objects.order_by("shop_id")[:SMALL_STORES])
    # Two files in turn, so that every import has something to replace and every store to compute.
    heavy, small = write_two(heavy_stores), write_two(small_stores)
    subscribe(WIRING, bell=announce)
    rows = []
    with stage.connect(INTAKE) as intake, stage.connect(SMALL) as owner:
        for processes, limit in ((3, 2.0), (1, None)):
            rows.append(measure_with(stage, processes, limit, heavy=heavy, small=small, intake=intake, owner=owner))
            # What is left would be at work beside the next figure.
            intake.execute("UPDATE outbox_message SET done_at = now() WHERE done_at IS NULL")
            intake.execute("UPDATE metrics_import SET state = 'failed', error = '{}' WHERE state = 'queued'")
    return rows


def measure_with(
    stage: Stage,
    processes: int,
    limit: float | None,
    *,
    heavy: Sequence[bytes],
    small: Sequence[bytes],
    intake: psycopg.Connection,
    owner: psycopg.Connection,
) -> Row:
    """The small agency's delay alone and beside the heavy files, with this many worker processes."""
    worker = ("celery", "-A", "tasks", "worker", "--pool", "prefork", "--concurrency", str(processes), "-Q", "default")
    with running([*worker, *QUIET], stage.environment()):
        wait_for(small, owner, 0)
        alone = statistics.median(wait_for(small, owner, number) for number in range(1, ROUNDS + 1))
        for number in range(HEAVY_FILES):
            upload(INTAKE, heavy[number % 2], f"heavy {number}.csv")
        beside = []
        for number in range(ROUNDS):
            seconds = wait_for(small, owner, number)
            if count_waiting(intake):
                beside.append(seconds)
        left = count_waiting(intake)
    if not beside:
        raise RuntimeError("the heavy files were done before the small one: take more stores")
    delay = statistics.median(beside)
    figure = f"a small agency's file and verdicts beside {HEAVY_FILES} heavy imports of another, {processes} processes"
    note = (
        f"{in_ms(delay)}, at most {in_ms(max(beside))}; alone {in_ms(alone)}; "
        f"{left} of {HEAVY_FILES} files still waited after {len(beside)} rounds"
    )
    if limit is None:
        return Row(figure, f"{delay / alone:.3g}×", note=note)
    return at_most(figure, delay / alone, limit, note=note)


def write_two(stores: Sequence[Store]) -> tuple[bytes, bytes]:
    """A month of figures of these stores, and the same days with every store's figures moved to another store."""
    figures = invent_figures(stores)
    moved: Figures = [(store, day, figures[place - 1][2]) for place, (store, day, _cells) in enumerate(figures)]
    return write_csv(figures), write_csv(moved)


def upload(slug: str, content: bytes, name: str) -> None:
    """As the API does it: the row, the bytes and the announcement."""
    with agency_scope(slug=slug):
        upload_file(content=content, file_name=name, by=User.objects.get(username="owner"), dry_run=False)


def wait_for(small: Sequence[bytes], owner: psycopg.Connection, number: int) -> float:
    """Seconds from the small agency's upload to its last estimate. Raises TimeoutError."""
    started = time.perf_counter()
    upload(SMALL, small[number % 2], f"small {number}.csv")
    while owner.execute(DONE).fetchone() != (True,):
        if time.perf_counter() - started > PATIENCE_SECONDS:
            raise TimeoutError("the small agency was not served")
        time.sleep(POLL_SECONDS)
    return time.perf_counter() - started


def count_waiting(intake: psycopg.Connection) -> int:
    """Files of the heavy agency that are not taken over yet."""
    row = intake.execute(WAITING).fetchone()
    assert row is not None
    return int(row[0])
