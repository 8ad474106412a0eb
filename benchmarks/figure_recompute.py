"""Recompute: full, unchanged, one store, ten times the stores, against a scan and against the naive way; memory."""

import subprocess
import sys
from uuid import UUID

import psycopg

from assessments.stores.models import Store
from benchmarks.filling import correct_newest_day, ensure_filled, tidy
from benchmarks.naive import recompute_naively
from benchmarks.recomputing import estimate_all, recompute_all, touch
from benchmarks.report import Row, at_least, at_most, in_ms
from benchmarks.sizes import SLOW_ROUNDS
from benchmarks.stage import LARGE, SMALL, Stage
from benchmarks.timing import Case, measure_in_turn
from tenants.door import agency_scope

SCAN = "SELECT count(*), sum(sales_amount) FROM metrics_storeday"
# Nothing is known of what was judged: every period goes through the engine, as when the business date moves on.
FORGET = "UPDATE periods_period SET inputs = ''; UPDATE periods_storestanding SET inputs = ''"
NAIVE_STORES = 5


def measure_recompute(stage: Stage) -> list[Row]:
    """The rows of the recompute."""
    for slug in (LARGE, SMALL):
        ensure_filled(stage, slug)
        recompute_all(slug)
        estimate_all(slug)
        tidy(stage, slug)
    with agency_scope(slug=LARGE):
        some = list(Store.objects.order_by("shop_id").values_list("pk", flat=True)[:NAIVE_STORES])
    seconds = _measure(stage, some)
    growth = _measure_growth(stage, some[0])
    scan, full, small = seconds["scan"], seconds["full"], seconds["small"]
    per_store = f"{in_ms(full)}, {in_ms(full / stage.sizes.stores)} a store"
    return [
        at_most(
            "full re-score, persisted, against a scan-and-sum of the rows",
            full / scan,
            6,
            note=f"{per_store}; scan {in_ms(scan)}",
        ),
        at_least(
            "… against the naive ORM way",
            seconds["naive"] / full,
            150,
            note=f"{in_ms(seconds['naive'])}, extrapolated from {len(some)} stores",
        ),
        Row(
            "… where whole rows are fetched as objects",
            f"{seconds['whole'] / full:.0f} ×",
            note=in_ms(seconds["whole"]),
        ),
        Row(
            "… every period judged anew and none news, as on another day",
            f"{seconds['anew'] / full:.2f} × the full one",
            note=in_ms(seconds["anew"]),
        ),
        Row(
            "… again, nothing changed",
            f"{seconds['unchanged'] / full:.2f} × the full one",
            note=in_ms(seconds["unchanged"]),
        ),
        Row(
            "refund estimates of all stores, persisted",
            f"{seconds['estimates'] / scan:.1f} × the scan",
            note=in_ms(seconds["estimates"]),
        ),
        at_most(
            f"time for {stage.sizes.stores // stage.sizes.tenth}× the stores",
            full / small * 10 / (stage.sizes.stores / stage.sizes.tenth),
            10.5,
            note=f"{stage.sizes.tenth:,} stores: {in_ms(small)}",
        ),
        at_most(
            "client memory per 2,000 stores",
            growth / 1024 * 2000 / stage.sizes.stores,
            5,
            unit=" MB",
            note=f"peak of a fresh process above one store's recompute: {growth / 1024:.1f} MB; batches of 1,000",
        ),
        at_least("one corrected store: the full re-score takes", full / seconds["one"], 30, note=in_ms(seconds["one"])),
    ]


def _measure(stage: Stage, some: list[UUID]) -> dict[str, float]:
    def change(slug: str, stores: list[UUID] | None = None) -> None:
        correct_newest_day(stage.sizes, slug, stores=stores)
        touch(slug, stores=stores)

    def forget(owner: psycopg.Connection) -> None:
        owner.execute(FORGET)
        touch(LARGE)

    with stage.connect() as owner:
        return measure_in_turn(
            {
                "scan": Case(lambda: owner.execute(SCAN).fetchone(), before=lambda: owner.execute(SCAN).fetchone()),
                "full": Case(lambda: recompute_all(LARGE), before=lambda: change(LARGE)),
                "estimates": Case(lambda: estimate_all(LARGE)),
                "anew": Case(lambda: recompute_all(LARGE), before=lambda: forget(owner)),
                "unchanged": Case(lambda: recompute_all(LARGE), before=lambda: touch(LARGE)),
                "one": Case(lambda: recompute_all(LARGE), before=lambda: change(LARGE, some[:1])),
                "small": Case(lambda: recompute_all(SMALL), before=lambda: change(SMALL)),
                "naive": Case(lambda: recompute_naively(LARGE, some), scale=stage.sizes.stores / len(some)),
                "whole": Case(
                    lambda: recompute_naively(LARGE, some, whole_rows=True), scale=stage.sizes.stores / len(some)
                ),
            },
            rounds=SLOW_ROUNDS,
        )


def _measure_growth(stage: Stage, store: UUID) -> int:
    """KiB."""
    asked = [sys.executable, "-m", "benchmarks.footprint", LARGE, str(store), str(stage.sizes.days)]
    return int(subprocess.run(asked, env=stage.environment(), stdout=subprocess.PIPE, check=True).stdout)
