"""Backtests and shadow runs in the agency's admin, and the line on a store's page."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from assessments.backtests.models import Backtest, Comparison, Flip, Shadow, ShadowVerdict
from assessments.backtests.queries import (
    explain_comparison,
    list_backtests,
    list_flips,
    list_newest_flips,
    list_shadow_verdicts,
)
from assessments.backtests.services import refuse_incomparable, start_backtest, start_shadow, stop_shadow
from assessments.backtests.telling import tell_words, yuan
from assessments.rulebooks.models import RulebookDraft
from assessments.stores.admin import StoreAdmin
from assessments.stores.models import Store
from core.admin import AccessAdmin
from core.api.errors import ServiceError
from core.arrival import received_at
from core.people.access import allows
from core.people.actors import person_of
from core.sites import agency_site
from tenants.door import current_scope


class DraftChoice(forms.ModelForm[Backtest]):
    """A draft that can be compared with a published version."""

    def clean_draft(self) -> RulebookDraft:
        draft: RulebookDraft = self.cleaned_data["draft"]
        try:
            refuse_incomparable(draft)
        except ServiceError as error:
            raise forms.ValidationError(error.detail) from error
        return draft

    def save(self, commit: bool = True) -> Any:
        return self.instance

    def save_m2m(self) -> None:
        """Nothing to save."""


@admin.register(Backtest, site=agency_site)
class BacktestAdmin(AccessAdmin):
    view_permission = "backtests.view"
    add_permission = "backtests.run"
    form = DraftChoice
    list_display = ["draft", "state", "progress", "compared", "worse", "better", "unclear", "effect", "created_at"]
    list_filter = ["state"]
    ordering = ["-created_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Backtest]:
        return list_backtests()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ["draft"]
        return [
            ("draft", "beside", "as_of"),
            ("state", "progress", "error_text"),
            ("compared", "worse", "better", "unclear"),
            ("effect", "unpriced"),
            ("requested_by", "created_at", "finished_at"),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [] if obj is None else ["progress", "error_text", "effect", "created_at"]

    @admin.display(description=gettext_lazy("stores compared"))
    def progress(self, backtest: Backtest) -> str:
        return f"{backtest.stores_done} / {backtest.stores_total}"

    @admin.display(description=gettext_lazy("effect on refunds (¥)"))
    def effect(self, backtest: Backtest) -> str:
        return yuan(backtest.effect_fen)

    @admin.display(description=gettext_lazy("error"))
    def error_text(self, backtest: Backtest) -> str:
        return f"{backtest.error['zh']} / {backtest.error['en']}" if backtest.error else ""

    def save_model(self, request: HttpRequest, obj: Backtest, form: Any, change: bool) -> None:
        today = current_scope().today(received_at(request))
        started = start_backtest(draft=form.cleaned_data["draft"], by=person_of(request.user), today=today)
        # Django goes on with this object (log entry, redirect): let it be the stored one.
        obj.__dict__.update(started.__dict__)


class ComparisonAdmin(AccessAdmin):
    """What two sets of rules say of one store, side by side."""

    view_permission = "backtests.view"
    search_fields = ["store__name"]

    @admin.display(description=gettext_lazy("before"))
    def was(self, row: Comparison) -> str:
        return tell_words(row.before)

    @admin.display(description=gettext_lazy("after"))
    def becomes(self, row: Comparison) -> str:
        return tell_words(row.after)

    @admin.display(description=gettext_lazy("effect on the refund (¥)"))
    def effect(self, row: Comparison) -> str:
        return yuan(row.effect_fen)

    @admin.display(description=gettext_lazy("why"))
    def why(self, row: Comparison) -> str:
        return "\n".join(explain_comparison(row, language=get_language() or "zh")) or "–"


@admin.register(Flip, site=agency_site)
class FlipAdmin(ComparisonAdmin):
    list_display = ["store", "direction", "was", "becomes", "effect", "starts_on", "ends_before", "is_live"]
    list_filter = ["direction", "is_live", "backtest"]
    ordering = ["-is_live", "-starts_on"]
    fields = readonly_fields = ("store", "backtest", "starts_on", "ends_before", "was", "becomes", "effect", "why")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Flip]:
        return list_flips(request.user).select_related("backtest__draft")


@admin.register(Shadow, site=agency_site)
class ShadowAdmin(AccessAdmin):
    view_permission = "backtests.view"
    add_permission = delete_permission = "backtests.run"
    form = DraftChoice
    list_display = ["draft", "started_by", "started_at"]
    ordering = ["started_at"]
    fields = ["draft"]

    def save_model(self, request: HttpRequest, obj: Shadow, form: Any, change: bool) -> None:
        started = start_shadow(draft=form.cleaned_data["draft"], by=person_of(request.user))
        obj.__dict__.update(started.__dict__)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What a run compared goes with it and is nobody's to keep: only the runs themselves are asked about."""
        return [str(each) for each in objs], {Shadow._meta.verbose_name_plural: len(objs)}, set(), []

    def delete_model(self, request: HttpRequest, obj: Shadow) -> None:
        stop_shadow(draft=obj.draft)


@admin.register(ShadowVerdict, site=agency_site)
class ShadowVerdictAdmin(ComparisonAdmin):
    list_display = ["store", "direction", "was", "becomes", "effect", "starts_on", "ends_before", "as_of"]
    list_filter = ["direction", "shadow"]
    ordering = ["direction", "store__name"]
    fields = readonly_fields = ("store", "shadow", "starts_on", "ends_before", "was", "becomes", "effect", "why")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ShadowVerdict]:
        return list_shadow_verdicts(request.user).select_related("shadow__draft")


def drafts_panel(request: HttpRequest, store: Store) -> dict[str, Any] | None:
    """What drafts would do to the store, on its own page: those that run beside the live rules, and what the newest
    backtest found."""
    if not allows(request.user, "backtests.view"):
        return None
    shadows = list_shadow_verdicts(request.user).filter(store=store).select_related("shadow__draft").order_by("pk")
    flips = list_newest_flips(request.user, store).select_related("backtest__draft").order_by("-starts_on")
    lines = [f"{row.shadow}: {tell_words(row.before)} → {tell_words(row.after)}" for row in shadows]
    lines += [
        f"{flip.backtest.draft} {flip.starts_on} – {flip.ends_before}:"
        f" {tell_words(flip.before)} → {tell_words(flip.after)} ({yuan(flip.effect_fen)})"
        for flip in flips
    ]
    if not lines:
        return None
    return {
        "title": _("Under drafts of the rules"),
        "lines": lines,
        "link": reverse("agency:backtests_flip_changelist"),
        "link_title": _("Every store that a backtested draft turns"),
    }


StoreAdmin.panels.append(drafts_panel)
