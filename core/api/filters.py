"""Filters of lists: each view names its own, and a name that no view knows is refused.

A filter by another object's id takes any UUID: whether the object exists, and for whom, must not show.
"""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

# What every list understands beside its own filters.
COMMON = frozenset({"limit", "cursor", "order", "language"})


class IdFilter(django_filters.UUIDFilter):
    """By an object's id, without asking whether there is such an object."""


class StrictFilterBackend(DjangoFilterBackend):
    """django-filter, with unknown query parameters refused: a misspelt filter must not look like one that matched."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        if getattr(view, "detail", False):
            return queryset
        filterset_class = self.get_filterset_class(view, queryset)
        known = set(filterset_class.base_filters) if filterset_class else set()
        unknown = sorted(set(request.query_params) - known - COMMON)
        if unknown:
            raise ValidationError({name: [_("Unknown parameter.")] for name in unknown})
        if known.isdisjoint(request.query_params):
            return queryset  # Making a form to learn that nothing was asked would be a good part of a request.
        filtered: QuerySet[Any] = super().filter_queryset(request, queryset, view)
        return filtered
