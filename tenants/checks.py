"""Start-up checks: every API view declares a permission; the web's login owns nothing."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.checks import Error, register
from django.urls import URLPattern, URLResolver, get_resolver

from core.api.permissions import ANYONE, permission_of
from core.people.access import access_table

OPEN_ROUTES = {"schema", "docs"}


@register()
def every_api_view_declares_its_permission(app_configs: Any, **kwargs: Any) -> list[Error]:
    """kaohe.E001: a route whose view names no permission of the access table would be decided by nobody."""
    return [
        Error(f"{route} {method}: no permission of the access table is declared", id="kaohe.E001")
        for route, view, methods, name in list_api_routes()
        for method, action in methods.items()
        if name not in OPEN_ROUTES and not _is_declared(view, action)
    ]


def list_api_routes() -> list[tuple[str, Any, dict[str, str], str]]:
    """(route, view class, HTTP method → action, name) of every route below /api/."""
    found = []
    for route, pattern in _walk(get_resolver().url_patterns, ""):
        view = getattr(pattern.callback, "cls", None)
        if not route.startswith("api/") or view is None:
            continue
        actions = getattr(pattern.callback, "actions", None) or {
            method: method for method in ("get", "post", "put", "patch", "delete") if hasattr(view, method)
        }
        allowed = {method: action for method, action in actions.items() if method in view.http_method_names}
        found.append((route, view, allowed, pattern.name or ""))
    return found


def _is_declared(view: Any, action: str) -> bool:
    declared = permission_of(type("Declared", (), {**vars_of(view), "action": action}), action)
    return declared == ANYONE or declared in access_table()


def vars_of(view: Any) -> dict[str, Any]:
    """The two attributes by which a view declares its permissions."""
    return {"permissions": getattr(view, "permissions", {}), "permission": getattr(view, "permission", None)}


def _walk(patterns: Sequence[Any], prefix: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        else:
            yield route, pattern
