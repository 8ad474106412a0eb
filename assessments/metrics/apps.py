"""Facts: files in, one wide row a store-day out; violations."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MetricsConfig(AppConfig):
    name = "assessments.metrics"
    verbose_name = _("Figures and imports")
