"""Role by route: what each person gets from every route there is."""

import pytest

from tenants.checks import list_api_routes
from tests.api.routes import ANYONE, PEOPLE, ROUTES, Route, send
from tests.conftest import Api, House
from tests.factories import TODAY, undone
from tests.isolation.twins import furnish

BY_KEY = {route.key: route for route in ROUTES}


@pytest.fixture
def furnished(alpha: House) -> House:
    alpha.set_today(TODAY)
    with alpha.scope():
        furnish("alpha")
    return alpha


def answers(api: Api, wanted: dict[tuple[str, str], int]) -> list[str]:
    """Every route whose answer is not the expected one. Nothing that was sent stays."""
    wrong = []
    for key, status in wanted.items():
        with undone():
            answer = send(api, BY_KEY[key])
        if answer.status_code != status:
            wrong.append(f"{key}: {answer.status_code} instead of {status}: {answer.content[:200]!r}")
    return wrong


def test_every_route_of_the_api_stands_in_the_table() -> None:
    served = {(method, name) for _route, _view, methods, name in list_api_routes() for method in methods}
    # DRF answers HEAD wherever it answers GET, and says so only once it has done so.
    assert {key for key in served if key[0] != "head"} == set(BY_KEY)


def test_no_route_stands_twice_in_the_table() -> None:
    assert len(BY_KEY) == len(ROUTES)


@pytest.mark.parametrize("letter", PEOPLE)
def test_each_role_gets_what_the_table_says(furnished: House, letter: str) -> None:
    def expected(route: Route) -> int:
        return route.status if route.roles == ANYONE or letter in route.roles else 403

    assert answers(furnished.api(PEOPLE[letter]), {route.key: expected(route) for route in ROUTES}) == []


def test_an_operator_of_other_stores_gets_no_further_than_the_store(furnished: House) -> None:
    wanted = {route.key: route.status if route.roles == ANYONE else route.elsewhere for route in ROUTES}
    assert answers(furnished.api("other_op"), wanted) == []


def test_a_stranger_gets_401_everywhere_but_at_the_sign_in_and_the_schema(furnished: House, stranger: Api) -> None:
    wanted = {route.key: route.status if route.roles == ANYONE else 401 for route in ROUTES}
    assert answers(stranger, wanted) == []


def test_a_token_that_was_made_up_gets_401(furnished: House) -> None:
    wanted = {route.key: 401 for route in ROUTES if route.roles != ANYONE}
    assert answers(Api(furnished.host, "kaohe_" + "0" * 64), wanted) == []
