"""Canonical JSON of facts and results, and the way back, so that a stored revision can be computed again."""

import hashlib
import json
import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any, Union, get_args, get_origin, get_type_hints

import orjson

from assessments.engine.facts import (
    CommissionFacts,
    Facts,
    FeeFacts,
    HealthFacts,
    MetricFacts,
    PointsFacts,
    ScoreFacts,
    StoreFacts,
)
from assessments.engine.results import (
    Assessment,
    Assumption,
    Commission,
    HealthResult,
    MetricsResult,
    Operands,
    PointsResult,
    Provenance,
    Reason,
    Result,
    RulebookRef,
    ScoreResult,
    Settlement,
    Step,
    Value,
)
from assessments.engine.text import Text

_FACTS = {
    "store": StoreFacts,
    "fee": FeeFacts,
    "score": ScoreFacts,
    "commission": CommissionFacts,
    "points": PointsFacts,
    "metrics": MetricFacts,
    "health": HealthFacts,
}
_RESULTS = {
    "assessment": Assessment,
    "settlement": Settlement,
    "score": ScoreResult,
    "commission": Commission,
    "points": PointsResult,
    "metrics": MetricsResult,
    "health": HealthResult,
}
# orjson spells days as ISO dates itself; numbers that count have one spelling of ours.
_AS_IT_IS = frozenset({str, int, bool, type(None), date})
# Words of the rulebook and of the engine: a result repeats a few of them in every step.
_CONSTANTS = frozenset({Text, Provenance, RulebookRef, Reason, Assumption})
_KEPT = 4096
_TAGS = {Text: "text", Decimal: "number", Fraction: "ratio", datetime: "at", date: "on"}
_KINDS = {tag: kind for kind, tag in _TAGS.items()}
_NAMES = {kind: name for table in (_FACTS, _RESULTS) for name, kind in table.items()}


def decimal_text(value: Decimal) -> str:
    """Write a Decimal without exponent or trailing zeros, so that equal numbers have one spelling."""
    if not value:
        return "0"
    text = str(value)
    if "E" in text:
        text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


_SPELLINGS: dict[type, Callable[[Any], str]] = {
    Decimal: decimal_text,
    Fraction: lambda ratio: f"{ratio.numerator}/{ratio.denominator}",
    date: lambda day: day.isoformat(),
}


def canonical_json(thing: object) -> str:
    """Return the one JSON spelling of facts, a result or plain values: sorted keys, numbers as strings, ISO dates."""
    return write_json(document_of(thing)).decode()


def document_of(thing: object) -> Any:
    """Return what write_json takes: dictionaries, lists, texts, whole numbers, days, booleans, None."""
    document = _plain(thing)
    return {"type": _NAMES[type(thing)], **document} if type(thing) in _NAMES else document


def write_json(document: Any) -> bytes:
    """Return the one spelling of a document, in UTF-8."""
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def digest_of(thing: object) -> str:
    """Return the SHA-256 (hex) of the canonical JSON."""
    return hashlib.sha256(write_json(document_of(thing))).hexdigest()


def facts_from_json(text: str) -> Facts:
    """Rebuild facts from their canonical JSON. Raises ValueError when the text is not one."""
    built = _rebuilt(text, _FACTS)
    assert isinstance(built, Facts)
    return built


def result_from_json(text: str) -> Result:
    """Rebuild a result from its canonical JSON. Raises ValueError when the text is not one."""
    built = _rebuilt(text, _RESULTS)
    assert isinstance(built, Result)
    return built


def _rebuilt(text: str, known: Mapping[str, type]) -> object:
    document = json.loads(text)
    if not isinstance(document, dict) or document.get("type") not in known:
        raise ValueError(f"not one of {', '.join(known)}")
    kind = known[document.pop("type")]
    try:
        return _typed(document, kind)
    except (TypeError, KeyError, AttributeError, ArithmeticError) as error:
        raise ValueError(f"not the JSON of {kind.__name__}: {error}") from error


def _plain(thing: Any) -> Any:
    """What JSON has words for. Every type is named here or refused: a float must not slip through."""
    kind: type = type(thing)
    return thing if kind in _AS_IT_IS else _speller(kind)(thing)


@cache
def _speller(kind: type) -> Callable[[Any], Any]:
    if issubclass(kind, Enum):
        return attrgetter("value")
    if issubclass(kind, Mapping):
        return lambda mapping: {_key(key): _plain(value) for key, value in mapping.items()}
    if issubclass(kind, tuple | list):
        return lambda parts: [_plain(part) for part in parts]
    if kind in _CONSTANTS:
        return _spelled_once
    if is_dataclass(kind):
        return _members
    for known, spell in _SPELLINGS.items():
        if issubclass(kind, known):
            return spell
    raise TypeError(f"no JSON for {kind.__name__}")


@lru_cache(maxsize=_KEPT)
def _spelled_once(constant: Any) -> orjson.Fragment:
    return orjson.Fragment(write_json(_members(constant)))


def _members(thing: Any) -> dict[str, Any]:
    kind: type = type(thing)
    members: dict[str, Any] = {}
    for name in _names(kind):
        value = getattr(thing, name)
        of_member: type = type(value)
        members[name] = value if of_member in _AS_IT_IS else _speller(of_member)(value)
    if kind is Step:
        members["values"] = {word: _tagged(part) for word, part in thing.values.items()}
    for name in _sparse(kind):
        if not members[name]:
            del members[name]
    return members


@cache
def _sparse(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if field.metadata.get("sparse"))


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if kind is not Step or field.name != "values")


def _key(key: Any) -> str:
    if isinstance(key, str):
        return key
    return key.isoformat() if isinstance(key, date) else str(_plain(key))


def _tagged(value: Value) -> Any:
    """Operands of a step have no declared type, so each one carries a tag."""
    if isinstance(value, tuple):
        return {"list": [_tagged(part) for part in value]}
    tag = _TAGS.get(type(value))
    return _plain(value) if tag is None else {tag: _plain(value)}


def _untagged(plain: Any) -> Value:
    if not isinstance(plain, dict):
        return plain  # type: ignore[no-any-return]  # a leaf of JSON: what has no tag is a Value as it stands
    ((tag, inner),) = plain.items()
    if tag == "list":
        return tuple(_untagged(part) for part in inner)
    return _typed(inner, _KINDS[tag])  # type: ignore[no-any-return]  # the tag names its type at run time


@cache
def _hints(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind, localns={"Value": object})
    return {field.name: hints[field.name] for field in fields(kind)}


def _typed(plain: Any, hint: Any) -> Any:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        inner = [part for part in get_args(hint) if part is not type(None)]
        return None if plain is None else _typed(plain, inner[0])
    if origin is tuple:
        return tuple(_typed(part, get_args(hint)[0]) for part in plain)
    if origin is Mapping:
        key, value = get_args(hint)
        return {_typed(name, key): _typed(part, value) for name, part in plain.items()}
    if is_dataclass(hint) and isinstance(hint, type):
        hints = {name: part for name, part in _hints(hint).items() if name in plain}
        if hint is Step:
            values: Operands = {word: _untagged(part) for word, part in plain["values"].items()}
            rest = {name: _typed(plain[name], part) for name, part in hints.items() if name != "values"}
            return Step(values=values, **rest)
        return hint(**{name: _typed(plain[name], part) for name, part in hints.items()})
    return _scalar(plain, hint)


def _scalar(plain: Any, hint: Any) -> Any:
    if hint in (date, datetime):
        return hint.fromisoformat(plain)
    if hint is Decimal or hint is Fraction or (isinstance(hint, type) and issubclass(hint, Enum)):
        return hint(plain)
    if hint is int:
        return int(plain)
    if isinstance(plain, hint):
        return plain
    raise TypeError(f"expected {hint.__name__}, got {plain!r}")
