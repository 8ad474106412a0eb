"""Coverage: which days have figures, which a file said to have none, which are missing; and how fresh all of it is."""

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.fees.models import FeeAgreement
from assessments.metrics.catalogue import BY_CODE, CATALOGUE
from assessments.metrics.models import SourceArrival
from assessments.metrics.reading.formats import FORMATS
from assessments.metrics.sources import SOURCES
from assessments.stores.models import Store
from tests.api.conftest import code_of, walk
from tests.conftest import Api, House
from tests.factories import NOBODY, SALES, SCORE, TODAY, brand, make_store, other_brand, write_days

FEBRUARY = {"starts_on": "2025-02-01", "ends_before": "2025-03-01"}
EMPTY = {"figures": 0, "no_data": 0, "missing": 0, "no_data_ranges": [], "missing_ranges": []}


@pytest.fixture
def store(alpha: House) -> Store:
    alpha.set_today(TODAY)
    with alpha.scope():
        return make_store("Covered", shop_id="900000001", operators=[alpha.user("op")])


def february(day: int) -> date:
    return date(2025, 2, day)


def days(starts_on: str, ends_before: str) -> dict[str, str]:
    return {"starts_on": f"2025-{starts_on}", "ends_before": f"2025-{ends_before}"}


def ask(api: Api, source: str = "settled_sales", **params: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The one store there is, and one source of it."""
    answer = api.get("coverage/", **{**FEBRUARY, "source": source, **params})
    assert answer.status_code == 200, answer.content
    [found] = answer.json()["results"]
    [covered] = found["sources"]
    assert found["days"] == covered["figures"] + covered["no_data"] + covered["missing"]
    return found, covered


def test_every_metric_comes_from_exactly_one_source_and_names_files_that_are_known() -> None:
    assert sorted(code for source in SOURCES for code in source.metrics) == sorted(BY_CODE)
    assert {metric.source for metric in CATALOGUE} == {source.page for source in SOURCES}
    kinds = {kind for source in SOURCES for kind in source.kinds}
    assert kinds <= {form.kind for form in FORMATS}


def test_missing_days_are_told_as_half_open_ranges_and_counted(alpha: House, op: Api, store: Store) -> None:
    with alpha.scope():
        write_days(store, {february(day): {SALES: "0"} for day in (1, 2, 3, 10, 28)})
    found, covered = ask(op)
    assert (found["starts_on"], found["ends_before"], found["days"]) == ("2025-02-01", "2025-03-01", 28)
    assert (covered["figures"], covered["missing"]) == (5, 23)
    assert covered["missing_ranges"] == [days("02-04", "02-10"), days("02-11", "02-28")]


def test_no_data_of_a_score_is_neither_a_figure_nor_missing(alpha: House, op: Api, store: Store) -> None:
    with alpha.scope():
        write_days(store, {february(1): {SCORE: None, SALES: None}, february(2): {SCORE: "4.5"}})
    _found, covered = ask(op, "experience")
    assert covered["no_data_ranges"] == [days("02-01", "02-02")]
    assert covered["missing_ranges"] == [days("02-03", "03-01")]
    # Of sales nobody keeps that a file had the column: what has no figure is missing.
    assert ask(op)[1]["missing"] == 28


def test_figures_of_one_source_cover_nothing_of_another(alpha: House, op: Api, store: Store) -> None:
    with alpha.scope():
        write_days(store, {february(1): {SALES: "1"}})
    [found] = op.get("coverage/", **FEBRUARY).json()["results"]
    covered = {each["source"]: each["figures"] for each in found["sources"]}
    assert covered == {source.code: int(source.code == "settled_sales") for source in SOURCES}


def test_days_count_from_the_opening_and_before_the_business_date(alpha: House, op: Api, store: Store) -> None:
    found, covered = ask(op, starts_on="2024-07-01", ends_before="2024-08-01")
    assert (found["starts_on"], covered["missing"]) == ("2024-07-15", 17)
    found, covered = ask(op, starts_on="2025-03-01", ends_before="2025-04-01")
    assert (found["ends_before"], covered["missing"]) == ("2025-03-11", 10)
    for range_ in (days("03-11", "04-01"), {"starts_on": "2024-01-01", "ends_before": "2024-02-01"}):
        found, covered = ask(op, **range_)
        assert found["days"] == 0
        assert {key: covered[key] for key in EMPTY} == EMPTY


def test_days_count_up_to_the_day_on_which_the_store_left(alpha: House, op: Api, store: Store) -> None:
    with alpha.scope():
        leaving = {"exit_applied_on": february(3), "exit_reason": "voluntary"}
        agreement = FeeAgreement.objects.create(store=store, year=2025, exit_effective_on=february(10), **leaving)
    assert ask(op)[0]["ends_before"] == "2025-02-11"
    with alpha.scope():
        FeeAgreement.objects.filter(pk=agreement.pk).update(year=2024)
        FeeAgreement.objects.create(store=store, year=2025)
    assert ask(op)[0]["ends_before"] == "2025-03-01", "it came back"


def test_a_store_that_left_on_an_unknown_day_counts_up_to_its_last_figures(alpha: House, op: Api, store: Store) -> None:
    with alpha.scope():
        Store.objects.update(status="exited")
    assert ask(op)[0]["days"] == 0
    with alpha.scope():
        write_days(store, {february(4): {SALES: "1"}})
    found, covered = ask(op)
    assert (found["ends_before"], covered["missing"]) == ("2025-02-05", 3)


def test_drawn_days_are_counted_as_one_by_one(alpha: House, op: Api, store: Store) -> None:
    draw = Random(7)
    said = {february(day): draw.choice(("4.5", None, "")) for day in range(1, 29)}
    with alpha.scope():
        write_days(store, {day: {SCORE: word} for day, word in said.items() if word != ""})
    _found, covered = ask(op, "experience")
    counted = [sum(1 for word in said.values() if word == kind) for kind in ("4.5", None, "")]
    assert [covered["figures"], covered["no_data"], covered["missing"]] == counted
    for word, key in ((None, "no_data_ranges"), ("", "missing_ranges")):
        told = {
            date.fromisoformat(each["starts_on"]) + timedelta(days=n)
            for each in covered[key]
            for n in range((date.fromisoformat(each["ends_before"]) - date.fromisoformat(each["starts_on"])).days)
        }
        assert told == {day for day, said_word in said.items() if said_word == word}


def test_pages_hold_the_stores_one_may_see_in_the_order_of_their_names(alpha: House, store: Store) -> None:
    with alpha.scope():
        for name in ("b", "a", "c"):
            make_store(name, operators=[alpha.user("op")])
        make_store("theirs", client=other_brand(), operators=[alpha.user("other_op")])
    rows = walk(alpha.api("op"), "coverage/", limit=2, **FEBRUARY)
    assert [row["name"] for row in rows] == ["Covered", "a", "b", "c"]
    assert len(walk(alpha.api("owner"), "coverage/", limit=3, **FEBRUARY)) == 5
    assert code_of(alpha.api("client_admin").get("coverage/", **FEBRUARY)) == (403, "permission_denied")


def test_another_operators_store_is_covered_like_a_missing_one(alpha: House, store: Store) -> None:
    api = alpha.api("other_op")
    hidden, missing = (api.get("coverage/", **FEBRUARY, store=pk) for pk in (str(store.pk), NOBODY))
    assert hidden.json() == missing.json() == {"next": None, "results": []}
    assert code_of(api.get(f"stores/{store.pk}/freshness/")) == (404, "not_found")


@pytest.mark.parametrize(
    "wrong",
    [
        {"starts_on": "x"},
        {"ends_before": "2025-02-01"},
        {"ends_before": "2026-03-09"},
        {"source": "nowhere"},
        {"store": "1"},
        {"stores": "1"},
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(op: Api, store: Store, wrong: dict[str, str]) -> None:
    assert code_of(op.get("coverage/", **{**FEBRUARY, **wrong})) == (400, "invalid")


def test_more_stores_take_no_more_statements(alpha: House, op: Api, store: Store) -> None:
    counts = []
    for more in (0, 12):
        with alpha.scope():
            for number in range(more):
                make_store(f"s{number}", client=brand(), operators=[alpha.user("op")])
        with CaptureQueriesContext(
            connection,
        ) as statements:
            assert len(op.get("coverage/", **FEBRUARY).json()["results"]) == 1 + more
        counts.append(len(statements))
    assert counts[0] == counts[1] < 12


def test_the_last_day_and_the_last_arrival_are_told_by_source(alpha: House, op: Api, store: Store) -> None:
    rows = [{"store": "900000001", "day": "2025-02-03", "values": {SALES: "1"}}]
    first = op.post("observations:bulk", {"observations": rows})
    assert first.status_code == 200
    with alpha.scope():
        first_at = SourceArrival.objects.get().arrived_at
    op.post("observations:bulk", {"observations": rows})
    _found, covered = ask(op, starts_on="2025-03-01", ends_before="2025-03-11")
    assert covered["last_day"] == "2025-02-03"
    with alpha.scope():
        [arrival] = SourceArrival.objects.all()
        assert arrival.arrived_at > first_at, "the same figures again did arrive"
        assert covered["arrived_at"] == arrival.arrived_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    fresh = {each["source"]: each for each in op.get(f"stores/{store.pk}/freshness/").json()}
    assert (fresh["settled_sales"]["last_day"], fresh["settled_sales"]["days_behind"]) == ("2025-02-03", 35)
    assert (fresh["experience"]["last_day"], fresh["experience"]["days_behind"]) == (None, None)
    assert fresh["experience"]["arrived_at"] is None


def test_a_dry_run_and_a_refused_row_are_no_arrival(alpha: House, op: Api, store: Store) -> None:
    row = {"store": "900000001", "day": "2025-02-03", "values": {SALES: "1"}}
    op.post("observations:bulk?dry_run=true", {"observations": [row]})
    op.post("observations:bulk", {"observations": [{**row, "day": "2025-03-11"}]})
    with alpha.scope():
        assert not SourceArrival.objects.exists()
