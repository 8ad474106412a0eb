"""Signing in, tokens and their end, sessions and forged requests."""

from datetime import timedelta

import pytest
from django.test import Client

from core.people.models import ApiToken, Role, User
from core.people.services import create_user, deactivate_user, issue_token
from tests.api.conftest import code_of
from tests.conftest import PASSWORD, Api, House


def sign_in(api: Api, username: str = "owner", password: str = PASSWORD) -> object:
    return api.post("tokens/", {"username": username, "password": password, "name": "a test"})


def bearer(house: House, secret: str) -> Api:
    return Api(house.host, secret)


def test_name_and_password_give_a_token_that_works_for_a_month(alpha: House, stranger: Api) -> None:
    answer = sign_in(stranger)
    assert answer.status_code == 201
    assert set(answer.json()) == {"token", "expires_at"}
    assert answer.json()["token"].startswith("kaohe_")
    assert answer.json()["expires_at"].endswith("Z")
    assert bearer(alpha, answer.json()["token"]).get("me/").json()["username"] == "owner"
    with alpha.scope():
        row = ApiToken.objects.get(name="a test")
        assert timedelta(days=29, hours=23) < row.expiry - row.created <= timedelta(days=30)
        assert alpha.user("owner").last_login is not None


def test_only_a_hash_of_the_token_is_kept(alpha: House) -> None:
    with alpha.scope():
        row, secret = issue_token(user=alpha.user("owner"))
        assert secret not in str(ApiToken.objects.filter(pk=row.pk).values())


@pytest.mark.parametrize(
    ("username", "password"),
    [("owner", "wrong-Password-1"), ("nobody", PASSWORD), ("OWNER", PASSWORD), ("owner", PASSWORD + " x")],
)
def test_a_wrong_name_and_a_wrong_password_look_the_same(
    alpha: House, stranger: Api, username: str, password: str
) -> None:
    answer = sign_in(stranger, username, password)
    assert answer.json() == sign_in(stranger, "somebody-else", "other-Password-1").json()
    assert code_of(answer) == (401, "sign_in_refused")
    with alpha.scope():
        assert not ApiToken.objects.filter(user__username="owner").exists()


@pytest.mark.parametrize("body", [{}, {"username": "owner"}, {"username": "owner", "password": ""}])
def test_half_a_sign_in_is_refused(stranger: Api, body: dict[str, str]) -> None:
    assert code_of(stranger.post("tokens/", body)) == (400, "invalid")


def test_the_other_agencys_password_opens_nothing(alpha: House, beta: House) -> None:
    with alpha.scope():
        create_user(username="only_here", password="another-Long-1", role=Role.LEAD)
    assert sign_in(Api(alpha.host, None), "only_here", "another-Long-1").status_code == 201
    assert code_of(sign_in(Api(beta.host, None), "only_here", "another-Long-1")) == (401, "sign_in_refused")


def test_an_expired_token_is_401(alpha: House) -> None:
    with alpha.scope():
        secret = issue_token(user=alpha.user("owner"), life=timedelta(seconds=-1))[1]
    assert code_of(bearer(alpha, secret).get("me/")) == (401, "authentication_failed")


def test_a_token_ends_where_its_owner_signs_out(alpha: House) -> None:
    api = alpha.api("op")
    with alpha.scope():
        other = issue_token(user=alpha.user("op"))[1]
    assert api.client.delete("/api/v1/tokens/current/").status_code == 204
    assert code_of(api.get("me/")) == (401, "authentication_failed")
    assert bearer(alpha, other).get("me/").status_code == 200


def test_a_person_who_was_stopped_has_no_token_no_session_and_no_sign_in(alpha: House, stranger: Api) -> None:
    api, browser = alpha.api("op"), alpha.browser("op")
    assert api.get("me/").status_code == browser.get("/api/v1/me/").status_code == 200
    with alpha.scope():
        deactivate_user(user=alpha.user("op"))
        assert not ApiToken.objects.filter(user__username="op").exists()
    assert code_of(api.get("me/"))[0] == 401
    assert code_of(browser.get("/api/v1/me/"))[0] == 401
    assert code_of(sign_in(stranger, "op")) == (401, "sign_in_refused")


def test_a_token_of_someone_whose_account_is_only_marked_inactive_is_401_too(alpha: House) -> None:
    api = alpha.api("op")
    with alpha.scope():
        User.objects.filter(username="op").update(is_active=False)
    assert code_of(api.get("me/"))[0] == 401


def test_a_change_of_role_holds_from_the_next_request(alpha: House) -> None:
    api = alpha.api("lead")
    assert api.get("people/").status_code == 200
    with alpha.scope():
        User.objects.filter(username="lead").update(role=Role.OPERATOR)
    assert code_of(api.get("people/")) == (403, "permission_denied")


@pytest.mark.parametrize("header", ["Token {}", "Basic {}", "Bearer", "Bearer {} x", "bearer  ", "{}"])
def test_a_token_in_any_other_form_is_401(alpha: House, header: str) -> None:
    alpha.api("owner")
    client = Client(SERVER_NAME=alpha.host, headers={"authorization": header.format(alpha.tokens["owner"])})
    answer = client.get("/api/v1/me/")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_token_in_the_query_is_no_token(alpha: House, stranger: Api) -> None:
    alpha.api("owner")
    assert stranger.get("me/", token=alpha.tokens["owner"]).status_code == 401


def test_me_tells_who_i_am_and_nothing_that_is_secret(alpha: House) -> None:
    me = alpha.api("client_viewer").get("me/").json()
    assert me == {
        "id": me["id"],
        "username": "client_viewer",
        "name": "client_viewer of alpha",
        "email": "",
        "role": "client_viewer",
        "language": "",
    }


def test_a_session_reads_the_api_and_writes_only_with_its_forgery_token(alpha: House) -> None:
    browser = alpha.browser("owner")
    browser.handler.enforce_csrf_checks = True

    def create(**headers: str) -> object:
        return browser.post("/api/v1/clients/", {"name": "by page"}, content_type="application/json", headers=headers)

    assert browser.get("/api/v1/stores/").status_code == 200
    assert code_of(create()) == (403, "permission_denied")
    browser.get("/admin/password_change/")
    csrf = browser.cookies["csrf"].value
    assert code_of(create(**{"x-csrftoken": "f" * 64})) == (403, "permission_denied")
    assert create(**{"x-csrftoken": csrf}).status_code == 201


def test_a_session_ends_with_its_password(alpha: House) -> None:
    browser = alpha.browser("op")
    with alpha.scope():
        user = alpha.user("op")
        user.set_password("quite-Another-1")
        user.save()
    assert code_of(browser.get("/api/v1/me/"))[0] == 401
