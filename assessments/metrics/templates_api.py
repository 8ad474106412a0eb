"""Our own templates over the API: one for each kind of data, with what the caller may choose in its drop-downs."""

from collections.abc import Callable, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from assessments.metrics.catalogue import CATALOGUE
from assessments.metrics.reading.formats import get_format
from assessments.metrics.taking.registry import may_import
from assessments.metrics.templates_records import write_records
from assessments.metrics.templates_xlsx import XLSX, build_template, write_store_days
from assessments.stores.queries import list_clients_of, visible_to
from core.people.models import Role, User

MOST_CHOICES = 1000
# Templates of store-days, which differ in their columns only.
SCORES = tuple(metric.code for metric in CATALOGUE if metric.group == "score")
OF_STORE_DAYS: dict[str, Callable[[list[tuple[str, str]]], bytes]] = {
    "store-day": lambda stores: build_template(stores=stores),
    "daily-scores": lambda stores: write_store_days((), codes=SCORES, stores=stores),
}
OF_RECORDS = {"violations": "violations", "fee-ledger": "fee_ledger", "store-list": "store_list"}
NAMES = [*OF_STORE_DAYS, *OF_RECORDS]


def build_template_for(user: Any, name: str) -> bytes:
    """A template with the stores, clients and operators that this person may choose. KeyError for an unknown name."""
    stores = list(visible_to(user).order_by("name").values_list("shop_id", "name")[:MOST_CHOICES])
    if name in OF_STORE_DAYS:
        return OF_STORE_DAYS[name](stores)
    lists: dict[str, Sequence[str]] = {}
    if name == "store-list":
        operators = User.objects.filter(role=Role.OPERATOR, is_active=True).order_by("username")
        lists = {
            "client": list(list_clients_of(user).order_by("name").values_list("name", flat=True)[:MOST_CHOICES]),
            "operators": list(operators.values_list("username", flat=True)[:MOST_CHOICES]),
        }
    return write_records(get_format(OF_RECORDS[name]), stores=stores, lists=lists)


class TemplateView(APIView):
    """Our own templates as .xlsx, with the caller's stores in their drop-downs. Who may not import a kind gets none."""

    permission = "imports.run"

    @extend_schema(
        tags=["imports"],
        operation_id="import_template",
        parameters=[OpenApiParameter("kind", str, OpenApiParameter.PATH, enum=NAMES)],
        responses={(200, XLSX): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, kind: str) -> HttpResponse:
        if kind not in NAMES:
            raise Http404
        if kind in OF_RECORDS and not may_import(request.user, OF_RECORDS[kind]):
            raise PermissionDenied
        response = HttpResponse(build_template_for(request.user, kind), content_type=XLSX)
        response["Content-Disposition"] = f'attachment; filename="kaohe-{kind}.xlsx"'
        return response
