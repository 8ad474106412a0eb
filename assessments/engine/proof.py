"""Proof of a stored revision: the digest that names it, and small marks that tell which of its inputs was changed."""

import hashlib
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Any
from zlib import crc32

import orjson

from assessments.engine.codec import document_of, write_json
from assessments.engine.facts import FeeFacts, StoreFacts
from assessments.engine.language.reading import Rulebook
from assessments.engine.results import Assessment, Settlement
from assessments.engine.version import ENGINE_VERSION

# Hex digits of one mark. Marks only name what the digest has refused; the digest is the proof.
MARK = 4
NO_DAY = date.min.isoformat()


@dataclass(frozen=True, slots=True)
class WrittenRevision:
    """A revision as it is kept: facts and result in canonical JSON, and the digest that names it."""

    engine_version: str
    digest: str
    facts: bytes
    result: bytes

    @property
    def marks(self) -> str:
        """The marks of the facts."""
        return mark_inputs(orjson.loads(self.facts))


def write_revision(
    rulebook: Rulebook,
    facts: StoreFacts | FeeFacts,
    result: Assessment | Settlement,
    engine_version: str = ENGINE_VERSION,
) -> WrittenRevision:
    """Write a revision. An older one is named by the engine that made it: it stands while today's says the same.

    The digest names engine, rules, facts and result. The day of the computation is left out: a day alone is no news.
    """
    written_facts, timeless_facts = _write(facts)
    written_result, timeless_result = _write(result)
    named = [engine_version, rulebook.digest, timeless_facts.decode(), timeless_result.decode()]
    digest = hashlib.sha256(write_json(named)).hexdigest()
    return WrittenRevision(engine_version, digest, written_facts, written_result)


def _write(thing: StoreFacts | FeeFacts | Assessment | Settlement) -> tuple[bytes, bytes]:
    """Write as it is, and as of no day. What both have in common is spelled once."""
    members = {name: orjson.Fragment(write_json(member)) for name, member in document_of(thing).items()}
    return write_json(members), write_json({**members, "as_of": NO_DAY})


def mark_inputs(document: Mapping[str, Any]) -> str:
    """Return one mark for each input of facts written as JSON, in the order of their paths."""
    return "".join(_mark_all(_list_leaves(document)))


def find_changed_inputs(document: Mapping[str, Any], marks: str) -> tuple[str, ...]:
    """Return the paths of the inputs that are not those that `marks` were made of.

    A changed or an added input is named by itself; one that was taken out, by the input that it stood before
    ("before …", or "end" for the last). Empty when nothing was changed, and for a revision without marks.
    """
    if not marks:
        return ()
    leaves = _list_leaves(document)
    now = [path for path, _value in leaves]
    then = [marks[at : at + MARK] for at in range(0, len(marks), MARK)]
    found: list[str] = []
    matcher = SequenceMatcher(a=then, b=_mark_all(leaves), autojunk=False)
    for what, _start, _end, first, last in matcher.get_opcodes():
        if what == "delete":
            found.append(f"before {now[first]}" if first < len(now) else "end")
        elif what != "equal":
            found.extend(now[first:last])
    return tuple(found)


def _mark_all(leaves: Sequence[tuple[str, Any]]) -> list[str]:
    """The low half of a CRC-32 over path and value, in hex."""
    low = [crc32(orjson.dumps(leaf)) & 0xFFFF for leaf in leaves]
    text = struct.pack(f">{len(low)}H", *low).hex()
    return [text[at : at + MARK] for at in range(0, len(text), MARK)]


def _list_leaves(document: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Every value with its path. A list's members are named by their month or day, else by their place."""
    found: list[tuple[str, Any]] = []

    def walk(part: Any, path: str) -> None:
        if type(part) is dict and part:
            for name in sorted(part):
                walk(part[name], f"{path}.{name}" if path else name)
        elif type(part) is list and part:
            for at, member in enumerate(part):
                walk(member, f"{path}[{_place(member, at)}]")
        else:
            found.append((path, part))

    walk(document, "")
    return found


def _place(member: Any, at: int) -> str:
    if isinstance(member, Mapping) and "month" in member:
        return str(member["month"])
    return str(at)
