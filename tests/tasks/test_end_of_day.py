"""The business date rolls by itself at Beijing's midnight, once an agency and date, and catches up what was missed."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from assessments.backtests.models import ShadowVerdict
from assessments.backtests.services import follow_shadows, start_shadow
from assessments.fees.models import FeeAgreement, RefundEstimate
from assessments.fees.services import save_agreement
from assessments.periods.models import StoreStanding, Verdict
from assessments.periods.services import recompute_stale
from assessments.stores.models import RolledDay, Store
from assessments.stores.services import roll_day
from core.outbox.models import Message
from tasks.sweeping import sweep_agency
from tenants.door import platform_scope
from tenants.models import Agency
from tests.conftest import House
from tests.factories import compute, forget_temporary_tables, make_store, set_lines, write_months
from tests.services.test_backtests import with_limit
from tests.tasks.stage import Stage, committed_agency
from tests.tasks.stage import make_store as make_committed_store

MIDNIGHT_UTC = 16  # 00:00 in Beijing, where no clock is ever put forward or back


def last_moment_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, MIDNIGHT_UTC, tzinfo=UTC) - timedelta(microseconds=1)


def set_business_date(schema: str, day: date | None) -> None:
    with platform_scope():
        Agency.objects.filter(schema_name=schema).update(business_date=day)


def rolled_on(schema: str) -> date:
    from tenants.door import agency_scope

    with agency_scope(schema=schema):
        return RolledDay.objects.get().rolled_on


@pytest.mark.parametrize(
    ("day", "next_day"),
    [
        (date(2025, 3, 11), date(2025, 3, 12)),
        (date(2025, 4, 30), date(2025, 5, 1)),
        (date(2024, 2, 28), date(2024, 2, 29)),
        (date(2024, 2, 29), date(2024, 3, 1)),
        (date(2025, 2, 28), date(2025, 3, 1)),
        (date(2024, 12, 31), date(2025, 1, 1)),
    ],
    ids=str,
)
def test_the_day_ends_at_midnight_in_beijing_and_not_a_microsecond_before(
    alpha: House, day: date, next_day: date
) -> None:
    set_business_date(alpha.schema, None)
    with alpha.scope():
        store = make_store()
    sweep_agency(schema=alpha.schema, now=last_moment_of(day))
    assert rolled_on(alpha.schema) == day
    sweep_agency(schema=alpha.schema, now=last_moment_of(day))
    with alpha.scope():
        before = Store.objects.get().facts_revision
    sweep_agency(schema=alpha.schema, now=last_moment_of(day) + timedelta(microseconds=1))
    with alpha.scope():
        assert RolledDay.objects.get().rolled_on == next_day
        assert RolledDay.objects.get().before == day
        assert Store.objects.get().facts_revision == before + 1
        assert recompute_stale(today=next_day).stores == 1
        assert StoreStanding.objects.get(store=store).as_of == day


def test_work_that_began_before_midnight_does_not_take_the_new_day_for_the_old(alpha: House) -> None:
    """Its clock was read on the old day; the stores that it claims were made stale by the new one."""
    with alpha.scope():
        store = make_store()
        set_lines()
        save_agreement(agreement=FeeAgreement(store=store, year=2024))
        old, new = date(2024, 12, 31), date(2025, 1, 1)
        roll_day(today=old)
        compute(old)
        roll_day(today=new)
        compute(old)
        assert StoreStanding.objects.get().as_of == old
        assert RefundEstimate.objects.order_by("-revision")[0].as_of == old
        store.refresh_from_db()
        assert store.estimated_revision == store.facts_revision


def test_a_clock_does_not_turn_back_but_a_date_fixed_by_hand_may(alpha: House) -> None:
    with alpha.scope():
        make_store()
        today = date(2025, 3, 11)
        assert roll_day(today=today) == 1
        assert roll_day(today=today - timedelta(days=1)) == 0
        assert roll_day(today=date(2024, 12, 31), is_fixed=True) == 1
        assert roll_day(today=date(2024, 12, 31), is_fixed=True) == 0
        assert roll_day(today=date(2026, 12, 31), is_fixed=True) == 1
        assert roll_day(today=today) == 1
        assert roll_day(today=today) == 0


def catch_up(house: House, today: date) -> None:
    """What sweep and worker do when they are back."""
    with house.scope():
        roll_day(today=today)
        compute(today)
        follow_shadows(today=today)
    forget_temporary_tables()


def what_is_said(house: House) -> dict[str, list[str]]:
    """All that is live, without ids and without the day on which it was last said anew: the newest verdict of each
    period, estimates, board, shadows."""
    with house.scope():
        newest = Verdict.objects.order_by("period", "-revision").distinct("period").select_related("period")
        refunds = RefundEstimate.objects.order_by("agreement", "-revision").distinct("agreement")
        said: dict[str, list[Any]] = {
            "verdicts": [(one.period.starts_on, one.outcome, one.live, one.standing, one.result) for one in newest],
            "fees": [(one.state, one.refund_fen, one.low_fen, one.high_fen, one.result) for one in refunds],
            "board": list(StoreStanding.objects.values_list("standing", "risk", "document__period")),
            "shadows": list(ShadowVerdict.objects.values_list("direction", "before", "after", "starts_on")),
        }
        names = {str(pk): name for pk, name in Store.objects.values_list("pk", "name")}
        assert {row.as_of for row in StoreStanding.objects.all()} == {
            RolledDay.objects.get().rolled_on - timedelta(days=1)
        }
    return {what: sorted(_plain(row, names) for row in rows) for what, rows in said.items()}


def _plain(row: Any, names: dict[str, str]) -> str:
    def keep(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: keep(part) for key, part in value.items() if key not in ("as_of", "id", "verdict")}
        if isinstance(value, list | tuple):
            return [keep(part) for part in value]
        return names.get(str(value), value)

    return json.dumps(keep(row), default=str, sort_keys=True)


@pytest.mark.parametrize(
    ("last_good_day", "days_missed"),
    [(date(2025, 7, 30), 4), (date(2024, 2, 27), 3), (date(2024, 12, 29), 6), (date(2025, 1, 25), 10)],
    ids=["a period ends", "29 February", "a fee year ends", "a month ends"],
)
def test_days_that_were_missed_are_caught_up_to_what_daily_work_would_have_said(
    alpha: House, beta: House, last_good_day: date, days_missed: int
) -> None:
    """Alpha's worker ran every day; beta's was down. Afterwards both say the same of every period, fee and shadow."""
    for house in (alpha, beta):
        with house.scope():
            set_lines()
            for number, go_live in enumerate((date(2022, 7, 15), date(2023, 7, 15), date(2024, 1, 10))):
                store = make_store(f"store {number}", shop_id=f"9{number}", go_live_on=go_live)
                write_months(store, {f"2024-{month:02}": "4.30" for month in range(1, 13)})
                for year in (2023, 2024):
                    save_agreement(agreement=FeeAgreement(store=store, year=year))
            start_shadow(draft=with_limit(house, 1), by=house.user("lead"))
        forget_temporary_tables()
        catch_up(house, last_good_day)
    for number in range(1, days_missed + 1):
        catch_up(alpha, last_good_day + timedelta(days=number))
    catch_up(beta, last_good_day + timedelta(days=days_missed))
    said = what_is_said(alpha)
    assert said == what_is_said(beta)
    assert all(said.values())


@pytest.fixture
def stage(django_db_setup: None, django_db_blocker: Any, database_name: str, worker_id: str) -> Iterator[Stage]:
    with django_db_blocker.unblock(), committed_agency(database_name, worker_id) as stage:
        yield stage


def test_sweeps_at_the_same_moment_roll_a_day_once(stage: Stage) -> None:
    """Four sweeps, each on a connection of its own, meet at every midnight of a week; one of them catches up days."""
    set_business_date(stage.schema, None)
    with stage.scope():
        make_committed_store()
    days = [date(2025, 2, 26), date(2025, 2, 27), date(2025, 2, 28), date(2025, 3, 1), date(2025, 3, 31)]
    gate = threading.Barrier(4)
    troubles: list[BaseException] = []

    def sweep() -> None:
        try:
            for day in days:
                gate.wait(60)
                sweep_agency(schema=stage.schema, now=last_moment_of(day))
        except BaseException as error:
            gate.abort()
            troubles.append(error)
        finally:
            connection.close()

    with stage.scope():
        revision = Store.objects.get().facts_revision
        rung = Message.objects.filter(event="StoresChanged").count()
    threads = [threading.Thread(target=sweep) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert troubles == []
    with stage.scope():
        assert Store.objects.get().facts_revision == revision + len(days)
        assert Message.objects.filter(event="StoresChanged").count() == rung + len(days)
        assert RolledDay.objects.get().rolled_on == days[-1]
