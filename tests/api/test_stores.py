"""Clients and stores over the API."""

from datetime import date
from typing import Any

import pytest

from assessments.stores.models import Client, Store
from tests.api.conftest import code_of
from tests.conftest import Api, House
from tests.factories import brand, compute, is_stale, list_messages, make_store, other_brand


@pytest.fixture
def body(alpha: House) -> dict[str, Any]:
    with alpha.scope():
        return {
            "client": str(brand().pk),
            "platform": "tmall",
            "shop_id": "00123456789012345678",
            "name": "新店",
            "shop_type": "flagship",
            "main_category": "女装",
            "other_categories": ["男装", "配件"],
            "go_live_on": "2024-07-15",
            "operators": [str(alpha.user("op").pk)],
        }


def test_a_lead_adds_a_client_and_changes_it(lead: Api) -> None:
    made = lead.post("clients/", {"name": "brand three", "note": "careful"})
    assert made.status_code == 201
    path = f"clients/{made.json()['id']}/"
    assert lead.patch(path, {"note": "very careful"}).json()["note"] == "very careful"
    assert lead.get(path).json()["name"] == "brand three"
    assert made.json()["created_at"].endswith("Z")


def test_two_clients_cannot_share_a_name(lead: Api) -> None:
    answer = lead.post("clients/", {"name": "brand of alpha"})
    assert code_of(answer) == (400, "invalid")
    assert list(answer.json()["fields"]) == ["name"]


def test_a_lead_adds_a_store_whose_operator_sees_it_at_once(alpha: House, lead: Api, body: dict[str, Any]) -> None:
    made = lead.post("stores/", body)
    assert made.status_code == 201
    row = made.json()
    assert {key: row[key] for key in body} == body
    assert row["client_name"] == "brand of alpha"
    assert row["status"] == "active"
    assert alpha.api("op").get(f"stores/{row['id']}/").json() == row
    assert alpha.api("other_op").get(f"stores/{row['id']}/").status_code == 404
    with alpha.scope():
        assert [message.payload for message in list_messages("StoresChanged")] == [{"stores": 1}]
        assert is_stale(Store.objects.get(pk=row["id"]))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"client": None}, "client"),
        ({"client": "00000000-0000-4000-8000-00000000dead"}, "client"),
        ({"platform": "moon"}, "platform"),
        ({"shop_id": ""}, "shop_id"),
        ({"shop_id": "9" * 41}, "shop_id"),
        ({"name": ""}, "name"),
        ({"go_live_on": "2024-02-30"}, "go_live_on"),
        ({"go_live_on": "yesterday"}, "go_live_on"),
        ({"other_categories": "女装"}, "other_categories"),
        ({"other_categories": ["x" * 61]}, "other_categories"),
        ({"status": "asleep"}, "status"),
        ({"operators": ["00000000-0000-4000-8000-00000000dead"]}, "operators"),
    ],
)
def test_a_store_that_cannot_be_is_refused(
    alpha: House, lead: Api, body: dict[str, Any], change: dict[str, Any], field: str
) -> None:
    answer = lead.post("stores/", {**body, **change})
    assert code_of(answer) == (400, "invalid")
    assert list(answer.json()["fields"]) == [field]
    with alpha.scope():
        assert not Store.objects.exists()


@pytest.mark.parametrize("username", ["lead", "client_admin"])
def test_only_an_operator_can_be_given_a_store(alpha: House, lead: Api, body: dict[str, Any], username: str) -> None:
    with alpha.scope():
        body["operators"] = [str(alpha.user(username).pk)]
    answer = lead.post("stores/", body)
    assert code_of(answer) == (400, "invalid")
    assert list(answer.json()["fields"]) == ["operators"]


def test_the_same_shop_of_a_marketplace_is_taken_once(lead: Api, body: dict[str, Any]) -> None:
    assert lead.post("stores/", body).status_code == 201
    assert code_of(lead.post("stores/", {**body, "name": "another"})) == (400, "invalid")
    assert lead.post("stores/", {**body, "platform": "jd"}).status_code == 201


def test_a_store_without_what_it_needs_names_all_that_is_missing(lead: Api) -> None:
    answer = lead.post("stores/", {})
    assert set(answer.json()["fields"]) == {"client", "shop_id", "name", "main_category", "go_live_on"}


@pytest.mark.parametrize(
    ("change", "stale"),
    [
        ({"main_category": "男装"}, True),
        ({"other_categories": ["男装"]}, True),
        ({"go_live_on": "2023-07-15"}, True),
        ({"status": "exited"}, True),
        ({"platform": "jd"}, True),
        ({"name": "renamed"}, True),
        ({"shop_type": "other"}, False),
        ({"operators": []}, False),
        ({}, False),
        ({"name": "A store"}, False),
    ],
)
def test_a_change_makes_the_store_stale_where_a_verdict_rests_on_it(
    alpha: House, lead: Api, store: Store, change: dict[str, Any], stale: bool
) -> None:
    with alpha.scope():
        bystander = make_store("bystander")
        compute()
        assert not is_stale(store)
    assert lead.patch(f"stores/{store.pk}/", change).status_code == 200
    with alpha.scope():
        assert is_stale(store) is stale
        assert not is_stale(bystander)


def test_a_store_moved_to_another_client_is_seen_by_that_clients_people(alpha: House, lead: Api, store: Store) -> None:
    customer = alpha.api("client_viewer")
    assert customer.get(f"stores/{store.pk}/").status_code == 200
    with alpha.scope():
        client = str(other_brand().pk)
    assert lead.patch(f"stores/{store.pk}/", {"client": client}).json()["client"] == client
    assert customer.get(f"stores/{store.pk}/").status_code == 404


def test_a_store_taken_from_its_operator_is_gone_for_the_operator(alpha: House, lead: Api, store: Store) -> None:
    op = alpha.api("op")
    assert op.get(f"stores/{store.pk}/").status_code == 200
    assert lead.patch(f"stores/{store.pk}/", {"operators": []}).json()["operators"] == []
    assert op.get(f"stores/{store.pk}/").status_code == 404
    assert op.get("stores/").json()["results"] == []


def test_a_refused_change_leaves_the_store_as_it_was(alpha: House, lead: Api, store: Store) -> None:
    answer = lead.patch(f"stores/{store.pk}/", {"name": "renamed", "go_live_on": "never"})
    assert code_of(answer) == (400, "invalid")
    with alpha.scope():
        kept = Store.objects.get(pk=store.pk)
        assert (kept.name, kept.go_live_on) == ("A store", date(2024, 7, 15))


def test_a_clients_note_is_shown_to_staff_alone(alpha: House, store: Store) -> None:
    with alpha.scope():
        Client.objects.filter(pk=store.client_id).update(note="they pay late")
    assert b"they pay late" in alpha.api("op").get("clients/").content
    for path in ("stores/", f"stores/{store.pk}/", "portfolio/", "clients/"):
        assert b"they pay late" not in alpha.api("client_admin").get(path).content
