"""Drawn sequences of imports and undone imports: the table, its past and its future always agree with a plain model."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from assessments.metrics.history import UNKNOWN, Cell
from assessments.metrics.models import Import, StoreDay
from assessments.metrics.past import get_known, list_known
from assessments.metrics.queries import list_observations
from assessments.metrics.reverting import revert_import
from assessments.metrics.storing import store_days
from assessments.stores.models import Store
from tests.conftest import House
from tests.factories import make_store, make_upload

SCORES = ("comprehensive_experience_score", "basic_service_score")
CODES = (*SCORES, "sales_amount", "visitors")
FIRST = date(2024, 10, 1)
DAYS = [FIRST + timedelta(days=number) for number in range(3)]
STEPS = 14

Values = Mapping[tuple[UUID, date], Mapping[str, int | None]]
Table = dict[tuple[UUID, date], dict[str, Cell]]


@dataclass
class Step:
    upload: Import
    values: Values
    is_undone: bool = False


def clock() -> datetime:
    """The database's, as it goes on within a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def fold(steps: list[Step]) -> Table:
    """What the standing imports said, one after the other: nothing else."""
    table: Table = {}
    for step in steps:
        if step.is_undone:
            continue
        for key, metrics in step.values.items():
            row = table.setdefault(key, dict.fromkeys(CODES, UNKNOWN))
            row.update({code: (value, value is None and code in SCORES) for code, value in metrics.items()})
    return table


def stored() -> Table:
    return {
        (row["store_id"], row["day"]): {code: (row[code], code in (row["no_data"] or ())) for code in CODES}
        for row in StoreDay.objects.values("store_id", "day", "no_data", *CODES)
    }


def known(stores: list[Store], at: datetime) -> Table:
    span: dict[str, Any] = {"starts_on": DAYS[0], "ends_before": DAYS[-1] + timedelta(days=1)}
    return {
        (store.pk, day): cells
        for store in stores
        for day, cells in get_known(store_id=store.pk, at=at, codes=CODES, **span).items()
    }


def draw_values(draw: random.Random, stores: list[Store]) -> Values:
    """Some days of some stores with one or two sets of columns, of few values, so that files often say the same."""
    sets = [draw.sample(CODES, draw.randint(1, len(CODES))) for _ in range(draw.randint(1, 2))]
    keys = [(store.pk, day) for store in stores for day in DAYS]
    return {
        key: {code: draw.choice((None, 1, 2)) for code in draw.choice(sets)}
        for key in draw.sample(keys, draw.randint(1, len(keys)))
    }


def take_step(draw: random.Random, steps: list[Step], stores: list[Store], by: Any) -> None:
    standing = [step for step in steps if not step.is_undone]
    if standing and draw.random() < 0.35:
        step = draw.choice(standing)
        revert_import(upload=step.upload, by=by, dry_run=True)
        assert stored() == fold(steps), "a dry run left something"
        revert_import(upload=step.upload, by=by)
        step.is_undone = True
        return
    step = Step(make_upload(), draw_values(draw, stores))
    store_days(values=step.values, upload=step.upload.pk)
    steps.append(step)


@pytest.mark.parametrize("seed", range(16))
def test_every_past_moment_is_rebuilt_and_undoing_is_as_if_the_file_had_never_come(alpha: House, seed: int) -> None:
    draw = random.Random(seed)
    with alpha.scope():
        stores, owner = [make_store(f"store {number}") for number in range(2)], alpha.user("owner")
        steps: list[Step] = []
        remembered = [(clock(), stored())]
        for _ in range(STEPS):
            take_step(draw, steps, stores, owner)
            assert stored() == fold(steps)
            remembered.append((clock(), stored()))
        for moment, table in remembered:
            assert known(stores, moment) == table
        for step in draw.sample(steps, len(steps)):
            revert_import(upload=step.upload, by=owner)
        assert not StoreDay.objects.exists()
        for moment, table in remembered:
            assert known(stores, moment) == table


def test_what_is_known_now_is_what_the_table_shows(alpha: House) -> None:
    draw = random.Random(99)
    with alpha.scope():
        store = make_store()
        for _ in range(3):
            store_days(values=draw_values(draw, [store]), upload=make_upload().pk)
        span: dict[str, Any] = {"store_id": store.pk, "starts_on": DAYS[0], "ends_before": date(2024, 11, 1)}
        shown = list_observations(**span)
        assert shown
        assert list_known(**span, at=clock()) == shown
        assert list_known(**span, at=datetime(9999, 12, 31, tzinfo=UTC)) == shown
        assert list_known(**span, at=datetime(2000, 1, 1, tzinfo=UTC)) == []
