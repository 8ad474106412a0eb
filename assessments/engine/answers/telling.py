"""Telling an answer in Chinese or English, from its steps alone."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from assessments.engine.explaining.explain import say
from assessments.engine.results import Step
from assessments.engine.text import Text


class Answer(Protocol):
    """Anything with steps. An answer that is made of parts also has `parts`, told below it."""

    @property
    def steps(self) -> tuple[Step, ...]:
        """The arithmetic, in order."""
        ...


def tell(answer: Answer, language: str, names: Mapping[str, Text] | None = None) -> list[str]:
    """Return an answer's arithmetic as sentences, its parts indented. `names` maps metric codes to words."""
    return list(_told(answer, language, names or {}, ""))


def _told(answer: Answer, language: str, names: Mapping[str, Text], indent: str) -> Iterator[str]:
    for step in answer.steps:
        yield f"{indent}{say(step, language, names)}"
    parts: Sequence[Answer] = getattr(answer, "parts", ())
    for part in parts:
        name = getattr(part, "name", None)
        if isinstance(name, Text):
            yield f"{indent}{name.in_(language)}"
        yield from _told(part, language, names, indent + "  ")
