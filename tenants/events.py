"""What happens to agencies."""

from dataclasses import dataclass

from core.outbox.events import Event


@dataclass(frozen=True, slots=True)
class AgencyRequested(Event):
    """An agency's row exists; its schema, role and first owner do not yet."""

    schema: str
    owner: str
    # Hashed by the door that took it: an outbox row outlives its purpose.
    password_hash: str
