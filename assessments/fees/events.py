"""What happens to refund estimates."""

from dataclasses import dataclass

from core.outbox.events import Event


@dataclass(frozen=True, slots=True)
class StoresEstimated(Event):
    """A batch of stores has been estimated; `estimates` new revisions came of it."""

    stores: int
    estimates: int
