"""Clients and stores in the agency's admin, and the base of pages about a store's rows."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from assessments.stores.aliases_admin import StoreAliasAdmin
from assessments.stores.models import Assignment, Client, ClientMember, Store
from assessments.stores.queries import list_clients_of, visible_to
from assessments.stores.services import FACTS, touch_stores
from core.admin import AccessAdmin, AccessInline, FixedOnceMade
from core.people.models import CLIENT_ROLES, Role
from core.sites import agency_site

__all__ = ["OfStoreAdmin", "StoreAdmin", "StoreAliasAdmin"]


class MemberInline(AccessInline):
    model = ClientMember
    view_permission = "clients.view"
    add_permission = change_permission = delete_permission = "clients.manage"

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "user":
            kwargs["queryset"] = db_field.related_model.objects.filter(role__in=CLIENT_ROLES)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class AssignmentInline(AccessInline):
    model = Assignment
    view_permission = "stores.view"
    add_permission = change_permission = delete_permission = "stores.manage"

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "user":
            kwargs["queryset"] = db_field.related_model.objects.filter(role=Role.OPERATOR)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Client, site=agency_site)
class ClientAdmin(AccessAdmin):
    view_permission = "clients.view"
    add_permission = change_permission = "clients.manage"
    list_display = ["name", "created_at"]
    search_fields = ["name"]
    ordering = ["name"]
    inlines = [MemberInline]

    def save_model(self, request: HttpRequest, obj: Client, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and "name" in form.changed_data:
            touch_stores(where=Q(client=obj))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Client]:
        return list_clients_of(request.user)


@admin.register(Store, site=agency_site)
class StoreAdmin(AccessAdmin):
    """A store's page; rooms above add what they know of it through `panels`."""

    view_permission = "stores.view"
    add_permission = change_permission = "stores.manage"
    list_display = ["name", "client", "platform", "main_category", "go_live_on", "status"]
    list_filter = ["platform", "status", ("client", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["name", "shop_id"]
    ordering = ["name"]
    inlines = [AssignmentInline]
    fields = [
        ("client", "status"),
        ("platform", "shop_id"),
        "name",
        "shop_type",
        "main_category",
        "other_categories",
        "go_live_on",
    ]
    change_form_template = "admin/store_change_form.html"
    # Each panel: (request, store) → {"title", "lines", "link"} or None. Filled by rooms that stand above this one.
    panels: list[Any] = []

    def get_queryset(self, request: HttpRequest) -> QuerySet[Store]:
        return visible_to(request.user).select_related("client")

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        store = self.get_object(request, object_id)
        panels = [panel(request, store) for panel in self.panels] if store else []
        return super().change_view(
            request, object_id, form_url, {**(extra_context or {}), "panels": [panel for panel in panels if panel]}
        )

    def save_model(self, request: HttpRequest, obj: Store, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change or FACTS & set(form.changed_data):
            touch_stores(store_ids=[obj.pk])


class OfStoreAdmin(FixedOnceMade):
    """Rows of a store: only visible stores can be chosen, and a change makes the store stale."""

    fixed: tuple[str, ...] = ("store",)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "store":
            kwargs["queryset"] = visible_to(request.user).order_by("name")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        touch_stores(store_ids=[obj.store_id])
