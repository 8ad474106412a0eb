"""Coverage of many stores, and how fresh one store's figures are, over the API."""

from datetime import date
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assessments.metrics.coverage import Covered, Ranges, StoreCoverage, count_days, list_coverage
from assessments.metrics.freshness import list_freshness
from assessments.metrics.sources import SOURCES, choose_sources
from assessments.stores.queries import visible_to
from core.api.languages import refuse_unknown
from core.api.paging import CURSOR, LIMIT, KeysetPagination
from core.api.serializers import StrictSerializer, UtcDateTimeField
from core.arrival import received_at
from tenants.door import current_scope

MOST_DAYS = 400
SOURCE_CODES = [(source.code, source.name.en) for source in SOURCES]


class CoverageQuery(StrictSerializer):
    starts_on = serializers.DateField()
    ends_before = serializers.DateField()
    store = serializers.UUIDField(required=False, default=None)
    source = serializers.ChoiceField(choices=SOURCE_CODES, required=False, default="")  # type: ignore[assignment]  # of figures
    cursor = serializers.CharField(required=False)
    limit = serializers.CharField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        starts_on: date = attrs["starts_on"]
        if not starts_on < attrs["ends_before"] or (attrs["ends_before"] - starts_on).days > MOST_DAYS:
            raise serializers.ValidationError({"ends_before": [f"1..{MOST_DAYS} days after starts_on"]})
        return attrs


class DaysSerializer(StrictSerializer):
    starts_on = serializers.DateField()
    ends_before = serializers.DateField()


class SourceCoverageSerializer(StrictSerializer):
    source = serializers.ChoiceField(choices=SOURCE_CODES)  # type: ignore[assignment]  # of figures
    figures = serializers.IntegerField(help_text="Days with a figure of this source.")
    no_data = serializers.IntegerField(help_text='Days on which a file said of a score "no data".')
    missing = serializers.IntegerField(help_text="Days of which nothing is known.")
    no_data_ranges = DaysSerializer(many=True)
    missing_ranges = DaysSerializer(many=True)
    last_day = serializers.DateField(allow_null=True, help_text="The last day with a figure, of all days.")
    arrived_at = UtcDateTimeField(allow_null=True, help_text="When an import last brought this source.")


class StoreCoverageSerializer(StrictSerializer):
    store = serializers.UUIDField()
    name = serializers.CharField()
    shop_id = serializers.CharField()
    starts_on = serializers.DateField(help_text="The days that count for this store, half-open.")
    ends_before = serializers.DateField()
    days = serializers.IntegerField()
    sources = SourceCoverageSerializer(many=True)


class CoveragePageSerializer(StrictSerializer):
    next = serializers.URLField(allow_null=True)
    results = StoreCoverageSerializer(many=True)


class FreshnessSerializer(StrictSerializer):
    source = serializers.ChoiceField(choices=SOURCE_CODES)  # type: ignore[assignment]  # of figures
    zh = serializers.CharField()
    en = serializers.CharField()
    last_day = serializers.DateField(allow_null=True)
    days_behind = serializers.IntegerField(
        allow_null=True, help_text="Days that count for the store, after the last one with a figure."
    )
    arrived_at = UtcDateTimeField(allow_null=True)


@extend_schema(tags=["metrics"])
class CoverageView(APIView):
    """Which days have figures, which lack them, by store and source. Pages hold stores."""

    permission = "coverage.view"
    ordering = ("name", "id")

    @extend_schema(
        operation_id="coverage_list",
        parameters=[
            OpenApiParameter("starts_on", OpenApiTypes.DATE, required=True),
            OpenApiParameter("ends_before", OpenApiTypes.DATE, required=True),
            OpenApiParameter("store", OpenApiTypes.UUID),
            OpenApiParameter("source", str, enum=[code for code, _name in SOURCE_CODES]),
            OpenApiParameter(CURSOR, str),
            OpenApiParameter(LIMIT, int),
        ],
        responses=CoveragePageSerializer,
    )
    def get(self, request: Request) -> Response:
        asked = CoverageQuery(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        wanted = asked.validated_data
        stores = visible_to(request.user)
        if wanted["store"] is not None:
            stores = stores.filter(pk=wanted["store"])
        pages = KeysetPagination()
        found = list_coverage(
            stores=pages.paginate_queryset(stores, request, view=self),
            sources=choose_sources([wanted["source"]] if wanted["source"] else []),
            starts_on=wanted["starts_on"],
            ends_before=wanted["ends_before"],
            today=current_scope().today(received_at(request)),
        )
        return pages.get_paginated_response(
            StoreCoverageSerializer([_tell_store(covered) for covered in found], many=True).data
        )


@extend_schema(tags=["metrics"])
class FreshnessView(APIView):
    """Up to which day each source of one store is known, and when it last arrived."""

    permission = "metrics.view"

    @extend_schema(operation_id="freshness_list", responses=FreshnessSerializer(many=True))
    def get(self, request: Request, store_id: Any) -> Response:
        refuse_unknown(request, ())
        store = get_object_or_404(visible_to(request.user), pk=store_id)
        found = list_freshness(store=store, today=current_scope().today(received_at(request)))
        rows = [
            {
                "source": each.source.code,
                "zh": each.source.name.zh,
                "en": each.source.name.en,
                "last_day": each.last_day,
                "days_behind": each.days_behind,
                "arrived_at": each.arrived_at,
            }
            for each in found
        ]
        return Response(FreshnessSerializer(rows, many=True).data)


def _tell_store(covered: StoreCoverage) -> dict[str, Any]:
    return {
        "store": covered.store.pk,
        "name": covered.store.name,
        "shop_id": covered.store.shop_id,
        "starts_on": covered.span.starts_on,
        "ends_before": covered.span.ends_before,
        "days": covered.span.days,
        "sources": [_tell_source(each) for each in covered.sources],
    }


def _tell_source(each: Covered) -> dict[str, Any]:
    return {
        "source": each.source.code,
        "figures": count_days(each.figures),
        "no_data": count_days(each.no_data),
        "missing": count_days(each.missing),
        "no_data_ranges": _tell_ranges(each.no_data),
        "missing_ranges": _tell_ranges(each.missing),
        "last_day": each.last_day,
        "arrived_at": each.arrived_at,
    }


def _tell_ranges(ranges: Ranges) -> list[dict[str, date]]:
    return [{"starts_on": starts_on, "ends_before": ends_before} for starts_on, ends_before in ranges]
