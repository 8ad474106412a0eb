"""Rulebooks to read; category lines and enrolments to fill in."""

import json
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext, gettext_lazy

from assessments.engine import decimal_text, describe, diff_rulebooks
from assessments.rulebooks.drafting import approve_draft, change_draft, read_rules, withdraw_draft, write_draft
from assessments.rulebooks.filling import fill_lines
from assessments.rulebooks.models import CategoryLine, Enrolment, LineChange, RulebookDraft, RulebookVersion
from assessments.rulebooks.queries import get_version_beside, has_table, has_track, load_rulebook, read_draft
from assessments.rulebooks.services import note_change, touch_lines
from assessments.stores.services import touch_stores
from core.admin import AccessAdmin, FixedOnceMade
from core.api.errors import InvalidInput, ServiceError
from core.people.access import allows
from core.people.actors import actor_of, person_of
from core.sites import agency_site


@admin.register(RulebookVersion, site=agency_site)
class RulebookVersionAdmin(AccessAdmin):
    view_permission = "rulebooks.view"
    list_display = ["name_zh", "programme", "track", "version", "kind", "effective_from", "effective_before"]
    list_filter = ["kind", "platform", "programme"]
    ordering = ["programme", "effective_from"]
    fields = ["name_zh", "name_en", "programme", "track", "version", "effective_from", "digest", "prose", "rules"]

    @admin.display(description=gettext_lazy("in words"))
    def prose(self, row: RulebookVersion) -> str:
        return "\n".join(describe(load_rulebook(row.digest), get_language() or "zh"))

    @admin.display(description=gettext_lazy("rules"))
    def rules(self, row: RulebookVersion) -> SafeString:
        return format_html("<pre>{}</pre>", json.dumps(json.loads(row.canonical), ensure_ascii=False, indent=1))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields


class DraftForm(forms.ModelForm[RulebookDraft]):
    """The rules as text, and why."""

    class Meta:
        model = RulebookDraft
        fields = ["text", "reason"]
        widgets = {"text": forms.Textarea(attrs={"rows": 40, "cols": 120, "spellcheck": "false"})}

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"].replace("\r\n", "\n")
        try:
            read_rules(text)
        except InvalidInput as error:
            raise forms.ValidationError([error.detail, *error.fields.get("text", ())]) from error
        return text

    def save(self, commit: bool = True) -> RulebookDraft:
        return self.instance

    def save_m2m(self) -> None:
        """Nothing to save."""


@admin.register(RulebookDraft, site=agency_site)
class RulebookDraftAdmin(AccessAdmin):
    """Write rules, read them in words and beside the published version, decide as a second person."""

    form = DraftForm
    view_permission = add_permission = change_permission = "rulebooks.draft"
    change_form_template = "admin/draft_change_form.html"
    list_display = ["name_zh", "programme", "track", "version", "effective_from", "state", "written_by", "decided_by"]
    list_filter = ["state", "programme"]
    ordering = ["-written_at"]
    told = (
        "state",
        ("written_by", "written_at"),
        ("decided_by", "decided_at", "decision_note"),
        "difference",
        "prose",
        "digest",
    )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_open = obj is None or obj.state == RulebookDraft.State.OPEN
        return is_open and super().has_change_permission(request, obj)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["text", "reason"] if obj is None else ["reason", *self.told, "text"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (
            () if obj is None else [name for part in self.told for name in ([part] if isinstance(part, str) else part)]
        )

    @admin.display(description=gettext_lazy("in words"))
    def prose(self, draft: RulebookDraft) -> str:
        return "\n".join(describe(read_draft(draft), get_language() or "zh"))

    @admin.display(description=gettext_lazy("changes in the published version"))
    def difference(self, draft: RulebookDraft) -> str:
        beside = get_version_beside(draft)
        if beside is None:
            return gettext("There is no published version of this programme yet.")
        lines = diff_rulebooks(load_rulebook(beside.digest), read_draft(draft), get_language() or "zh")
        return "\n".join([str(beside), *lines])

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        draft = self.get_object(request, object_id)
        decisions = {"can_withdraw": False, "can_approve": False}
        if draft is not None and self.has_change_permission(request, draft):
            is_second = draft.written_by_id != person_of(request.user).pk
            decisions = {"can_withdraw": True, "can_approve": is_second and allows(request.user, "rulebooks.approve")}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **decisions})

    def save_model(self, request: HttpRequest, obj: RulebookDraft, form: Any, change: bool) -> None:
        by = person_of(request.user)
        text, reason = form.cleaned_data["text"], form.cleaned_data["reason"]
        if not change:
            saved = write_draft(text=text, reason=reason, by=by)
        elif "_approve" in request.POST:
            approve_draft(draft=obj, digest=request.POST["_approve"], by=by)
            saved = RulebookDraft.objects.get(pk=obj.pk)
        elif "_withdraw" in request.POST:
            saved = withdraw_draft(draft=obj, by=by)
        else:
            saved = change_draft(draft=obj, text=text, reason=reason, by=by)
        # Django goes on with this object (log entry, redirect): let it be the stored one.
        obj.__dict__.update(saved.__dict__)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """What a service refuses is told above the form; nothing of it is kept."""
        try:
            with transaction.atomic():
                return super().changeform_view(request, *args, **kwargs)
        except ServiceError as error:
            messages.error(request, error.detail)
            return HttpResponseRedirect(request.get_full_path())


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
    """Lines one by one, or many from a sheet."""

    change_list_template = "admin/lines_change_list.html"
    form = CategoryLineForm
    view_permission = add_permission = change_permission = "rulebooks.lines"
    fixed = ("programme", "track", "table", "category", "store")
    list_display = ["programme", "track", "table", "category", "store", "value", "note", "set_by", "set_at"]
    fields = ["programme", "track", "table", "category", "store", "value", "note", "history"]
    list_filter = ["programme", "table"]
    search_fields = ["category"]
    ordering = ["programme", "table", "category"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*super().get_readonly_fields(request, obj), "history")

    @admin.display(description=gettext_lazy("changes"))
    def history(self, line: CategoryLine) -> str:
        changes = LineChange.objects.filter(line=line).order_by("-pk") if line.pk else ()
        return "\n".join(
            f"{localtime(change.set_at):%Y-%m-%d %H:%M} {change.set_by}:"
            f" {_text(change.before)} → {_text(change.value)} {change.note}"
            for change in changes
        )

    def save_model(self, request: HttpRequest, obj: CategoryLine, form: Any, change: bool) -> None:
        before = CategoryLine.objects.values_list("value", flat=True).get(pk=obj.pk) if change else None
        obj.set_by = actor_of(request.user).label
        super().save_model(request, obj, form, change)
        note_change(line=obj, before=before)
        touch_lines(lines=[obj])

    def get_urls(self) -> list[Any]:
        return [path("sheet/", self.admin_site.admin_view(self.sheet_view), name="lines_sheet"), *super().get_urls()]

    def sheet_view(self, request: HttpRequest) -> HttpResponse:
        """Take a sheet of lines, all of it or nothing; what is wrong is told row by row."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = SheetForm(request.POST or None, request.FILES or None)
        wrong: Any = []
        if request.method == "POST" and form.is_valid():
            file = form.cleaned_data["file"]
            try:
                with transaction.atomic():
                    filled = fill_lines(content=file.read(), file_name=file.name, by=actor_of(request.user))
            except InvalidInput as error:
                messages.error(request, error.detail)
                wrong = error.fields.get("rows", ())
            else:
                told = gettext("New: %(created)d, changed: %(changed)d, unchanged: %(unchanged)d, empty: %(skipped)d.")
                messages.success(request, told % asdict(filled))
                return HttpResponseRedirect(reverse("agency:rulebooks_categoryline_changelist"))
        context = {**self.admin_site.each_context(request), "form": form, "wrong": wrong, "opts": self.opts}
        return TemplateResponse(request, "admin/lines_sheet.html", context)


class SheetForm(forms.Form):
    """The filled-in sheet."""

    file = forms.FileField(label=gettext_lazy("file (.xls, .xlsx, .csv)"))


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
    # A store that was put into a programme by mistake is taken out of it here.
    view_permission = add_permission = change_permission = delete_permission = "rulebooks.lines"
    form = EnrolmentForm
    fixed = ("store", "programme")
    list_display = ["store", "programme", "track", "note", "set_by", "set_at"]
    list_filter = ["programme", "track"]
    ordering = ["store__name"]

    def save_model(self, request: HttpRequest, obj: Enrolment, form: Any, change: bool) -> None:
        obj.set_by = actor_of(request.user).label
        super().save_model(request, obj, form, change)
        if not change or "track" in form.changed_data:
            touch_stores(store_ids=[obj.store_id])

    def delete_model(self, request: HttpRequest, obj: Enrolment) -> None:
        store_id = obj.store_id
        super().delete_model(request, obj)
        touch_stores(store_ids=[store_id])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Enrolment]) -> None:
        store_ids = list(queryset.values_list("store_id", flat=True))
        super().delete_queryset(request, queryset)
        touch_stores(store_ids=store_ids)


def _text(value: Decimal | None) -> str:
    return "–" if value is None else decimal_text(value)
