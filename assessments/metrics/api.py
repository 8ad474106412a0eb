"""The metric catalogue, observations, imports, templates and violations over the API."""

from datetime import date
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assessments.metrics.catalogue import BY_CODE, CATALOGUE
from assessments.metrics.desk_api import CommitSerializer, DeskActions, DeskFields
from assessments.metrics.history_api import AS_KNOWN, AsKnownQuery, RevertActions
from assessments.metrics.models import Import, OnConflict, Rejection, Violation
from assessments.metrics.past import list_known
from assessments.metrics.queries import list_imports_of, list_observations, list_violations
from assessments.metrics.reading.formats import FORMATS, find_format
from assessments.metrics.services import save_violation, upload_file
from assessments.metrics.unknown_stores import settle_and_commit
from assessments.stores.api import VisibleStoreField
from assessments.stores.models import Store
from assessments.stores.queries import visible_to
from core.api.filters import IdFilter
from core.api.idempotency import IdempotentPosts
from core.api.serializers import StrictModelSerializer, StrictSerializer, UtcDateTimeField
from core.api.viewsets import EditableViewSet
from core.people.actors import person_of

KINDS = [(item.kind, item.name.en) for item in FORMATS]
TARGETS = ["", *dict.fromkeys(item.target for item in FORMATS)]


class MetricSerializer(StrictSerializer):
    code = serializers.CharField()
    zh = serializers.CharField()
    en = serializers.CharField()
    unit = serializers.CharField()
    direction = serializers.CharField()
    group = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # a metric's source, not the field's


class ObservationQuery(AsKnownQuery):
    starts_on = serializers.DateField()
    ends_before = serializers.DateField()
    metrics = serializers.CharField(required=False, default="")

    def validate_metrics(self, value: str) -> list[str] | None:
        codes = [code for code in value.split(",") if code]
        unknown = [code for code in codes if code not in BY_CODE]
        if unknown:
            raise serializers.ValidationError(f"unknown: {', '.join(unknown)}")
        return codes or None

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        starts_on: date = attrs["starts_on"]
        if not starts_on < attrs["ends_before"] or (attrs["ends_before"] - starts_on).days > 1100:
            raise serializers.ValidationError({"ends_before": ["1..1100 days after starts_on"]})
        return super().validate(attrs)


class ObservationSerializer(StrictSerializer):
    day = serializers.DateField()
    values = serializers.DictField(
        child=serializers.DecimalField(max_digits=24, decimal_places=8, allow_null=True),
        help_text="Metric code → decimal in its natural unit; null is no data, never 0.",
    )


class UploadSerializer(StrictSerializer):
    file = serializers.FileField(help_text=".xls, .xlsx or .csv, 20 MB at most.")
    kind = serializers.ChoiceField(choices=KINDS, required=False, default="")
    store = serializers.PrimaryKeyRelatedField(queryset=Store.objects.none(), required=False, default=None)
    dry_run = serializers.BooleanField(required=False, default=False)
    on_conflict = serializers.ChoiceField(choices=OnConflict.choices, required=False, default=OnConflict.REPLACE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "request" in self.context and self.context["request"].user.is_authenticated:
            self.fields["store"].queryset = visible_to(self.context["request"].user)  # type: ignore[attr-defined]  # Field lacks it


class ImportSerializer(DeskFields):
    target = serializers.SerializerMethodField(help_text="What the rows become; empty until the kind is known.")
    written_at = UtcDateTimeField(read_only=True, allow_null=True, default=None)
    reverted_at = UtcDateTimeField(source="reversal.reverted_at", read_only=True, allow_null=True, default=None)
    reverted_by = serializers.UUIDField(source="reversal.by_id", read_only=True, allow_null=True, default=None)

    class Meta:
        model = Import
        fields = [
            "id",
            "kind",
            "file_name",
            "sha256",
            "size",
            "default_store",
            "dry_run",
            "on_conflict",
            "state",
            "progress",
            "uploaded_by",
            "created_at",
            "finished_at",
            "written_at",
            "reverted_at",
            "reverted_by",
            "encoding",
            "rows_in",
            "created",
            "changed",
            "unchanged",
            "kept",
            "rejected",
            "summary_rows",
            "stores",
            "conflicts",
            "unknown_stores",
            "left_out",
            "notices",
            "error",
            "target",
        ]
        read_only_fields = fields

    @extend_schema_field({"type": "string", "enum": TARGETS})
    def get_target(self, upload: Import) -> str:
        form = find_format(upload.kind)
        return form.target if form else ""


class RejectionSerializer(StrictModelSerializer):
    class Meta:
        model = Rejection
        fields = ["sheet", "row_number", "column", "heading", "value", "code", "reason_zh", "reason_en"]
        read_only_fields = fields


class ViolationSerializer(StrictModelSerializer):
    store = VisibleStoreField()

    class Meta:
        model = Violation
        fields = ["id", "store", "occurred_on", "points", "severity", "topic", "note", "external_number", "withdrawn"]
        read_only_fields = ["id"]

    fixed = frozenset({"store"})

    def create(self, validated: dict[str, Any]) -> Violation:
        return save_violation(violation=Violation(), **validated)

    def update(self, instance: Violation, validated: dict[str, Any]) -> Violation:
        return save_violation(violation=instance, **validated)


class ViolationFilter(django_filters.FilterSet):
    store = IdFilter(field_name="store_id")
    severity = django_filters.ChoiceFilter(choices=Violation.Severity.choices)


@extend_schema(tags=["metrics"])
class MetricsView(APIView):
    """The catalogue: every metric with its unit and direction."""

    permission = "metrics.view"

    @extend_schema(operation_id="metrics_list", responses=MetricSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response(MetricSerializer(CATALOGUE, many=True).data)


@extend_schema(tags=["metrics"])
class ObservationsView(APIView):
    """What is known of one store, day by day."""

    permission = "metrics.view"

    @extend_schema(
        operation_id="observations_list",
        parameters=[
            OpenApiParameter("starts_on", OpenApiTypes.DATE, required=True),
            OpenApiParameter("ends_before", OpenApiTypes.DATE, required=True),
            OpenApiParameter("metrics", str, description="codes, separated by commas"),
            *AS_KNOWN,
        ],
        responses=ObservationSerializer(many=True),
    )
    def get(self, request: Request, store_id: Any) -> Response:
        store = get_object_or_404(visible_to(request.user), pk=store_id)
        asked = ObservationQuery(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        wanted = asked.validated_data
        span = {"starts_on": wanted["starts_on"], "ends_before": wanted["ends_before"]}
        codes, known_at = wanted["metrics"] or None, wanted["known_at"]
        if known_at is not None:
            return Response(list_known(store_id=store.pk, codes=codes, at=known_at, **span))
        return Response(list_observations(store_id=store.pk, codes=codes, **span))


@extend_schema(tags=["imports"])
class ImportViewSet(
    RevertActions,
    DeskActions,
    IdempotentPosts,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    viewsets.GenericViewSet[Import],
):
    """Files on their way in. POST answers 202 with the resource that carries the state; poll it."""

    permissions = {
        "list": "imports.view",
        "retrieve": "imports.view",
        "create": "imports.run",
        "commit": "imports.run",
        "rejections": "imports.view",
        "conflicts": "imports.view",
        "revert": "imports.run",
    }
    serializer_class = ImportSerializer
    queryset = Import.objects.none()
    filterset_fields = ["state", "kind", "dry_run"]
    ordering: tuple[str, ...] = ("-created_at", "id")

    def get_queryset(self) -> QuerySet[Import]:
        return list_imports_of(self.request.user)

    def get_parsers(self) -> Any:
        creating = getattr(self, "action_map", {}).get("post") == "create"
        return [MultiPartParser()] if creating else super().get_parsers()

    @extend_schema(request={"multipart/form-data": UploadSerializer}, responses={202: ImportSerializer})
    def create(self, request: Request) -> Response:
        asked = UploadSerializer(data=request.data, context={"request": request})
        asked.is_valid(raise_exception=True)
        file = asked.validated_data["file"]
        upload = upload_file(
            content=file.read(),
            file_name=file.name,
            by=person_of(request.user),
            dry_run=asked.validated_data["dry_run"],
            kind=asked.validated_data["kind"],
            store=asked.validated_data["store"],
            on_conflict=asked.validated_data["on_conflict"],
        )
        return Response(self.get_serializer(upload).data, status=202)

    @extend_schema(request=CommitSerializer, responses={202: ImportSerializer})
    @action(detail=True, methods=["post"])
    def commit(self, request: Request, pk: Any = None) -> Response:
        """Take over what a finished dry run showed; say what its conflicts and unknown stores come to."""
        upload = self.get_object()
        asked = CommitSerializer(data=request.data, context={"request": request})
        asked.is_valid(raise_exception=True)
        chosen = asked.validated_data
        upload = settle_and_commit(
            upload=upload,
            on_conflict=chosen.get("on_conflict", ""),
            create_stores=chosen.get("create_stores", ()),
            aliases=[(known["name"], known["store"]) for known in chosen.get("aliases", ())],
        )
        return Response(self.get_serializer(upload).data, status=202)

    @extend_schema(responses=RejectionSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"])
    def rejections(self, request: Request, pk: Any = None) -> Response:
        """Every row that was not taken, with sheet, row, column, value and reason."""
        self.ordering = ("pk",)
        rejections: Any = self.get_object().rejections.all()
        page = self.paginate_queryset(rejections)
        return self.get_paginated_response(RejectionSerializer(page, many=True).data)


@extend_schema(tags=["metrics"])
class ViolationViewSet(EditableViewSet):
    """Violation points 违规 of stores."""

    permissions = {
        "list": "violations.view",
        "retrieve": "violations.view",
        "create": "violations.manage",
        "partial_update": "violations.manage",
    }
    serializer_class = ViolationSerializer
    queryset = Violation.objects.none()
    filterset_class = ViolationFilter
    ordering = ("-occurred_on", "id")

    def get_queryset(self) -> QuerySet[Violation]:
        return list_violations(self.request.user)
