"""Tokens for some stores: at every route such a token shows its own stores or nothing, whoever's it is."""

from collections.abc import Iterator
from typing import Any

import pytest

from assessments.access import ACCESS, WITH_A_NARROWED_TOKEN
from assessments.stores.models import Store
from core.people.models import ApiToken, Role
from tests.api.conftest import code_of
from tests.api.routes import ANYONE, ROUTES, Route, send
from tests.conftest import Api, House
from tests.factories import NOBODY, TODAY, make_store, photograph, undone
from tests.isolation.twins import CANARIES, IDS, furnish

CANARY = CANARIES["alpha"].encode()
# Of every role that may issue one, a person who sees the furnished store without such a token.
HOLDERS = ("owner", "lead", "twin")


@pytest.fixture
def bare(alpha: House) -> Store:
    """A store beside the furnished one, which has everything."""
    alpha.set_today(TODAY)
    with alpha.scope():
        furnish("alpha")
        return make_store("Bare", shop_id="900000777", operators=[alpha.user("op"), alpha.user("twin")])


def issue(api: Api, *stores: Any, **more: Any) -> Any:
    return api.post("store-tokens/", {"name": "erp", "stores": [str(pk) for pk in stores], **more})


def narrowed(house: House, username: str, *stores: Any) -> Api:
    issued = issue(house.api(username), *stores)
    assert issued.status_code == 201, issued.content
    return Api(house.host, issued.json()["token"])


def statuses(api: Api) -> Iterator[tuple[Route, Any]]:
    for route in ROUTES:
        if route.roles != ANYONE and route.name != "token-current":
            with undone():
                yield route, send(api, route)


@pytest.mark.parametrize("username", HOLDERS)
def test_no_route_shows_or_takes_anything_of_a_store_that_is_not_the_tokens(
    alpha: House, bare: Store, username: str
) -> None:
    api = narrowed(alpha, username, bare.pk)
    wrong, refused = [], 0
    for route, answer in statuses(api):
        shown = CANARY in answer.content or IDS["store"].encode() in answer.content
        if route.name in ("me", "observations-bulk"):
            shown = False  # one's own name; and the row of the stranger's store, told back with its refusal below
        if shown or answer.status_code >= 500:
            wrong.append((route.key, answer.status_code))
        if "0abc0000" in route.path and answer.status_code not in (403, 404):
            wrong.append((route.key, answer.status_code))
        refused += answer.status_code == 403
    assert wrong == []
    assert refused > 30


@pytest.mark.parametrize("username", HOLDERS)
def test_no_route_changes_anything_of_a_store_that_is_not_the_tokens(alpha: House, bare: Store, username: str) -> None:
    api = narrowed(alpha, username, bare.pk)
    before = photograph(alpha.schema)
    for route in ROUTES:
        if route.method != "get" and route.roles != ANYONE and route.name != "token-current":
            send(api, route)
    changed = {table for table, digest in photograph(alpha.schema).items() if digest != before[table]}
    # The push of an unknown store is an import with one reject.
    assert changed == {"metrics_import", "metrics_rejection"}


def test_with_the_stores_own_token_the_same_routes_do_show_it(alpha: House, bare: Store) -> None:
    """The silence above is about the store, not about the routes."""
    api = narrowed(alpha, "owner", IDS["store"])
    shown = {route.name for route, answer in statuses(api) if CANARY in answer.content and answer.status_code == 200}
    assert shown >= {"stores-list", "stores-detail", "portfolio-list", "verdicts-detail", "violations-list"}
    assert [row["name"] for row in api.get("stores/").json()["results"]] == [f"{CANARY.decode()} store"]


def test_what_is_not_named_for_such_tokens_is_refused_to_them(alpha: House, bare: Store) -> None:
    api = narrowed(alpha, "owner", bare.pk)
    assert set(ACCESS) >= WITH_A_NARROWED_TOKEN
    for path in ("imports/", "people/", "clients/", "store-tokens/", "category-lines/", "rulebook-drafts/", "flips/"):
        assert code_of(api.get(path)) == (403, "permission_denied"), path
    assert code_of(issue(api, bare.pk)) == (403, "permission_denied")
    assert code_of(api.upload(b"x,y\n1,2\n", "any.csv")) == (403, "permission_denied")


def test_a_pushed_row_of_another_store_is_unknown(alpha: House, bare: Store) -> None:
    rows = [
        {"store": store, "day": "2025-03-01", "values": {"visitors": "7"}}
        for store in (IDS["store"], f"{CANARY.decode()}-shop", str(bare.pk), "900000777", NOBODY)
    ]
    answer = narrowed(alpha, "owner", bare.pk).post("observations:bulk", {"observations": rows}).json()
    assert [(found["row"], found["code"]) for found in answer["rejections"]] == [
        (1, "unknown_store"),
        (2, "unknown_store"),
        (5, "unknown_store"),
    ]
    with alpha.scope():
        from assessments.metrics.models import Import

        assert Import.objects.get(pk=answer["id"]).file_name == "erp"


def test_a_token_narrows_its_person_and_never_widens(alpha: House, bare: Store) -> None:
    assert code_of(issue(alpha.api("op"), IDS["store"])) == (400, "invalid")
    api = narrowed(alpha, "op", bare.pk)
    assert len(api.get("stores/").json()["results"]) == 1
    with alpha.scope():
        bare.operators.clear()
    assert api.get("stores/").json()["results"] == []
    with alpha.scope():
        person = alpha.user("op")
        person.role = Role.CLIENT_ADMIN
        person.save()
    assert code_of(api.post("observations:bulk", {})) == (403, "permission_denied")


def test_an_answer_kept_for_one_token_is_not_given_to_another(alpha: House, bare: Store) -> None:
    body = {"observations": [{"store": IDS["store"], "day": "2025-03-01", "values": {"visitors": "7"}}]}

    def push(api: Api) -> Any:
        headers = {"idempotency-key": "same"}
        return api.client.post("/api/v1/observations:bulk", body, content_type="application/json", headers=headers)

    assert push(alpha.api("owner")).status_code == 200
    assert code_of(push(narrowed(alpha, "owner", bare.pk))) == (422, "idempotency_key_reused")


def test_a_token_is_shown_once_lives_as_long_as_asked_and_ends_when_it_is_taken_back(alpha: House, bare: Store) -> None:
    issued = issue(alpha.api("op"), bare.pk, bare.pk, days=7).json()
    assert issued["stores"] == [str(bare.pk)]
    listed = alpha.api("op").get("store-tokens/").json()["results"]
    assert [row["name"] for row in listed] == ["erp"]
    assert "token" not in listed[0] and issued["token"] not in str(listed)
    with alpha.scope():
        row = ApiToken.objects.get(name="erp")
        assert (row.expiry - row.created).days in (6, 7)
    program = Api(alpha.host, issued["token"])
    assert program.get("me/").json()["username"] == "op"
    path = f"/api/v1/store-tokens/{issued['token_key']}/"
    assert alpha.api("other_op").client.delete(path).status_code == 404
    assert alpha.api("lead").client.delete(path).status_code == 204
    assert program.get("me/").status_code == 401


@pytest.mark.parametrize("days", [0, 366])
def test_a_token_lives_a_year_at_most(alpha: House, bare: Store, days: int) -> None:
    assert code_of(issue(alpha.api("op"), bare.pk, days=days)) == (400, "invalid")
    assert code_of(issue(alpha.api("op"))) == (400, "invalid")


def test_a_full_token_is_not_taken_back_as_a_stores_token(alpha: House, bare: Store) -> None:
    api = alpha.api("op")
    with alpha.scope():
        key = ApiToken.objects.get(user__username="op").token_key
    assert api.client.delete(f"/api/v1/store-tokens/{key}/").status_code == 404
