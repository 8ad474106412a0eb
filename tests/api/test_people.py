"""The agency's people over the API."""

import pytest

from core.people.models import User
from tests.api.conftest import code_of
from tests.conftest import Api, House

PERSON = {"username": "newcomer", "password": "a-Long-enough-9", "role": "operator", "name": "New", "email": "n@x.test"}


def test_an_owner_adds_a_person_who_can_then_sign_in(owner: Api, stranger: Api) -> None:
    made = owner.post("people/", PERSON)
    assert made.status_code == 201
    assert made.json()["role"] == "operator"
    assert made.json()["is_active"] is True
    assert "password" not in made.json()
    signed_in = stranger.post("tokens/", {"username": "newcomer", "password": PERSON["password"]})
    assert signed_in.status_code == 201
    assert owner.get(f"people/{made.json()['id']}/").json() == made.json()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"username": "lead"}, "username"),
        ({"username": "with space"}, "username"),
        ({"username": ""}, "username"),
        ({"role": "platform_admin"}, "role"),
        ({"role": "king"}, "role"),
        ({"email": "no address"}, "email"),
        ({"password": "short"}, None),
        ({"password": "password12"}, None),
        ({"password": "newcomer12"}, None),
    ],
)
def test_a_person_who_cannot_be_is_refused(alpha: House, owner: Api, change: dict[str, str], field: str | None) -> None:
    answer = owner.post("people/", {**PERSON, **change})
    assert code_of(answer) == (400, "invalid")
    assert field is None or list(answer.json()["fields"]) == [field]
    with alpha.scope():
        assert not User.objects.filter(name="New").exists()


def test_the_list_shows_everybody_of_this_agency_and_no_password(alpha: House, lead: Api) -> None:
    answer = lead.get("people/")
    names = {row["username"] for row in answer.json()["results"]}
    assert names == {"owner", "lead", "op", "other_op", "client_admin", "client_viewer"}
    assert b"password" not in answer.content
    assert b"md5" not in answer.content


def test_nobody_is_changed_or_removed_over_the_api(alpha: House, owner: Api) -> None:
    with alpha.scope():
        pk = alpha.user("op").pk
    for method in ("put", "patch", "delete"):
        assert getattr(owner.client, method)(f"/api/v1/people/{pk}/").status_code in (403, 405)
    assert alpha.api("op").get("me/").status_code == 200
