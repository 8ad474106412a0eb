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

    List items are matched by their id, choice or first category, else by their place: a rule moved is no rule changed.
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
            yield from _flat(inner, f"{path}.{_name(inner, at)}")
    else:
        yield path, part


def _name(item: Any, at: int) -> str:
    """What an item of a list is called: a row of a table by its first category, because rows may have equal values."""
    if not isinstance(item, dict):
        return str(at)
    name = item["categories"][0] if "categories" in item else item.get("id", item.get("value", at))
    return str(name).lower() if isinstance(name, bool) else str(name)


def _shown(value: Any, language: str) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return _NOTHING.in_(language) if value is None else str(value)
