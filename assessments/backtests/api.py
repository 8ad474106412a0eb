"""Backtests, their flips and shadow runs over the API."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema, extend_schema_field
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.backtests.models import Backtest, Comparison, Direction, Flip, Shadow, ShadowVerdict
from assessments.backtests.queries import explain_comparison, list_backtests, list_flips, list_shadow_verdicts
from assessments.backtests.services import start_backtest, start_shadow, stop_shadow
from assessments.fees.api import YuanField
from assessments.periods.models import Outcome, Standing
from assessments.rulebooks.api import WordsSerializer
from core.api.filters import IdFilter
from core.api.idempotency import IdempotentPosts
from core.api.languages import LANGUAGE, language_of, refuse_unknown
from core.api.serializers import StrictModelSerializer, StrictSerializer
from core.arrival import received_at
from core.people.actors import person_of
from tenants.door import current_scope


class BacktestSerializer(StrictModelSerializer):
    effect = YuanField(source="effect_fen", read_only=True, help_text="Sum over the flips whose effect is known.")

    class Meta:
        model = Backtest
        fields = [
            *("id", "draft", "digest", "beside", "as_of", "state", "error", "requested_by", "created_at"),
            *("finished_at", "stores_total", "stores_done", "compared", "better", "worse", "unclear"),
            *("effect", "unpriced"),
        ]
        read_only_fields = [name for name in fields if name != "draft"]


COMPARED = [
    *("store", "store_name", "starts_on", "ends_before", "is_live"),
    *("before", "after", "direction", "effect"),
]


class VerdictWordsSerializer(StrictSerializer):
    """An assessment's verdict."""

    outcome = serializers.ChoiceField(choices=Outcome.choices)
    live = serializers.ChoiceField(choices=Outcome.choices)
    standing = serializers.ChoiceField(choices=Standing.choices)


class RefundAmountsSerializer(StrictSerializer):
    """A fee year's refund (¥), with its bounds."""

    state = serializers.CharField()
    refund = serializers.DecimalField(max_digits=16, decimal_places=2, allow_null=True)
    low = serializers.DecimalField(max_digits=16, decimal_places=2, allow_null=True)
    high = serializers.DecimalField(max_digits=16, decimal_places=2, allow_null=True)


TOLD = PolymorphicProxySerializer(
    component_name="Told",
    serializers=[VerdictWordsSerializer, RefundAmountsSerializer],
    resource_type_field_name=None,
)


@extend_schema_field(TOLD)
class ToldField(serializers.JSONField):
    """What one set of rules says, as it was stored."""


class ComparisonSerializer(StrictModelSerializer):
    before = ToldField(read_only=True)
    after = ToldField(read_only=True)
    store_name = serializers.CharField(source="store.name", read_only=True)
    effect = YuanField(source="effect_fen", read_only=True)


class FlipSerializer(ComparisonSerializer):
    class Meta:
        model = Flip
        fields = ["id", "backtest", *COMPARED]
        read_only_fields = fields


class ShadowVerdictSerializer(ComparisonSerializer):
    draft = serializers.UUIDField(source="shadow_id", read_only=True)

    class Meta:
        model = ShadowVerdict
        fields = ["id", "draft", *COMPARED, "as_of"]
        read_only_fields = fields


class ShadowSerializer(StrictModelSerializer):
    class Meta:
        model = Shadow
        fields = ["draft", "digest", "started_by", "started_at"]
        read_only_fields = ["digest", "started_by", "started_at"]
        # Starting one that runs is no mistake.
        extra_kwargs: dict[str, Any] = {"draft": {"validators": []}}


class ComparisonFilter(django_filters.FilterSet):
    store = IdFilter(field_name="store_id")
    direction = django_filters.ChoiceFilter(choices=Direction.choices)
    is_live = django_filters.BooleanFilter()


class FlipFilter(ComparisonFilter):
    backtest = IdFilter(field_name="backtest_id")


class ShadowVerdictFilter(ComparisonFilter):
    draft = IdFilter(field_name="shadow_id")


class ExplainedComparisons:
    """An action of flips and shadow verdicts."""

    @extend_schema(parameters=[LANGUAGE], responses=WordsSerializer)
    @action(detail=True, methods=["get"])
    def explanation(self, request: Request, pk: Any = None) -> Response:
        """The draft's arithmetic, line by line; empty where both rulebooks say the same."""
        refuse_unknown(request, ["language"])
        language = language_of(request)
        comparison: Comparison = self.get_object()  # type: ignore[attr-defined]  # a view set's
        return Response({"language": language, "lines": explain_comparison(comparison, language=language)})


@extend_schema(tags=["backtests"])
class BacktestViewSet(
    IdempotentPosts,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.CreateModelMixin,
    viewsets.GenericViewSet[Backtest],
):
    """Backtests of drafts: history and live periods under the draft and under the version beside it.

    POST answers 202 with the resource that carries state and progress; poll it.
    """

    permissions = {"list": "backtests.view", "retrieve": "backtests.view", "create": "backtests.run"}
    serializer_class = BacktestSerializer
    queryset = Backtest.objects.none()
    filterset_fields = ["draft", "state"]
    ordering = ("-created_at", "id")

    def get_queryset(self) -> QuerySet[Backtest]:
        return list_backtests()

    @extend_schema(responses={202: BacktestSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        asked = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        today = current_scope().today(received_at(request))
        backtest = start_backtest(draft=asked.validated_data["draft"], by=person_of(request.user), today=today)
        return Response(self.get_serializer(backtest).data, status=202)


@extend_schema(tags=["backtests"])
class FlipViewSet(
    ExplainedComparisons, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Flip]
):
    """Periods and fee years that a backtested draft judges otherwise."""

    permission = "backtests.view"
    serializer_class = FlipSerializer
    queryset = Flip.objects.none()
    filterset_class = FlipFilter
    ordering = ("-is_live", "-starts_on", "id")

    def get_queryset(self) -> QuerySet[Flip]:
        return list_flips(self.request.user)


@extend_schema(tags=["backtests"])
class ShadowViewSet(
    IdempotentPosts,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.CreateModelMixin,
    viewsets.GenericViewSet[Shadow],
):
    """Drafts that run beside the rules in force. POST starts one; each recompute keeps it up until it is stopped."""

    permissions = {"list": "backtests.view", "retrieve": "backtests.view"}
    permission = "backtests.run"
    serializer_class = ShadowSerializer
    queryset = Shadow.objects.all()
    filterset_fields = ["draft"]
    ordering = ("draft_id",)

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        asked = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        shadow = start_shadow(draft=asked.validated_data["draft"], by=person_of(request.user))
        return Response(self.get_serializer(shadow).data, status=201)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    def stop(self, request: Request, pk: Any = None) -> Response:
        """End the run; what it compared goes with it."""
        stop_shadow(draft=self.get_object().draft)
        return Response(status=204)


@extend_schema(tags=["backtests"])
class ShadowVerdictViewSet(
    ExplainedComparisons,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    viewsets.GenericViewSet[ShadowVerdict],
):
    """Every store's live period, or fee year, under the rules in force and under a draft that runs beside them."""

    permission = "backtests.view"
    serializer_class = ShadowVerdictSerializer
    queryset = ShadowVerdict.objects.none()
    filterset_class = ShadowVerdictFilter
    ordering = ("direction", "id")

    def get_queryset(self) -> QuerySet[ShadowVerdict]:
        return list_shadow_verdicts(self.request.user)
