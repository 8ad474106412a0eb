"""Assessment periods, verdicts, standing."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeriodsConfig(AppConfig):
    name = "assessments.periods"
    verbose_name = _("Assessment")
