"""Portfolio, periods, verdicts, explanations and verification over the API."""

from typing import Any
from uuid import uuid4

import pytest

from assessments.periods.models import Verdict
from assessments.stores.models import Store
from tests.api.conftest import walk
from tests.conftest import Api, House
from tests.factories import GOOD_YEAR, compute, make_judged_store, make_store, newest, write_months


@pytest.fixture
def verdict(alpha: House, risky: Store) -> str:
    with alpha.scope():
        return str(newest(risky).pk)


def test_the_portfolio_row_shows_score_sales_standing_and_refund(op: Api, risky: Store, verdict: str) -> None:
    [row] = op.get("portfolio/").json()["results"]
    assert row["store"]["name"] == "Risky"
    assert row["store"]["client_name"] == "brand of alpha"
    assert row["period"]["phase"] == "trial"
    assert (row["period"]["starts_on"], row["period"]["ends_before"]) == ("2024-08-01", "2025-08-01")
    assert row["period"]["version"] == "2025-annual"
    assert row["as_of"] == "2025-03-10"
    assert (row["standing"], row["outcome"], row["live"]) == ("high", "pending", "met")
    assert row["score"] == {
        "latest": "4.5",
        "latest_on": "2025-02-28",
        "month_end": "4.5",
        "month_end_on": "2025-02-28",
        "metric": "comprehensive_experience_score",
        "line": "4.1",
        "failures": 2,
        "failures_left": 1,
        "limit": 3,
        "outcome": "pending",
    }
    assert (row["sales"]["target"], row["sales"]["completion"]) == ("600000.00", "58.33")
    assert (row["refund"]["refund"], row["refund"]["low"], row["refund"]["high"]) == ("17500.00", "5000.00", "30000.00")
    assert row["verdict"] == verdict


def test_the_riskiest_store_stands_first(alpha: House, risky: Store) -> None:
    with alpha.scope():
        failing = {**GOOD_YEAR, "2024-12": "4.00", "2025-01": "4.00", "2025-02": "4.00"}
        make_judged_store("Failed", scores=failing)
        make_judged_store("Gone", scores=failing, status="exited")
        make_judged_store("Fine", main_category="男装")
        write_months(Store.objects.get(name="Fine"), GOOD_YEAR, sales="500000")
        make_store("Silent", main_category="nothing set")
        compute()
    rows = walk(alpha.api("owner"), "portfolio/", limit=2)
    assert [row["store"]["name"] for row in rows] == ["Failed", "Risky", "Silent", "Fine", "Gone"]
    assert [row["risk"] for row in rows] == sorted((row["risk"] for row in rows), reverse=True)
    assert rows[0]["standing"] == "supervised"
    assert rows[-1]["risk"] == 0


def test_the_portfolio_is_filtered_by_standing_client_and_category(alpha: House, op: Api, risky: Store) -> None:
    with alpha.scope():
        make_store("Silent", main_category="nothing set")
        compute()
    owner = alpha.api("owner")

    def names(**params: Any) -> list[str]:
        return [row["store"]["name"] for row in owner.get("portfolio/", **params).json()["results"]]

    assert names(standing="high") == ["Risky"]
    assert names(category="nothing set") == ["Silent"]
    assert names(client=str(risky.client_id)) == ["Risky", "Silent"]
    assert owner.get("portfolio/", standing="splendid").status_code == 400


def test_a_store_of_which_nothing_is_known_is_unknown_and_never_clear(alpha: House, owner: Api) -> None:
    with alpha.scope():
        make_store("Silent")
        compute()
    [row] = owner.get("portfolio/").json()["results"]
    assert row["standing"] == "unknown"
    assert row["score"]["latest"] is row["sales"]["actual"] is None


def test_periods_show_the_calendar_and_the_newest_verdict_of_each(op: Api, risky: Store, verdict: str) -> None:
    rows = op.get("periods/", store=str(risky.pk)).json()["results"]
    assert [(row["phase"], row["starts_on"], row["ends_before"]) for row in rows] == [
        ("trial", "2024-08-01", "2025-08-01"),
        ("exempt", "2024-07-15", "2024-08-01"),
    ]
    trial, exempt = rows
    assert (trial["verdict"], trial["standing"], trial["outcome"]) == (verdict, "high", "pending")
    assert (trial["programme"], trial["track"], trial["version"]) == ("tmall-daily", "annual", "2025-annual")
    assert exempt["verdict"] is None
    assert op.get(f"periods/{trial['id']}/").json() == trial
    assert [row["id"] for row in op.get("periods/", phase="exempt").json()["results"]] == [exempt["id"]]


def test_each_new_fact_adds_a_revision_and_the_old_ones_stay_readable(
    alpha: House, op: Api, risky: Store, verdict: str
) -> None:
    before = op.get(f"verdicts/{verdict}/").json()
    with alpha.scope():
        write_months(risky, {"2025-02": "4.00"})
        compute()
    rows = op.get("verdicts/", period=before["period"]).json()["results"]
    assert [row["revision"] for row in rows] == [2, 1]
    assert rows[0]["standing"] == "supervised"
    assert op.get(f"verdicts/{verdict}/").json() == before
    assert [row["id"] for row in op.get("verdicts/", standing="high").json()["results"]] == [verdict]


def test_a_verdict_carries_everything_it_was_made_from(op: Api, risky: Store, verdict: str) -> None:
    row = op.get(f"verdicts/{verdict}/").json()
    assert row["facts"]["lines"] == {"score_line": "4.1", "failing_months": "3", "sales_target": "1200000"}
    assert row["facts"]["store"] == str(risky.pk)
    assert row["result"]["rulebook"]["version"] == "2025-annual"
    assert len(row["digest"]) == 64
    assert "facts" not in op.get("verdicts/").json()["results"][0]


def test_the_arithmetic_is_explained_in_chinese_and_in_english(op: Api, verdict: str) -> None:
    english = op.get(f"verdicts/{verdict}/explanation/", language="en").json()
    chinese = op.get(f"verdicts/{verdict}/explanation/", language="zh-hans").json()
    assert english["language"] == "en"
    assert any("4.05, needs > 4.1: failed" in line for line in english["lines"])
    assert any("1,200,000 × 0.5 = 600,000" in line for line in english["lines"])
    assert any("2 failures of 3, 1 left: high risk" in line for line in english["lines"])
    assert any("4.05，要求 > 4.1：不达标" in line for line in chinese["lines"])
    assert any("不达标 2 次，上限 3 次，还差 1 次：高风险" in line for line in chinese["lines"])
    assert len(english["lines"]) == len(chinese["lines"])


@pytest.mark.parametrize(("asked", "given"), [("en", "en"), ("zh-CN,zh;q=0.9", "zh-hans"), ("fr", "zh-hans")])
def test_without_a_language_the_explanation_speaks_the_readers(
    alpha: House, verdict: str, asked: str, given: str
) -> None:
    answer = alpha.api("op").client.get(f"/api/v1/verdicts/{verdict}/explanation/", headers={"accept-language": asked})
    assert answer.json()["language"] == given


def test_a_stored_revision_verifies(op: Api, verdict: str) -> None:
    found = op.get(f"verdicts/{verdict}/verification/").json()
    digest = op.get(f"verdicts/{verdict}/").json()["digest"]
    assert found == {"verified": True, "digest": digest, "differences": [], "inputs": []}


def tampered(verdict: Verdict, **changes: Any) -> str:
    """A further revision that differs in one thing: the table itself lets nobody change a row."""
    return str(
        Verdict.objects.create(
            **{
                **{name: getattr(verdict, name) for name in FIELDS},
                "id": uuid4(),
                "revision": verdict.revision + 1,
                **changes,
            }
        ).pk
    )


FIELDS = ["period", "digest", "engine_version", "as_of", "outcome", "live", "standing", "facts", "result", "marks"]


def test_one_changed_input_fails_verification_and_names_what_differs(alpha: House, op: Api, verdict: str) -> None:
    with alpha.scope():
        row = Verdict.objects.get(pk=verdict)
        scores = row.facts["series"]["comprehensive_experience_score"]
        assert scores[-1]["closing"] == "4.5"
        scores[-1]["closing"] = "4.0"
        forged = tampered(row, facts=row.facts)
    found = op.get(f"verdicts/{forged}/verification/").json()
    assert found["verified"] is False
    assert {"standing", "result", "inputs", "digest"} <= set(found["differences"])
    assert found["inputs"] == [f"series.comprehensive_experience_score[{scores[-1]['month']}].closing"]
    assert op.get(f"verdicts/{verdict}/verification/").json()["verified"] is True


def test_an_input_that_changes_no_outcome_still_fails_verification(alpha: House, op: Api, verdict: str) -> None:
    with alpha.scope():
        row = Verdict.objects.get(pk=verdict)
        row.facts["series"]["comprehensive_experience_score"][-1]["closing"] = "4.500001"
        forged = tampered(row, facts=row.facts)
    found = op.get(f"verdicts/{forged}/verification/").json()
    assert found["verified"] is False
    assert "digest" in found["differences"]
    assert not {"outcome", "standing"} & set(found["differences"])


def test_a_changed_result_fails_verification(alpha: House, op: Api, verdict: str) -> None:
    with alpha.scope():
        row = Verdict.objects.get(pk=verdict)
        row.result["standing"] = "clear"
        forged = tampered(row, result=row.result, standing="clear")
    found = op.get(f"verdicts/{forged}/verification/").json()
    assert (found["verified"], "standing" in found["differences"]) == (False, True)


def test_nobody_writes_a_verdict_over_the_api(owner: Api, verdict: str) -> None:
    for path in ("verdicts/", f"verdicts/{verdict}/", f"verdicts/{verdict}/verification/", "portfolio/", "periods/"):
        for method in ("post", "put", "patch", "delete"):
            assert getattr(owner.client, method)(f"/api/v1/{path}").status_code == 405, (method, path)


def test_a_store_of_another_marketplace_says_that_no_programme_covers_it(alpha: House, owner: Api) -> None:
    with alpha.scope():
        make_store("Elsewhere", platform="ebay")
        compute()
    [row] = owner.get("portfolio/").json()["results"]
    assert (row["standing"], row["period"], row["verdict"]) == ("unknown", None, None)
    [reason] = row["reasons"]
    assert reason == {
        "code": "no_programme",
        "zh": "没有适用于该店铺的考核规则。",
        "en": "No assessment programme covers this store.",
    }
