"""Two agencies with the same ids: every route, by everybody, shows and changes only its own."""

import pytest

from tests.api.routes import ANYONE, PEOPLE, ROUTES, send
from tests.conftest import Api, House
from tests.factories import photograph, undone
from tests.isolation.conftest import Visits, canary_of
from tests.isolation.twins import AMOUNTS

Twins = tuple[House, House]
CLOSED = [route for route in ROUTES if route.roles != ANYONE]


@pytest.mark.parametrize(("name", "letter"), [*(("alpha", letter) for letter in PEOPLE), ("beta", "O"), ("beta", "P")])
def test_every_route_shows_its_own_and_nothing_of_the_other(
    twins: Twins, visits: Visits, name: str, letter: str
) -> None:
    own = next(house for house in twins if house.host.startswith(name))
    foreign = next(house for house in twins if house is not own)
    api = own.api(PEOPLE[letter])
    unseen = []
    for route in ROUTES:
        with undone():
            answer = visits.see(send(api, route), canary_of(foreign), f"{route.key}")
        if route.shows and letter in route.roles and canary_of(own).encode() not in answer.content:
            unseen.append(route.key)
    assert visits.leaks == []
    # A test that finds nothing foreign proves something only where it finds its own.
    assert unseen == []


def test_figures_of_the_same_store_and_day_stay_apart(twins: Twins, visits: Visits) -> None:
    route = next(route for route in ROUTES if route.name == "observations")
    for name, house in zip(AMOUNTS, twins, strict=True):
        answer = visits.see(send(house.api("owner"), route), "no such word", route.name)
        found = {day["day"]: day["values"]["sales_amount"] for day in answer.json()}
        assert found["2025-02-27"] == AMOUNTS[name]


def test_whatever_one_agency_writes_the_other_stays_as_it_was(twins: Twins, visits: Visits) -> None:
    alpha, beta = twins
    before = photograph(beta.schema)
    for username in PEOPLE.values():
        for route in ROUTES:
            if route.method != "get" and route.name != "token-current":
                visits.see(send(alpha.api(username), route), canary_of(beta), f"{username} {route.key}")
    assert visits.leaks == []
    assert photograph(beta.schema) == before


def test_what_one_agency_writes_is_written(twins: Twins) -> None:
    """The photograph would show it: the test above is no test of a camera that is blind."""
    alpha, _beta = twins
    before = photograph(alpha.schema)
    for route in ROUTES:
        if route.method != "get" and route.name != "token-current":
            assert send(alpha.api("owner"), route).status_code == route.status, route.key
    changed = {table for table, digest in photograph(alpha.schema).items() if digest != before[table]}
    assert changed >= {
        "fees_feeagreement",
        "metrics_violation",
        "metrics_import",
        "outbox_message",
        "people_user",
        "rulebooks_categoryline",
        "rulebooks_enrolment",
        "stores_client",
        "stores_store",
    }


def test_a_token_of_one_agency_is_nothing_at_the_others_host(twins: Twins, visits: Visits) -> None:
    """The operator and the client's people even have the same id and name in both: still 401, and nothing changes."""
    alpha, beta = twins
    before = photograph(beta.schema)
    for username in PEOPLE.values():
        alpha.api(username)
        crossed = Api(beta.host, alpha.tokens[username])
        for route in CLOSED:
            answer = visits.see(send(crossed, route), canary_of(beta), f"{username} {route.key}")
            assert answer.status_code == 401, (username, route.key)
            assert canary_of(alpha).encode() not in answer.content
    assert visits.leaks == []
    assert photograph(beta.schema) == before


def test_a_session_of_one_agency_is_nothing_at_the_others_host(twins: Twins, visits: Visits) -> None:
    alpha, beta = twins
    for username in PEOPLE.values():
        browser = alpha.browser(username)
        assert browser.get("/api/v1/me/").status_code == 200
        for route in CLOSED:
            if route.method == "get":
                answer = browser.get(f"/api/v1/{route.path}", route.params or {}, SERVER_NAME=beta.host)
                visits.see(answer, canary_of(beta), f"{username} {route.key}")
                assert answer.status_code == 401, (username, route.key)
    assert visits.leaks == []


def test_no_header_but_the_host_chooses_the_agency(twins: Twins, visits: Visits) -> None:
    alpha, beta = twins
    api = alpha.api("owner")
    for header in ("X-Forwarded-Host", "X-Host", "X-Original-Host", "X-Original-URL", "Forwarded"):
        value = f"host={beta.host}" if header == "Forwarded" else beta.host
        answer = api.client.get("/api/v1/stores/", headers={header: value})
        visits.see(answer, canary_of(beta), header)
        assert canary_of(alpha).encode() in answer.content
    assert visits.leaks == []


def test_an_agency_named_in_the_body_or_the_query_is_refused_or_ignored(twins: Twins, visits: Visits) -> None:
    alpha, beta = twins
    api = alpha.api("owner")
    for place in ("tenant", "agency", "schema", "domain"):
        body = {"name": "new", place: beta.schema}
        assert visits.see(api.post("clients/", body), canary_of(beta), place).status_code == 400
        listed = visits.see(api.get("stores/", **{place: beta.schema}), canary_of(beta), place)
        assert listed.status_code == 400
    assert visits.leaks == []
