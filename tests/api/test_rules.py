"""Rulebooks, category lines and enrolments over the API."""

from decimal import Decimal
from typing import Any

import pytest

from assessments.rulebooks.models import CategoryLine, Enrolment
from assessments.stores.models import Store
from tests.api.conftest import code_of
from tests.conftest import Api, House
from tests.factories import ANNUAL, CATEGORY, DAILY, compute, is_stale, make_store

LINE = {"programme": DAILY, "track": ANNUAL, "table": "score_line", "category": CATEGORY, "value": "4.1"}


@pytest.fixture
def stores(alpha: House) -> dict[str, Store]:
    """One in the category, one that has it besides, one without it; all of them computed."""
    with alpha.scope():
        found = {
            "main": make_store("main"),
            "besides": make_store("besides", main_category="配件", other_categories=[CATEGORY]),
            "without": make_store("without", main_category="配件"),
        }
        compute()
    return found


def stale(alpha: House, stores: dict[str, Store]) -> set[str]:
    with alpha.scope():
        return {name for name, store in stores.items() if is_stale(store)}


def test_rulebooks_are_listed_with_their_validity_and_read_with_their_rules(op: Api) -> None:
    listed = op.get("rulebooks/", programme=DAILY, track=ANNUAL).json()["results"]
    assert "2025-annual" in [row["version"] for row in listed]
    row = next(row for row in listed if row["version"] == "2025-annual")
    assert row["effective_from"] == "2024-08-01"
    assert row["name_zh"] == "天猫日常考核 2025 年度版"
    assert len(row["digest"]) == 64
    assert "rules" not in row
    rules = op.get(f"rulebooks/{row['id']}/").json()["rules"]
    assert "requirements" in str(rules)
    assert "score_line" in str(rules)


def test_nobody_writes_a_rulebook_over_the_api(owner: Api) -> None:
    row = owner.get("rulebooks/").json()["results"][0]
    assert owner.post("rulebooks/", row).status_code == 405
    assert owner.patch(f"rulebooks/{row['id']}/", {"version": "x"}).status_code == 405


def test_a_line_for_a_category_makes_its_stores_stale_and_no_others(
    alpha: House, lead: Api, stores: dict[str, Store]
) -> None:
    made = lead.post("category-lines/", {**LINE, "note": "from the back office"})
    assert made.status_code == 201
    assert made.json()["set_by"] == "lead of alpha"
    assert Decimal(made.json()["value"]) == Decimal("4.1")
    assert stale(alpha, stores) == {"main", "besides"}


def test_a_line_for_one_store_makes_that_store_stale(alpha: House, lead: Api, stores: dict[str, Store]) -> None:
    body = {key: value for key, value in LINE.items() if key != "category"}
    made = lead.post("category-lines/", {**body, "store": str(stores["without"].pk)})
    assert made.status_code == 201
    assert stale(alpha, stores) == {"without"}


def test_setting_a_line_again_changes_the_one_there_is(alpha: House, lead: Api, stores: dict[str, Store]) -> None:
    first = lead.post("category-lines/", LINE).json()
    with alpha.scope():
        compute()
    assert lead.post("category-lines/", LINE).json()["id"] == first["id"]
    assert stale(alpha, stores) == set()
    assert lead.post("category-lines/", {**LINE, "value": "4.2"}).json()["id"] == first["id"]
    assert stale(alpha, stores) == {"main", "besides"}
    with alpha.scope():
        assert CategoryLine.objects.get().value == Decimal("4.2")


@pytest.mark.parametrize(
    "change",
    [
        {"category": ""},
        {"store": "given"},
        {"value": "much"},
        {"value": "1.123456789"},
        {"value": "NaN"},
        {"value": "1e30"},
        {"programme": ""},
        {"table": ""},
        {"category": "x" * 61},
    ],
)
def test_a_line_that_cannot_be_is_refused_and_wakes_nobody(
    alpha: House, lead: Api, stores: dict[str, Store], change: dict[str, Any]
) -> None:
    if change.get("store"):
        change = {"store": str(stores["main"].pk)}
    assert code_of(lead.post("category-lines/", {**LINE, **change})) == (400, "invalid")
    assert stale(alpha, stores) == set()
    with alpha.scope():
        assert not CategoryLine.objects.exists()


def test_lines_are_filtered(lead: Api, stores: dict[str, Store]) -> None:
    lead.post("category-lines/", LINE)
    lead.post("category-lines/", {**LINE, "category": "配件"})
    rows = lead.get("category-lines/", category="配件").json()["results"]
    assert [row["category"] for row in rows] == ["配件"]
    assert len(lead.get("category-lines/", programme=DAILY, table="score_line").json()["results"]) == 2


def test_enrolling_a_store_makes_it_stale_once(alpha: House, lead: Api, stores: dict[str, Store]) -> None:
    body = {"store": str(stores["main"].pk), "programme": DAILY, "track": "half-year"}
    made = lead.post("enrolments/", {**body, "note": "由平台通知"}).json()
    assert (made["track"], made["note"], made["set_by"]) == ("half-year", "由平台通知", "lead of alpha")
    assert stale(alpha, stores) == {"main"}
    with alpha.scope():
        compute()
    assert lead.post("enrolments/", body).status_code == 201
    assert stale(alpha, stores) == set()
    assert lead.post("enrolments/", {**body, "track": ANNUAL}).json()["track"] == ANNUAL
    assert stale(alpha, stores) == {"main"}
    with alpha.scope():
        assert Enrolment.objects.get().track == ANNUAL
    (listed,) = lead.get("enrolments/", store=body["store"]).json()["results"]
    assert {name: listed[name] for name in body} == {**body, "track": ANNUAL}


def test_a_track_that_no_version_has_is_refused(alpha: House, lead: Api, stores: dict[str, Store]) -> None:
    body = {"store": str(stores["main"].pk), "programme": DAILY, "track": "weekly"}
    assert code_of(lead.post("enrolments/", body)) == (409, "unknown_track")
    assert code_of(lead.post("enrolments/", {**body, "programme": "chess"})) == (409, "unknown_track")
    assert stale(alpha, stores) == set()


@pytest.mark.parametrize("wrong", [{"programme": "tmall-dialy"}, {"table": "score_lime"}, {"track": "weekly"}])
def test_a_line_for_a_table_that_no_rulebook_reads_is_refused(lead: Api, wrong: dict[str, str]) -> None:
    line = {"programme": "tmall-daily", "table": "score_line", "category": "男装", "value": "3.8", **wrong}
    assert code_of(lead.post("category-lines/", line)) == (400, "unknown_table")
