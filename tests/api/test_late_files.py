"""Late files: what is expected, of which store, since when, and whose it is."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from assessments.metrics.models import ExpectedFile
from assessments.stores.models import Store
from tests.api.conftest import code_of, walk
from tests.conftest import Api, House
from tests.factories import SALES, SCORE, TODAY, make_store, write_days

START = date(2025, 2, 1)


@pytest.fixture
def store(alpha: House) -> Store:
    """Its scores are known up to the first of March; today is the eleventh."""
    alpha.set_today(TODAY)
    with alpha.scope():
        made = make_store("Mine", shop_id="900000001", operators=[alpha.user("op")])
        write_days(made, {date(2025, 2, 28): {SCORE: "4.5", SALES: "1"}, date(2025, 3, 1): {SCORE: None}})
    return made


def expect(house: House, source: str = "experience", **fields: Any) -> None:
    with house.scope():
        ExpectedFile.objects.create(**{"source": source, "starts_on": START, **fields})


def late(api: Api, **params: str) -> list[dict[str, Any]]:
    answer = api.get("late-files/", **params)
    assert answer.status_code == 200, answer.content
    rows: list[dict[str, Any]] = answer.json()["results"]
    return rows


def test_where_nothing_is_expected_nothing_is_late(alpha: House, store: Store) -> None:
    assert alpha.api("owner").get("late-files/").json() == {"next": None, "results": []}


def test_a_late_file_is_told_with_its_store_its_days_and_its_owner(alpha: House, op: Api, store: Store) -> None:
    expect(alpha)
    [row] = late(op)
    with alpha.scope():
        owner = alpha.user("op")
    assert row == {
        "store": str(store.pk),
        "name": "Mine",
        "source": "experience",
        "cadence": "daily",
        "grace_days": 1,
        "known_through": "2025-03-01",
        "missing_from": "2025-03-02",
        "due_on": "2025-03-04",
        "days_late": 7,
        "owners": [{"id": str(owner.pk), "name": "op of alpha"}],
    }


def test_the_agencys_own_cadence_grace_and_owner_stand_before_the_usual_ones(
    alpha: House, op: Api, store: Store
) -> None:
    with alpha.scope():
        lead = alpha.user("lead")
    expect(alpha, cadence="weekly", grace_days=0, owner=lead)
    [row] = late(op)
    assert (row["cadence"], row["missing_from"], row["due_on"]) == ("weekly", "2025-03-03", "2025-03-10")
    assert [owner["name"] for owner in row["owners"]] == ["lead of alpha"]
    with alpha.scope():
        ExpectedFile.objects.update(cadence="monthly")
    assert late(op) == []
    with alpha.scope():
        ExpectedFile.objects.update(cadence="weekly")
        lead.is_active = False
        lead.save()
    assert [owner["name"] for owner in late(op)[0]["owners"]] == ["op of alpha"]


def test_a_stores_own_line_stands_before_that_of_every_store(alpha: House, store: Store) -> None:
    with alpha.scope():
        make_store("Other")
    expect(alpha)
    expect(alpha, store=store, grace_days=60)
    assert [row["name"] for row in late(alpha.api("owner"))] == ["Other"]


def test_files_of_days_before_the_expectation_are_never_late(alpha: House, op: Api, store: Store) -> None:
    expect(alpha, starts_on=date(2025, 3, 9))
    assert late(op) == []
    expect(alpha, "settled_sales", starts_on=date(2025, 3, 8))
    assert [(row["source"], row["missing_from"]) for row in late(op)] == [("settled_sales", "2025-03-08")]


def test_a_store_that_left_owes_nothing_for_the_days_after(alpha: House, op: Api, store: Store) -> None:
    expect(alpha)
    with alpha.scope():
        Store.objects.update(status="exited")
    assert late(op) == []


def test_an_operator_sees_the_late_files_of_their_stores_and_no_client_sees_any(alpha: House, store: Store) -> None:
    expect(alpha)
    expect(alpha, "settled_sales")
    with alpha.scope():
        make_store("Other")
    assert {row["name"] for row in late(alpha.api("op"))} == {"Mine"}
    assert late(alpha.api("other_op")) == late(alpha.api("other_op"), store=str(store.pk)) == []
    assert [row["source"] for row in late(alpha.api("op"), source="settled_sales")] == ["settled_sales"]
    assert len(walk(alpha.api("owner"), "late-files/", limit=1)) == 4
    for username in ("client_admin", "client_viewer"):
        assert code_of(alpha.api(username).get("late-files/")) == (403, "permission_denied")
    assert code_of(alpha.api("op").get("late-files/", owner="x")) == (400, "invalid")


def test_a_lead_sets_what_is_expected_and_a_stores_page_says_what_is_late(alpha: House, store: Store) -> None:
    browser = alpha.browser("lead")
    form = {
        "source": "experience",
        "store": "",
        "cadence": "",
        "grace_days": "2",
        "owner": "",
        "starts_on": "2025-02-01",
    }
    added = reverse("agency:metrics_expectedfile_add")
    assert 'value="2025-03-11"' in browser.get(added).content.decode()
    assert browser.post(added, form).status_code == 302
    assert browser.post(added, form).status_code == 200, "the same expectation twice"
    assert browser.post(added, {**form, "source": "nowhere"}).status_code == 200
    with alpha.scope():
        assert ExpectedFile.objects.count() == 1
    page = alpha.browser("op").get(reverse("agency:stores_store_change", args=[store.pk])).content.decode()
    assert "Experience scores: missing from 2025-03-02 on, due on 2025-03-05; op of alpha" in page
