"""Facts: files in, one wide row a store-day out; violations."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MetricsConfig(AppConfig):
    name = "assessments.metrics"
    verbose_name = _("Figures and imports")

    def ready(self) -> None:
        """Register who takes the records of files that hold no store-days."""
        from assessments.metrics.taking.registry import register_taker  # noqa: PLC0415 - models are not loaded before
        from assessments.metrics.taking.store_list import take_store_list  # noqa: PLC0415 - nor these
        from assessments.metrics.taking.violations import take_violations  # noqa: PLC0415 - nor these

        register_taker("violations", permission="violations.manage", take=take_violations)
        # The stores room stands to the right of this one and cannot name itself here.
        register_taker("store_list", permission="stores.manage", take=take_store_list)
