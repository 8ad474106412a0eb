"""Who may do what: one look-up in the access table that settings name."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string


@cache
def access_table() -> Mapping[str, frozenset[str]]:
    """Permission → roles. The table itself stands above this floor (settings.ACCESS_TABLE)."""
    table: Mapping[str, frozenset[str]] = import_string(settings.ACCESS_TABLE)
    return table


def allows(user: Any, permission: str) -> bool:
    """Whether this person's role carries the permission. Raises KeyError for a permission nobody declared."""
    roles = access_table()[permission]
    return bool(user is not None and user.is_authenticated and user.is_active and user.role in roles)
