"""People, roles and API tokens: one set per schema."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "core.people"
    verbose_name = _("People")
