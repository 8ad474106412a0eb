"""Portfolio, periods, verdicts, explanations and verification over the API."""

from typing import Any

import django_filters
import orjson
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.periods.answers_api import VerdictAnswers
from assessments.periods.models import Period, Phase, Standing, StoreStanding, Verdict
from assessments.periods.queries import explain_verdict, list_board_rows, list_periods, list_verdicts, verify_verdict
from core.api.filters import IdFilter
from core.api.languages import LANGUAGE, language_of
from core.api.serializers import StrictModelSerializer, StrictSerializer


class BoardStoreSerializer(StrictSerializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    shop_id = serializers.CharField()
    platform = serializers.CharField()
    category = serializers.CharField()
    client = serializers.UUIDField()
    client_name = serializers.CharField()
    status = serializers.CharField()


class BoardPeriodSerializer(StrictSerializer):
    id = serializers.UUIDField()
    programme = serializers.CharField()
    track = serializers.CharField()
    version = serializers.CharField()
    phase = serializers.CharField()
    number = serializers.IntegerField()
    starts_on = serializers.DateField()
    ends_before = serializers.DateField()


class BoardScoreSerializer(StrictSerializer):
    latest = serializers.CharField(allow_null=True)
    latest_on = serializers.DateField(allow_null=True)
    month_end = serializers.CharField(allow_null=True)
    month_end_on = serializers.DateField(allow_null=True)
    metric = serializers.CharField(allow_null=True)
    line = serializers.CharField(allow_null=True)
    failures = serializers.IntegerField(allow_null=True)
    failures_left = serializers.IntegerField(allow_null=True)
    limit = serializers.IntegerField(allow_null=True)
    outcome = serializers.CharField()


class BoardSalesSerializer(StrictSerializer):
    actual = serializers.CharField(allow_null=True)
    target = serializers.CharField(allow_null=True)
    pace_target = serializers.CharField(allow_null=True)
    completion = serializers.CharField(allow_null=True, help_text="Percent of the period's target.")
    outcome = serializers.CharField()


class ReasonSerializer(StrictSerializer):
    code = serializers.CharField()
    zh = serializers.CharField()
    en = serializers.CharField()


class BoardRefundSerializer(StrictSerializer):
    estimate = serializers.UUIDField()
    year = serializers.IntegerField()
    state = serializers.CharField()
    refund = serializers.CharField(allow_null=True)
    low = serializers.CharField(allow_null=True)
    high = serializers.CharField(allow_null=True)


class BoardProgrammeSerializer(StrictSerializer):
    programme = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    standing = serializers.ChoiceField(choices=Standing.choices)
    outcome = serializers.CharField()
    live = serializers.CharField()
    verdict = serializers.UUIDField()


class BoardRowSerializer(StrictSerializer):
    """For the schema. The rows themselves are written whole by recompute and passed through as they are."""

    store = BoardStoreSerializer()
    period = BoardPeriodSerializer(allow_null=True)
    standing = serializers.ChoiceField(choices=Standing.choices)
    risk = serializers.IntegerField()
    as_of = serializers.DateField()
    outcome = serializers.CharField(allow_null=True)
    live = serializers.CharField(allow_null=True)
    failed_on = serializers.DateField(allow_null=True, required=False)
    next_deadline_on = serializers.DateField(allow_null=True, required=False)
    score = BoardScoreSerializer(allow_null=True)
    sales = BoardSalesSerializer(allow_null=True)
    refund = BoardRefundSerializer(allow_null=True)
    reasons = ReasonSerializer(many=True)
    verdict = serializers.UUIDField(allow_null=True)
    programmes = BoardProgrammeSerializer(many=True, help_text="Every programme; the row shows the first of them.")


class PeriodSerializer(StrictModelSerializer):
    version = serializers.CharField(source="rulebook.version", read_only=True)
    track = serializers.CharField(source="rulebook.track", read_only=True)
    verdict = serializers.UUIDField(source="verdict_id", read_only=True, allow_null=True)
    outcome = serializers.CharField(read_only=True, allow_null=True)
    standing = serializers.CharField(read_only=True, allow_null=True)

    class Meta:
        model = Period
        fields = [
            "id",
            "store",
            "programme",
            "track",
            "version",
            "phase",
            "number",
            "starts_on",
            "ends_before",
            "verdict",
            "outcome",
            "standing",
        ]
        read_only_fields = fields


class VerdictSerializer(StrictModelSerializer):
    class Meta:
        model = Verdict
        fields = [
            "id",
            "period",
            "revision",
            "digest",
            "engine_version",
            "as_of",
            "outcome",
            "live",
            "standing",
            "created_at",
        ]
        read_only_fields = fields


class VerdictDetailSerializer(VerdictSerializer):
    class Meta(VerdictSerializer.Meta):
        fields = [*VerdictSerializer.Meta.fields, "facts", "result"]
        read_only_fields = fields


class ExplanationSerializer(StrictSerializer):
    language = serializers.CharField()
    lines = serializers.ListField(child=serializers.CharField())


class VerificationSerializer(StrictSerializer):
    verified = serializers.BooleanField()
    digest = serializers.CharField()
    differences = serializers.ListField(child=serializers.CharField())
    inputs = serializers.ListField(child=serializers.CharField(), help_text="Inputs that were changed since.")


class BoardFilter(django_filters.FilterSet):
    standing = django_filters.ChoiceFilter(choices=Standing.choices)
    client = IdFilter(field_name="store__client_id")
    category = django_filters.CharFilter(field_name="store__main_category")


class PeriodFilter(django_filters.FilterSet):
    store = IdFilter(field_name="store_id")
    programme = django_filters.CharFilter()
    phase = django_filters.ChoiceFilter(choices=Phase.choices)


class VerdictFilter(django_filters.FilterSet):
    period = IdFilter(field_name="period_id")
    store = IdFilter(field_name="period__store_id")
    standing = django_filters.ChoiceFilter(choices=Standing.choices)


@extend_schema(tags=["portfolio"])
class PortfolioViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[StoreStanding]):
    """Every visible store with its standing, the riskiest first."""

    permission = "portfolio.view"
    queryset = StoreStanding.objects.none()
    serializer_class = BoardRowSerializer
    filterset_class = BoardFilter
    ordering = ("-risk", "store")

    def get_queryset(self) -> QuerySet[StoreStanding, Any]:
        return list_board_rows(self.request.user)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page: Any = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response([orjson.Fragment(row["body"]) for row in page or []])


@extend_schema(tags=["assessment"])
class PeriodViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Period]):
    """Assessment periods, each with its newest verdict."""

    permission = "periods.view"
    serializer_class = PeriodSerializer
    queryset = Period.objects.none()
    filterset_class = PeriodFilter
    ordering = ("-starts_on", "id")

    def get_queryset(self) -> QuerySet[Period]:
        return list_periods(self.request.user)


@extend_schema(tags=["assessment"])
class VerdictViewSet(
    VerdictAnswers, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Verdict]
):
    """Every revision of every verdict; none is ever changed."""

    permission = "periods.view"
    queryset = Verdict.objects.none()
    filterset_class = VerdictFilter
    ordering = ("-created_at", "-revision", "id")

    def get_queryset(self) -> QuerySet[Verdict]:
        return list_verdicts(self.request.user)

    def get_serializer_class(self) -> Any:
        return VerdictDetailSerializer if self.action == "retrieve" else VerdictSerializer

    @extend_schema(parameters=[LANGUAGE], responses=ExplanationSerializer)
    @action(detail=True, methods=["get"])
    def explanation(self, request: Request, pk: Any = None) -> Response:
        """The arithmetic, line by line, in Chinese or English."""
        language = language_of(request)
        lines = explain_verdict(self.get_object(), language=language)
        return Response({"language": language, "lines": lines})

    @extend_schema(responses=VerificationSerializer)
    @action(detail=True, methods=["get"])
    def verification(self, request: Request, pk: Any = None) -> Response:
        """Compute this revision again from what it carries, and compare."""
        return Response(VerificationSerializer(verify_verdict(self.get_object())).data)
