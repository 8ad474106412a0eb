"""What happens when stores are computed."""

from dataclasses import dataclass

from core.outbox.events import Event


@dataclass(frozen=True, slots=True)
class StoresRecomputed(Event):
    """A batch of stores stands computed at its newest facts; so many new verdict revisions came of it."""

    stores: int
    verdicts: int
