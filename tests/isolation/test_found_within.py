"""Ways in which somebody learns within one agency what is not theirs to know."""

import pytest
from django.urls import reverse

from tests.conftest import House
from tests.factories import NOBODY
from tests.isolation.conftest import OUTSIDERS, THEIRS, Side, Visits
from tests.isolation.test_within import is_closed, whole

FILTERS = [
    ("stores/", "client", "clients/{}/"),
    ("portfolio/", "store__client", "clients/{}/"),
    ("periods/", "store", "stores/{}/"),
    ("verdicts/", "period", "periods/{}/"),
    ("verdicts/", "period__store", "stores/{}/"),
    ("fee-agreements/", "store", "stores/{}/"),
    ("violations/", "store", "stores/{}/"),
    ("refund-estimates/", "agreement", "fee-agreements/{}/"),
    ("refund-estimates/", "agreement__store", "stores/{}/"),
]


@pytest.mark.parametrize("username", OUTSIDERS)
def test_a_filter_by_anothers_object_answers_like_one_by_a_missing_object(
    alpha: House, sides: tuple[Side, Side], username: str
) -> None:
    api = alpha.api(username)
    told_apart = []
    for path, key, kind in FILTERS:
        pk = sides[1].ids[kind]
        assert not is_closed(path, username)
        hidden, missing = api.get(path, **{key: str(pk)}), api.get(path, **{key: NOBODY})
        if whole(hidden, without=pk) != whole(missing, without=NOBODY):
            told_apart.append(f"{path}?{key}: {hidden.status_code} and {missing.status_code}")
    assert told_apart == []


def test_the_sidebar_of_an_operators_store_list_names_no_other_brand(
    alpha: House, sides: tuple[Side, Side], visits: Visits
) -> None:
    answer = alpha.browser("op").get(reverse("agency:stores_store_changelist"))
    assert THEIRS not in answer.content.decode()
    assert "other brand of alpha" not in answer.content.decode()
