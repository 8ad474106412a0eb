"""Proof of a stored revision: the digest that names it, and small marks that tell which of its inputs was changed."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from functools import cached_property
from typing import Any
from zlib import crc32

from assessments.engine.codec import digest_of, document_of, write_json
from assessments.engine.facts import FeeFacts, StoreFacts
from assessments.engine.language.reading import Rulebook
from assessments.engine.results import Assessment, Settlement
from assessments.engine.version import ENGINE_VERSION

# Hex digits of one mark. Marks only name what the digest has refused; the digest is the proof.
MARK = 4
NO_DAY = date.min.isoformat()


@dataclass(frozen=True)
class WrittenRevision:
    """A revision as it is kept: facts and result as JSON, the digest that names it, a mark for each input."""

    engine_version: str
    rules: str
    facts_document: Mapping[str, Any]
    result_document: Mapping[str, Any]

    @cached_property
    def digest(self) -> str:
        """Names engine, rules, facts and result. The day of the computation is left out: a day alone is no news."""
        timeless = (
            write_json({**document, "as_of": NO_DAY}) for document in (self.facts_document, self.result_document)
        )
        return digest_of([self.engine_version, self.rules, *timeless])

    @property
    def facts(self) -> str:
        """The facts' canonical JSON."""
        return write_json(self.facts_document)

    @property
    def result(self) -> str:
        """The result's canonical JSON."""
        return write_json(self.result_document)

    @property
    def marks(self) -> str:
        """The marks of the facts."""
        return mark_inputs(self.facts_document)


def write_revision(
    rulebook: Rulebook,
    facts: StoreFacts | FeeFacts,
    result: Assessment | Settlement,
    engine_version: str = ENGINE_VERSION,
) -> WrittenRevision:
    """Write a revision. An older one is named by the engine that made it: it stands while today's says the same."""
    return WrittenRevision(engine_version, rulebook.digest, document_of(facts), document_of(result))


def mark_inputs(document: Mapping[str, Any]) -> str:
    """Return one mark for each input of facts written as JSON, in the order of their paths."""
    return "".join(mark for _path, mark in _marks(document))


def find_changed_inputs(document: Mapping[str, Any], marks: str) -> tuple[str, ...]:
    """Return the paths of the inputs that are not those that `marks` were made of.

    A changed or an added input is named by itself; one that was taken out, by the input that it stood before
    ("before …", or "end" for the last). Empty when nothing was changed, and for a revision without marks.
    """
    if not marks:
        return ()
    now = list(_marks(document))
    then = [marks[at : at + MARK] for at in range(0, len(marks), MARK)]
    found: list[str] = []
    matcher = SequenceMatcher(a=then, b=[mark for _path, mark in now], autojunk=False)
    for what, _start, _end, first, last in matcher.get_opcodes():
        if what == "delete":
            found.append(f"before {now[first][0]}" if first < len(now) else "end")
        elif what != "equal":
            found.extend(path for path, _mark in now[first:last])
    return tuple(found)


def _marks(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for path, value in _leaves(document, ""):
        spelled = json.dumps([path, value], ensure_ascii=False, separators=(",", ":"))
        yield path, f"{crc32(spelled.encode()):08x}"[-MARK:]


def _leaves(part: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yield every value with its path. A list's members are named by their month or day, else by their place."""
    if isinstance(part, Mapping) and part:
        for name in sorted(part):
            yield from _leaves(part[name], f"{path}.{name}" if path else name)
    elif isinstance(part, list) and part:
        for at, member in enumerate(part):
            yield from _leaves(member, f"{path}[{_place(member, at)}]")
    else:
        yield path, part


def _place(member: Any, at: int) -> str:
    if isinstance(member, Mapping) and "month" in member:
        return str(member["month"])
    return str(at)
