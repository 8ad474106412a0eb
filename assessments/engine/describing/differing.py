"""What changed between two rulebooks: first in prose, then every single value by its path."""

import json
from collections.abc import Iterator
from typing import Any

from assessments.engine.describing.prose import describe_rules
from assessments.engine.language.reading import Rulebook
from assessments.engine.text import Text

_NOTHING = Text(zh="（无）", en="(nothing)")


def diff_rulebooks(old: Rulebook, new: Rulebook, language: str) -> list[str]:
    """Return the differences: "− …" and "+ …" for lines of prose, then "path: old → new". Equal rulebooks give none.

    List items are matched by their id, else by their place, so that a rule moved is not a rule changed.
    """
    before, after = describe_rules(old, language), describe_rules(new, language)
    prose = [f"− {line}" for line in before if line not in after] + [
        f"+ {line}" for line in after if line not in before
    ]
    ours, theirs = (dict(_flat(json.loads(book.canonical), "")) for book in (old, new))
    values = [
        f"{path}: {_shown(ours.get(path), language)} → {_shown(theirs.get(path), language)}"
        for path in sorted({*ours, *theirs})
        if ours.get(path) != theirs.get(path)
    ]
    return prose + values


def _flat(part: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(part, dict):
        for key, inner in part.items():
            yield from _flat(inner, f"{path}.{key}".lstrip("."))
    elif isinstance(part, list):
        for at, inner in enumerate(part):
            name = inner.get("id", inner.get("value", at)) if isinstance(inner, dict) else at
            yield from _flat(inner, f"{path}.{str(name).lower() if isinstance(name, bool) else name}")
    else:
        yield path, part


def _shown(value: Any, language: str) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return _NOTHING.in_(language) if value is None else str(value)
