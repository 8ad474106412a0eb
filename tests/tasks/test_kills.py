"""Killed at random moments, in the middle of imports and recomputes: nothing is lost, nothing is done twice, and the
figures are those of a run that nobody disturbed. `KAOHE_KILLS=50` kills as often; `KAOHE_SEED=7` draws other moments.
"""

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from django.db.models import Count, F

from assessments.fees.models import FeeAgreement, RefundEstimate
from assessments.fees.services import save_agreement
from assessments.metrics.models import Import, ImportFile, StoreDay
from assessments.metrics.services import upload_file
from assessments.periods.models import Period, StoreStanding, Verdict
from assessments.stores.models import Store
from core.outbox.models import Message
from core.outbox.services import MAX_ATTEMPTS
from tests.factories import set_lines
from tests.tasks.killing import Killer
from tests.tasks.stage import Stage, committed_agency, make_store, owner_of, wait_until, worker

KILLS, SEED = int(os.environ.get("KAOHE_KILLS", "3")), int(os.environ.get("KAOHE_SEED", "20261122"))
FILES, STORES, DAYS = 4, 6, 90
SCORE = "综合体验分"


@pytest.fixture
def pair(django_db_setup: None, django_db_blocker: Any, database_name: str, worker_id: str) -> Iterator[list[Stage]]:
    """The agency whose workers are killed, and its twin that is left in peace."""
    with django_db_blocker.unblock(), ExitStack() as stack:
        yield [stack.enter_context(committed_agency(database_name, worker_id)) for _ in range(2)]


def write_file(stores: list[Store], round_number: int) -> bytes:
    """Ninety days of every store; each round brings other days and corrects a few of those before."""
    first = date(2023, 1, 1) + timedelta(days=(DAYS - 5) * (round_number % 8))
    lines = [f"日期,店铺ID,店铺名称,{SCORE},交易成功金额"]
    for day in range(DAYS):
        for store in stores:
            score = f"4.{(day + round_number + int(store.shop_id[-1])) % 9}{round_number % 10}"
            lines.append(f"{first + timedelta(days=day)},{store.shop_id},{store.name},{score},{1000 + day}.00")
    return ("\r\n".join(lines) + "\r\n").encode("gbk")


def set_up(stage: Stage) -> None:
    with stage.scope():
        set_lines()
        for number in range(STORES):
            save_agreement(agreement=FeeAgreement(store=make_store(number=number), year=2024))


def upload_round(stage: Stage, number: int) -> None:
    with stage.scope():
        stores = list(Store.objects.order_by("shop_id"))
        owner = owner_of(stage)
        # Each file has its own stores, so that the order in which two are taken over does not matter.
        for file in range(FILES):
            own = stores[file % STORES :: FILES]
            upload_file(content=write_file(own, number), file_name=f"{number}-{file}.csv", by=owner, dry_run=False)


def is_all_computed(stage: Stage) -> bool:
    with stage.scope():
        return (
            not Import.objects.filter(state=Import.State.QUEUED).exists()
            and not Store.objects.exclude(estimated_revision=F("facts_revision")).exists()
            and not Message.objects.filter(done_at__isnull=True, quarantined_at__isnull=True).exists()
        )


def has_last_attempt(stage: Stage) -> bool:
    with stage.scope():
        return Message.objects.filter(done_at__isnull=True, attempts__gte=MAX_ATTEMPTS - 1).exists()


def read_figures(stage: Stage) -> list[Any]:
    """Every stored figure and what was made of it, by the stores' own ids: comparable between two agencies."""
    with stage.scope():
        shop = dict(Store.objects.values_list("pk", "shop_id"))
        columns = ("store_id", "day", "comprehensive_experience_score", "sales_amount")
        days = [(shop[row[0]], *row[1:]) for row in StoreDay.objects.values_list(*columns)]
        newest = Verdict.objects.order_by("period", "-revision").distinct("period").select_related("period")
        verdicts = [
            (
                shop[one.period.store_id],
                str(one.period.starts_on),
                one.outcome,
                one.live,
                one.standing,
                _plain(one.result, shop),
            )
            for one in newest
        ]
        refunds = RefundEstimate.objects.order_by("agreement", "-revision").distinct("agreement")
        fees = [
            (shop[one.agreement.store_id], one.state, one.refund_fen) for one in refunds.select_related("agreement")
        ]
        board = [(shop[row.store_id], row.standing, row.risk) for row in StoreStanding.objects.all()]
        return [sorted(days), sorted(verdicts), sorted(fees, key=str), sorted(board)]


def _plain(result: Any, shop: dict[UUID, str]) -> str:
    text = json.dumps(result, sort_keys=True)
    for pk, shop_id in shop.items():
        text = text.replace(str(pk), shop_id)
    return text


def check_nothing_is_doubled(stage: Stage, rounds: int) -> None:
    with stage.scope():
        states = dict(Import.objects.values_list("state").annotate(count=Count("pk")))
        # No message died three times of its own: a process of its own at most twice, with whole workers besides.
        assert states == {Import.State.DONE: rounds * FILES}, list(
            Import.objects.exclude(error=None).values_list("error")
        )
        for upload in Import.objects.all():
            assert upload.created + upload.changed + upload.unchanged == upload.rows_in > 0
            assert upload.rejected == 0
        # A row is new once: what was taken over twice would be "unchanged" the second time.
        assert sum(Import.objects.values_list("created", flat=True)) == StoreDay.objects.count()
        assert not ImportFile.objects.exists()
        assert not Message.objects.filter(quarantined_at__isnull=False).exists()
        for period in Period.objects.all():
            digests = list(period.verdicts.order_by("revision").values_list("revision", "digest"))
            assert [revision for revision, _digest in digests] == list(range(1, len(digests) + 1))
            assert all(one[1] != other[1] for one, other in pairwise(digests))


def test_workers_killed_at_random_moments_lose_nothing_and_double_nothing(pair: list[Stage]) -> None:
    killed, peaceful = pair
    for stage in pair:
        set_up(stage)
    rounds = 1
    upload_round(killed, 0)

    def more_work() -> None:
        nonlocal rounds
        upload_round(killed, rounds)
        rounds += 1

    killer = Killer(killed, kills=KILLS, seed=SEED)
    killer.run(
        is_over=lambda: is_all_computed(killed),
        more_work=more_work,
        is_last_attempt=lambda: has_last_attempt(killed),
    )
    # One round after the other: what a later file corrects is what an earlier one brought, in both agencies.
    with worker(peaceful):
        for number in range(rounds):
            upload_round(peaceful, number)
            wait_until(lambda: is_all_computed(peaceful), meanwhile=peaceful.send_sweep)
    print(f"{dict(killer.done)} in {rounds} rounds, seed {SEED}")
    assert killer.done.total() >= KILLS
    for stage in pair:
        check_nothing_is_doubled(stage, rounds)
    assert read_figures(killed) == read_figures(peaceful)
