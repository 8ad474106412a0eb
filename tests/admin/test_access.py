"""Who gets which page and which button of the agency's admin."""

from typing import Any

import pytest
from django.db import models
from django.test import Client
from django.urls import reverse

from core.sites import agency_site
from tests.admin.conftest import text_of
from tests.conftest import House
from tests.isolation.test_admin import FIXED
from tests.isolation.twins import furnish

# Page → who may look, add, change. O owner, L lead, P operator who looks after the store. Nobody deletes.
PAGES = {
    "stores.client": ("OLP", "OL", "OL"),
    "stores.store": ("OLP", "OL", "OL"),
    "stores.storealias": ("OLP", "OL", ""),
    "metrics.import": ("OLP", "OLP", ""),
    "metrics.expectedfile": ("OL", "OL", "OL"),
    "metrics.rememberedkind": ("OLP", "", ""),
    "metrics.sourcedays": ("OLP", "", ""),
    "rulebooks.rulebookversion": ("OLP", "", ""),
    "rulebooks.rulebookdraft": ("OL", "OL", "OL"),
    "backtests.backtest": ("OL", "OL", ""),
    "backtests.flip": ("OL", "", ""),
    "backtests.shadow": ("OL", "OL", ""),
    "backtests.shadowverdict": ("OL", "", ""),
    "rulebooks.categoryline": ("OL", "OL", "OL"),
    "rulebooks.enrolment": ("OL", "OL", "OL"),
    "periods.storestanding": ("OLP", "", ""),
    "periods.period": ("OLP", "", ""),
    "periods.verdict": ("OLP", "", ""),
    "fees.feeagreement": ("OLP", "OL", "OL"),
    "metrics.violation": ("OLP", "OLP", "OLP"),
    "fees.refundestimate": ("OLP", "", ""),
    "people.user": ("OL", "O", "O"),
    "outbox.message": ("O", "", ""),
}
# Nothing else is deleted.
DELETABLE = {
    "rulebooks.enrolment": "OL",
    "backtests.shadow": "OL",
    "stores.storealias": "OL",
    "metrics.expectedfile": "OL",
    "metrics.rememberedkind": "OL",
}
STAFF = {"O": "owner", "L": "lead", "P": "twin"}


@pytest.fixture
def furnished(alpha: House) -> House:
    with alpha.scope():
        furnish("alpha")
    return alpha


def name_of(model: type[models.Model]) -> str:
    return f"{model._meta.app_label}.{model._meta.model_name}"


def address(page: str, view: str, *arguments: Any) -> str:
    return reverse(f"agency:{page.replace('.', '_')}_{view}", args=arguments)


def test_every_page_of_the_admin_stands_in_the_table() -> None:
    assert {name_of(model) for model in agency_site._registry} == set(PAGES)


def try_to_delete(browser: Client, page: str, pk: Any) -> int:
    """What the question "are you sure?" answers, or, where nobody may, its being answered unasked."""
    target = address(page, "delete", pk)
    answer = browser.get(target) if page in DELETABLE else browser.post(target, {"post": "yes"})
    return int(answer.status_code)


@pytest.mark.parametrize("letter", STAFF)
def test_each_page_renders_for_whom_the_table_names_and_refuses_the_rest(furnished: House, letter: str) -> None:
    browser = furnished.browser(STAFF[letter])
    index = text_of(browser.get("/admin/"))
    wrong = []
    for model, pk in FIXED.items():
        page = name_of(model)
        view, add, change = (letter in letters for letters in PAGES[page])
        listed, form, detail = address(page, "changelist"), address(page, "add"), address(page, "change", pk)
        got = {
            "list": browser.get(listed).status_code,
            "form": browser.get(form).status_code,
            "detail": browser.get(detail).status_code,
            "delete": try_to_delete(browser, page, pk),
        }
        deletes = letter in DELETABLE.get(page, "")
        wanted = {
            "list": 200 if view else 403,
            "form": 200 if add else 403,
            "detail": 200 if view else 403,
            "delete": 200 if deletes else 403,
        }
        buttons = (f'"{listed}"' in index, f'"{form}"' in index)
        if got != wanted or buttons != (view, add):
            wrong.append((page, got, buttons))
        if view:
            text = text_of(browser.get(detail))
            if ('name="_save"' in text) is not change or ("deletelink" in text) is not deletes:
                wrong.append((page, "save button"))
    assert wrong == []


@pytest.mark.parametrize("letter", STAFF)
def test_a_form_that_is_not_offered_is_not_taken_either(furnished: House, letter: str) -> None:
    browser = furnished.browser(STAFF[letter])
    for model, pk in FIXED.items():
        page = name_of(model)
        _view, add, change = (letter in letters for letters in PAGES[page])
        if not add:
            assert browser.post(address(page, "add"), {}).status_code == 403, page
        if not change:
            assert browser.post(address(page, "change", pk), {"_save": "1"}).status_code == 403, page


def test_an_operator_sees_no_button_to_add_a_store_or_a_client(furnished: House) -> None:
    browser = furnished.browser("twin")
    for page in ("stores.store", "stores.client"):
        assert "addlink" not in text_of(browser.get(address(page, "changelist")))
    owner = furnished.browser("owner")
    assert "addlink" in text_of(owner.get(address("stores.store", "changelist")))


@pytest.mark.parametrize(
    ("page", "action", "letters"),
    [
        ("metrics.import", "take_over", "OLP"),
        ("metrics.import", "preview_taking_back", "OLP"),
        ("metrics.import", "take_back", "OLP"),
        ("outbox.message", "try_again", "O"),
    ],
)
def test_an_action_is_offered_to_whom_the_table_names(furnished: House, page: str, action: str, letters: str) -> None:
    for letter, username in STAFF.items():
        answer = furnished.browser(username).get(address(page, "changelist"))
        assert (f'value="{action}"' in answer.content.decode()) is (letter in letters)


@pytest.mark.parametrize("username", ["twin_admin", "twin_viewer"])
def test_a_clients_person_has_no_way_into_the_admin(furnished: House, username: str) -> None:
    browser = furnished.browser(username)
    assert browser.get("/api/v1/me/").status_code == 200
    for model, pk in FIXED.items():
        page = name_of(model)
        for target in (address(page, "changelist"), address(page, "add"), address(page, "change", pk)):
            answer = browser.get(target)
            assert answer.status_code == 302
            assert answer["Location"].startswith("/admin/login/")
    from tests.conftest import PASSWORD

    fresh = Client(SERVER_NAME=furnished.host, headers={"accept-language": "en"})
    assert "errornote" in text_of(fresh.post("/admin/login/", {"username": username, "password": PASSWORD}))


def test_a_stranger_is_sent_to_the_sign_in(furnished: House) -> None:
    stranger = Client(SERVER_NAME=furnished.host)
    for page in PAGES:
        assert stranger.get(address(page, "changelist")).status_code == 302
    assert stranger.get("/")["Location"] == "/admin/"
