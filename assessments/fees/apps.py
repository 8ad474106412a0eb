"""Annual fees: agreements and refund estimates."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeesConfig(AppConfig):
    name = "assessments.fees"
    verbose_name = _("Fees and refunds")

    def ready(self) -> None:
        """Tell levers in the ¥ of a store's fee year, end figures where a store left, take ledgers of fees."""
        from assessments.fees.answers import find_fee_year  # noqa: PLC0415 - models are not loaded before
        from assessments.fees.queries import find_leavings  # noqa: PLC0415 - nor are these
        from assessments.fees.taking_ledger import take_ledger  # noqa: PLC0415 - nor are these
        from assessments.metrics.spans import leavings  # noqa: PLC0415 - nor are these
        from assessments.metrics.taking.registry import register_taker  # noqa: PLC0415 - nor are these
        from assessments.periods.answers import fee_years  # noqa: PLC0415 - nor are these

        fee_years.append(find_fee_year)
        leavings.append(find_leavings)
        register_taker("fee_ledger", permission="fees.manage", take=take_ledger)
