"""Several programmes over the API: the board names them all, periods and verdicts are of one each."""

from datetime import date, timedelta

import pytest

from assessments.periods.answers import list_outlook_lines
from assessments.periods.models import Period
from assessments.rulebooks.services import enrol_store
from assessments.stores.models import Store
from core.people.actors import SYSTEM
from tests.api.conftest import OF_A_VERDICT
from tests.conftest import Api, House
from tests.factories import DAILY, compute, fill_in, make_store, write_days

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


@pytest.fixture
def on_trial(alpha: House) -> Store:
    """A store on its trial run since 1 December: ¥900 a day, which is short of the first node's ¥30,000."""
    with alpha.scope():
        store = make_store("on trial", operators=[alpha.user("op")], go_live_on=date(2024, 12, 1))
        targets = dict.fromkeys([*(f"node_target_{number}" for number in range(1, 5)), "last_days_target"], "30000")
        fill_in(TRIAL, {**targets, "score_line": "4.5"})
        enrol_store(store=store, programme=TRIAL, track="annual", by=SYSTEM)
        usual = {"sales_amount": "900", "basic_service_score": "4.6"}
        write_days(store, {date(2024, 12, 1) + timedelta(days=at): usual for at in range(20)})
        compute(date(2024, 12, 21))
    return store


@pytest.mark.parametrize("question", OF_A_VERDICT)
def test_a_probation_answers_every_question_that_an_assessment_does(op: Api, on_trial: Store, question: str) -> None:
    [trial] = op.get("periods/", programme=TRIAL).json()["results"]
    answer = op.get(f"verdicts/{trial['verdict']}/{question}/", language="en")
    assert answer.status_code == 200
    assert answer.json()["lines"]


def test_the_plan_of_a_trial_run_says_what_each_day_to_its_next_node_must_bring(op: Api, on_trial: Store) -> None:
    [trial] = op.get("periods/", programme=TRIAL).json()["results"]
    [first, *_] = op.get(f"verdicts/{trial['verdict']}/must-be-plan/").json()["answer"]["gates"]
    [need] = first["sums"]
    assert (first["id"], first["reach"], need["on"], need["days_left"]) == ("node_1", "open", "2024-12-30", 10)
    assert (need["actual"], need["must_add"], need["per_day"]) == ("18000/1", "12000/1", "1200/1")
    added = {"kind": "add_total", "metric": "sales_amount", "month": "2024-12-20", "amount": "12000"}
    judged = {"kind": "judge_on", "on": "2024-12-30"}
    answer = op.post(f"verdicts/{trial['verdict']}/what-if/", {"changes": [added, judged]}).json()["answer"]
    assert [answer[side]["requirements"][0]["outcome"] for side in ("before", "after")] == ["pending", "met"]


def test_a_page_has_the_plan_of_a_trial_run_in_a_line(alpha: House, on_trial: Store) -> None:
    with alpha.scope():
        verdict = Period.objects.get(store=on_trial, programme=TRIAL).verdicts.get()
        plan, certainty, clock, earliest = list_outlook_lines(verdict, language="en")
    assert "190 days left until 2025-06-28" in plan
    assert "as of 2024-12-20: open" in certainty
    assert "on 2024-12-30 at the earliest" in earliest
    assert "node 1: to be made up by 2024-12-30 at the latest, at least 12,000 more" in clock


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
