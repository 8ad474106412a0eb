"""Base classes for admin pages: rights come from the access table, services do the writing."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from core.people.access import allows


class AccessMixin:
    """Rights by names in the access table. None means: nobody, through the admin."""

    view_permission: ClassVar[str]
    add_permission: ClassVar[str | None] = None
    change_permission: ClassVar[str | None] = None
    delete_permission: ClassVar[str | None] = None

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return allows(request.user, self.view_permission)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.add_permission is not None and allows(request.user, self.add_permission)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.change_permission is not None and allows(request.user, self.change_permission)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.delete_permission is not None and allows(request.user, self.delete_permission)


class AccessAdmin(AccessMixin, admin.ModelAdmin):  # type: ignore[type-arg]
    """An admin page whose rights come from the access table."""

    list_per_page = 50
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)


class FixedOnceMade(AccessAdmin):
    """What a row is about is chosen when it is made; another subject is another row."""

    fixed: tuple[str, ...] = ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fixed if obj else ()


class AccessInline(AccessMixin, admin.TabularInline):  # type: ignore[type-arg]
    """Rows below another, with rights of their own."""

    extra = 0
