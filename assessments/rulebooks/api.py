"""Rulebooks to read, category lines to fill in, enrolments."""

import json
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.rulebooks.models import CategoryLine, Enrolment, RulebookVersion
from assessments.rulebooks.services import enrol_store, set_line
from assessments.stores.models import Store
from assessments.stores.queries import visible_to
from core.api.filters import IdFilter
from core.api.idempotency import IdempotentPosts
from core.api.serializers import StrictModelSerializer
from core.people.actors import actor_of


class RulebookSerializer(StrictModelSerializer):
    class Meta:
        model = RulebookVersion
        fields = [
            "id",
            "programme",
            "track",
            "version",
            "platform",
            "kind",
            "name_zh",
            "name_en",
            "effective_from",
            "effective_before",
            "digest",
            "published_at",
        ]
        read_only_fields = fields


class RulebookDetailSerializer(RulebookSerializer):
    rules = serializers.SerializerMethodField()

    class Meta(RulebookSerializer.Meta):
        fields = [*RulebookSerializer.Meta.fields, "rules"]
        read_only_fields = fields

    def get_rules(self, row: RulebookVersion) -> dict[str, Any]:
        rules: dict[str, Any] = json.loads(row.canonical)
        return rules


class VisibleStoreField(serializers.PrimaryKeyRelatedField[Store]):
    """A store that the caller may see; any other answers like a missing one."""

    def get_queryset(self) -> QuerySet[Store]:
        request = self.context.get("request")
        return visible_to(request.user) if request and request.user.is_authenticated else Store.objects.none()


class CategoryLineSerializer(StrictModelSerializer):
    store = VisibleStoreField(required=False, allow_null=True, default=None)
    category = serializers.CharField(required=False, default="", allow_blank=True, max_length=60)
    track = serializers.CharField(required=False, default="", allow_blank=True, max_length=40)
    note = serializers.CharField(required=False, default="", allow_blank=True, max_length=200)

    class Meta:
        model = CategoryLine
        fields = ["id", "programme", "track", "table", "category", "store", "value", "note", "set_by", "set_at"]
        read_only_fields = ["id", "set_by", "set_at"]
        validators: list[Any] = []

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if bool(attrs["category"]) == (attrs["store"] is not None):
            raise serializers.ValidationError(
                {"category": [_("Give a category or a store, not both and not neither.")]}
            )
        return attrs


class EnrolmentSerializer(StrictModelSerializer):
    store = VisibleStoreField()

    class Meta:
        model = Enrolment
        fields = ["store", "programme", "track"]
        validators: list[Any] = []


class CategoryLineFilter(django_filters.FilterSet):
    store = IdFilter(field_name="store_id")

    class Meta:
        model = CategoryLine
        fields = ["programme", "track", "table", "category"]


class EnrolmentFilter(django_filters.FilterSet):
    store = IdFilter(field_name="store_id")

    class Meta:
        model = Enrolment
        fields = ["programme", "track"]


@extend_schema(tags=["rulebooks"])
class RulebookViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[RulebookVersion]):
    """Published rulebook versions with their rules, sources and confidence."""

    permission = "rulebooks.view"
    queryset = RulebookVersion.objects.all()
    filterset_fields = ["programme", "track", "platform", "kind"]
    ordering = ("programme", "effective_from", "track", "id")

    def get_serializer_class(self) -> Any:
        return RulebookDetailSerializer if self.action == "retrieve" else RulebookSerializer


@extend_schema(tags=["rulebooks"])
class CategoryLineViewSet(
    IdempotentPosts, mixins.ListModelMixin, mixins.CreateModelMixin, viewsets.GenericViewSet[CategoryLine]
):
    """The agency's own lines. POST sets the value whether or not there was one."""

    permissions = {"list": "rulebooks.lines", "create": "rulebooks.lines"}
    serializer_class = CategoryLineSerializer
    queryset = CategoryLine.objects.all()
    filterset_class = CategoryLineFilter
    ordering = ("programme", "table", "category", "id")

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        asked = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        line = set_line(by=actor_of(request.user), **asked.validated_data)
        return Response(self.get_serializer(line).data, status=201)


@extend_schema(tags=["rulebooks"])
class EnrolmentViewSet(
    IdempotentPosts, mixins.ListModelMixin, mixins.CreateModelMixin, viewsets.GenericViewSet[Enrolment]
):
    """Stores that follow a track other than the default."""

    permissions = {"list": "rulebooks.lines", "create": "rulebooks.lines"}
    serializer_class = EnrolmentSerializer
    queryset = Enrolment.objects.all()
    filterset_class = EnrolmentFilter
    ordering = ("pk",)

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        asked = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        return Response(self.get_serializer(enrol_store(**asked.validated_data)).data, status=201)
