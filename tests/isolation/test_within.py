"""Within one agency: whoever may not see a store meets it nowhere, and asks about it as about nothing at all."""

from typing import Any

import pytest
from django.urls import reverse

from assessments.periods.models import Period
from assessments.stores.models import Store
from tests.conftest import Api, House
from tests.factories import NOBODY, photograph, read_upload, undone
from tests.isolation.conftest import MINE, OUTSIDERS, THEIRS, Side, Visits

Sides = tuple[Side, Side]
LISTS = [
    "clients/",
    "stores/",
    "imports/",
    "portfolio/",
    "periods/",
    "verdicts/",
    "fee-agreements/",
    "violations/",
    "refund-estimates/",
]
STAFF_ONLY = ("clients/", "imports/")
RANGE = {"starts_on": "2025-02-01", "ends_before": "2025-03-01"}


def is_closed(path: str, username: str) -> bool:
    return path.startswith(STAFF_ONLY) and username != "op"


def whole(answer: Any, *, without: Any = "") -> tuple[int, bytes, list[tuple[str, str]]]:
    """All of an answer; what the caller sent itself is blotted out."""
    content = answer.content.replace(str(without).encode(), b"<id>") if without else answer.content
    headers = [(name, value) for name, value in sorted(answer.headers.items()) if name != "Content-Length"]
    return answer.status_code, content, headers


@pytest.mark.parametrize("username", OUTSIDERS)
def test_lists_hold_ones_own_stores_and_no_others(alpha: House, sides: Sides, visits: Visits, username: str) -> None:
    api = alpha.api(username)
    theirs = str(sides[1].store.pk)
    for path in LISTS:
        answer = visits.see(api.get(path), THEIRS, path)
        visits.see(answer, theirs, path)
        if is_closed(path, username):
            assert answer.status_code == 403
        else:
            assert len(answer.json()["results"]) >= 1, path
    assert visits.leaks == []


@pytest.mark.parametrize("username", OUTSIDERS)
def test_anothers_object_answers_byte_for_byte_like_a_missing_one(
    alpha: House, sides: Sides, visits: Visits, username: str
) -> None:
    mine, theirs = sides
    api = alpha.api(username)
    for path, pk in theirs.ids.items():
        params = RANGE if "observations" in path else {}
        hidden = visits.see(api.get(path.format(pk), **params), THEIRS, path)
        missing = visits.see(api.get(path.format(NOBODY), **params), THEIRS, path)
        own = visits.see(api.get(path.format(mine.ids[path]), **params), THEIRS, path)
        assert whole(hidden) == whole(missing), path
        assert hidden.status_code == (403 if is_closed(path, username) else 404), path
        assert own.status_code == (403 if is_closed(path, username) else 200), path
    assert visits.leaks == []


FILTERS = [
    ("stores/", "client", "clients/{}/"),
    ("portfolio/", "client", "clients/{}/"),
    ("periods/", "store", "stores/{}/"),
    ("verdicts/", "period", "periods/{}/"),
    ("verdicts/", "store", "stores/{}/"),
    ("fee-agreements/", "store", "stores/{}/"),
    ("violations/", "store", "stores/{}/"),
    ("refund-estimates/", "agreement", "fee-agreements/{}/"),
    ("refund-estimates/", "store", "stores/{}/"),
]


@pytest.mark.parametrize("username", OUTSIDERS)
def test_a_filter_by_anothers_object_answers_like_one_by_a_missing_object(
    alpha: House, sides: Sides, username: str
) -> None:
    api = alpha.api(username)
    told_apart = []
    for path, key, kind in FILTERS:
        pk = sides[1].ids[kind]
        assert not is_closed(path, username)
        hidden, missing = api.get(path, **{key: str(pk)}), api.get(path, **{key: NOBODY})
        assert hidden.json()["results"] == []
        if whole(hidden, without=pk) != whole(missing, without=NOBODY):
            told_apart.append(f"{path}?{key}: {hidden.status_code} and {missing.status_code}")
    assert told_apart == []


def test_an_operator_changes_anothers_object_no_more_than_a_missing_one(
    alpha: House, sides: Sides, visits: Visits
) -> None:
    _mine, theirs = sides
    api = alpha.api("op")
    before = photograph(alpha.schema)
    for path, body in (("violations/{}/", {"withdrawn": True}), ("imports/{}/commit/", None)):
        pk = theirs.ids["violations/{}/" if "violations" in path else "imports/{}/"]
        send = api.patch if body else api.post
        hidden, missing = send(path.format(pk), body), send(path.format(NOBODY), body)
        visits.made += 2
        assert hidden.status_code == 404
        assert whole(hidden) == whole(missing)
    assert photograph(alpha.schema) == before


def test_an_operator_names_anothers_store_in_a_body_as_if_it_did_not_exist(
    alpha: House, sides: Sides, visits: Visits
) -> None:
    mine, theirs = sides
    api = alpha.api("op")

    def upload(store: Any) -> Any:
        return api.upload(b"x,y\n1,2\n", "any.csv", store=str(store))

    def deduct(store: Any) -> Any:
        return api.post("violations/", {"store": str(store), "occurred_on": "2024-05-01", "points": "2.0"})

    for ask, accepted in ((upload, 202), (deduct, 201)):
        with undone():
            assert ask(mine.store.pk).status_code == accepted
        before = photograph(alpha.schema)
        hidden, missing = ask(theirs.store.pk), ask(NOBODY)
        visits.made += 3
        assert hidden.status_code == 400
        assert whole(hidden, without=theirs.store.pk) == whole(missing, without=NOBODY)
        assert photograph(alpha.schema) == before


@pytest.mark.parametrize("username", ["client_admin", "client_viewer"])
def test_a_clients_person_writes_nothing_whatever_store_the_body_names(
    alpha: House, sides: Sides, visits: Visits, username: str
) -> None:
    api: Api = alpha.api(username)
    before = photograph(alpha.schema)
    for side in sides:
        store = str(side.store.pk)
        line = {"programme": "tmall-daily", "table": "score_line", "store": store, "value": "1"}
        answers = [
            api.upload(b"x,y\n1,2\n", "any.csv", store=store),
            api.post("category-lines/", line),
            api.post("enrolments/", {"store": store, "programme": "tmall-daily", "track": "half-year"}),
            api.post("fee-agreements/", {"store": store, "year": 2023}),
            api.post("violations/", {"store": store, "occurred_on": "2024-05-01", "points": "2.0"}),
            api.patch(f"stores/{store}/", {"name": "taken over"}),
            api.patch(f"violations/{side.ids['violations/{}/']}/", {"withdrawn": True}),
            api.patch(f"fee-agreements/{side.ids['fee-agreements/{}/']}/", {"prepaid": "1.00"}),
        ]
        visits.made += len(answers)
        assert {answer.status_code for answer in answers} == {403}
        assert len({answer.content for answer in answers}) == 1
    assert photograph(alpha.schema) == before


def test_a_lead_names_a_missing_store_and_is_told_so(alpha: House, sides: Sides) -> None:
    """The same bodies with stores that lead may see are taken: the refusals above are about the store."""
    api = alpha.api("lead")
    for path, body, accepted in (
        ("category-lines/", {"programme": "tmall-daily", "table": "score_line", "value": "1"}, 201),
        ("enrolments/", {"programme": "tmall-daily", "track": "half-year"}, 201),
        ("fee-agreements/", {"year": 2023}, 201),
    ):
        assert api.post(path, {**body, "store": str(sides[1].store.pk)}).status_code == accepted
        refused = api.post(path, {**body, "store": NOBODY})
        assert refused.status_code == 400
        assert list(refused.json()["fields"]) == ["store"]


def test_an_operators_file_reaches_no_store_of_another_operator(alpha: House, sides: Sides) -> None:
    rows = f"日期,店铺ID,综合体验分\n2025-03-01,{MINE},4.9\n2025-03-01,{THEIRS},4.9\n"
    upload = alpha.api("op").upload(rows.encode(), "both.csv").json()["id"]
    with alpha.scope():
        read = read_upload(upload)
        assert (read.rows_in, read.created, read.rejected) == (2, 1, 1)
        assert [line.code for line in read.rejections.all()] == ["unknown_store"]
        theirs, mine = (Store.objects.get(pk=sides[number].store.pk) for number in (1, 0))
        assert theirs.computed_revision == theirs.facts_revision
        assert mine.computed_revision < mine.facts_revision


def test_the_template_lists_only_stores_that_one_looks_after(alpha: House, sides: Sides) -> None:
    import io

    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(alpha.api("op").get("templates/store-day.xlsx").content))
    cells = [str(cell.value) for row in book["店铺"].iter_rows() for cell in row]
    assert any(MINE in cell for cell in cells)
    assert not any(THEIRS in cell for cell in cells)


def test_an_operators_admin_lists_and_forms_hold_no_store_of_another(
    alpha: House, sides: Sides, visits: Visits
) -> None:
    browser = alpha.browser("op")
    mine, _theirs = sides
    pages = ["stores_client", "metrics_import", "periods_storestanding", "periods_period", "periods_verdict"]
    pages += ["fees_feeagreement", "metrics_violation", "fees_refundestimate"]
    addresses = [reverse(f"agency:{page}_changelist") for page in pages]
    addresses += [reverse("agency:metrics_import_add"), reverse("agency:metrics_violation_add")]
    addresses.append(reverse("agency:stores_store_change", args=[mine.store.pk]))
    for address in addresses:
        answer = visits.see(browser.get(address), THEIRS, address)
        assert answer.status_code == 200
        assert MINE in answer.content.decode() or "brand of alpha" in answer.content.decode(), address
    assert visits.leaks == []


def test_an_operators_admin_opens_no_page_of_anothers_store(alpha: House, sides: Sides, visits: Visits) -> None:
    browser = alpha.browser("op")
    _mine, theirs = sides
    targets = {
        "stores_store": theirs.store.pk,
        "stores_client": theirs.ids["clients/{}/"],
        "periods_storestanding": theirs.store.pk,
        "periods_period": theirs.ids["periods/{}/"],
        "periods_verdict": theirs.ids["verdicts/{}/"],
        "metrics_import": theirs.ids["imports/{}/"],
        "fees_feeagreement": theirs.ids["fee-agreements/{}/"],
        "metrics_violation": theirs.ids["violations/{}/"],
        "fees_refundestimate": theirs.ids["refund-estimates/{}/"],
    }
    for page, pk in targets.items():
        for view in ("change", "history"):
            answer = browser.get(reverse(f"agency:{page}_{view}", args=[pk]))
            visits.see(answer, THEIRS, f"{page} {view}")
            assert answer.status_code == 302, (page, view)
            assert answer["Location"] == "/admin/"
    assert visits.leaks == []


def test_periods_that_are_no_longer_planned_are_not_listed(alpha: House, sides: Sides) -> None:
    api = alpha.api("op")
    listed = {row["id"] for row in api.get("periods/").json()["results"]}
    with alpha.scope():
        gone = Period.objects.filter(store=sides[0].store).first()
        Period.objects.filter(pk=gone.pk).update(is_planned=False)
    assert {row["id"] for row in api.get("periods/").json()["results"]} == listed - {str(gone.pk)}


def test_the_sidebar_of_an_operators_store_list_names_no_other_brand(
    alpha: House, sides: Sides, visits: Visits
) -> None:
    answer = alpha.browser("op").get(reverse("agency:stores_store_changelist"))
    assert THEIRS not in answer.content.decode()
    assert "other brand of alpha" not in answer.content.decode()
