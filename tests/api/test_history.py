"""The history of figures over the API: where they came from, as known then, and imports taken back."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from assessments.metrics.models import Import, ImportSource, StoreDay
from assessments.stores.models import Store
from assessments.stores.services import assign_operators
from tests.api.conftest import GOOD, HEADINGS, code_of
from tests.conftest import Api, House
from tests.factories import NOBODY, SALES, SCORE, brand, is_stale

RANGE = {"starts_on": "2025-03-01", "ends_before": "2025-03-03", "metrics": f"{SCORE},{SALES}"}
CORRECTED = (HEADINGS, ("2025-03-01", "900000001", "4.60", "5,652.00"))


def sources_of(api: Api, store: Store, day: str = "2025-03-01") -> dict[str, Any]:
    answer = api.get(f"stores/{store.pk}/observations/{day}/sources/")
    assert answer.status_code == 200, answer.content
    return {figure["metric"]: figure for figure in answer.json()}


def known(api: Api, store: Store, **asked: Any) -> dict[str, Any]:
    answer = api.get(f"stores/{store.pk}/observations/", **{**RANGE, **asked})
    assert answer.status_code == 200, answer.content
    return {row["day"]: row["values"] for row in answer.json()}


def written_at(alpha: House, pk: str) -> datetime:
    with alpha.scope():
        moment: datetime = ImportSource.objects.get(upload=pk).written_at
    return moment


def test_a_figure_names_the_file_the_sheet_the_row_the_column_and_the_person(
    alpha: House, op: Api, store: Store, bring: Any
) -> None:
    first = bring(op, name="march.csv")
    second = bring(op, CORRECTED, name="corrected.csv")
    figures = sources_of(op, store)
    assert set(figures) == {SCORE, SALES}
    score, sales = figures[SCORE], figures[SALES]
    assert (score["value"], score["no_data"], score["confirmed_by"]) == ("4.600000", False, [])
    with alpha.scope():
        person = str(alpha.user("op"))
    assert score["source"] == {
        "upload": second["id"],
        "kind": "store_scores",
        "file_name": "corrected.csv",
        "sheet": score["source"]["sheet"],
        "heading": "C 综合体验分",
        "rows": [2],
        "imported_by": person,
        "written_at": second["written_at"],
        "reverted_at": None,
        "reverted_by": "",
    }
    [earlier] = score["earlier"]
    assert (earlier["value"], earlier["source"]["file_name"]) == ("4.520000", "march.csv")
    assert (sales["source"]["upload"], [each["upload"] for each in sales["confirmed_by"]]) == (
        first["id"],
        [second["id"]],
    )


def test_the_row_is_the_one_that_a_spreadsheet_shows(op: Api, store: Store, bring: Any) -> None:
    bring(op, (("导出说明",), (), *GOOD))
    assert [figure["source"]["rows"] for figure in sources_of(op, store, "2025-03-02").values()] == [[5], [5]]


def test_a_day_of_which_nothing_is_known_has_no_sources(op: Api, store: Store) -> None:
    assert sources_of(op, store, "2020-01-01") == {}
    assert code_of(op.get(f"stores/{store.pk}/observations/yesterday/sources/")) == (404, "not_found")
    assert code_of(op.get(f"stores/{NOBODY}/observations/2020-01-01/sources/")) == (404, "not_found")
    path = f"stores/{store.pk}/observations/2020-01-01/sources/"
    assert code_of(op.get(path, metrics="nonsense")) == (400, "invalid")
    assert code_of(op.get(path, metric=SALES)) == (400, "invalid")


def test_a_clients_person_sees_when_and_where_but_no_names_of_the_agencys(
    alpha: House, op: Api, store: Store, bring: Any
) -> None:
    bring(op, name="all our clients.csv")
    with alpha.scope():
        assert store.client == brand()
    answer = alpha.api("client_viewer").get(f"stores/{store.pk}/observations/2025-03-01/sources/")
    for figure in answer.json():
        source = figure["source"]
        assert (source["upload"], source["file_name"], source["sheet"], source["imported_by"]) == (None, "", "", "")
        assert (source["rows"], source["kind"]) == ([2], "store_scores")
    assert b"clients.csv" not in answer.content
    assert alpha.api("other_op").get(f"stores/{store.pk}/observations/2025-03-01/sources/").status_code == 404


def test_figures_are_shown_as_they_were_known_at_a_moment(alpha: House, op: Api, store: Store, bring: Any) -> None:
    first = written_at(alpha, bring(op)["id"])
    second = written_at(alpha, bring(op, CORRECTED)["id"])
    tick = timedelta(microseconds=1)
    told = {"2025-03-01": {SCORE: "4.520000", SALES: "5652.00"}, "2025-03-02": {SCORE: "4.530000", SALES: None}}
    assert known(op, store, as_known_at=(first - tick).isoformat()) == {}
    assert known(op, store, as_known_at=first.isoformat()) == told
    assert known(op, store, as_known_at=(second - tick).isoformat()) == told
    assert known(op, store, as_known_at=second.isoformat())["2025-03-01"][SCORE] == "4.600000"


def test_as_known_on_is_the_end_of_a_beijing_day(alpha: House, op: Api, store: Store, bring: Any) -> None:
    moment = written_at(alpha, bring(op)["id"])
    beijing = (moment.astimezone(UTC) + timedelta(hours=8)).date()
    assert known(op, store, as_known_on=beijing - timedelta(days=1)) == {}
    assert set(known(op, store, as_known_on=beijing)) == {"2025-03-01", "2025-03-02"}
    assert known(op, store, as_known_on=date.max) == known(op, store)
    assert known(op, store, as_known_on=date.min) == {}


@pytest.mark.parametrize(
    "asked",
    [
        {"as_known_at": "2025-03-01T08:00:00"},
        {"as_known_at": "yesterday"},
        {"as_known_on": "2025-13-01"},
        {"as_known_at": "2025-03-01T08:00:00Z", "as_known_on": "2025-03-01"},
        {"as_known": "2025-03-01"},
    ],
)
def test_a_moment_that_nobody_can_tell_is_refused(op: Api, store: Store, asked: dict[str, str]) -> None:
    assert code_of(op.get(f"stores/{store.pk}/observations/", **RANGE, **asked)) == (400, "invalid")


def test_an_import_is_taken_back_and_says_so(alpha: House, op: Api, store: Store, bring: Any) -> None:
    bring(op)
    second = bring(op, (*CORRECTED, ("2025-03-03", "900000001", "4.7", "1")))
    tried = op.post(f"imports/{second['id']}/revert/?dry_run=true").json()
    counts = {"store_days": 2, "removed": 1, "changed": 1, "unchanged": 0, "kept_newer": 0, "stores": 1}
    assert tried == {"upload": second["id"], "dry_run": True, "reverted_at": None, "reverted_by": None, **counts}
    assert known(op, store)["2025-03-01"][SCORE] == "4.600000"
    done = op.post(f"imports/{second['id']}/revert/")
    assert done.status_code == 200
    with alpha.scope():
        assert done.json()["reverted_by"] == str(alpha.user("op").pk)
        assert is_stale(store)
        assert StoreDay.objects.count() == 2
    assert {name: done.json()[name] for name in counts} == counts
    assert known(op, store)["2025-03-01"][SCORE] == "4.520000"
    row = op.get(f"imports/{second['id']}/").json()
    assert (row["state"], row["reverted_at"], row["reverted_by"]) == (
        "done",
        done.json()["reverted_at"],
        done.json()["reverted_by"],
    )
    assert row["rows_in"] == sum(row[key] for key in ("created", "changed", "unchanged", "rejected"))
    assert known(op, store, as_known_at=second["written_at"])["2025-03-01"][SCORE] == "4.600000"
    assert [said["source"]["reverted_at"] for said in sources_of(op, store)[SCORE]["earlier"]] == [row["reverted_at"]]
    again = op.post(f"imports/{second['id']}/revert/")
    assert (again.status_code, again.json()) == (200, done.json())


def test_who_may_not_take_an_import_back(alpha: House, op: Api, store: Store, bring: Any) -> None:
    done, checked = bring(op)["id"], bring(op, dry_run="true")["id"]
    assert code_of(alpha.api("other_op").post(f"imports/{done}/revert/")) == (404, "not_found")
    assert code_of(alpha.api("client_admin").post(f"imports/{done}/revert/")) == (403, "permission_denied")
    assert code_of(op.post(f"imports/{checked}/revert/")) == (409, "not_taken_over")
    assert code_of(op.post(f"imports/{done}/revert/?dry_run=perhaps"))[0] == 400
    assert code_of(op.post(f"imports/{done}/revert/?nonsense=1"))[0] == 400
    with alpha.scope():
        assign_operators(store=store, operators=[])
    assert code_of(op.post(f"imports/{done}/revert/")) == (409, "not_your_stores")
    with alpha.scope():
        assert StoreDay.objects.count() == 2


def test_a_dry_run_leaves_no_source(alpha: House, op: Api, bring: Any) -> None:
    bring(op, dry_run="true")
    with alpha.scope():
        assert not ImportSource.objects.exists()
        assert Import.objects.get().state == Import.State.CHECKED
