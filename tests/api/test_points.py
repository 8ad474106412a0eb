"""A store's violation points over the API and on its page."""

from datetime import date
from typing import Any

import pytest

from assessments.rulebooks.services import enrol_store
from assessments.stores.models import Store
from core.people.actors import SYSTEM
from tests.api.conftest import code_of
from tests.conftest import Api, House
from tests.factories import NOBODY, TODAY, make_store


@pytest.fixture(autouse=True)
def business_date(alpha: House) -> None:
    alpha.set_today(TODAY)


def deduct(op: Api, store: Store, on: str, points: str, **more: Any) -> str:
    made = op.post("violations/", {"store": str(store.pk), "occurred_on": on, "points": points, **more})
    assert made.status_code == 201
    return str(made.json()["id"])


def ladders(op: Api, store: Store) -> dict[str, Any]:
    answer = op.get(f"stores/{store.pk}/points/").json()["answer"]
    return {each["id"]: each for each in answer["ladders"]}


def test_points_are_counted_by_ladder_up_to_the_business_date(op: Api, store: Store) -> None:
    deduct(op, store, "2024-06-01", "12", severity="severe")
    deduct(op, store, "2025-02-01", "12", severity="severe")
    deduct(op, store, "2025-03-11", "2", severity="severe")
    deduct(op, store, "2025-03-12", "30", severity="severe")
    deduct(op, store, "2025-02-02", "6")
    severe = ladders(op, store)["severe"]
    assert [severe[name] for name in ("points", "reached_at", "next_at", "points_left")] == ["14", "12", "24", "10"]
    assert (severe["resets_on"], severe["after_reset"], severe["removed"]) == ("2026-01-01", "0", False)
    assert {(each["id"], each["on"]) for each in severe["measures"]} >= {
        ("campaign_ban", "2024-06-01"),
        ("campaign_ban", "2025-02-01"),
    }
    assert ladders(op, store)["general"]["points"] == "6"


def test_points_are_told_in_both_languages(op: Api, store: Store) -> None:
    deduct(op, store, "2025-02-01", "12", severity="severe")
    path = f"stores/{store.pk}/points/"
    english = op.get(path, language="en").json()
    chinese = op.get(path, language="zh-hans").json()
    assert (english["answer"], english["language"]) == (chinese["answer"], "en")
    assert english["answer"]["as_of"] == "2025-03-11"
    assert "severe violations: 12 points, 0 from 2026-01-01 on" in english["lines"]
    assert "  12 points to the next node, 24" in english["lines"]
    assert any(line.startswith("2025-02-01 严重违规 扣 12 分") for line in chinese["lines"])


def test_a_withdrawn_violation_counts_no_more(op: Api, store: Store) -> None:
    violation = deduct(op, store, "2025-02-01", "12", severity="severe")
    op.patch(f"violations/{violation}/", {"withdrawn": True})
    assert ladders(op, store)["severe"]["points"] == "0"


def test_a_store_of_another_marketplace_has_other_ladders_or_none(alpha: House, lead: Api) -> None:
    with alpha.scope():
        shopee = make_store("shopee", platform="shopee")
        ebay = make_store("ebay", platform="ebay")
    first = lead.get(f"stores/{shopee.pk}/points/").json()["answer"]
    assert (first["rulebook"]["programme"], first["rulebook"]["track"]) == ("shopee-penalty-points", "annual")
    assert code_of(lead.get(f"stores/{ebay.pk}/points/")) == (409, "no_answer")


def test_an_enrolment_chooses_the_track_once_it_is_in_force(alpha: House, lead: Api) -> None:
    with alpha.scope():
        store = make_store("shopee", platform="shopee")
        enrol_store(store=store, programme="shopee-penalty-points", track="philippines", by=SYSTEM)
    path = f"stores/{store.pk}/points/"
    assert lead.get(path).json()["answer"]["rulebook"]["version"] == "2019"
    alpha.set_today(date(2026, 1, 5))
    assert lead.get(path).json()["answer"]["rulebook"]["version"] == "2025-ph"


def test_another_persons_store_answers_like_a_missing_one(alpha: House, store: Store) -> None:
    api = alpha.api("other_op")
    assert code_of(api.get(f"stores/{store.pk}/points/")) == code_of(api.get(f"stores/{NOBODY}/points/"))
    assert code_of(api.get(f"stores/{store.pk}/points/")) == (404, "not_found")


def test_a_parameter_that_nobody_knows_is_refused(op: Api, store: Store) -> None:
    assert code_of(op.get(f"stores/{store.pk}/points/", day="2025-01-01")) == (400, "invalid")


def test_the_stores_page_shows_its_points(alpha: House, op: Api, store: Store) -> None:
    deduct(op, store, "2025-02-01", "12", severity="severe")
    page = alpha.browser("op").get(f"/admin/stores/store/{store.pk}/change/").content.decode()
    assert "Violation points (up to" in page
    assert "severe violations: 12 points, 0 from 2026-01-01 on" in page
