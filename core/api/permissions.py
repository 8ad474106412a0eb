"""Every view declares its permission, a name in the access table; one that declares none is refused."""

from typing import Any

from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from core.people.access import allows

# For the few routes that must answer strangers: signing in.
ANYONE = "anyone"


class DeclaredPermission(BasePermission):
    """Asks the access table for the view's `permission`, or for `permissions[action or method]`."""

    def has_permission(self, request: Request, view: Any) -> bool:
        permission = permission_of(view, request.method or "GET")
        if permission == ANYONE:
            return True
        if not request.user or not request.user.is_authenticated:
            raise NotAuthenticated
        if request.method not in view.allowed_methods:
            return True  # there is nothing to allow: the view answers 405
        return permission is not None and allows(request.user, permission)


def permission_of(view: Any, method: str) -> str | None:
    """The permission a view declares for this call, or None."""
    declared: dict[str, str] = getattr(view, "permissions", {})
    action = getattr(view, "action", None) or method.lower()
    return declared.get(action, getattr(view, "permission", None))
