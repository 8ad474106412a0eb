"""Tokens for programs, sessions for pages. Both live in the schema that the door opened."""

from functools import cache
from hmac import compare_digest
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication as KnoxTokenAuthentication
from knox.crypto import hash_token
from knox.settings import CONSTANTS
from rest_framework.authentication import SessionAuthentication as DRFSessionAuthentication
from rest_framework.exceptions import AuthenticationFailed

from core.people.models import ApiToken, User


@cache
def _statement() -> tuple[str, list[str], list[str]]:
    """The look-up of a token with its person, and the columns of either."""
    token, user = (model._meta for model in (ApiToken, User))
    columns = [[field.column for field in meta.concrete_fields] for meta in (token, user)]
    wanted = ", ".join(f'{alias}."{column}"' for alias, names in zip("tu", columns, strict=True) for column in names)
    tables = f'"{token.db_table}" t JOIN "{user.db_table}" u ON u.id = t.user_id'
    names = [[field.attname for field in meta.concrete_fields] for meta in (token, user)]
    return f"SELECT {wanted} FROM {tables} WHERE t.token_key = %s", names[0], names[1]  # noqa: S608 - our own names


def find_tokens(key: str) -> list[ApiToken]:
    """Tokens that begin like this, each with its person."""
    statement, token_names, user_names = _statement()
    with connection.cursor() as cursor:
        cursor.execute(statement, [key])
        rows = cursor.fetchall()
    tokens = []
    for row in rows:
        token = ApiToken.from_db(connection.alias, token_names, row[: len(token_names)])
        token.user = User.from_db(connection.alias, user_names, row[len(token_names) :])
        tokens.append(token)
    return tokens


class TokenAuthentication(KnoxTokenAuthentication):  # type: ignore[misc]
    """knox, with `Authorization: Bearer kaohe_…`; a token ends with the password it was made under."""

    def authenticate_credentials(self, token: bytes) -> Any:
        """knox's own look-up, but in one statement that is composed once, and without tidying up on the way.

        knox would compose a query anew, read all of the person's tokens with every request, and delete the expired
        ones in a GET.
        """
        if not token.isascii():
            raise AuthenticationFailed(_("Invalid token."))
        text = token.decode()
        for found in find_tokens(text[: CONSTANTS.TOKEN_KEY_LENGTH]):
            if found.expiry is not None and found.expiry < timezone.now():
                continue
            if compare_digest(hash_token(text), found.digest):
                return self.validate_user(found)
        raise AuthenticationFailed(_("Invalid token."))

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
