"""Fee agreements and refund estimates in the agency's admin."""

from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from assessments.fees.answers import list_exit_lines
from assessments.fees.base_fee import answer_base_fee, tell_base_fee
from assessments.fees.models import FeeAgreement, RefundEstimate
from assessments.fees.queries import explain_estimate, list_agreements, list_estimates
from assessments.periods.answers import NoAnswer
from assessments.stores.admin import OfStoreAdmin, StoreAdmin
from assessments.stores.models import Store
from core.admin import AccessAdmin
from core.arrival import received_at
from core.sites import agency_site
from tenants.door import current_scope


@admin.register(FeeAgreement, site=agency_site)
class FeeAgreementAdmin(OfStoreAdmin):
    view_permission = "fees.view"
    add_permission = change_permission = "fees.manage"
    fixed = ("store", "year")
    list_display = ["store", "year", "prepaid_fen", "refunded_fen", "exit_applied_on", "exit_reason"]
    list_filter = ["year", "exit_reason"]
    search_fields = ["store__name"]
    ordering = ["-year", "store__name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[FeeAgreement]:
        return list_agreements(request.user)


@admin.register(RefundEstimate, site=agency_site)
class RefundEstimateAdmin(AccessAdmin):
    view_permission = "fees.view"
    list_display = ["agreement", "revision", "state", "refund", "as_of", "created_at"]
    ordering = ["-created_at"]
    fields = ["agreement", "revision", "state", "refund", "as_of", "why", "digest", "engine_version"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[RefundEstimate]:
        return list_estimates(request.user).select_related("agreement__store")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields

    @admin.display(description=gettext_lazy("refund (¥)"))
    def refund(self, estimate: RefundEstimate) -> str:
        return "–" if estimate.refund_fen is None else f"{Decimal(estimate.refund_fen).scaleb(-2):,.2f}"

    @admin.display(description=gettext_lazy("why"))
    def why(self, estimate: RefundEstimate) -> str:
        return "\n".join(explain_estimate(estimate, language=get_language() or "zh"))


def refund_panel(request: HttpRequest, store: Store) -> dict[str, Any] | None:
    """The newest refund estimate on the store's own page."""
    estimate = (
        list_estimates(request.user).filter(agreement__store=store).order_by("-agreement__year", "-revision").first()
    )
    if estimate is None:
        return None
    language = get_language() or "zh"
    return {
        "title": _("Refund estimate %(year)s: for reference; the marketplace's settlement decides")
        % {"year": estimate.agreement.year},
        "lines": [*explain_estimate(estimate, language=language), *list_exit_lines(estimate, language=language)],
        "link": reverse("agency:fees_refundestimate_change", args=[estimate.pk]),
        "link_title": _("This estimate with its digest"),
    }


def base_fee_panel(request: HttpRequest, store: Store) -> dict[str, Any] | None:
    """The store's base software service fee so far, on its own page; nothing where no rulebook charges one."""
    try:
        result = answer_base_fee(store, today=current_scope().today(received_at(request)))
    except NoAnswer:
        return None
    return {
        "title": _("Base software service fee (figures up to %(day)s)") % {"day": result.as_of},
        "lines": tell_base_fee(result, language=get_language() or "zh"),
    }


StoreAdmin.panels.extend([refund_panel, base_fee_panel])
