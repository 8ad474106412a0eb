"""What holds for every route: one error shape in two languages, nothing unknown accepted, paging that ends."""

import re
from typing import Any

import pytest

from assessments.stores.models import Store
from tests.api.conftest import code_of, walk
from tests.api.routes import ANYONE, ROUTES
from tests.conftest import Api, House
from tests.factories import NOBODY, brand, make_store, undone
from tests.isolation.twins import IDS, furnish

DETAILS = sorted({route.path for route in ROUTES if "0abc0000" in route.path})
LISTS = sorted({route.path for route in ROUTES if route.method == "get" and route.name.endswith("-list")})
WRITES = [route for route in ROUTES if isinstance(route.body, dict) and route.roles != ANYONE]
HAN = re.compile("[\u4e00-\u9fff]")


@pytest.fixture
def furnished(alpha: House) -> Api:
    with alpha.scope():
        furnish("alpha")
    return alpha.api("owner")


UUID_ONLY = {"observations", "observation-sources", "points", "base-fee", "freshness", "imports-errors"}


@pytest.mark.parametrize("method", ["get", "patch", "post"])
def test_an_id_that_is_none_or_nobodys_is_not_found(furnished: Api, method: str) -> None:
    tried = 0
    for route in ROUTES:
        if route.path not in DETAILS or route.method != method:
            continue
        known = next(known for known in IDS.values() if known in route.path)
        for wrong in (NOBODY, "not-an-id", "1", "%00", "' OR 1=1 --"):
            if route.name in UUID_ONLY and wrong != NOBODY:
                continue  # its path takes UUIDs alone: Django's own page answers, as for any path that is none
            path = route.path.replace(known, wrong)
            answer = furnished.client.generic(method.upper(), f"/api/v1/{path}", content_type="application/json")
            assert code_of(answer) == (404, "not_found"), path
            tried += 1
    assert tried > 0


def test_keys_that_nobody_declared_are_refused_by_every_route_that_takes_any(furnished: Api) -> None:
    for route in WRITES:
        answer = furnished.client.generic(
            route.method.upper(), f"/api/v1/{route.path}", json({**route.body, "shoe_size": 1}), "application/json"
        )
        assert code_of(answer) == (400, "invalid"), route.key
        assert list(answer.json()["fields"]) == ["shoe_size"]


READ_ONLY = {
    "clients": ["id", "created_at"],
    "store-aliases": ["id", "key", "created_at"],
    "stores": ["id", "created_at", "client_name", "facts_revision", "computed_revision", "rolled_on"],
    "rulebook-drafts": ["id", "state", "written_by", "decided_by", "published", "programme", "version"],
    "backtests": ["id", "state", "beside", "requested_by", "effect", "worse"],
    "shadows": ["digest", "started_by"],
    "category-lines": ["id", "set_by", "set_at"],
    "enrolments": ["id"],
    "store-tokens": ["token", "user", "expires_at"],
    "observations:bulk": ["id", "kind", "dry_run"],
    "people": ["id", "is_active", "is_staff", "last_login"],
    "fee-agreements": ["id", "rulebook", "prepaid_fen"],
    "violations": ["id"],
    "verdicts": ["id", "facts", "standing"],
    "refund-estimates": ["id", "facts", "refund"],
}


def test_fields_that_are_not_the_callers_to_set_are_refused(furnished: Api) -> None:
    refused = 0
    for route in WRITES:
        for key in READ_ONLY[route.path.partition("/")[0]]:
            with undone():
                answer = getattr(furnished, route.method)(route.path, {**route.body, key: NOBODY})
            assert code_of(answer) == (400, "invalid"), (route.key, key)
            assert list(answer.json()["fields"]) == [key]
            refused += 1
    assert refused > 20


def test_every_refusal_speaks_the_readers_language(alpha: House, store: Store) -> None:
    api = alpha.api("op")
    wrong_track = {"store": str(store.pk), "programme": "tmall-daily", "track": "weekly"}
    refusals = {
        "unknown_track": lambda: alpha.api("lead").client.post(
            "/api/v1/enrolments/",
            wrong_track,
            content_type="application/json",
            headers={"accept-language": api.client.defaults["HTTP_ACCEPT_LANGUAGE"]},
        ),
        "not_found": lambda: api.client.get(f"/api/v1/stores/{NOBODY}/"),
        "permission_denied": lambda: api.client.get("/api/v1/people/"),
        "invalid": lambda: api.client.get("/api/v1/stores/", {"status": "sleeping"}),
        "unsupported_media_type": lambda: api.client.post("/api/v1/violations/", "a", content_type="text/plain"),
        "authentication_failed": lambda: api.client.get("/api/v1/me/", headers={"authorization": "Bearer nonsense"}),
    }
    for code, refuse in refusals.items():
        texts = {}
        for language in ("zh-hans", "en"):
            api.client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
            answer = refuse()
            assert answer.json()["code"] == code
            texts[language] = answer.json()["detail"]
        assert HAN.search(texts["zh-hans"]), (code, texts)
        assert not HAN.search(texts["en"]), (code, texts)


@pytest.mark.parametrize("body", ["[]", '"text"', "1", "null", "{", "", "{'a': 1}"])
def test_a_body_that_is_no_object_is_refused(owner: Api, body: str) -> None:
    status, _code = code_of(owner.client.post("/api/v1/clients/", body, content_type="application/json"))
    assert status == 400


@pytest.mark.parametrize("name", ["\x00", "\ud800", "x" * 121, "", " ", None, [], {}])
def test_text_that_cannot_be_kept_is_refused(owner: Api, name: Any) -> None:
    answer = owner.client.post("/api/v1/clients/", json({"name": name}), content_type="application/json")
    assert code_of(answer) == (400, "invalid")
    assert list(answer.json()["fields"]) == ["name"]


@pytest.mark.parametrize("path", LISTS)
def test_a_list_holds_two_hundred_rows_a_page_at_most_and_at_least_one(furnished: Api, path: str) -> None:
    for limit in ("1", "200", "100000", "0", "-1", "all"):
        answer = furnished.get(path, limit=limit)
        assert answer.status_code == 200
        assert set(answer.json()) == {"next", "results"}
        assert len(answer.json()["results"]) <= (1 if limit == "1" else 200)


@pytest.mark.parametrize("limit", [1, 3, 50])
def test_paging_walks_every_row_once_in_order(alpha: House, limit: int) -> None:
    with alpha.scope():
        made = [make_store(f"Same name {number % 2}") for number in range(8)]
    rows = walk(alpha.api("owner"), "stores/", limit=limit)
    assert [row["id"] for row in rows] == [
        str(store.pk) for store in sorted(made, key=lambda store: (store.name, str(store.pk)))
    ]


def test_rows_added_while_someone_pages_shift_nothing(alpha: House) -> None:
    with alpha.scope():
        for name in "bdfh":
            make_store(name)
    api = alpha.api("owner")
    first = api.get("stores/", limit=2).json()
    with alpha.scope():
        make_store("a")
        make_store("e")
    second = api.client.get(first["next"]).json()
    assert [row["name"] for row in (*first["results"], *second["results"])] == ["b", "d", "e", "f"]


def test_a_filter_keeps_only_what_it_names(alpha: House) -> None:
    with alpha.scope():
        make_store("tmall one", main_category="x")
        make_store("jd one", platform="jd", main_category="y")
        make_store("gone", status="exited", main_category="y")
        client = str(brand().pk)
    api = alpha.api("owner")

    def names(**params: str) -> list[str]:
        return [row["name"] for row in api.get("stores/", **params).json()["results"]]

    assert names(platform="jd") == ["jd one"]
    assert names(status="exited") == ["gone"]
    assert names(main_category="y") == ["gone", "jd one"]
    assert names(main_category="y", platform="tmall") == ["gone"]
    assert names(client=client) == ["gone", "jd one", "tmall one"]
    assert names(shop_id="nothing of the kind") == []
    for wrong in ({"platform": "moon"}, {"client": "x"}, {"status": ""}, {"shop_id": "\x00"}):
        answer = api.get("stores/", **wrong)
        assert answer.status_code == (200 if wrong == {"status": ""} else 400), wrong


def test_no_filter_or_order_reaches_a_column_that_was_not_offered(alpha: House) -> None:
    with alpha.scope():
        make_store("b", main_category="1")
        make_store("a", main_category="2")
    api = alpha.api("owner")
    for params in (
        {"client__note__startswith": "s"},
        {"facts_revision": "0"},
        {"name__contains": "zzz"},
        {"ordering": "main_category"},
    ):
        assert code_of(api.get("stores/", **params)) == (400, "invalid"), params
    rows = api.get("stores/", order="-main_category").json()["results"]
    assert [row["name"] for row in rows] == ["a", "b"]


def test_a_method_that_a_route_does_not_have_is_405_for_whoever_signed_in_and_401_for_a_stranger(
    alpha: House, furnished: Api, stranger: Api
) -> None:
    served: dict[str, set[str]] = {}
    for route in ROUTES:
        served.setdefault(route.path, set()).add(route.method)
    viewer = alpha.api("twin_viewer")
    wrong = []
    for path, methods in served.items():
        asked = [(furnished, method, 405) for method in {"get", "post", "put", "patch", "delete"} - methods]
        is_open = path in ("tokens/", "schema/", "docs/")
        asked += [(viewer, "put", 405), (stranger, "put", 405 if is_open else 401)]
        for api, method, status in asked:
            answer = api.client.generic(method.upper(), f"/api/v1/{path}", "{}", "application/json")
            if answer.status_code != status:
                wrong.append(f"{method} {path}: {answer.status_code}")
    assert wrong == []


def test_answers_are_json_and_nothing_else(owner: Api) -> None:
    answer = owner.client.get("/api/v1/stores/", headers={"accept": "text/html"})
    assert code_of(answer) == (406, "not_acceptable")
    assert owner.get("stores/")["Content-Type"] == "application/json"


def test_the_schema_names_every_path_and_the_docs_page_shows_it(stranger: Api) -> None:
    schema = stranger.client.get("/api/v1/schema/", headers={"accept": "application/json"})
    paths = schema.json()["paths"] if schema["Content-Type"].startswith("application/") else {}
    for route in ROUTES:
        if route.name not in ("schema", "docs"):
            served = [verbs for path, verbs in paths.items() if _is_at(route.path, path.removeprefix("/api/v1/"))]
            assert any(route.method in verbs for verbs in served), route.key
    assert b"schema" in stranger.get("docs/").content


def _is_at(path: str, pattern: str) -> bool:
    """Whether a path of the API is one of a pattern's, such as stores/{id}/ or templates/{kind}.xlsx."""
    return bool(re.fullmatch(r"[^/]+".join(map(re.escape, re.split(r"\{\w+\}", pattern))), path))


def json(body: Any) -> str:
    """JSON as a careless client writes it: lone surrogates and all."""
    import json as plain

    return plain.dumps(body)
