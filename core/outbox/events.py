"""What an event is: a frozen dataclass of plain values, named after its class."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """Base of all events. Fields are JSON values; a room's events.py declares its own."""

    @classmethod
    def event_name(cls) -> str:
        return cls.__name__

    def payload(self) -> dict[str, Any]:
        return asdict(self)
