"""Rulebooks to read; category lines and enrolments to fill in."""

import json
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy

from assessments.rulebooks.models import CategoryLine, Enrolment, RulebookVersion
from assessments.rulebooks.queries import has_table, has_track
from assessments.rulebooks.services import touch_line
from assessments.stores.services import touch_stores
from core.admin import AccessAdmin
from core.people.actors import actor_of
from core.sites import agency_site


@admin.register(RulebookVersion, site=agency_site)
class RulebookVersionAdmin(AccessAdmin):
    view_permission = "rulebooks.view"
    list_display = ["name_zh", "programme", "track", "version", "kind", "effective_from", "effective_before"]
    list_filter = ["kind", "platform", "programme"]
    ordering = ["programme", "effective_from"]
    fields = ["name_zh", "name_en", "programme", "track", "version", "effective_from", "digest", "rules"]

    @admin.display(description=gettext_lazy("rules"))
    def rules(self, row: RulebookVersion) -> SafeString:
        return format_html("<pre>{}</pre>", json.dumps(json.loads(row.canonical), ensure_ascii=False, indent=1))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields


class FixedOnceMade(AccessAdmin):
    """What a row is about is chosen when it is made; another subject is another row."""

    fixed: tuple[str, ...] = ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fixed if obj else ()


class CategoryLineForm(forms.ModelForm[CategoryLine]):
    """Only tables that some rulebook reads."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        programme, table = cleaned.get("programme"), cleaned.get("table")
        if programme and table and not has_table(programme=programme, track=cleaned.get("track", ""), table=table):
            raise forms.ValidationError(
                gettext("No rulebook of %(programme)s reads a table %(table)s.")
                % {"programme": programme, "table": table}
            )
        return cleaned


@admin.register(CategoryLine, site=agency_site)
class CategoryLineAdmin(FixedOnceMade):
    form = CategoryLineForm
    view_permission = add_permission = change_permission = "rulebooks.lines"
    fixed = ("programme", "track", "table", "category", "store")
    list_display = ["programme", "track", "table", "category", "store", "value", "note", "set_by", "set_at"]
    list_filter = ["programme", "table"]
    search_fields = ["category"]
    ordering = ["programme", "table", "category"]

    def save_model(self, request: HttpRequest, obj: CategoryLine, form: Any, change: bool) -> None:
        obj.set_by = actor_of(request.user).label
        super().save_model(request, obj, form, change)
        touch_line(line=obj)


class EnrolmentForm(forms.ModelForm[Enrolment]):
    """Only tracks that some rulebook has."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        programme = cleaned.get("programme") or self.instance.programme
        track = cleaned.get("track")
        if track and not has_track(programme=programme, track=track):
            raise forms.ValidationError(
                gettext("There is no track %(track)s of %(programme)s.") % {"programme": programme, "track": track}
            )
        return cleaned


@admin.register(Enrolment, site=agency_site)
class EnrolmentAdmin(FixedOnceMade):
    view_permission = add_permission = change_permission = "rulebooks.lines"
    form = EnrolmentForm
    fixed = ("store", "programme")
    list_display = ["store", "programme", "track"]
    list_filter = ["programme", "track"]
    ordering = ["store__name"]

    def save_model(self, request: HttpRequest, obj: Enrolment, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        touch_stores(store_ids=[obj.store_id])
