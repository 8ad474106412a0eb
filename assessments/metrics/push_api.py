"""Figures pushed over the API: no file, no waiting, the same checks."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assessments.metrics.push_reading import MOST_BYTES, refuse_too_large
from assessments.metrics.pushing import Pushed, push_observations
from core.api.idempotency import IdempotentPosts
from core.api.serializers import StrictSerializer
from core.arrival import received_at
from core.people.actors import person_of
from core.people.models import ApiToken
from tenants.door import current_scope

LINES = "application/x-ndjson"


class PushParser(BaseParser):
    """The body as it is, up to the limit: numbers must be read exactly, and line by line where there are lines."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        content: bytes = stream.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise refuse_too_large()
        return content


class LinesParser(PushParser):
    """The same, one row on each line."""

    media_type = LINES


class PushQuery(StrictSerializer):
    dry_run = serializers.BooleanField(required=False, default=False)


class PushedRowSerializer(StrictSerializer):
    """For the OpenAPI schema: a row is read by push_reading."""

    store = serializers.CharField(help_text="Our id, or the marketplace's shop id.")
    day = serializers.DateField()
    values = serializers.DictField(
        child=serializers.DecimalField(max_digits=24, decimal_places=8, allow_null=True),
        help_text="Metric code → plain decimal in the catalogue's unit, as a string or a number; null is no data.",
    )


class PushSerializer(StrictSerializer):
    observations = PushedRowSerializer(many=True)


class RefusedSerializer(StrictSerializer):
    row = serializers.IntegerField(help_text="The line, or the place in the list, counted from 1.")
    store = serializers.CharField()
    day = serializers.CharField()
    metric = serializers.CharField(help_text="The metric or field at fault; empty when the row as a whole is.")
    value = serializers.CharField()
    code = serializers.CharField()
    zh = serializers.CharField()
    en = serializers.CharField()


class PushedSerializer(StrictSerializer):
    """The account: rows_in = created + changed + unchanged + rejected."""

    id = serializers.UUIDField(allow_null=True, help_text="The import's id; null for a dry run.")
    dry_run = serializers.BooleanField()
    rows_in = serializers.IntegerField()
    created = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    rejected = serializers.IntegerField()
    stores = serializers.IntegerField(help_text="Stores with a new or changed figure; they are judged anew.")
    rejections = RefusedSerializer(many=True)
    rejections_left_out = serializers.IntegerField()


@extend_schema(tags=["imports"])
class PushView(IdempotentPosts, APIView):
    """Take over figures without a file."""

    permission = "figures.push"
    parser_classes = [PushParser, LinesParser]

    @extend_schema(
        operation_id="observations_bulk",
        parameters=[OpenApiParameter("dry_run", bool, description="Check and count, and write nothing.")],
        request={"application/json": PushSerializer, LINES: PushedRowSerializer},
        responses={200: PushedSerializer},
    )
    def post(self, request: Request) -> Response:
        asked = PushQuery(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        at = received_at(request)
        pushed = push_observations(
            content=request.data if isinstance(request.data, bytes) else b"",
            is_lines=request.content_type.startswith(LINES),
            by=person_of(request.user),
            name=request.auth.name if isinstance(request.auth, ApiToken) else "",
            dry_run=asked.validated_data["dry_run"],
            at=at,
            today=current_scope().today(at),
        )
        return Response(_account(pushed))


def _account(pushed: Pushed) -> Any:
    upload = pushed.upload
    counts = ("dry_run", "rows_in", "created", "changed", "unchanged", "rejected", "stores")
    return PushedSerializer(
        {
            "id": None if upload.dry_run else upload.pk,
            **{name: getattr(upload, name) for name in counts},
            "rejections": pushed.rejections,
            "rejections_left_out": pushed.left_out,
        }
    ).data
