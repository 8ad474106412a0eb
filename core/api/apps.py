"""The API's plumbing; its one table holds answers kept for repeated requests."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApiConfig(AppConfig):
    name = "core.api"
    verbose_name = _("API")
