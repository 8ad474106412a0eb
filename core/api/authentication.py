"""Tokens for programs, sessions for pages. Both live in the schema that the door opened."""

from typing import Any

from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication as KnoxTokenAuthentication
from rest_framework.authentication import SessionAuthentication as DRFSessionAuthentication
from rest_framework.exceptions import AuthenticationFailed


class TokenAuthentication(KnoxTokenAuthentication):  # type: ignore[misc]
    """knox, with `Authorization: Bearer kaohe_…`; a token ends with the password it was made under."""

    def authenticate_credentials(self, token: bytes) -> Any:
        if not token.isascii():
            raise AuthenticationFailed(_("Invalid token."))
        return super().authenticate_credentials(token)

    def _cleanup_token(self, auth_token: Any) -> bool:
        # knox would read all of the person's tokens with every request, and delete the expired ones in a GET.
        return auth_token.expiry is not None and auth_token.expiry < timezone.now()

    def validate_user(self, auth_token: Any) -> Any:
        if not constant_time_compare(auth_token.password_mark, auth_token.user.password_mark()):
            raise AuthenticationFailed(_("Invalid token."))
        user, auth_token = super().validate_user(auth_token)
        # On the person, because every question of who sees what is asked of the person.
        user.token_scope = None if auth_token.scope is None else frozenset(auth_token.scope)
        return user, auth_token


class SessionAuthentication(DRFSessionAuthentication):
    """The admin's session, with CSRF protection; answers 401 with the token scheme's challenge."""

    def authenticate_header(self, request: Any) -> str:
        return "Bearer"


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI schema describes the token."""

    target_class = "core.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer"}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI schema describes the session cookie."""

    target_class = "core.api.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        from django.conf import settings  # noqa: PLC0415 - the schema is built after settings are

        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
