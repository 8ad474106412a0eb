"""Rulebooks to read, category lines to fill in, enrolments."""

import json
from typing import Any

import django_filters
from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assessments.engine import describe
from assessments.metrics.templates_xlsx import XLSX
from assessments.rulebooks.filling import build_lines_sheet, fill_lines
from assessments.rulebooks.models import CategoryLine, Enrolment, LineChange, RulebookVersion
from assessments.rulebooks.queries import load_rulebook
from assessments.rulebooks.services import enrol_store, set_line
from assessments.stores.api import VisibleStoreField
from core.api.filters import IdFilter
from core.api.idempotency import IdempotentPosts
from core.api.languages import LANGUAGE, language_of, refuse_unknown
from core.api.serializers import StrictModelSerializer, StrictSerializer
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
        fields = ["store", "programme", "track", "note", "set_by", "set_at"]
        read_only_fields = ["set_by", "set_at"]
        validators: list[Any] = []


class SheetSerializer(StrictSerializer):
    file = serializers.FileField(help_text="The sheet of templates/category-lines.xlsx, filled in; 20 MB at most.")


class FilledSerializer(StrictSerializer):
    created = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    skipped = serializers.IntegerField(help_text="Rows without a value that had none before.")


class LineChangeSerializer(StrictModelSerializer):
    class Meta:
        model = LineChange
        fields = ["before", "value", "note", "set_by", "set_at"]
        read_only_fields = fields


class WordsSerializer(StrictSerializer):
    language = serializers.CharField()
    lines = serializers.ListField(child=serializers.CharField())


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

    @extend_schema(parameters=[LANGUAGE], responses=WordsSerializer)
    @action(detail=True, methods=["get"])
    def prose(self, request: Request, pk: Any = None) -> Response:
        """The rules in Chinese or English sentences."""
        refuse_unknown(request, ["language"])
        language = language_of(request)
        return Response({"language": language, "lines": describe(load_rulebook(self.get_object().digest), language)})


@extend_schema(tags=["rulebooks"])
class CategoryLineViewSet(
    IdempotentPosts, mixins.ListModelMixin, mixins.CreateModelMixin, viewsets.GenericViewSet[CategoryLine]
):
    """The agency's own lines. POST sets the value whether or not there was one; null withdraws it."""

    permission = "rulebooks.lines"
    serializer_class = CategoryLineSerializer
    queryset = CategoryLine.objects.all()
    filterset_class = CategoryLineFilter
    ordering: tuple[str, ...] = ("programme", "table", "category", "id")

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        asked = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        line = set_line(by=actor_of(request.user), **asked.validated_data)
        return Response(self.get_serializer(line).data, status=201)

    @extend_schema(request={"multipart/form-data": SheetSerializer}, responses={200: FilledSerializer})
    @action(detail=False, methods=["post"], parser_classes=[MultiPartParser])
    def sheet(self, request: Request) -> Response:
        """Set every line of a sheet (.xlsx, .xls, .csv), or none: a wrong row refuses the whole file and is named."""
        asked = SheetSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        file = asked.validated_data["file"]
        filled = fill_lines(content=file.read(), file_name=file.name, by=actor_of(request.user))
        return Response(FilledSerializer(filled).data)

    @extend_schema(responses=LineChangeSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"])
    def changes(self, request: Request, pk: Any = None) -> Response:
        """Everything this line ever was, by whom, when and why; the newest first."""
        changes: Any = self.get_object().changes.all()
        self.ordering = ("-id",)
        page = self.paginate_queryset(changes)
        return self.get_paginated_response(LineChangeSerializer(page, many=True).data)


@extend_schema(tags=["rulebooks"])
class EnrolmentViewSet(
    IdempotentPosts, mixins.ListModelMixin, mixins.CreateModelMixin, viewsets.GenericViewSet[Enrolment]
):
    """Stores in programmes that are joined by name, and on tracks other than the default."""

    permission = "rulebooks.lines"
    serializer_class = EnrolmentSerializer
    queryset = Enrolment.objects.all()
    filterset_class = EnrolmentFilter
    ordering = ("pk",)

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        asked = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        enrolment = enrol_store(by=actor_of(request.user), **asked.validated_data)
        return Response(self.get_serializer(enrolment).data, status=201)


@extend_schema(tags=["rulebooks"])
class LinesSheetView(APIView):
    """The lines as .xlsx: what is set, and what the agency's stores still need."""

    permission = "rulebooks.lines"

    @extend_schema(
        operation_id="category_lines_sheet",
        parameters=[OpenApiParameter("programme", str, description="Only this programme.")],
        responses={(200, XLSX): OpenApiTypes.BINARY},
    )
    def get(self, request: Request) -> HttpResponse:
        refuse_unknown(request, ["programme"])
        content = build_lines_sheet(programme=request.query_params.get("programme", ""))
        response = HttpResponse(content, content_type=XLSX)
        response["Content-Disposition"] = 'attachment; filename="kaohe-lines.xlsx"'
        return response
