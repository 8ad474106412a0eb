"""The history of figures in the agency's admin: their origins, links to them, and taking an import back."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.metrics.models import Import, Reversal, SourceDays
from assessments.metrics.origins import list_rows
from assessments.metrics.queries import list_origins_of
from assessments.metrics.reverting import revert_import
from assessments.stores.admin import StoreAdmin
from assessments.stores.models import Store
from core.admin import AccessAdmin
from core.api.errors import ServiceError
from core.people.actors import person_of
from core.sites import agency_site

# What links filter the list by; nothing else can be asked of it.
FILTERS = ("store", "source__upload")


def tell_moment(moment: Any) -> str:
    """A moment as pages show it."""
    return date_format(timezone.localtime(moment), "Y-m-d H:i:s")


def link_to_origins(**filters: Any) -> str:
    """The page of origins, of one store or one import."""
    return f"{reverse('agency:metrics_sourcedays_changelist')}?{urlencode(filters)}"


@admin.register(SourceDays, site=agency_site)
class SourceDaysAdmin(AccessAdmin):
    """Which sheet of which import gave which days of a store, and in which rows they stand."""

    view_permission = "imports.view"
    list_display = ["store", "days_text", "file_name", "sheet", "imported_by", "written_at", "taken_back"]
    ordering = ["-id"]
    fields = readonly_fields = (
        "store",
        "file_name",
        "sheet",
        "imported_by",
        "written_at",
        "taken_back",
        "metrics_text",
        "rows_text",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[SourceDays]:
        return list_origins_of(request.user)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return lookup in FILTERS

    @admin.display(description=gettext_lazy("days"))
    def days_text(self, row: SourceDays) -> str:
        days = sorted(set(row.days))
        return str(days[0]) if len(days) == 1 else f"{days[0]} – {days[-1]} ({len(days)})"

    @admin.display(description=gettext_lazy("import"))
    def file_name(self, row: SourceDays) -> str:
        upload = row.source.upload
        if upload is None:
            return _("from before this record began")
        return format_html('<a href="{}">{}</a>', reverse("agency:metrics_import_change", args=[upload.pk]), upload)

    @admin.display(description=gettext_lazy("sheet"))
    def sheet(self, row: SourceDays) -> str:
        return row.source.sheet or "–"

    @admin.display(description=gettext_lazy("uploaded by"))
    def imported_by(self, row: SourceDays) -> str:
        return str(row.source.upload.uploaded_by) if row.source.upload else "–"

    @admin.display(description=gettext_lazy("figures written at"))
    def written_at(self, row: SourceDays) -> str:
        return tell_moment(row.source.written_at)

    @admin.display(description=gettext_lazy("taken back"))
    def taken_back(self, row: SourceDays) -> str:
        return tell_reversal(row.source.upload) if row.source.upload else "–"

    @admin.display(description=gettext_lazy("metrics given"))
    def metrics_text(self, row: SourceDays) -> str:
        headings = row.source.headings or row.source.metrics
        return "\n".join(
            code if code == heading else f"{code}: {heading}"
            for code, heading in zip(row.source.metrics, headings, strict=False)
        )

    @admin.display(description=gettext_lazy("row numbers"))
    def rows_text(self, row: SourceDays) -> str:
        return "\n".join(f"{day}: {', '.join(map(str, list_rows(row, day))) or '–'}" for day in sorted(set(row.days)))


def tell_reversal(upload: Import) -> str:
    """Who took an import back, and when; a dash where nobody did."""
    reversal = getattr(upload, "reversal", None)
    if reversal is None:
        return "–"
    told = {"who": reversal.by, "when": tell_moment(reversal.reverted_at), "what": tell_counts(reversal)}
    return _("by %(who)s, %(when)s: %(what)s") % told


def tell_counts(reversal: Reversal) -> str:
    """What taking back does or did, in a line."""
    return _(
        "%(removed)s store-days vanish, %(changed)s change back, %(unchanged)s stay as they are;"
        " %(kept_newer)s values of later imports stay"
    ) % {name: getattr(reversal, name) for name in ("removed", "changed", "unchanged", "kept_newer")}


class TakingBack:
    """What the page of imports knows of their history; a part of ImportAdmin."""

    @admin.display(description=gettext_lazy("taken back"))
    def taken_back(self, upload: Import) -> str:
        return tell_reversal(upload)

    @admin.display(description=gettext_lazy("figures' origins"))
    def origins_link(self, upload: Import) -> str:
        return format_html('<a href="{}">{}</a>', link_to_origins(source__upload=upload.pk), _("stores, days and rows"))

    @admin.action(description=gettext_lazy("Tell what taking back would do"))
    def preview_taking_back(self, request: HttpRequest, queryset: QuerySet[Import]) -> None:
        self._take_back(request, queryset, dry_run=True)

    @admin.action(description=gettext_lazy("Take back what was imported"))
    def take_back(self, request: HttpRequest, queryset: QuerySet[Import]) -> None:
        self._take_back(request, queryset, dry_run=False)

    def _take_back(self, request: HttpRequest, queryset: QuerySet[Import], *, dry_run: bool) -> None:
        for upload in queryset:
            try:
                reversal = revert_import(upload=upload, by=person_of(request.user), dry_run=dry_run)
            except ServiceError as error:
                messages.error(request, f"{upload}: {error.detail}")
            else:
                messages.info(request, f"{upload}: {tell_counts(reversal)}")


def origins_panel(request: HttpRequest, store: Store) -> dict[str, Any] | None:
    """The last files that brought figures of a store, on its own page."""
    rows = list_origins_of(request.user).filter(store=store).order_by("-pk")[:5]
    before = _("from before this record began")
    lines = [
        _("%(when)s %(file)s %(sheet)s: %(days)s days")
        % {
            "when": tell_moment(row.source.written_at),
            "file": row.source.upload or before,
            "sheet": row.source.sheet,
            "days": len(set(row.days)),
        }
        for row in rows
    ]
    if not lines:
        return None
    return {
        "title": _("Where the figures came from"),
        "lines": lines,
        "link": link_to_origins(store=store.pk),
        "link_title": _("All files, days and rows"),
    }


StoreAdmin.panels.append(origins_panel)
