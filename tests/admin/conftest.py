"""Browsers for the admin's tests."""

from typing import Any

import pytest
from django.test import Client

from tests.conftest import House


@pytest.fixture
def owner(alpha: House) -> Client:
    return alpha.browser("owner")


@pytest.fixture
def op(alpha: House) -> Client:
    return alpha.browser("op")


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
