"""Several programmes over the API: the board names them all, periods and verdicts are of one each."""

import pytest

from assessments.periods.models import Period
from assessments.rulebooks.services import enrol_store
from assessments.stores.models import Store
from core.people.actors import SYSTEM
from tests.api.conftest import OF_A_VERDICT, code_of
from tests.conftest import Api, House
from tests.factories import DAILY, compute

TRIAL = "tmall-trial-run"


@pytest.fixture
def enrolled(alpha: House, risky: Store) -> Store:
    """The risky store, in its trial run as well."""
    with alpha.scope():
        enrol_store(store=risky, programme=TRIAL, track="annual", by=SYSTEM)
        compute()
    return risky


def test_the_board_has_one_row_a_store_and_names_every_programme(op: Api, enrolled: Store) -> None:
    [row] = op.get("portfolio/").json()["results"]
    assert row["period"]["programme"] == DAILY
    assert [(part["programme"], part["standing"]) for part in row["programmes"]] == [
        (DAILY, "high"),
        (TRIAL, "unknown"),
    ]
    assert row["programmes"][0]["verdict"] == row["verdict"]
    assert row["programmes"][1]["name_en"] == "Tmall trial run"


def test_every_programme_has_periods_and_verdicts_of_its_own(op: Api, enrolled: Store) -> None:
    [trial] = op.get("periods/", programme=TRIAL).json()["results"]
    assert (trial["phase"], trial["starts_on"], trial["ends_before"]) == ("trial", "2024-07-15", "2025-02-10")
    assert trial["outcome"] == "line_not_set"
    detail = op.get(f"verdicts/{trial['verdict']}/").json()
    assert detail["result"]["rulebook"]["programme"] == TRIAL
    assert op.get(f"verdicts/{trial['verdict']}/verification/").json()["verified"] is True
    lines = op.get(f"verdicts/{trial['verdict']}/explanation/", language="en").json()["lines"]
    assert any(line.startswith("node 1") for line in lines)


@pytest.mark.parametrize("question", OF_A_VERDICT)
def test_a_probation_leaves_no_question_open_that_is_asked_of_an_assessment(
    op: Api, enrolled: Store, question: str
) -> None:
    [trial] = op.get("periods/", programme=TRIAL).json()["results"]
    assert code_of(op.get(f"verdicts/{trial['verdict']}/{question}/")) == (409, "no_answer")


def test_the_admin_shows_the_other_programmes_on_the_board_and_on_the_stores_page(
    alpha: House, enrolled: Store
) -> None:
    browser = alpha.browser("op")
    for address in (
        "/admin/periods/storestanding/",
        f"/admin/periods/storestanding/{enrolled.pk}/change/",
        f"/admin/stores/store/{enrolled.pk}/change/",
    ):
        assert "Tmall trial run: unknown" in browser.get(address).content.decode(), address
    with alpha.scope():
        assert Period.objects.filter(store=enrolled).values("programme").distinct().count() == 2
