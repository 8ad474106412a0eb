"""A partial export never replaces a fuller one in silence; a fuller one replaces it, and what it replaced is kept."""

from typing import Any

import pytest

from assessments.metrics.models import StoreDay, StoreDayChange
from assessments.stores.models import Store
from tests.conftest import Api, House
from tests.factories import AT, TODAY, make_store, read_upload
from tests.unit.metrics.exports import order, orders_csv

NAME = "ExportOrderList202411041030.csv"
FIRST = order(9, "2024-11-01 12:00", "2024-11-01 12:01", "10.00")
FULL = [order(number, f"2024-11-02 1{number}:00", f"2024-11-02 1{number}:01", "10.00") for number in range(5)]
PART = [FIRST, *FULL[:2]]


@pytest.fixture
def store(alpha: House) -> Store:
    with alpha.scope():
        return make_store("示例店", operators=[alpha.user("op")])


def bring(house: House, api: Api, *orders: dict[str, Any], **fields: Any) -> dict[str, Any]:
    sent = api.upload(orders_csv(*orders), NAME, **fields)
    assert sent.status_code == 202, sent.content
    with house.scope():
        read_upload(sent.json()["id"])
    answer: dict[str, Any] = api.get(f"imports/{sent.json()['id']}/").json()
    assert answer["rows_in"] == sum(answer[key] for key in ("created", "changed", "unchanged", "rejected"))
    return answer


def paid_on_the_second(house: House, store: Store) -> tuple[int | None, int | None]:
    with house.scope():
        found = StoreDay.objects.get(store=store, day="2024-11-02")
        return found.paid_orders, found.paid_amount


def test_an_order_export_brings_store_days_and_says_what_it_left(alpha: House, store: Store) -> None:
    done = bring(alpha, alpha.api("op"), FIRST, *FULL)
    assert (done["kind"], done["state"], done["created"], done["stores"]) == ("order_export", "done", 6, 1)
    assert paid_on_the_second(alpha, store) == (5, 5000)
    [notice] = done["notices"]
    assert notice["code"] == "partial_days" and "2024-11-01" in notice["zh"] and "2024-11-01" in notice["en"]


def test_a_filtered_export_does_not_replace_a_fuller_one(alpha: House, store: Store) -> None:
    bring(alpha, alpha.api("op"), FIRST, *FULL)
    poorer = bring(alpha, alpha.api("op"), *PART)
    assert (poorer["changed"], poorer["unchanged"], poorer["rejected"]) == (0, 1, 2)
    assert paid_on_the_second(alpha, store) == (5, 5000)
    lines = alpha.api("op").get(f"imports/{poorer['id']}/rejections/").json()["results"]
    assert {line["code"] for line in lines} == {"fuller_stored"}
    assert [line["row_number"] for line in lines] == [3, 4]
    assert "已有 5，本文件 2" in lines[0]["reason_zh"]


def test_a_fuller_export_replaces_a_partial_one_and_keeps_what_it_replaced(alpha: House, store: Store) -> None:
    bring(alpha, alpha.api("op"), *PART)
    fuller = bring(alpha, alpha.api("op"), FIRST, *FULL)
    assert (fuller["changed"], fuller["unchanged"], fuller["rejected"]) == (5, 1, 0)
    assert paid_on_the_second(alpha, store) == (5, 5000)
    with alpha.scope():
        assert StoreDayChange.objects.get().before["paid_orders"] == 2


def test_a_dry_run_says_the_same_as_the_import(alpha: House, store: Store) -> None:
    bring(alpha, alpha.api("op"), FIRST, *FULL)
    checked = bring(alpha, alpha.api("op"), *PART, dry_run="true")
    assert (checked["state"], checked["rejected"]) == ("checked", 2)


def test_another_operators_store_is_unknown_in_an_order_export_too(alpha: House, store: Store) -> None:
    done = bring(alpha, alpha.api("other_op"), FIRST, *FULL)
    assert (done["created"], done["rejected"], done["rows_in"]) == (0, 6, 6)
    with alpha.scope():
        assert not StoreDay.objects.exists()


def test_orders_of_today_are_not_taken(alpha: House, store: Store) -> None:
    placed = f"{TODAY} 01:00"
    late = [order(number, placed, placed, "10.00") for number in range(2)]
    sent = alpha.api("op").upload(orders_csv(*late), f"订单_{TODAY}_{TODAY}x.csv")
    with alpha.scope():
        done = read_upload(sent.json()["id"])
        assert (done.created, done.rejected, done.finished_at) == (0, 2, AT)
