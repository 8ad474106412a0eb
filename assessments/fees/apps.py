"""Annual fees: agreements and refund estimates."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeesConfig(AppConfig):
    name = "assessments.fees"
    verbose_name = _("Fees and refunds")

    def ready(self) -> None:
        """Let the levers of a verdict be told in the ¥ of the store's fee year."""
        from assessments.fees.answers import find_fee_year  # noqa: PLC0415 - models are not loaded before
        from assessments.periods.answers import fee_years  # noqa: PLC0415 - nor are these

        fee_years.append(find_fee_year)
