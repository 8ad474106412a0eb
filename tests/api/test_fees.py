"""Fee agreements and refund estimates over the API."""

from typing import Any
from uuid import uuid4

import pytest

from assessments.fees.models import FeeAgreement, RefundEstimate
from assessments.stores.models import Store
from tests.api.conftest import code_of
from tests.conftest import Api, House
from tests.factories import compute, is_stale, make_store, write_months


@pytest.fixture
def bystander(alpha: House) -> Store:
    with alpha.scope():
        store = make_store("bystander")
        compute()
    return store


@pytest.fixture
def agreement(alpha: House, risky: Store) -> str:
    with alpha.scope():
        return str(FeeAgreement.objects.get(store=risky).pk)


def test_a_fee_year_is_written_in_yuan_and_makes_its_store_stale(
    alpha: House, lead: Api, store: Store, bystander: Store
) -> None:
    with alpha.scope():
        compute()
    body = {"store": str(store.pk), "year": 2024, "prepaid": "30000.00", "activated_on": "2024-07-01"}
    made = lead.post("fee-agreements/", body)
    assert made.status_code == 201
    assert {key: made.json()[key] for key in body} == body
    assert made.json()["exit_reason"] == ""
    with alpha.scope():
        assert FeeAgreement.objects.get().prepaid_fen == 3_000_000
        assert is_stale(store)
        assert not is_stale(bystander)
    assert lead.get(f"fee-agreements/{made.json()['id']}/").json() == made.json()
    assert lead.get("fee-agreements/", year=2024).json()["results"] == [made.json()]
    assert lead.get("fee-agreements/", year=2023).json()["results"] == []


@pytest.mark.parametrize(
    "change",
    [
        {"prepaid": "-0.01"},
        {"prepaid": "1.001"},
        {"prepaid": "NaN"},
        {"prepaid": "99999999999999999"},
        {"year": "soon"},
        {"year": -1},
        {"exit_applied_on": "2024-12-01"},
        {"exit_reason": "voluntary"},
        {"exit_reason": "boredom", "exit_applied_on": "2024-12-01"},
        {"exit_effective_on": "2024-12-31"},
    ],
)
def test_a_fee_year_that_cannot_be_is_refused(alpha: House, lead: Api, store: Store, change: dict[str, Any]) -> None:
    with alpha.scope():
        compute()
    answer = lead.post("fee-agreements/", {"store": str(store.pk), "year": 2024, **change})
    assert code_of(answer) == (400, "invalid")
    with alpha.scope():
        assert not FeeAgreement.objects.exists()
        assert not is_stale(store)


def test_a_store_has_one_fee_agreement_a_year(lead: Api, store: Store) -> None:
    body = {"store": str(store.pk), "year": 2024}
    assert lead.post("fee-agreements/", body).status_code == 201
    assert code_of(lead.post("fee-agreements/", body)) == (400, "invalid")
    assert lead.post("fee-agreements/", {**body, "year": 2023}).status_code == 201


def test_leaving_needs_a_day_and_a_reason_and_changes_the_estimate(
    alpha: House, lead: Api, risky: Store, agreement: str
) -> None:
    path = f"fee-agreements/{agreement}/"
    assert code_of(lead.patch(path, {"exit_applied_on": "2024-12-10"})) == (400, "invalid")
    left = {"exit_applied_on": "2024-12-10", "exit_effective_on": "2024-12-20", "exit_reason": "voluntary"}
    assert lead.patch(path, left).status_code == 200
    with alpha.scope():
        assert is_stale(risky)
        compute()
    rows = lead.get("refund-estimates/", agreement=agreement).json()["results"]
    assert [row["revision"] for row in rows] == [2, 1]
    assert rows[0]["digest"] != rows[1]["digest"]


def test_an_estimate_shows_refund_and_range_in_yuan(op: Api, risky: Store, agreement: str) -> None:
    [row] = op.get("refund-estimates/", store=str(risky.pk), year=2024).json()["results"]
    assert (row["state"], row["refund"], row["low"], row["high"]) == ("estimate", "17500.00", "5000.00", "30000.00")
    assert (row["agreement"], row["revision"], row["as_of"]) == (agreement, 1, "2025-03-10")
    detail = op.get(f"refund-estimates/{row['id']}/").json()
    assert detail["facts"]["prepaid"] is None
    assert detail["result"]["rulebook"]["version"] == "2024"


def test_an_estimate_is_explained_in_both_languages_and_verifies(op: Api, risky: Store) -> None:
    pk = op.get("refund-estimates/").json()["results"][0]["id"]
    english = op.get(f"refund-estimates/{pk}/explanation/", language="en").json()["lines"]
    chinese = op.get(f"refund-estimates/{pk}/explanation/", language="zh-hans").json()["lines"]
    assert any(line.startswith("refund 30,000 − 12,500 = 17,500") for line in english)
    assert any("30,000 − 12,500 = 17,500" in line and "返还" in line for line in chinese)
    assert op.get(f"refund-estimates/{pk}/verification/").json()["verified"] is True


def test_one_changed_input_of_an_estimate_fails_verification_and_names_what_differs(
    alpha: House, op: Api, risky: Store
) -> None:
    with alpha.scope():
        row = RefundEstimate.objects.get()
        row.facts["sales"] = "600000"
        row.pk, row.revision = uuid4(), 2
        row.save(force_insert=True)
    found = op.get(f"refund-estimates/{row.pk}/verification/").json()
    assert found["verified"] is False
    assert {"refund", "result", "inputs", "digest"} <= set(found["differences"])
    assert found["inputs"] == ["sales"]


def test_more_sales_raise_the_refund_and_keep_the_old_estimate(alpha: House, op: Api, risky: Store) -> None:
    with alpha.scope():
        write_months(risky, {"2024-12": "4.50"}, sales="400000")
        compute()
    rows = op.get("refund-estimates/").json()["results"]
    assert [(row["revision"], row["refund"]) for row in rows] == [(2, "30000.00"), (1, "17500.00")]
    [board] = op.get("portfolio/").json()["results"]
    assert board["refund"]["refund"] == "30000.00"


def test_a_year_without_a_rulebook_gets_no_estimate(alpha: House, lead: Api, store: Store) -> None:
    lead.post("fee-agreements/", {"store": str(store.pk), "year": 2025})
    with alpha.scope():
        compute()
    assert lead.get("refund-estimates/").json()["results"] == []
