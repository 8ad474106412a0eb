"""Browsers for the admin's tests."""

from typing import Any

import pytest
from django.test import Client

from assessments.stores.models import Store
from core.people.models import Role, User
from tenants.door import platform_scope
from tests.conftest import PASSWORD, House
from tests.factories import GOOD_YEAR, make_judged_store


@pytest.fixture
def owner(alpha: House) -> Client:
    return alpha.browser("owner")


@pytest.fixture
def op(alpha: House) -> Client:
    return alpha.browser("op")


@pytest.fixture
def risky(alpha: House) -> Store:
    """A store with two failed months of three, computed, that op looks after."""
    with alpha.scope():
        return make_judged_store(
            "Risky", scores={**GOOD_YEAR, "2024-09": "4.05", "2024-10": "4.00"}, operators=[alpha.user("op")]
        )


@pytest.fixture
def platform(db: None) -> Client:
    """A platform admin's signed-in browser on the platform's own host."""
    client = Client(SERVER_NAME="localhost", headers={"accept-language": "en"})
    with platform_scope():
        user = User(username="root", name="platform person", role=Role.PLATFORM_ADMIN)
        user.set_password(PASSWORD)
        user.save()
        client.force_login(user)
    return client


def text_of(answer: Any) -> str:
    """A page as text; it must have been answered well."""
    assert answer.status_code == 200, answer
    text: str = answer.content.decode()
    return text


def rows(prefix: str, *forms: dict[str, Any]) -> dict[str, Any]:
    """The inline rows of a form."""
    found = {f"{prefix}-TOTAL_FORMS": len(forms), f"{prefix}-INITIAL_FORMS": 0}
    for number, form in enumerate(forms):
        found |= {f"{prefix}-{number}-{name}": value for name, value in form.items()}
    return found
