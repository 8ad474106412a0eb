"""Rulebook versions and the lines that the agency fills in."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RulebooksConfig(AppConfig):
    name = "assessments.rulebooks"
    verbose_name = _("Rules")
