"""JSON by orjson: decimals as strings, dates as dates, times as ISO 8601 UTC."""

import json
from decimal import Decimal
from typing import Any

import orjson
from django.utils.encoding import force_str
from django.utils.functional import Promise
from rest_framework.renderers import BaseRenderer


class OrjsonRenderer(BaseRenderer):
    """The only renderer: a browsable page would load every related row into its forms."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        if data is None:
            return b""
        try:
            return orjson.dumps(data, default=_plain, option=orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS)
        except TypeError:
            # A refusal may quote half a character that a client sent (\\ud800): only written as an escape it is JSON.
            return json.dumps(data, default=_plain).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Promise):
        return force_str(value)
    if isinstance(value, dict | list | tuple | set | frozenset):
        return list(value)
    raise TypeError(f"{type(value)} is not JSON")
