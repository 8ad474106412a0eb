"""Late files over the API, for the agency's own people alone."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assessments.metrics.coverage_api import SOURCE_CODES
from assessments.metrics.late_files import LateFile, get_expectations, list_late_files
from assessments.metrics.sources import Cadence
from assessments.stores.queries import visible_to
from core.api.paging import CURSOR, LIMIT, KeysetPagination
from core.api.serializers import StrictSerializer
from core.arrival import received_at
from tenants.door import current_scope


class LateFilesQuery(StrictSerializer):
    store = serializers.UUIDField(required=False, default=None)
    source = serializers.ChoiceField(choices=SOURCE_CODES, required=False, default="")  # type: ignore[assignment]  # of figures
    cursor = serializers.CharField(required=False)
    limit = serializers.CharField(required=False)


class OwnerSerializer(StrictSerializer):
    id = serializers.UUIDField()
    name = serializers.CharField()


class LateFileSerializer(StrictSerializer):
    store = serializers.UUIDField()
    name = serializers.CharField()
    source = serializers.ChoiceField(choices=SOURCE_CODES)  # type: ignore[assignment]  # of figures
    cadence = serializers.ChoiceField(choices=[(each.value, each.value) for each in Cadence])
    grace_days = serializers.IntegerField()
    known_through = serializers.DateField(allow_null=True, help_text="The last day of which something is known.")
    missing_from = serializers.DateField(help_text="The first day of the first file that is late.")
    due_on = serializers.DateField(help_text="The last day on which that file was in time.")
    days_late = serializers.IntegerField()
    owners = OwnerSerializer(many=True)


class LateFilesPageSerializer(StrictSerializer):
    next = serializers.URLField(allow_null=True)
    results = LateFileSerializer(many=True)


@extend_schema(tags=["metrics"])
class LateFilesView(APIView):
    """Which expected file is late, for which store, since when, and whose it is. Pages hold stores, late or not."""

    permission = "late_files.view"
    ordering = ("name", "id")

    @extend_schema(
        operation_id="late_files_list",
        parameters=[
            OpenApiParameter("store", OpenApiTypes.UUID),
            OpenApiParameter("source", str, enum=[code for code, _name in SOURCE_CODES]),
            OpenApiParameter(CURSOR, str),
            OpenApiParameter(LIMIT, int),
        ],
        responses=LateFilesPageSerializer,
    )
    def get(self, request: Request) -> Response:
        asked = LateFilesQuery(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        wanted = asked.validated_data
        stores = visible_to(request.user).prefetch_related("operators")
        if wanted["store"] is not None:
            stores = stores.filter(pk=wanted["store"])
        expectations = get_expectations(source=wanted["source"])
        today = current_scope().today(received_at(request))
        pages = KeysetPagination()
        page = pages.paginate_queryset(stores if expectations else stores.none(), request, view=self)
        found = list_late_files(stores=page, expectations=expectations, today=today)
        rows = [{**_tell(each), "days_late": (today - each.late.due_on).days} for each in found]
        return pages.get_paginated_response(LateFileSerializer(rows, many=True).data)


def _tell(each: LateFile) -> dict[str, Any]:
    return {
        "store": each.store.pk,
        "name": each.store.name,
        "source": each.source.code,
        "cadence": each.cadence,
        "grace_days": each.grace_days,
        "known_through": each.known_through,
        "missing_from": each.late.missing_from,
        "due_on": each.late.due_on,
        "owners": [{"id": owner.pk, "name": str(owner)} for owner in each.owners],
    }
