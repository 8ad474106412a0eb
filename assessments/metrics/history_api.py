"""The history of figures over the API: as known at a moment, where a figure came from, taking an import back."""

from datetime import date, datetime, time
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assessments.metrics.catalogue import BY_CODE
from assessments.metrics.origins import Figure, Origin, list_figures
from assessments.metrics.queries import natural
from assessments.metrics.reading.days import BEIJING
from assessments.metrics.reverting import revert_import
from assessments.stores.queries import visible_to
from core.api.languages import refuse_unknown
from core.api.serializers import StrictSerializer, UtcDateTimeField
from core.people.actors import person_of
from core.people.models import AGENCY_STAFF

AS_KNOWN = [
    OpenApiParameter("as_known_at", OpenApiTypes.DATETIME, description="as known at this moment, with its zone"),
    OpenApiParameter("as_known_on", OpenApiTypes.DATE, description="as known at the end of this Beijing day"),
]
DRY_RUN = OpenApiParameter("dry_run", bool, description="tell what would happen, and change nothing")


class MomentField(UtcDateTimeField):
    """A moment that says its zone: nobody can tell what 09:00 is otherwise."""

    def enforce_timezone(self, value: datetime) -> datetime:
        if value.tzinfo is None:
            raise serializers.ValidationError(_("A moment needs its zone: 2026-11-21T08:00:00Z."))
        return value


class AsKnownQuery(StrictSerializer):
    """Adds `known_at` to what was asked: the moment, or None for what is known now."""

    as_known_at = MomentField(required=False)
    as_known_on = serializers.DateField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        at, on = attrs.pop("as_known_at", None), attrs.pop("as_known_on", None)
        if at is not None and on is not None:
            raise serializers.ValidationError({"as_known_on": [_("Give as_known_at or as_known_on, not both.")]})
        return {**attrs, "known_at": at if on is None else datetime.combine(on, time.max, BEIJING)}


class OriginSerializer(StrictSerializer):
    upload = serializers.UUIDField(allow_null=True, help_text="The import; null: known before this record began.")
    kind = serializers.CharField()
    file_name = serializers.CharField()
    sheet = serializers.CharField()
    heading = serializers.CharField(help_text="Column letter and heading; empty where the metric is no column.")
    rows = serializers.ListField(child=serializers.IntegerField(), help_text="As a spreadsheet counts them.")
    imported_by = serializers.CharField()
    written_at = UtcDateTimeField()
    reverted_at = UtcDateTimeField(allow_null=True)
    reverted_by = serializers.CharField()


class EarlierSerializer(StrictSerializer):
    value = serializers.DecimalField(max_digits=24, decimal_places=8, allow_null=True)
    no_data = serializers.BooleanField()
    source = OriginSerializer()  # type: ignore[assignment]  # what gave a figure, not the field's


class FigureSerializer(StrictSerializer):
    metric = serializers.CharField()
    value = serializers.DecimalField(max_digits=24, decimal_places=8, allow_null=True)
    no_data = serializers.BooleanField(help_text="A file showed this platform score as having no data.")
    source = OriginSerializer(allow_null=True)  # type: ignore[assignment]  # as above
    confirmed_by = OriginSerializer(many=True)
    earlier = EarlierSerializer(many=True)


class ReversalSerializer(StrictSerializer):
    upload = serializers.UUIDField()
    dry_run = serializers.BooleanField()
    reverted_at = UtcDateTimeField(allow_null=True)
    reverted_by = serializers.UUIDField(allow_null=True)
    store_days = serializers.IntegerField(help_text="removed + changed + unchanged")
    removed = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    kept_newer = serializers.IntegerField(help_text="Values that stay because a later import gave them too.")
    stores = serializers.IntegerField()


@extend_schema(tags=["metrics"])
class ObservationSourcesView(APIView):
    """Where the figures of one store-day came from."""

    permission = "metrics.view"

    @extend_schema(
        operation_id="observation_sources",
        parameters=[
            OpenApiParameter("day", OpenApiTypes.DATE, OpenApiParameter.PATH),
            OpenApiParameter("metrics", str, description="codes, separated by commas"),
        ],
        responses=FigureSerializer(many=True),
    )
    def get(self, request: Request, store_id: Any, day: str) -> Response:
        """For each metric its value, what gave it, what confirmed it since, and what was known before, newest first.

        Clients' people see kind, rows and times; names of files, sheets and people are the agency's own.
        """
        refuse_unknown(request, ("metrics",))
        store = get_object_or_404(visible_to(request.user), pk=store_id)
        codes = read_codes(request.query_params.get("metrics", ""))
        is_staff = person_of(request.user).role in AGENCY_STAFF
        figures = list_figures(store_id=store.pk, day=_read_day(day), codes=codes)
        return Response([_tell_figure(figure, is_staff=is_staff) for figure in figures])


class RevertActions:
    """The action of the imports' view set that takes one back."""

    get_object: Any

    @extend_schema(request=None, parameters=[DRY_RUN], responses=ReversalSerializer)
    @action(detail=True, methods=["post"])
    def revert(self, request: Request, pk: Any = None) -> Response:
        """Take back what the import wrote; of one that was taken back already, tell again what that did."""
        refuse_unknown(request, ("dry_run",))
        dry_run = serializers.BooleanField().run_validation(request.query_params.get("dry_run", "false"))
        upload = self.get_object()
        found = revert_import(upload=upload, by=person_of(request.user), dry_run=dry_run)
        is_done = not dry_run or getattr(upload, "reversal", None) is not None
        counts = {name: getattr(found, name) for name in ("store_days", "removed", "changed", "unchanged")}
        return Response(
            {
                "upload": found.upload_id,
                "dry_run": dry_run,
                "reverted_at": moment_of(found.reverted_at) if is_done else None,
                "reverted_by": found.by_id if is_done else None,
                **counts,
                "kept_newer": found.kept_newer,
                "stores": found.stores,
            }
        )


def read_codes(text: str) -> list[str] | None:
    """Metric codes, separated by commas; None for none. Raises ValidationError for one the catalogue lacks."""
    codes = [code for code in text.split(",") if code]
    unknown = [code for code in codes if code not in BY_CODE]
    if unknown:
        raise serializers.ValidationError({"metrics": [f"unknown: {', '.join(unknown)}"]})
    return codes or None


def moment_of(at: datetime | None) -> Any:
    """A moment as all answers have it."""
    return None if at is None else UtcDateTimeField().to_representation(at)


def _read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error


def _tell_figure(figure: Figure, *, is_staff: bool) -> dict[str, Any]:
    metric = figure.metric
    return {
        "metric": metric,
        **_tell_cell(metric, figure.cell),
        "source": None if figure.source is None else _tell_origin(metric, figure.source, is_staff=is_staff),
        "confirmed_by": [_tell_origin(metric, origin, is_staff=is_staff) for origin in figure.confirmed_by],
        "earlier": [
            {
                **_tell_cell(metric, said.cell),
                "source": _tell_origin(metric, said.origin, is_staff=is_staff),
            }
            for said in figure.earlier
        ],
    }


def _tell_cell(metric: str, cell: tuple[int | None, bool]) -> dict[str, Any]:
    return {"value": natural(metric, cell[0]), "no_data": cell[1]}


def _tell_origin(metric: str, origin: Origin, *, is_staff: bool) -> dict[str, Any]:
    upload, reversal = origin.upload, origin.reversal
    return {
        "upload": upload.pk if upload and is_staff else None,
        "kind": upload.kind if upload else "",
        "file_name": upload.file_name if upload and is_staff else "",
        "sheet": origin.source.sheet if is_staff else "",
        "heading": origin.heading_of(metric) if is_staff else "",
        "rows": origin.rows,
        "imported_by": str(upload.uploaded_by) if upload and is_staff else "",
        "written_at": moment_of(origin.given.at),
        "reverted_at": moment_of(reversal.reverted_at) if reversal else None,
        "reverted_by": str(reversal.by) if reversal and is_staff else "",
    }
