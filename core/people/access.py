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


@cache
def narrowed_permissions() -> frozenset[str]:
    """What a narrowed token may still be used for (settings.NARROWED_TABLE); all else is refused to it."""
    table: frozenset[str] = import_string(settings.NARROWED_TABLE)
    return table


def allows(user: Any, permission: str) -> bool:
    """Whether this person's role carries the permission, and a narrowed token may use it.

    Raises KeyError for a permission nobody declared.
    """
    roles = access_table()[permission]
    if user is None or not user.is_authenticated or not user.is_active or user.role not in roles:
        return False
    return user.token_scope is None or permission in narrowed_permissions()
