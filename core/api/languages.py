"""The language in which sentences are answered over the API, and the only query parameter that a sentence has."""

from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request

LANGUAGE = OpenApiParameter("language", str, enum=["zh-hans", "en"], description="Default: the request's language.")


def language_of(request: Request) -> str:
    """The language asked for, else the request's own. Raises ValidationError for one that is not spoken here."""
    asked = request.query_params.get("language")
    if asked is not None and asked not in dict(settings.LANGUAGES):
        raise serializers.ValidationError({"language": [_("One of: %(known)s.") % {"known": "zh-hans, en"}]})
    return asked or get_language() or settings.LANGUAGE_CODE


def refuse_unknown(request: Request, known: Iterable[str]) -> None:
    """Raise ValidationError for a query parameter that is not one of these."""
    unknown = sorted(set(request.query_params) - set(known))
    if unknown:
        raise serializers.ValidationError({name: [_("Unknown parameter.")] for name in unknown})
