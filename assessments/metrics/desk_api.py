"""What a person does with an import over the API: choose, look at conflicts, fetch the rejected rows as a workbook."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assessments.metrics.conflicts import list_conflicts, natural_value
from assessments.metrics.error_workbook import build_error_workbook
from assessments.metrics.models import Conflict, Import, ImportProgress, OnConflict, RememberedKind
from assessments.metrics.progress import get_progress
from assessments.metrics.queries import list_imports_of
from assessments.metrics.remembered_kinds import forget_kind
from assessments.metrics.templates_xlsx import XLSX
from assessments.stores.api import StoreSerializer, VisibleStoreField
from core.api.serializers import StrictModelSerializer, StrictSerializer
from core.arrival import received_at
from core.people.access import allows


@extend_schema_field(OpenApiTypes.UUID)
class KnownStoreField(VisibleStoreField):
    """A visible store in a serializer that is of no model."""


class KnownStoreSerializer(StrictSerializer):
    """A word of the file, and the store that it means from now on."""

    name = serializers.CharField(max_length=120)
    store = KnownStoreField()


class CommitSerializer(StrictSerializer):
    on_conflict = serializers.ChoiceField(
        choices=OnConflict.choices, required=False, help_text="Default: as said at upload."
    )
    create_stores = StoreSerializer(many=True, required=False)
    aliases = KnownStoreSerializer(many=True, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """New stores and words for stores need the right to manage stores, whoever may run imports."""
        changes_stores = attrs.get("create_stores") or attrs.get("aliases")
        if changes_stores and not allows(self.context["request"].user, "stores.manage"):
            raise PermissionDenied
        return attrs


class ConflictSerializer(StrictModelSerializer):
    store_name = serializers.CharField(source="store.name", read_only=True)
    stored = serializers.SerializerMethodField()
    found = serializers.SerializerMethodField()

    class Meta:
        model = Conflict
        fields = ["store", "store_name", "day", "metric", "stored", "found"]
        read_only_fields = fields

    @extend_schema_field(serializers.DecimalField(max_digits=24, decimal_places=8))
    def get_stored(self, conflict: Conflict) -> Any:
        return natural_value(conflict, conflict.stored)

    @extend_schema_field(serializers.DecimalField(max_digits=24, decimal_places=8, allow_null=True))
    def get_found(self, conflict: Conflict) -> Any:
        return natural_value(conflict, conflict.found)


class ProgressSerializer(StrictSerializer):
    phase = serializers.ChoiceField(choices=ImportProgress.Phase.choices)
    rows_done = serializers.IntegerField(allow_null=True)
    rows_total = serializers.IntegerField(allow_null=True)
    rows_per_second = serializers.IntegerField(allow_null=True)
    seconds_left = serializers.IntegerField(allow_null=True, help_text="Of this phase.")


class UnknownStoreSerializer(StrictSerializer):
    shop_id = serializers.CharField()
    name = serializers.CharField()
    rows = serializers.IntegerField()


class DeskFields(StrictModelSerializer):
    """What an import says of the stores it did not find, and of the worker that is busy with it."""

    unknown_stores = UnknownStoreSerializer(many=True, read_only=True)
    progress = serializers.SerializerMethodField()

    @extend_schema_field(ProgressSerializer(allow_null=True))
    def get_progress(self, upload: Import) -> Any:
        """How far a waiting import is; null when no worker is busy with it."""
        request = self.context.get("request")
        # A page of a list is asked about at once.
        if request is None or upload.state != Import.State.QUEUED:
            return None
        context: Any = self.context
        if "progress" not in context:
            shown = self.root.instance
            uploads = [upload] if isinstance(shown, Import) or shown is None else list(shown)
            context["progress"] = get_progress(uploads=uploads, at=received_at(request))
        return context["progress"].get(upload.pk)


class DeskActions:
    """For the view set of imports: what a person looks at before choosing."""

    @extend_schema(responses=ConflictSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"])
    def conflicts(self: Any, request: Request, pk: Any = None) -> Response:
        """Every value that differs from what is stored, as the last run found it; 5,000 at most."""
        setattr(self, "ordering", ("pk",))  # noqa: B010 - declared by the view set
        page = self.paginate_queryset(list_conflicts(upload=self.get_object(), user=request.user))
        answer: Response = self.get_paginated_response(ConflictSerializer(page, many=True).data)
        return answer


class ErrorWorkbookView(APIView):
    """The rejected rows as .xlsx with their reasons: correct it and upload it again as it is."""

    permission = "imports.view"

    @extend_schema(
        tags=["imports"], operation_id="imports_errors_workbook", responses={(200, XLSX): OpenApiTypes.BINARY}
    )
    def get(self, request: Request, upload_id: Any) -> HttpResponse:
        upload = get_object_or_404(list_imports_of(request.user), pk=upload_id)
        content = build_error_workbook(upload=upload, language=get_language() or "zh-hans")
        response = HttpResponse(content, content_type=XLSX)
        response["Content-Disposition"] = f'attachment; filename="kaohe-errors-{upload.pk}.xlsx"'
        return response


class RememberedKindSerializer(StrictModelSerializer):
    id = serializers.CharField(source="fingerprint", read_only=True)

    class Meta:
        model = RememberedKind
        fields = ["id", "kind", "headings", "chosen_by", "chosen_at"]
        read_only_fields = fields


@extend_schema(tags=["imports"])
class RememberedKindViewSet(mixins.ListModelMixin, mixins.DestroyModelMixin, viewsets.GenericViewSet[RememberedKind]):
    """What people said that files with certain headings are."""

    permissions = {"list": "imports.view", "destroy": "kinds.manage"}
    serializer_class = RememberedKindSerializer
    queryset = RememberedKind.objects.none()
    filterset_fields = ["kind"]
    ordering = ("-chosen_at", "fingerprint")

    def get_queryset(self) -> Any:
        return RememberedKind.objects.all()

    def perform_destroy(self, instance: RememberedKind) -> None:
        forget_kind(remembered=instance)
