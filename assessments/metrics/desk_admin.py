"""What a person does with an import in the admin: see how far it is, fetch its errors, settle stores and conflicts."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from assessments.metrics.conflicts import list_conflicts, natural_value
from assessments.metrics.models import Import, ImportProgress, OnConflict, RejectedRows, RememberedKind
from assessments.metrics.naming import METRIC_NAMES
from assessments.metrics.progress import get_progress
from assessments.metrics.remembered_kinds import forget_kind
from assessments.metrics.services import commit_import
from core.admin import AccessAdmin
from core.api.errors import ServiceError
from core.arrival import received_at
from core.people.access import allows
from core.sites import agency_site

# On the page; the API has all that are kept.
MOST_SHOWN = 50
DESK_FIELDS = ("progress_text", "errors_link", "unknown_stores_text", "conflicts_text")


class DeskPage(AccessAdmin):
    """The part of an import's page that is about working on it."""

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        upload = super().get_object(request, object_id, from_field)
        if upload is not None:
            # What is shown depends on who looks and when; the page's own methods are told neither.
            upload.shown_to = request
        return upload

    @admin.display(description=gettext_lazy("progress"))
    def progress_text(self, upload: Any) -> str:
        found = get_progress(uploads=[upload], at=received_at(upload.shown_to)).get(upload.pk)
        if found is None:
            return "–"
        parts = [str(ImportProgress.Phase(found["phase"]).label)]
        if found["rows_done"] is not None:
            parts.append(f"{found['rows_done']:,} / {found['rows_total'] or '?'}")
        if found["rows_per_second"]:
            parts.append(_("%(rate)s rows a second") % {"rate": f"{found['rows_per_second']:,}"})
        if found["seconds_left"] is not None:
            parts.append(_("%(seconds)s s left") % {"seconds": found["seconds_left"]})
        return " · ".join(parts)

    @admin.display(description=gettext_lazy("rejected rows as a workbook"))
    def errors_link(self, upload: Import) -> str:
        if not RejectedRows.objects.filter(upload=upload).exists():
            return "–"
        return format_html('<a href="{}">{}</a>', reverse("imports-errors", args=[upload.pk]), _("download"))

    @admin.display(description=gettext_lazy("unknown stores"))
    def unknown_stores_text(self, upload: Any) -> str:
        may_add = allows(upload.shown_to.user, "stores.manage")
        return format_html_join(
            "", "{}<br>", ((self._tell_store(found, may_add),) for found in upload.unknown_stores[:MOST_SHOWN])
        )

    def _tell_store(self, found: dict[str, Any], may_add: bool) -> SafeString:
        rows = _("rows: %(rows)s") % {"rows": found["rows"]}
        told = format_html("{} {} ({})", found["shop_id"], found["name"], rows)
        if not may_add:
            return told
        word = found["shop_id"] or found["name"]
        add = f"{reverse('agency:stores_store_add')}?{urlencode({'shop_id': found['shop_id'], 'name': found['name']})}"
        alias = f"{reverse('agency:stores_storealias_add')}?{urlencode({'name': word})}"
        return format_html(
            '{} <a href="{}">{}</a> · <a href="{}">{}</a>', told, add, _("add it"), alias, _("it is a known store")
        )

    @admin.display(description=gettext_lazy("conflicts"))
    def conflicts_text(self, upload: Any) -> str:
        if upload.conflicts is None:
            return "–"
        rows = list_conflicts(upload=upload, user=upload.shown_to.user).order_by("pk")[:MOST_SHOWN]
        lines = (
            (
                row.store,
                row.day,
                METRIC_NAMES[row.metric].in_(get_language() or "zh") if row.metric in METRIC_NAMES else row.metric,
                natural_value(row, row.stored),
                "–" if row.found is None else natural_value(row, row.found),
            )
            for row in rows
        )
        return format_html("{}<br>{}", upload.conflicts, format_html_join("", "{} {} {}: {} → {}<br>", lines))

    @admin.action(description=gettext_lazy("Take over finished dry runs"))
    def take_over(self, request: HttpRequest, queryset: QuerySet[Import]) -> None:
        self._take_over(request, queryset, "")

    @admin.action(description=gettext_lazy("Take over, keeping what is stored"))
    def take_over_keeping(self, request: HttpRequest, queryset: QuerySet[Import]) -> None:
        self._take_over(request, queryset, OnConflict.KEEP)

    def _take_over(self, request: HttpRequest, queryset: QuerySet[Import], on_conflict: str) -> None:
        for upload in queryset:
            try:
                commit_import(upload=upload, on_conflict=on_conflict)
            except ServiceError as error:
                messages.error(request, f"{upload}: {error.detail}")
            else:
                messages.info(request, _("%(file)s is being taken over.") % {"file": upload})


@admin.register(RememberedKind, site=agency_site)
class RememberedKindAdmin(AccessAdmin):
    view_permission = "imports.view"
    delete_permission = "kinds.manage"
    list_display = ["kind", "headings", "chosen_by", "chosen_at"]
    ordering = ["-chosen_at"]
    fields = ["kind", "headings", "chosen_by", "chosen_at"]

    def delete_model(self, request: HttpRequest, obj: RememberedKind) -> None:
        forget_kind(remembered=obj)
