"""Keyset paging: a page costs the same wherever it lies, no COUNT is run, and equal keys are no trouble."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from django.core.exceptions import ValidationError
from django.db.models import Model, Q
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

CURSOR, LIMIT = "cursor", "limit"


class KeysetPagination(BasePagination):
    """`?limit=50&cursor=…`. A view states its total order in `ordering`, unique column last; 200 rows a page at most.

    The cursor holds the ordering values of the last row shown; the next page is what comes after them.
    """

    page_size = 50
    max_page_size = 200

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        ordering: Sequence[str] = view.ordering
        limit = self.limit_of(request)
        rows = queryset.order_by(*ordering)
        cursor = request.query_params.get(CURSOR)
        if cursor:
            rows = rows.filter(build_after(queryset.model, ordering, read_cursor(cursor)))
        found = list(rows[: limit + 1])
        page = found[:limit]
        self.next_url = None
        if len(found) > limit:
            url = request.build_absolute_uri()
            self.next_url = replace_query_param(url, CURSOR, write_cursor(page[-1], ordering))
        return page

    def limit_of(self, request: Request) -> int:
        asked = request.query_params.get(LIMIT, "")
        return min(max(int(asked), 1), self.max_page_size) if asked.isdecimal() else self.page_size

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self.next_url, "results": data})

    def get_paginated_response_schema(self, schema: Any) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["next", "results"],
            "properties": {
                "next": {"type": "string", "format": "uri", "nullable": True, "description": "null on the last page"},
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            {"name": CURSOR, "in": "query", "required": False, "schema": {"type": "string"}},
            {
                "name": LIMIT,
                "in": "query",
                "required": False,
                "schema": {"type": "integer", "minimum": 1, "maximum": self.max_page_size, "default": self.page_size},
            },
        ]


def write_cursor(row: Model | Mapping[str, Any], ordering: Sequence[str]) -> str:
    """The ordering values of a row (an object, or a dict from `values()`), as text that a URL can carry."""
    values = [str(_value(row, _name(order))) for order in ordering]
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


def read_cursor(cursor: str) -> list[str]:
    """The values in a cursor. Raises NotFound for one that nobody handed out."""
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        raise NotFound(_("This page does not exist.")) from None
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise NotFound(_("This page does not exist."))
    return values


def build_after(model: type[Model], ordering: Sequence[str], values: Sequence[str]) -> Q:
    """Rows that come after these values: greater in the first column, or equal there and after in the rest."""
    if len(values) != len(ordering):
        raise NotFound(_("This page does not exist."))
    keys = []
    for order, value in zip(ordering, values, strict=True):
        try:
            cleaned = _field(model, order).to_python(value)
        except (ValidationError, ValueError, OverflowError):
            raise NotFound(_("This page does not exist.")) from None
        if "\0" in value:
            raise NotFound(_("This page does not exist."))
        keys.append((_name(order), "lt" if order.startswith("-") else "gt", cleaned))
    after = Q(pk__in=[])
    for place, (column, way, key) in enumerate(keys):
        equal_before = {name: equal for name, _way, equal in keys[:place]}
        after |= Q(**equal_before, **{f"{column}__{way}": key})
    return after


def _value(row: Model | Mapping[str, Any], name: str) -> Any:
    if isinstance(row, Mapping):
        return row[name]
    return row.pk if name == "pk" else getattr(row, row._meta.get_field(name).attname)  # type: ignore[union-attr]


def _field(model: type[Model], order: str) -> Any:
    name = _name(order)
    return model._meta.pk if name == "pk" else model._meta.get_field(name)


def _name(order: str) -> str:
    return order.removeprefix("-")
