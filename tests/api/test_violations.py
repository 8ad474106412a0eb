"""Violations over the API: facts that count until they are withdrawn."""

from typing import Any

import pytest

from assessments.fees.models import RefundEstimate
from assessments.metrics.models import Violation
from assessments.stores.models import Store
from tests.api.conftest import code_of
from tests.conftest import Api, House
from tests.factories import compute, is_stale, make_store

VIOLATION = {"occurred_on": "2024-10-01", "points": "12.0", "severity": "general"}


@pytest.fixture
def bystander(alpha: House) -> Store:
    with alpha.scope():
        store = make_store("bystander")
        compute()
    return store


def test_a_violation_counts_until_it_is_withdrawn(alpha: House, op: Api, risky: Store, bystander: Store) -> None:
    made = op.post("violations/", {**VIOLATION, "store": str(risky.pk), "severity": "severe", "points": "48.0"})
    assert made.status_code == 201
    assert made.json()["withdrawn"] is False
    with alpha.scope():
        assert is_stale(risky)
        assert not is_stale(bystander)
        compute()
        barred = RefundEstimate.objects.latest("revision")
    assert barred.refund_fen != 1_750_000
    assert op.patch(f"violations/{made.json()['id']}/", {"withdrawn": True}).json()["withdrawn"] is True
    with alpha.scope():
        assert is_stale(risky)
        compute()
        assert RefundEstimate.objects.latest("revision").refund_fen == 1_750_000
        assert not is_stale(bystander)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"points": "-1"}, None),
        ({"points": "1.25"}, "points"),
        ({"points": "99999"}, "points"),
        ({"severity": "deadly"}, "severity"),
        ({"topic": "astrology"}, "topic"),
        ({"occurred_on": "2024-13-01"}, "occurred_on"),
        ({"occurred_on": None}, "occurred_on"),
        ({"note": "x" * 201}, "note"),
    ],
)
def test_a_violation_that_cannot_be_is_refused(
    alpha: House, op: Api, store: Store, change: dict[str, Any], field: str | None
) -> None:
    answer = op.post("violations/", {**VIOLATION, "store": str(store.pk), **change})
    assert code_of(answer) == (400, "invalid")
    assert field is None or list(answer.json()["fields"]) == [field]
    with alpha.scope():
        assert not Violation.objects.exists()


def test_violations_are_filtered_and_listed_newest_first(op: Api, store: Store) -> None:
    for day, severity in (("2024-01-01", "general"), ("2024-03-01", "severe"), ("2024-02-01", "general")):
        op.post("violations/", {**VIOLATION, "store": str(store.pk), "occurred_on": day, "severity": severity})
    days = [row["occurred_on"] for row in op.get("violations/").json()["results"]]
    assert days == ["2024-03-01", "2024-02-01", "2024-01-01"]
    assert len(op.get("violations/", severity="severe").json()["results"]) == 1
    assert len(op.get("violations/", store=str(store.pk)).json()["results"]) == 3
