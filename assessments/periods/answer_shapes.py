"""The engine's answers as the API's schema describes them: every field of every dataclass, down to the last."""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cache, partial
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assessments.engine import Change, Step
from core.api.serializers import StrictSerializer


@extend_schema_field({"type": "string", "format": "decimal", "example": "4.1"})
class DecimalTextField(serializers.CharField):
    """An exact decimal."""


@extend_schema_field({"type": "string", "pattern": "^-?[0-9]+/[0-9]+$", "example": "41/10"})
class FractionTextField(serializers.CharField):
    """An exact fraction: numerator and denominator, in lowest terms."""


@extend_schema_field({"type": "string", "example": "2025-11-30T18:00:00"})
class WallClockField(serializers.CharField):
    """A moment on the Beijing wall clock, without a zone."""


class OperandsField(serializers.DictField):
    """What fills a sentence, each operand tagged with its type: number, ratio, on, at, text, list."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=serializers.JSONField(), **kwargs)


@extend_schema_field(
    {"type": "object", "properties": {"kind": {"type": "string"}}, "required": ["kind"], "additionalProperties": True}
)
class AnyChangeField(serializers.JSONField):
    """A change with its `kind`, as what-if takes it."""


_PLAIN: dict[type, Callable[..., Any]] = {
    bool: serializers.BooleanField,
    int: serializers.IntegerField,
    str: serializers.CharField,
    Decimal: DecimalTextField,
    Fraction: FractionTextField,
    date: serializers.DateField,
    datetime: WallClockField,
}


@cache
def shape_of(kind: type) -> type[serializers.Serializer[Any]]:
    """The serializer of an engine dataclass, for the schema: an answer itself is written by the engine's codec."""
    hints = get_type_hints(kind)
    declared = {}
    for field in fields(kind):
        # What the codec leaves out while it is empty.
        more = {"required": False} if field.metadata.get("sparse") else {}
        is_operands = (kind, field.name) == (Step, "values")
        declared[field.name] = OperandsField() if is_operands else _field(hints[field.name], **more)
    described = {"__doc__": (kind.__doc__ or "").strip().partition("\n")[0], "__module__": __name__}
    return type(f"Engine{kind.__name__}Serializer", (StrictSerializer,), {**declared, **described})


@cache
def envelope_of(name: str, kind: type) -> type[serializers.Serializer[Any]]:
    """What a route answers: the language, the sentences, and the answer as numbers."""
    parts = {
        "language": serializers.CharField(),
        "lines": serializers.ListField(child=serializers.CharField(), help_text="The arithmetic, line by line."),
        "answer": shape_of(kind)(),
        "__module__": __name__,
    }
    return type(f"{name}AnswerSerializer", (StrictSerializer,), parts)


def _field(hint: Any, **more: Any) -> Any:
    """The field of a type hint. Raises TypeError for a type that no answer has."""
    origin, inside = get_origin(hint), get_args(hint)
    field: Callable[..., Any]
    if hint == Change:
        field = AnyChangeField
    elif origin in (Union, UnionType):
        [one] = [part for part in inside if part is not type(None)]
        field = partial(_field, one, allow_null=True)
    elif origin is tuple:
        field = _list_of(inside[0])
    elif origin is Mapping:
        field = partial(serializers.DictField, child=_field(inside[1]))
    else:
        field = _single(hint, origin)
    return field(**more)


def _list_of(one: Any) -> Callable[..., Any]:
    if isinstance(one, type) and is_dataclass(one):
        return partial(shape_of(one), many=True)
    return partial(serializers.ListField, child=_field(one))


def _single(hint: Any, origin: Any) -> Callable[..., Any]:
    if origin is Literal or (isinstance(hint, type) and issubclass(hint, Enum)):
        words = get_args(hint) if origin is Literal else [each.value for each in hint]
        return partial(serializers.CharField, help_text=f"One of: {', '.join(words)}.")
    if isinstance(hint, type) and is_dataclass(hint):
        return shape_of(hint)
    if hint not in _PLAIN:
        raise TypeError(f"no field for {hint}")
    return _PLAIN[hint]
