"""What files the agency expects, how often and of whom; and what is late, on a store's page."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from assessments.metrics.late_files import get_expectations, list_late_files
from assessments.metrics.models import ExpectedFile
from assessments.metrics.sources import BY_SOURCE, SOURCES
from assessments.stores.models import Store
from assessments.stores.queries import visible_to
from core.admin import AccessAdmin
from core.arrival import received_at
from core.people.access import allows
from core.people.models import AGENCY_STAFF
from core.sites import agency_site
from tenants.door import current_scope


class ExpectedFileForm(forms.ModelForm[ExpectedFile]):
    """A source by its name."""

    source = forms.ChoiceField(
        label=gettext_lazy("source"),
        choices=[(each.code, f"{each.name.zh} / {each.name.en}") for each in SOURCES],
    )


@admin.register(ExpectedFile, site=agency_site)
class ExpectedFileAdmin(AccessAdmin):
    view_permission = add_permission = change_permission = delete_permission = "late_files.manage"
    form = ExpectedFileForm
    list_display = ["source_name", "store", "cadence", "grace_days", "owner", "starts_on"]
    ordering = ["source", "pk"]
    fields = ["source", "store", "cadence", "grace_days", "owner", "starts_on"]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "store":
            kwargs["queryset"] = visible_to(request.user).order_by("name")
        if db_field.name == "owner":
            kwargs["queryset"] = db_field.related_model.objects.filter(role__in=AGENCY_STAFF, is_active=True)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {
            "starts_on": current_scope().today(received_at(request)),
            **super().get_changeform_initial_data(request),
        }

    @admin.display(description=gettext_lazy("source"), ordering="source")
    def source_name(self, expected: ExpectedFile) -> str:
        known = BY_SOURCE.get(expected.source)
        return known.name.in_(get_language() or "zh") if known else expected.source


def late_panel(request: HttpRequest, store: Store) -> dict[str, Any] | None:
    """A store's late files on its own page; nothing where none is late."""
    if not allows(request.user, "late_files.view"):
        return None
    today = current_scope().today(received_at(request))
    found = list_late_files(stores=[store], expectations=get_expectations(), today=today)
    line = _("%(source)s: missing from %(day)s on, due on %(due)s; %(owners)s")
    told = [
        line
        % {
            "source": each.source.name.in_(get_language() or "zh"),
            "day": each.late.missing_from,
            "due": each.late.due_on,
            "owners": ", ".join(map(str, each.owners)) or "–",
        }
        for each in found
    ]
    return {"title": _("Late files"), "lines": told} if told else None
