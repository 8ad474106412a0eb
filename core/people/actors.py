"""Actor: on whose behalf a service runs, as a plain value."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core.people.models import User


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, or the system itself (`user_id` None). `label` is what history shows."""

    user_id: UUID | None
    label: str
    role: str = ""


SYSTEM = Actor(user_id=None, label="system")


def actor_of(user: Any) -> Actor:
    """The actor for a signed-in person."""
    return Actor(user_id=user.pk, label=str(user), role=user.role)


def person_of(user: Any) -> User:
    """The signed-in person behind a request: the access table let them in, so they are never anonymous."""
    assert isinstance(user, User)
    return user
