"""Agencies, for platform admins. Creating one writes a row; the provisioning worker makes the rest."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.admin import AccessAdmin, AccessInline
from core.sites import platform_site
from tenants.models import Agency, Domain
from tenants.services import request_agency, resume_agency, suspend_agency


class AgencyForm(forms.ModelForm[Agency]):
    """A new agency with its first owner."""

    owner = forms.CharField(label=gettext_lazy("first owner's user name"), max_length=60)
    password = forms.CharField(label=gettext_lazy("first owner's password"), widget=forms.PasswordInput)

    class Meta:
        model = Agency
        fields = ["slug", "name", "business_date"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            # The service writes the row, within the door's transaction; its refusals become form errors.
            self.instance = request_agency(**cleaned)
        return cleaned

    def _post_clean(self) -> None:
        """The service has validated and saved; the form must not build a second row."""

    def save(self, commit: bool = True) -> Agency:
        return self.instance

    def save_m2m(self) -> None:
        """Nothing to save."""


class DomainInline(AccessInline):
    model = Domain
    view_permission = "agencies.manage"
    fields = readonly_fields = ("domain", "is_primary")


@admin.register(Agency, site=platform_site)
class AgencyAdmin(AccessAdmin):
    view_permission = add_permission = "agencies.manage"
    list_display = ["name", "slug", "status", "business_date", "created_at"]
    readonly_fields = ("schema_name", "created_at")
    ordering = ["slug"]
    actions = ["suspend", "resume"]
    inlines = [DomainInline]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = AgencyForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ["slug", "name", "business_date", "owner", "password"]
        return ["slug", "name", "status", "business_date", "schema_name", "created_at"]

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else []

    def save_model(self, request: HttpRequest, obj: Agency, form: Any, change: bool) -> None:
        """The form's service has written everything."""

    @admin.action(description=gettext_lazy("Suspend: refuse at the door, keep everything"))
    def suspend(self, request: HttpRequest, queryset: QuerySet[Agency]) -> None:
        for agency in queryset:
            suspend_agency(agency=agency)
        messages.info(request, _("Suspended."))

    @admin.action(description=gettext_lazy("Open again"))
    def resume(self, request: HttpRequest, queryset: QuerySet[Agency]) -> None:
        for agency in queryset:
            resume_agency(agency=agency)
        messages.info(request, _("Open again."))
