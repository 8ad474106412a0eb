"""What happens to files."""

from dataclasses import dataclass

from core.outbox.events import Event


@dataclass(frozen=True, slots=True)
class FileUploaded(Event):
    """A file waits to be read: a dry run, or the real thing."""

    upload: str
