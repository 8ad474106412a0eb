"""The portfolio, periods and verdicts in the agency's admin, and the "why" on a store's page."""

from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from assessments.periods.answers import NoAnswer, list_outlook_lines
from assessments.periods.models import Period, Phase, Standing, StoreStanding, Verdict
from assessments.periods.points import answer_points, tell_points
from assessments.periods.queries import explain_verdict, list_board, list_periods, list_verdicts
from assessments.stores.admin import StoreAdmin
from assessments.stores.models import Store
from core.admin import AccessAdmin
from core.arrival import received_at
from core.sites import agency_site
from tenants.door import current_scope


@admin.register(StoreStanding, site=agency_site)
class BoardAdmin(AccessAdmin):
    view_permission = "portfolio.view"
    list_display = [
        "store",
        "category",
        "period",
        "standing",
        "others",
        "score",
        "failures",
        "sales",
        "refund_text",
        "as_of",
    ]
    list_filter = ["standing"]
    search_fields = ["store__name"]
    ordering = ["-risk", "store__name"]
    fields = readonly_fields = (
        "store",
        "standing",
        "others",
        "period",
        "score",
        "failures",
        "sales",
        "refund_text",
        "why",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[StoreStanding]:
        return list_board(request.user).select_related("store", "verdict")

    @admin.display(description=gettext_lazy("category"))
    def category(self, row: StoreStanding) -> str:
        return row.store.main_category

    @admin.display(description=gettext_lazy("period"))
    def period(self, row: StoreStanding) -> str:
        period = row.document["period"]
        return f"{Phase(period['phase']).label} {period['starts_on']} – {period['ends_before']}" if period else "–"

    @admin.display(description=gettext_lazy("other programmes"))
    def others(self, row: StoreStanding) -> str:
        return "\n".join(tell_others(row)) or "–"

    @admin.display(description=gettext_lazy("score / line"))
    def score(self, row: StoreStanding) -> str:
        part = row.document["score"]
        return f"{part['latest'] or part['month_end'] or '–'} / {part['line'] or '–'}" if part else "–"

    @admin.display(description=gettext_lazy("failed months / left"))
    def failures(self, row: StoreStanding) -> str:
        part = row.document["score"]
        return f"{_or_dash(part['failures'])} / {_or_dash(part['failures_left'])}" if part else "–"

    @admin.display(description=gettext_lazy("sales / target (¥)"))
    def sales(self, row: StoreStanding) -> str:
        part = row.document["sales"]
        return f"{_yuan(part['actual'])} / {_yuan(part['target'])}" if part else "–"

    @admin.display(description=gettext_lazy("refund estimate (¥)"))
    def refund_text(self, row: StoreStanding) -> str:
        refund = row.refund
        if not refund:
            return "–"
        if refund["refund"] is not None:
            return _yuan(refund["refund"])
        return f"{_yuan(refund['low'])} … {_yuan(refund['high'])}"

    @admin.display(description=gettext_lazy("why"))
    def why(self, row: StoreStanding) -> str:
        return "\n".join(explain_verdict(row.verdict, language=get_language() or "zh")) if row.verdict else "–"


@admin.register(Period, site=agency_site)
class PeriodAdmin(AccessAdmin):
    view_permission = "periods.view"
    list_display = ["store", "programme", "phase", "number", "starts_on", "ends_before", "rulebook"]
    list_filter = ["phase", "programme"]
    search_fields = ["store__name"]
    ordering = ["store__name", "-starts_on"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Period]:
        return list_periods(request.user).select_related("store")


@admin.register(Verdict, site=agency_site)
class VerdictAdmin(AccessAdmin):
    view_permission = "periods.view"
    list_display = ["period", "revision", "outcome", "live", "standing", "as_of", "created_at"]
    list_filter = ["standing", "outcome"]
    ordering = ["-created_at"]
    fields = ["period", "revision", "outcome", "live", "standing", "as_of", "why", "digest", "engine_version"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Verdict]:
        return list_verdicts(request.user).select_related("period__store")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields

    @admin.display(description=gettext_lazy("why"))
    def why(self, verdict: Verdict) -> str:
        return "\n".join(explain_verdict(verdict, language=get_language() or "zh"))


def tell_others(row: StoreStanding) -> list[str]:
    """The standing in every programme but the one that the row shows."""
    chinese = (get_language() or "zh").startswith("zh")
    return [
        f"{part['name_zh' if chinese else 'name_en']}: {Standing(part['standing']).label}"
        for part in row.document.get("programmes", ())[1:]
    ]


def standing_panel(request: HttpRequest, store: Store) -> dict[str, Any] | None:
    """Why the store stands as it does, on its own page."""
    row = list_board(request.user).filter(store=store).select_related("verdict").first()
    if row is None or row.verdict is None:
        return None
    language = get_language() or "zh"
    return {
        "title": _("Standing: %(standing)s (figures up to %(day)s)")
        % {"standing": row.get_standing_display(), "day": row.as_of},
        "lines": [
            *explain_verdict(row.verdict, language=language),
            *list_outlook_lines(row.verdict, language=language),
            *tell_others(row),
        ],
        "link": reverse("agency:periods_verdict_change", args=[row.verdict_id]),
        "link_title": _("This verdict with its digest"),
    }


def points_panel(request: HttpRequest, store: Store) -> dict[str, Any] | None:
    """The store's violation points today, on its own page; nothing where no rulebook counts any."""
    today = current_scope().today(received_at(request))
    try:
        result = answer_points(store, today=today)
    except NoAnswer:
        return None
    return {
        "title": _("Violation points (up to %(day)s)") % {"day": today},
        "lines": tell_points(result, language=get_language() or "zh"),
        "link": reverse("agency:metrics_violation_changelist"),
        "link_title": _("The violations"),
    }


StoreAdmin.panels.extend([standing_panel, points_panel])


def _yuan(amount: str | None) -> str:
    return "–" if amount is None else f"{Decimal(amount):,.2f}"


def _or_dash(value: Any) -> str:
    return "–" if value is None else str(value)
