"""Two agencies with the same ids, message ids too: a task rung for one touches nothing of the other."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from assessments.backtests.models import ShadowMark
from assessments.metrics.models import Import, ImportFile
from assessments.stores.models import Store
from core.outbox.models import Message
from tasks import work
from tasks.celery import app
from tenants.door import platform_scope
from tenants.turns import ask_for_turn
from tests.conftest import House
from tests.factories import TODAY, forget_temporary_tables, photograph, set_lines
from tests.isolation.twins import CANARIES, IDS, NUMBER

Twins = tuple[House, House]
UPLOAD, RECOMPUTE, ESTIMATE, FOLLOW, BACKTEST = range(NUMBER + 1, NUMBER + 6)


@pytest.fixture
def waiting(twins: Twins) -> Twins:
    """In both agencies the same three messages wait, with something to do for each of them."""
    from tenants.models import Agency, Turn

    with platform_scope():
        Agency.objects.update(business_date=TODAY)
        # Whatever earlier tests have really announced: a ring here is to serve the agency that it names.
        Turn.objects.all().delete()
    for (name, canary), house in zip(CANARIES.items(), twins, strict=True):
        with house.scope():
            Message.objects.all().update(done_at=timezone.now())
            Import.objects.filter(pk=IDS["import"]).update(state="queued", rows_in=0, rejected=0, dry_run=False)
            rows = f"日期,店铺ID,综合体验分,交易成功金额\n2025-03-01,{canary}-shop,4.70,{len(name)}00.00\n"
            ImportFile.objects.filter(pk=IDS["import"]).update(content=rows.encode())
            Message.objects.create(
                id=UPLOAD, event="FileUploaded", task="run_import", payload={"upload": IDS["import"]}
            )
            Message.objects.create(id=RECOMPUTE, event="StoresChanged", task="recompute_stores", payload={"stores": 1})
            Message.objects.create(
                id=ESTIMATE, event="StoresRecomputed", task="estimate_refunds", payload={"stores": 1, "verdicts": 1}
            )
            Message.objects.create(id=FOLLOW, event="ShadowsWait", task="follow_shadows", payload={"stores": 1})
            Message.objects.create(
                id=BACKTEST, event="BacktestWaits", task="run_backtest", payload={"backtest": IDS["backtest"]}
            )
            Store.objects.filter(pk=IDS["store"]).update(estimated_revision=0)
            ShadowMark.objects.all().delete()
            set_lines(f"{canary} category", score_line="4.4")
    return twins


def test_every_task_that_the_worker_knows_is_tried_here() -> None:
    ours = {name for name in app.tasks if not name.startswith("celery.")}
    assert ours == {
        *("run_import", "recompute_stores", "estimate_refunds", "follow_shadows", "run_backtest"),
        *("provision_agency", "sweep", "next_turn"),
    }


TASKS: list[tuple[Any, int, set[str]]] = [
    (work.run_import, UPLOAD, {"metrics_import", "metrics_storeday", "stores_store", "outbox_message"}),
    (work.recompute_stores, RECOMPUTE, {"periods_verdict", "periods_storestanding", "stores_store", "outbox_message"}),
    (work.estimate_refunds, ESTIMATE, {"stores_store", "outbox_message"}),
    (work.follow_shadows, FOLLOW, {"backtests_shadowverdict", "backtests_shadowmark", "outbox_message"}),
    (work.run_backtest, BACKTEST, {"backtests_backtest", "outbox_message"}),
]


@pytest.mark.parametrize(("task", "message", "tables"), TASKS, ids=lambda part: getattr(part, "name", ""))
@pytest.mark.parametrize("first", [0, 1], ids=["alpha", "beta"])
def test_a_task_changes_its_own_agency_and_nothing_of_the_other(
    waiting: Twins, first: int, task: Any, message: int, tables: set[str]
) -> None:
    own, foreign = waiting[first], waiting[1 - first]
    before, foreign_before = photograph(own.schema), photograph(foreign.schema)
    task(address=own.schema, message=message)
    after = photograph(own.schema)
    assert photograph(foreign.schema) == foreign_before
    assert {table for table, digest in after.items() if digest != before[table]} >= tables
    with own.scope():
        assert Message.objects.get(pk=message).done_at is not None
    with foreign.scope():
        assert Message.objects.get(pk=message).done_at is None
    forget_temporary_tables()


@pytest.mark.parametrize(("task", "message", "tables"), TASKS, ids=lambda part: getattr(part, "name", ""))
@pytest.mark.parametrize(
    "address",
    [
        lambda house: "",
        lambda house: "t_0000000000000000",
        lambda house: house.host,
        lambda house: f"{house.schema}; DROP SCHEMA public",
    ],
    ids=["none", "unknown", "a host", "an attack"],
)
def test_a_task_without_a_true_address_runs_nowhere(
    waiting: Twins, address: Callable[[House], str], task: Any, message: int, tables: set[str]
) -> None:
    before = [photograph(house.schema) for house in waiting]
    task(address=address(waiting[0]), message=message)
    assert [photograph(house.schema) for house in waiting] == before


@pytest.mark.parametrize("status", ["suspended", "preparing"])
def test_a_task_for_an_agency_that_is_shut_runs_nowhere(waiting: Twins, status: str) -> None:
    from tenants.models import Agency

    alpha, _beta = waiting
    before = [photograph(house.schema) for house in waiting]
    with platform_scope():
        Agency.objects.filter(schema_name=alpha.schema).update(status=status)
    for task, message, _tables in TASKS:
        task(address=alpha.schema, message=message)
    with platform_scope():
        Agency.objects.filter(schema_name=alpha.schema).update(status="active")
    assert [photograph(house.schema) for house in waiting] == before


def list_started(house: House) -> list[int]:
    with house.scope():
        return list(Message.objects.filter(starts=1).order_by("pk").values_list("pk", flat=True))


def test_the_turn_of_one_agency_changes_nothing_of_the_other(waiting: Twins) -> None:
    """A ring for beta while alpha has waited longer serves alpha, at alpha's own address, and beta keeps waiting."""
    alpha, beta = waiting
    for house in waiting:
        with house.scope():
            Message.objects.filter(pk__lte=NUMBER).update(done_at=timezone.now())
    assert ask_for_turn(schema=alpha.schema)
    before = photograph(beta.schema)
    work.recompute_stores(address=beta.schema, message=RECOMPUTE)
    assert photograph(beta.schema) == before
    assert (list_started(alpha), list_started(beta)) == ([UPLOAD], [])
    forget_temporary_tables()
    before = photograph(alpha.schema)
    work.next_turn()
    assert photograph(alpha.schema) == before
    assert (list_started(alpha), list_started(beta)) == ([UPLOAD], [UPLOAD])
    forget_temporary_tables()


def test_provisioning_rung_at_an_agencys_address_finds_no_work_there(waiting: Twins) -> None:
    before = [photograph(house.schema) for house in waiting]
    for message in (UPLOAD, RECOMPUTE, ESTIMATE):
        work.provision_agency(address=waiting[0].schema, message=message)
    assert [photograph(house.schema) for house in waiting] == before


def test_the_sweep_rings_for_each_agencys_own_messages_at_its_own_address(
    waiting: Twins, django_capture_on_commit_callbacks: Any
) -> None:
    alpha, beta = waiting
    long_ago = timezone.now() - timedelta(minutes=5)
    with alpha.scope():
        Message.objects.filter(pk__in=[UPLOAD, RECOMPUTE]).update(created_at=long_ago)
    with beta.scope():
        Message.objects.filter(pk=ESTIMATE).update(created_at=long_ago)
    with django_capture_on_commit_callbacks() as rings:
        work.sweep()
    rung = {(ring.keywords["address"], ring.keywords["task"], ring.keywords["message"]) for ring in rings}
    assert rung >= {
        (alpha.schema, "run_import", UPLOAD),
        (alpha.schema, "recompute_stores", RECOMPUTE),
        (beta.schema, "estimate_refunds", ESTIMATE),
    }
    assert not {message for address, _task, message in rung if address == alpha.schema} & {ESTIMATE}
    assert not {message for address, _task, message in rung if address == beta.schema} & {UPLOAD, RECOMPUTE}
