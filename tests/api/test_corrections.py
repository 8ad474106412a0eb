"""What is corrected later: nothing stays computed from what is no longer so, and nothing is moved unnoticed."""

from uuid import uuid4

import pytest

from assessments.fees.models import FeeAgreement, RefundEstimate
from assessments.periods.models import Verdict
from assessments.stores.models import Store
from tests.api.conftest import code_of
from tests.api.test_verdicts import FIELDS
from tests.conftest import Api, House
from tests.factories import compute, is_stale, make_judged_store, make_store, newest


def test_a_violation_moved_to_another_store_makes_both_stale(alpha: House, lead: Api, risky: Store) -> None:
    body = {"store": str(risky.pk), "occurred_on": "2024-10-01", "points": "48.0", "severity": "severe"}
    violation = lead.post("violations/", body).json()["id"]
    with alpha.scope():
        other = make_store("other")
        compute()
    moved = lead.patch(f"violations/{violation}/", {"store": str(other.pk)})
    with alpha.scope():
        # Refusing to move it would do as well.
        assert moved.status_code == 400 or (is_stale(risky) and is_stale(other))


def test_a_fee_year_moved_to_another_store_makes_both_stale(alpha: House, lead: Api, risky: Store) -> None:
    with alpha.scope():
        other = make_store("other")
        compute()
        agreement = FeeAgreement.objects.get(store=risky).pk
    moved = lead.patch(f"fee-agreements/{agreement}/", {"store": str(other.pk)})
    with alpha.scope():
        assert moved.status_code == 400 or (is_stale(risky) and is_stale(other))


def test_a_fee_year_changed_to_another_year_is_judged_by_that_years_rules(
    alpha: House, lead: Api, risky: Store
) -> None:
    with alpha.scope():
        agreement = FeeAgreement.objects.get(store=risky)
        assert agreement.rulebook.version == "2024"
    changed = lead.patch(f"fee-agreements/{agreement.pk}/", {"year": 2022})
    if changed.status_code == 400:
        return
    with alpha.scope():
        compute()
        agreement.refresh_from_db()
        assert agreement.rulebook.version == "2022"


def test_a_client_that_was_renamed_has_its_new_name_on_the_board(alpha: House, lead: Api, risky: Store) -> None:
    assert lead.patch(f"clients/{risky.client_id}/", {"name": "renamed brand"}).status_code == 200
    with alpha.scope():
        compute()
    [row] = lead.get("portfolio/").json()["results"]
    assert row["store"]["client_name"] == "renamed brand"


def test_an_enrolment_after_the_first_computation_changes_the_running_period(
    alpha: House, lead: Api, risky: Store
) -> None:
    """A store is computed within seconds of being added; enrolling it a minute later must still count."""
    body = {"store": str(risky.pk), "programme": "tmall-daily", "track": "half-year"}
    assert lead.post("enrolments/", body).status_code == 201
    with alpha.scope():
        compute()
    [row] = lead.get("portfolio/").json()["results"]
    assert row["period"]["track"] == "half-year"


def test_a_go_live_date_corrected_by_a_year_makes_the_trial_period_a_formal_one(
    alpha: House, lead: Api, risky: Store
) -> None:
    """The twelve months are the same days; what they are to the store is not."""
    assert lead.patch(f"stores/{risky.pk}/", {"go_live_on": "2023-07-15"}).status_code == 200
    with alpha.scope():
        compute()
    [row] = lead.get("portfolio/").json()["results"]
    assert (row["period"]["starts_on"], row["period"]["phase"]) == ("2024-08-01", "formal")
    assert row["sales"]["target"] == "1200000.00"


@pytest.mark.parametrize("facts", [{}, {"type": "store"}, {"type": "nonsense"}, [], None, {"type": "fee"}])
def test_a_revision_whose_facts_were_destroyed_does_not_verify_and_breaks_nothing(
    alpha: House, op: Api, risky: Store, facts: object
) -> None:
    with alpha.scope():
        row = newest(risky)
        values = {name: getattr(row, name) for name in FIELDS} | {"facts": facts if facts is not None else ""}
        forged = Verdict.objects.create(id=uuid4(), revision=row.revision + 1, **values)
    op.client.raise_request_exception = False
    answer = op.get(f"verdicts/{forged.pk}/verification/")
    assert answer.status_code == 200
    assert answer.json()["verified"] is False


def test_the_board_says_a_reason_once(alpha: House, op: Api, risky: Store) -> None:
    [row] = op.get("portfolio/").json()["results"]
    texts = [reason["en"] for reason in row["reasons"]]
    assert len(texts) == len(set(texts))


def test_one_impossible_fee_year_keeps_no_other_store_from_its_estimate(alpha: House, lead: Api, store: Store) -> None:
    lead.post("fee-agreements/", {"store": str(store.pk), "year": 0})
    with alpha.scope():
        make_judged_store("bystander")
        assert RefundEstimate.objects.filter(agreement__store__name="bystander").exists()


@pytest.mark.parametrize("year", [0, 1899, 9999, 32767])
def test_a_fee_year_no_calendar_has_is_refused(alpha: House, lead: Api, store: Store, year: int) -> None:
    lead.client.raise_request_exception = False
    answer = lead.post("fee-agreements/", {"store": str(store.pk), "year": year})
    assert code_of(answer) == (400, "invalid")
