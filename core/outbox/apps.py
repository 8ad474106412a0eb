"""Events that survive a lost broker."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutboxConfig(AppConfig):
    name = "core.outbox"
    verbose_name = _("Events and work")
