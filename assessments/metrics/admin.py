"""Upload a file, see what became of it, take over a dry run; write down violations."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from assessments.metrics.coverage_admin import CoveragePages
from assessments.metrics.desk_admin import DESK_FIELDS, DeskPage
from assessments.metrics.history_admin import TakingBack
from assessments.metrics.models import Import, OnConflict, Rejection, Violation
from assessments.metrics.push_reading import PUSH
from assessments.metrics.pushing import PUSH_NAME
from assessments.metrics.queries import list_imports_of, list_violations
from assessments.metrics.reading.formats import FORMATS
from assessments.metrics.services import check_size, upload_file
from assessments.stores.admin import OfStoreAdmin
from assessments.stores.queries import visible_to
from core.admin import AccessInline
from core.api.errors import ServiceError
from core.people.actors import person_of
from core.sites import agency_site

KIND_NAMES = {**{item.kind: item.name for item in FORMATS}, PUSH: PUSH_NAME}


class UploadForm(forms.ModelForm[Import]):
    """A file, perhaps what it is, perhaps whose it is, and what happens where it differs from what is stored."""

    file = forms.FileField(label=gettext_lazy("file (.xls, .xlsx, .csv)"))
    kind = forms.ChoiceField(
        label=gettext_lazy("kind"),
        required=False,
        choices=[
            ("", gettext_lazy("recognise it")),
            *((item.kind, f"{item.name.zh} / {item.name.en}") for item in FORMATS),
        ],
    )

    on_conflict = forms.ChoiceField(
        label=gettext_lazy("where the file differs from what is stored"), required=False, choices=OnConflict.choices
    )

    class Meta:
        model = Import
        fields = ["kind", "default_store", "dry_run", "on_conflict"]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        try:
            check_size(size=file.size, file_name=file.name)
        except ServiceError as error:
            raise forms.ValidationError(error.detail) from error
        return file

    def save(self, commit: bool = True) -> Import:
        return self.instance

    def save_m2m(self) -> None:
        """Nothing to save."""


class RejectionInline(AccessInline):
    model = Rejection
    view_permission = "imports.view"
    fields = readonly_fields = ("sheet", "row_number", "column", "heading", "value", "reason_zh", "reason_en")
    ordering = ("pk",)


@admin.register(Import, site=agency_site)
class ImportAdmin(TakingBack, CoveragePages, DeskPage):
    view_permission = "imports.view"
    add_permission = "imports.run"
    list_display = [
        "file_name",
        "kind_name",
        "state",
        "dry_run",
        "rows_in",
        "created",
        "changed",
        "unchanged",
        "kept",
        "rejected",
        "stores",
        "created_at",
    ]
    list_filter = ["state"]
    ordering = ["-created_at"]
    change_list_template = "admin/imports_change_list.html"
    actions = ["take_over", "take_over_keeping", "preview_taking_back", "take_back"]
    add_fields = ["file", "kind", "default_store", "dry_run", "on_conflict"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Import]:
        return list_imports_of(request.user)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = UploadForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return self.add_fields
        return [
            ("file_name", "kind_name", "encoding"),
            ("state", "dry_run", "on_conflict", "error_text"),
            "progress_text",
            ("rows_in", "created", "changed", "unchanged", "kept", "rejected", "summary_rows"),
            ("stores", "uploaded_by", "created_at", "finished_at"),
            "errors_link",
            "unknown_stores_text",
            "conflicts_text",
            "left_out_text",
            "notices_text",
            ("taken_back", "origins_link"),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        shown = ["error_text", "kind_name", "left_out_text", "notices_text", "created_at"]
        return [] if obj is None else [*shown, "taken_back", "origins_link", *DESK_FIELDS]

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return [RejectionInline] if obj else []

    @admin.display(description=gettext_lazy("kind"))
    def kind_name(self, upload: Import) -> str:
        name = KIND_NAMES.get(upload.kind)
        return name.in_(get_language() or "zh") if name else upload.kind or "–"

    @admin.display(description=gettext_lazy("columns left out"))
    def left_out_text(self, upload: Import) -> str:
        personal = _("personal")
        return "\n".join(
            f"{column['column']} {column['heading']}" + (f" ({personal})" if column["personal"] else "")
            for column in upload.left_out
        )

    @admin.display(description=gettext_lazy("notices"))
    def notices_text(self, upload: Import) -> str:
        words = "en" if (get_language() or "zh").startswith("en") else "zh"
        return "\n".join(
            f"{told['sheet']} {told['row_number']}: {told[words]}" if told["row_number"] else told[words]
            for told in upload.notices
        )

    @admin.display(description=gettext_lazy("error"))
    def error_text(self, upload: Import) -> str:
        return f"{upload.error['zh']} / {upload.error['en']}" if upload.error else ""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "default_store":
            kwargs["queryset"] = visible_to(request.user).order_by("name")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Import, form: Any, change: bool) -> None:
        file = form.cleaned_data["file"]
        upload = upload_file(
            content=file.read(),
            file_name=file.name,
            by=person_of(request.user),
            dry_run=form.cleaned_data["dry_run"],
            kind=form.cleaned_data["kind"],
            store=form.cleaned_data["default_store"],
            on_conflict=form.cleaned_data["on_conflict"] or OnConflict.REPLACE,
        )
        # Django goes on with this object (log entry, redirect): let it be the stored one.
        obj.__dict__.update(upload.__dict__)


@admin.register(Violation, site=agency_site)
class ViolationAdmin(OfStoreAdmin):
    view_permission = "violations.view"
    add_permission = change_permission = "violations.manage"
    list_display = ["store", "occurred_on", "points", "severity", "topic", "withdrawn"]
    list_filter = ["severity", "topic"]
    search_fields = ["store__name"]
    ordering = ["-occurred_on"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Violation]:
        return list_violations(request.user)
