"""Careless and hostile callers: nobody breaks the API, and everybody is answered in the one shape."""

from base64 import b64encode

from django.test import Client

from assessments.periods.models import Period
from assessments.rulebooks.models import RulebookVersion
from assessments.stores.models import Store
from tests.api.conftest import code_of, walk
from tests.api.test_shape import HAN
from tests.api.test_tokens import sign_in
from tests.conftest import Api, House
from tests.factories import CATEGORY, brand


def test_broken_json_is_explained_in_chinese_too(owner: Api) -> None:
    answer = owner.client.post(
        "/api/v1/clients/", "{", content_type="application/json", headers={"accept-language": "zh-hans"}
    )
    assert code_of(answer) == (400, "parse_error")
    assert HAN.search(answer.json()["detail"])


def test_a_body_above_the_limit_is_refused_in_the_one_shape(owner: Api) -> None:
    answer = owner.client.post(
        "/api/v1/clients/", '{"name": "' + "x" * (3 * 1024 * 1024) + '"}', content_type="application/json"
    )
    assert answer.status_code in (400, 413)
    assert answer["Content-Type"] == "application/json"
    code_of(answer)


def test_a_cursor_that_nobody_handed_out_is_refused_and_breaks_nothing(alpha: House) -> None:
    client = alpha.api("owner").client
    client.raise_request_exception = False
    broken = []
    for path in ("portfolio/", "fee-agreements/", "enrolments/", "stores/", "verdicts/", "violations/"):
        for position in ("p=abc", "p=", "p=\x00", "o=99999999999999999999", "p=1e400", "nonsense"):
            cursor = b64encode(position.encode()).decode()
            if client.get(f"/api/v1/{path}", {"cursor": cursor}).status_code not in (200, 400, 404):
                broken.append(f"{path} {position!r}")
    assert broken == []


def test_a_token_of_bytes_that_are_no_text_is_401(alpha: House) -> None:
    client = Client(SERVER_NAME=alpha.host, headers={"authorization": "Bearer \xff\xfe"})
    client.raise_request_exception = False
    assert client.get("/api/v1/me/").status_code == 401


def test_paging_ends_when_more_than_a_thousand_rows_share_the_first_key(alpha: House) -> None:
    """All stores of an agency may open their periods on the same day."""
    with alpha.scope():
        rulebook = RulebookVersion.objects.get(version="2025-annual")
        stores = Store.objects.bulk_create(
            Store(
                client=brand(),
                shop_id=str(number),
                name=f"store {number}",
                main_category=CATEGORY,
                go_live_on="2024-07-15",
            )
            for number in range(1250)
        )
        Period.objects.bulk_create(
            Period(
                store=store,
                programme="tmall-daily",
                rulebook=rulebook,
                phase="trial",
                number=0,
                starts_on="2024-08-01",
                ends_before="2025-08-01",
            )
            for store in stores
        )
    rows = walk(alpha.api("owner"), "periods/", limit=200)
    assert len(rows) == len({row["id"] for row in rows}) == 1250


def test_an_explanation_in_a_language_nobody_speaks_here_is_refused(alpha: House, risky: Store) -> None:
    with alpha.scope():
        verdict = risky.board.verdict_id
    answer = alpha.api("owner").get(f"verdicts/{verdict}/explanation/", language="tlh")
    assert code_of(answer)[0] == 400


def test_a_person_made_with_a_language_has_it(owner: Api) -> None:
    person = {"username": "newcomer", "password": "a-Long-enough-9", "role": "operator", "language": "en"}
    assert owner.post("people/", person).json()["language"] == "en"


def test_a_weak_password_is_put_to_the_field_it_stands_in(owner: Api) -> None:
    answer = owner.post("people/", {"username": "newcomer", "password": "short", "role": "operator"})
    assert code_of(answer) == (400, "invalid")
    assert list(answer.json()["fields"]) == ["password"]


def test_a_token_ends_with_the_password_it_was_made_under(alpha: House) -> None:
    """Whoever changes a password because it leaked must not leave the thief a token for a month."""
    thief = alpha.api("op")
    assert thief.get("me/").status_code == 200
    browser = alpha.browser("owner")
    with alpha.scope():
        person = alpha.user("op")
    form = {"username": "op", "name": "op", "role": "operator", "language": "en", "is_active": "on"}
    saved = browser.post(f"/admin/people/user/{person.pk}/change/", {**form, "new_password": "quite-Another-1"})
    assert saved.status_code == 302
    assert thief.get("me/").status_code == 401
    assert sign_in(Api(alpha.host, None), "op", "quite-Another-1").status_code == 201
