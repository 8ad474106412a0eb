"""WHO: agencies and the door to them."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TenantsConfig(AppConfig):
    name = "tenants"
    verbose_name = _("Agencies")

    def ready(self) -> None:
        from tenants import checks  # noqa: F401, PLC0415 - registers the system checks
