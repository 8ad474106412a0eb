"""Proof of a stored revision: the digest that names it, and small marks that tell which of its inputs was changed."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from difflib import SequenceMatcher
from typing import Any
from zlib import crc32

from assessments.engine.codec import canonical_json, digest_of
from assessments.engine.facts import FeeFacts, StoreFacts
from assessments.engine.language.reading import Rulebook
from assessments.engine.results import Assessment, Settlement
from assessments.engine.version import ENGINE_VERSION

# Hex digits of one mark. Marks only name what the digest has refused; the digest is the proof.
MARK = 4


def digest_revision(
    rulebook: Rulebook,
    facts: StoreFacts | FeeFacts,
    result: Assessment | Settlement,
    engine_version: str = ENGINE_VERSION,
) -> str:
    """Name engine, rules, facts and result. The day of the computation is left out: a day alone is no news.

    An older revision is named by the engine that made it: it stands as long as today's engine says the same.
    """
    timeless = (canonical_json(replace(facts, as_of=date.min)), canonical_json(replace(result, as_of=date.min)))
    return digest_of([engine_version, rulebook.digest, *timeless])


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
