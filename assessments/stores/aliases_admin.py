"""Words by which files call stores, in the agency's admin."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from assessments.stores.aliases import add_alias, check_alias, remove_alias
from assessments.stores.models import StoreAlias
from assessments.stores.queries import list_aliases, visible_to
from core.admin import AccessAdmin
from core.api.errors import ServiceError
from core.sites import agency_site


class StoreAliasForm(forms.ModelForm[StoreAlias]):
    """A store and a word for it."""

    class Meta:
        model = StoreAlias
        fields = ["store", "name"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("store") and given.get("name"):
            try:
                check_alias(store=given["store"], name=given["name"])
            except ServiceError as error:
                raise forms.ValidationError(error.detail) from error
        return given


@admin.register(StoreAlias, site=agency_site)
class StoreAliasAdmin(AccessAdmin):
    view_permission = "aliases.view"
    add_permission = delete_permission = "stores.manage"
    form = StoreAliasForm
    list_display = ["name", "store", "created_at"]
    search_fields = ["name", "store__name"]
    ordering = ["name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[StoreAlias]:
        return list_aliases(request.user)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "store":
            kwargs["queryset"] = visible_to(request.user).order_by("name")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: StoreAlias, form: Any, change: bool) -> None:
        # Django goes on with this object (log entry, redirect): let it be the stored one.
        obj.__dict__.update(add_alias(store=obj.store, name=obj.name).__dict__)

    def delete_model(self, request: HttpRequest, obj: StoreAlias) -> None:
        remove_alias(alias=obj)
