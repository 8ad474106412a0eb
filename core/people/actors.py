"""Actor: on whose behalf a service runs, as a plain value."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID


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
