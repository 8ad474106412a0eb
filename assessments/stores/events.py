"""What happens to stores."""

from dataclasses import dataclass

from core.outbox.events import Event


@dataclass(frozen=True, slots=True)
class StoresChanged(Event):
    """Something that verdicts rest on changed for this many stores: their facts_revision has risen."""

    stores: int
