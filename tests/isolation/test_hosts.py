"""Which host leads where: unknown, suspended and unfinished look alike; platform and agency share nothing."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tenants.door import platform_scope
from tests.api.routes import ROUTES
from tests.conftest import House

UNKNOWN = ["nobody.localhost", "evil.example", "alpha.localhost.evil.example", "alpha.evil.example", "10.0.0.1", "a b"]
PATHS = ["/", "/admin/", "/admin/login/", "/api/v1/stores/", "/api/v1/tokens/", "/api/v1/schema/", "/nothing-here"]


def ask(host: str, path: str, method: str = "get") -> tuple[int, bytes, list[tuple[str, str]]]:
    """Everything a stranger can see of an answer."""
    answer: Any = getattr(Client(), method)(path, headers={"host": host}, SERVER_NAME=host)
    return answer.status_code, answer.content, sorted(answer.headers.items())


def set_status(house: House, status: str) -> None:
    with platform_scope(), connection.cursor() as cursor:
        cursor.execute("UPDATE tenants_agency SET status = %s WHERE schema_name = %s", [status, house.schema])


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_unknown_suspended_and_unfinished_answer_byte_for_byte_alike(
    alpha: House, beta: House, path: str, method: str
) -> None:
    assert ask(alpha.host, path, method)[1] != ask("nobody.localhost", path, method)[1]
    set_status(alpha, "suspended")
    set_status(beta, "preparing")
    answers = {str(ask(host, path, method)) for host in (*UNKNOWN, alpha.host, beta.host)}
    assert len(answers) == 1
    status, content, _headers = ask("nobody.localhost", path, method)
    assert status == 404
    assert b"localhost" not in content


def test_a_suspended_agencys_token_and_session_end_with_the_next_request(alpha: House) -> None:
    api, browser = alpha.api("owner"), alpha.browser("owner")
    assert api.get("me/").status_code == browser.get("/admin/").status_code == 200
    set_status(alpha, "suspended")
    assert api.get("me/").status_code == browser.get("/admin/").status_code == 404
    set_status(alpha, "active")
    assert api.get("me/").status_code == browser.get("/admin/").status_code == 200


@pytest.mark.parametrize("host", ["ALPHA.localhost", "alpha.localhost:8000", "alpha.localhost."])
def test_the_same_host_written_otherwise_is_the_same_agency(alpha: House, host: str) -> None:
    name = alpha.api("lead").client.get("/api/v1/me/", headers={"host": host}, SERVER_NAME=host).json()["name"]
    assert name == "lead of alpha"


def test_the_platforms_host_has_no_route_of_an_agency(alpha: House) -> None:
    alpha.api("owner")
    client = Client(SERVER_NAME="localhost", headers={"authorization": f"Bearer {alpha.tokens['owner']}"})
    found = [route.path for route in ROUTES if client.get(f"/api/v1/{route.path}").status_code != 404]
    assert found == []
    assert client.get("/admin/stores/store/").status_code == 302


def test_an_agencys_host_has_no_page_of_the_platform(alpha: House) -> None:
    browser = alpha.browser("owner")
    for page in ("tenants/agency/", "tenants/agency/add/", "tenants/domain/"):
        assert browser.get(f"/admin/{page}").status_code == 404


def test_health_is_answered_before_any_door(db: None) -> None:
    assert ask("whoever.example", "/healthz")[:2] == (200, b"ok\n")
