"""Clients, stores, and who looks after which."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StoresConfig(AppConfig):
    name = "assessments.stores"
    verbose_name = _("Stores")
