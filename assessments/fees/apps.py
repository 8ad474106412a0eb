"""Annual fees: agreements, violations, refund estimates."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeesConfig(AppConfig):
    name = "assessments.fees"
    verbose_name = _("Fees and refunds")
