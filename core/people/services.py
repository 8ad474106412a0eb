"""Create people and hand out and take back their tokens."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from core.people.models import ApiToken, User

TOKEN_LIFE = timedelta(days=30)


@transaction.atomic
def create_user(
    *, username: str, password: str, role: str, name: str = "", email: str = "", language: str = ""
) -> User:
    """Create a person. Raises ValidationError for a taken name, an unknown role or a weak password."""
    user = User(username=username, role=role, name=name, email=email, language=language)
    validate_password(password, user)
    user.set_password(password)
    user.full_clean()
    user.save()
    return user


def issue_token(
    *, user: User, name: str = "", life: timedelta = TOKEN_LIFE, scope: Iterable[UUID] | None = None
) -> tuple[ApiToken, str]:
    """Make a token, perhaps one that is narrowed. The second part is the only copy of the secret there will ever be."""
    row, secret = ApiToken.objects.create(
        user=user,
        expiry=life,
        name=name,
        password_mark=user.password_mark(),
        scope=None if scope is None else sorted(set(scope)),
    )
    return row, secret


def revoke_token(*, token: ApiToken) -> None:
    """End a token at once."""
    token.delete()


@transaction.atomic
def deactivate_user(*, user: User) -> None:
    """Stop a person at once: no sign-in, no token."""
    user.is_active = False
    user.save(update_fields=["is_active"])
    ApiToken.objects.filter(user=user).delete()
