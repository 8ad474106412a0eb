"""Fee agreements and refund estimates over the API."""

from decimal import Decimal
from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.fees.answers_api import EstimateAnswers
from assessments.fees.models import ExitReason, FeeAgreement, RefundEstimate
from assessments.fees.queries import explain_estimate, list_agreements, list_estimates, verify_estimate
from assessments.fees.services import save_agreement, to_fen
from assessments.periods.api import ExplanationSerializer, VerificationSerializer
from assessments.stores.api import VisibleStoreField
from core.api.filters import IdFilter
from core.api.languages import LANGUAGE, language_of
from core.api.serializers import StrictModelSerializer
from core.api.viewsets import EditableViewSet


@extend_schema_field({"type": "string", "format": "decimal", "nullable": True})
class YuanField(serializers.DecimalField):
    """分 in the database, ¥ as a decimal string outside."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=16, decimal_places=2, **kwargs)

    def to_representation(self, value: Any) -> Any:
        return super().to_representation(Decimal(value).scaleb(-2))

    def to_internal_value(self, typed: Any) -> Any:
        return to_fen(super().to_internal_value(typed))


class FeeAgreementSerializer(StrictModelSerializer):
    store = VisibleStoreField()
    prepaid = YuanField(source="prepaid_fen", required=False, allow_null=True, min_value=0)
    refunded = YuanField(source="refunded_fen", required=False, allow_null=True, min_value=0)
    exit_reason = serializers.ChoiceField(choices=ExitReason.choices, required=False, allow_blank=True)

    class Meta:
        model = FeeAgreement
        fields = [
            "id",
            "store",
            "year",
            "activated_on",
            "prepaid",
            "exit_applied_on",
            "exit_effective_on",
            "exit_reason",
            "refunded",
            "refunded_on",
        ]
        read_only_fields = ["id"]
        validators: list[Any] = []

    # Another store or year is another agreement, under other rules.
    fixed = frozenset({"store", "year"})

    def create(self, validated: dict[str, Any]) -> FeeAgreement:
        return save_agreement(agreement=FeeAgreement(), **validated)

    def update(self, instance: FeeAgreement, validated: dict[str, Any]) -> FeeAgreement:
        return save_agreement(agreement=instance, **validated)


class EstimateSerializer(StrictModelSerializer):
    refund = YuanField(source="refund_fen", read_only=True, allow_null=True)
    low = YuanField(source="low_fen", read_only=True, allow_null=True)
    high = YuanField(source="high_fen", read_only=True, allow_null=True)

    class Meta:
        model = RefundEstimate
        fields = [
            "id",
            "agreement",
            "revision",
            "digest",
            "engine_version",
            "as_of",
            "state",
            "refund",
            "low",
            "high",
            "created_at",
        ]
        read_only_fields = fields


class EstimateDetailSerializer(EstimateSerializer):
    class Meta(EstimateSerializer.Meta):
        fields = [*EstimateSerializer.Meta.fields, "facts", "result"]
        read_only_fields = fields


class FeeAgreementFilter(django_filters.FilterSet):
    store = IdFilter(field_name="store_id")
    year = django_filters.NumberFilter()


class EstimateFilter(django_filters.FilterSet):
    agreement = IdFilter(field_name="agreement_id")
    store = IdFilter(field_name="agreement__store_id")
    year = django_filters.NumberFilter(field_name="agreement__year")


@extend_schema(tags=["fees"])
class FeeAgreementViewSet(EditableViewSet):
    """Fee years 年费 of stores."""

    permissions = {
        "list": "fees.view",
        "retrieve": "fees.view",
        "create": "fees.manage",
        "partial_update": "fees.manage",
    }
    serializer_class = FeeAgreementSerializer
    queryset = FeeAgreement.objects.none()
    filterset_class = FeeAgreementFilter
    ordering = ("-year", "id")

    def get_queryset(self) -> QuerySet[FeeAgreement]:
        return list_agreements(self.request.user)


@extend_schema(tags=["fees"])
class EstimateViewSet(
    EstimateAnswers, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[RefundEstimate]
):
    """Refund estimates, every revision. 估算仅供参考，以平台结算为准 / An estimate, not a promise."""

    permission = "fees.view"
    queryset = RefundEstimate.objects.none()
    filterset_class = EstimateFilter
    ordering = ("-created_at", "-revision", "id")

    def get_queryset(self) -> QuerySet[RefundEstimate]:
        return list_estimates(self.request.user)

    def get_serializer_class(self) -> Any:
        return EstimateDetailSerializer if self.action == "retrieve" else EstimateSerializer

    @extend_schema(parameters=[LANGUAGE], responses=ExplanationSerializer)
    @action(detail=True, methods=["get"])
    def explanation(self, request: Request, pk: Any = None) -> Response:
        """Every line of the sum, in Chinese or English."""
        language = language_of(request)
        return Response({"language": language, "lines": explain_estimate(self.get_object(), language=language)})

    @extend_schema(responses=VerificationSerializer)
    @action(detail=True, methods=["get"])
    def verification(self, request: Request, pk: Any = None) -> Response:
        """Settle again from what this revision carries, and compare."""
        return Response(VerificationSerializer(verify_estimate(self.get_object())).data)
