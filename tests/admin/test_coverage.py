"""The coverage calendar in the admin, and how fresh a store's figures are on its page."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from assessments.stores.models import Store
from tests.admin.conftest import text_of
from tests.conftest import House
from tests.factories import SALES, SCORE, TODAY, make_store, other_brand, write_days

CALENDAR = "/admin/metrics/import/coverage/"


@pytest.fixture
def store(alpha: House) -> Store:
    alpha.set_today(TODAY)
    with alpha.scope():
        made = make_store("Mine", shop_id="900000001", operators=[alpha.user("op")])
        make_store("Theirs", client=other_brand(), operators=[alpha.user("other_op")])
        figures = {date(2025, 2, 1): {SALES: "1", SCORE: "4.5"}, date(2025, 2, 2): {SCORE: None}}
        write_days(made, figures)
    return made


def page(house: House, username: str = "op", **params: Any) -> str:
    answer = house.browser(username).get(CALENDAR, params)
    assert answer.status_code == 200
    return text_of(answer)


def test_a_month_has_a_cell_for_every_day_that_says_its_state_in_a_sign_and_in_words(
    alpha: House, store: Store
) -> None:
    text = page(alpha, month="2025-02", source="experience")
    assert text.count('<td class="figures" title="figures">✓</td>') == 1
    assert text.count('<td class="no-data" title="no data">–</td>') == 1
    assert text.count('<td class="missing" title="missing">✗</td>') == 26
    assert text.count('scope="col"') == 28
    assert "<td>26</td>" in text
    assert "<script" not in text.partition('<div id="content"')[2].partition('<div id="footer"')[0]


def test_days_that_do_not_count_are_empty(alpha: House, store: Store) -> None:
    text = page(alpha, month="2025-03")
    assert (text.count('class="missing"'), text.count('class="outside"')) == (10, 21)


def test_the_calendar_opens_on_this_month_whatever_is_asked(alpha: House, store: Store) -> None:
    for params in ({}, {"month": "x", "source": "x", "page": "x"}, {"month": "0001-01"}, {"month": "9999-12"}):
        assert "<strong>2025-03</strong>" in page(alpha, **params)


def test_an_operator_sees_the_stores_that_they_look_after(alpha: House, store: Store) -> None:
    assert "Mine" in page(alpha) and "Theirs" not in page(alpha)
    assert "Mine" in page(alpha, "lead") and "Theirs" in page(alpha, "lead")


def test_clients_people_strangers_and_other_agencies_do_not_see_it(alpha: House, beta: House, store: Store) -> None:
    assert alpha.browser("client_admin").get(CALENDAR).status_code == 302
    assert alpha.browser("op").get(CALENDAR, SERVER_NAME=beta.host).status_code == 302
    assert "Mine" not in page(beta, "owner")


def test_the_list_of_imports_leads_to_the_calendar(alpha: House, store: Store) -> None:
    assert CALENDAR in text_of(alpha.browser("op").get(reverse("agency:metrics_import_changelist")))


def test_a_stores_page_says_up_to_which_day_its_figures_are_known(alpha: House, store: Store) -> None:
    text = text_of(alpha.browser("op").get(reverse("agency:stores_store_change", args=[store.pk])))
    assert "Freshness of figures" in text
    assert "Experience scores: figures up to 2025-02-01, 37 days behind; last arrived: –" in text
    assert "Promotion report" not in text
