"""Backtests and shadow runs: what a draft of rules would do to the agency's stores."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BacktestsConfig(AppConfig):
    name = "assessments.backtests"
    verbose_name = _("Backtests")
