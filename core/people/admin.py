"""People in both admin sites, made through the service so that passwords are hashed and checked."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin import AccessAdmin
from core.people.models import Role, User
from core.sites import agency_site, platform_site


class PersonForm(forms.ModelForm[User]):
    """Sets a password on creation, changes it when one is typed."""

    new_password = forms.CharField(
        label=_("password"), required=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    class Meta:
        model = User
        fields = ["username", "name", "email", "role", "language", "is_active"]

    def clean_new_password(self) -> str:
        typed: str = self.cleaned_data["new_password"]
        if typed:
            validate_password(typed, self.instance)
        elif self.instance._state.adding:
            raise forms.ValidationError(_("A new person needs a password."))
        return typed

    def save(self, commit: bool = True) -> User:
        if self.cleaned_data["new_password"]:
            self.instance.set_password(self.cleaned_data["new_password"])
        return super().save(commit)


class PersonAdmin(AccessAdmin):
    """Common to both sites."""

    form = PersonForm
    list_display = ["username", "name", "role", "is_active", "last_login"]
    list_filter = ["role", "is_active"]
    search_fields = ["username", "name"]
    ordering = ["username"]
    roles: tuple[str, ...] = ()

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "role":
            kwargs["choices"] = [(role.value, role.label) for role in Role if role in self.roles]
        return super().formfield_for_choice_field(db_field, request, **kwargs)


@admin.register(User, site=agency_site)
class AgencyPersonAdmin(PersonAdmin):
    view_permission = "people.view"
    add_permission = change_permission = "people.manage"
    roles = tuple(role for role in Role if role != Role.PLATFORM_ADMIN)


@admin.register(User, site=platform_site)
class PlatformPersonAdmin(PersonAdmin):
    view_permission = add_permission = change_permission = "staff.manage"
    roles = (Role.PLATFORM_ADMIN,)
