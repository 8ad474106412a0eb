"""What-if changes as the API takes them: one shape for each kind; a kind that is not known is refused."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework import serializers

from assessments.engine import Change, ExitReason
from assessments.metrics.catalogue import BY_CODE
from assessments.periods.answers import CHANGE_KINDS
from core.api.serializers import StrictSerializer

FIRST_DAY, LAST_DAY = date(2003, 5, 10), date(2099, 12, 31)
MOST_CHANGES = 200


class NumberField(serializers.DecimalField):
    """An exact number, as a decimal string. A JSON number with a point is refused: it has been rounded already."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=20, decimal_places=8, **kwargs)

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, float):
            raise serializers.ValidationError(_("Write a decimal number as a string."))
        return super().to_internal_value(data)


class DayField(serializers.DateField):
    """A day that a store can have figures for."""

    def to_internal_value(self, value: Any) -> date:
        day = super().to_internal_value(value)
        if not FIRST_DAY <= day <= LAST_DAY:
            span = {"first": FIRST_DAY, "last": LAST_DAY}
            raise serializers.ValidationError(_("A day from %(first)s to %(last)s.") % span)
        return day


class MetricField(serializers.CharField):
    """A metric's code, as `metrics/` lists them."""

    def to_internal_value(self, data: Any) -> str:
        code = super().to_internal_value(data)
        if code not in BY_CODE:
            raise serializers.ValidationError(_("No such metric."))
        return code


@extend_schema_field({"oneOf": [{"type": "string"}, {"type": "boolean"}, {"type": "integer"}]})
class ChoiceValueField(serializers.Field[Any, Any, Any, Any]):
    """One of an option's choices: a word, a yes or no, a whole number."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str | bool | int) or len(str(data)) > 100:
            raise serializers.ValidationError(_("A word, true or false, or a whole number."))
        return data


class ChangeInput(StrictSerializer):
    kind = serializers.CharField()


class SetClosingChange(ChangeInput):
    metric = MetricField()
    month = DayField(help_text="Any day of the month.")
    value = NumberField(allow_null=True, help_text="Of the month's last day; null = no data.")


class SetScoreChange(ChangeInput):
    metric = MetricField()
    on = DayField()
    value = NumberField()


class AddTotalChange(ChangeInput):
    metric = MetricField()
    month = DayField(help_text="Any day of the month.")
    amount = NumberField()


class SetSalesChange(ChangeInput):
    amount = NumberField(min_value=0, help_text="¥ in the whole fee year.")


class LeaveOnChange(ChangeInput):
    applied_on = DayField(allow_null=True, help_text="null = the store stays.")
    reason = serializers.CharField(default=ExitReason.VOLUNTARY.value, help_text=", ".join(ExitReason))
    effective_on = DayField(allow_null=True, default=None)

    def validate_reason(self, reason: str) -> ExitReason:
        if reason not in list(ExitReason):
            raise serializers.ValidationError(_("One of: %(known)s.") % {"known": ", ".join(ExitReason)})
        return ExitReason(reason)


class SetLineChange(ChangeInput):
    table = serializers.CharField(max_length=60)
    value = NumberField()
    category = serializers.CharField(max_length=60, default="", allow_blank=True)


class JudgeOnChange(ChangeInput):
    on = DayField()


class ChooseOptionChange(ChangeInput):
    option = serializers.CharField(max_length=100)
    value = ChoiceValueField()


# What a period can be asked, and what a fee year can.
PERIOD_CHANGES: dict[str, type[ChangeInput]] = {
    "set_closing": SetClosingChange,
    "set_score": SetScoreChange,
    "add_total": AddTotalChange,
    "set_line": SetLineChange,
    "judge_on": JudgeOnChange,
    "choose_option": ChooseOptionChange,
}
FEE_CHANGES: dict[str, type[ChangeInput]] = {
    **PERIOD_CHANGES,
    "set_sales": SetSalesChange,
    "leave_on": LeaveOnChange,
}


class ChangeField(serializers.Field[Any, Any, Any, Any]):
    """One change: its `kind` says which of the shapes it has."""

    shapes: Mapping[str, type[ChangeInput]] = {}

    def to_internal_value(self, data: Any) -> Change:
        kind = data.get("kind") if isinstance(data, Mapping) else None
        shape = self.shapes.get(kind) if isinstance(kind, str) else None
        if shape is None:
            message = _("One of: %(known)s.") % {"known": ", ".join(self.shapes)}
            raise serializers.ValidationError({"kind": [message]})
        typed = shape(data=data)
        typed.is_valid(raise_exception=True)
        change: Change = CHANGE_KINDS[str(kind)](
            **{name: value for name, value in typed.validated_data.items() if name != "kind"}
        )
        return change


@extend_schema_field(
    PolymorphicProxySerializer(
        component_name="PeriodChange", serializers=dict(PERIOD_CHANGES), resource_type_field_name="kind"
    )
)
class PeriodChangeField(ChangeField):
    shapes = PERIOD_CHANGES


@extend_schema_field(
    PolymorphicProxySerializer(
        component_name="FeeChange", serializers=dict(FEE_CHANGES), resource_type_field_name="kind"
    )
)
class FeeChangeField(ChangeField):
    shapes = FEE_CHANGES


class PeriodQuestionSerializer(StrictSerializer):
    changes = serializers.ListField(child=PeriodChangeField(), min_length=1, max_length=MOST_CHANGES)


class FeeQuestionSerializer(StrictSerializer):
    changes = serializers.ListField(child=FeeChangeField(), min_length=1, max_length=MOST_CHANGES)
