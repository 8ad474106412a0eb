"""Serializer base: explicit fields, and unknown keys are refused rather than ignored."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from rest_framework import serializers


class UtcDateTimeField(serializers.DateTimeField):
    """A moment, in UTC whatever the pages' time zone is: 2026-11-21T08:00:00Z."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=UTC, **kwargs)


class StrictMixin:
    """A key nobody declared is an error: a misspelt field must not look as if it had been saved.

    Keys in `fixed` are given at creation and never changed.
    """

    fixed: frozenset[str] = frozenset()

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            writable = {name for name, field in self.fields.items() if not field.read_only}  # type: ignore[attr-defined]
            if getattr(self, "instance", None) is not None:
                writable -= self.fixed
            unknown = sorted(set(data) - writable)
            if unknown:
                raise serializers.ValidationError({key: [_("Unknown or read-only field.")] for key in unknown})
        return super().to_internal_value(data)  # type: ignore[misc]


class StrictSerializer(StrictMixin, serializers.Serializer[Any]):
    """A plain serializer that refuses unknown keys."""


class StrictModelSerializer(StrictMixin, serializers.ModelSerializer[Any]):
    """A model serializer that refuses unknown keys; `fields` are always listed."""

    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.DateTimeField: UtcDateTimeField,
    }
