"""What a refund estimate leaves open, over the API: the refund's steps, the exit planner, what-if."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.engine import ExitPlan, ExitReason, FeeWhatIf, RefundView
from assessments.fees.answers import answer_exit_plan, answer_fee_what_if, answer_steps
from assessments.periods.answer_shapes import envelope_of
from assessments.periods.answers_api import describe, respond
from assessments.periods.change_inputs import FeeQuestionSerializer
from core.api.languages import refuse_unknown

REASON = OpenApiParameter("reason", str, enum=[*ExitReason], description="Why the store leaves. Default: voluntary.")


class EstimateAnswers:
    """Actions of the estimates' view set. Each works its answer out from the revision, and writes nothing."""

    get_object: Callable[[], Any]

    @describe(envelope_of("RefundSteps", RefundView))
    @action(detail=True, methods=["get"])
    def steps(self, request: Request, pk: Any = None) -> Response:
        """What the next 0.01 of the score and the next tier of sales are worth, and what one slip costs."""
        refuse_unknown(request, ("language",))
        return respond(request, answer_steps(self.get_object()))

    @describe(envelope_of("ExitPlan", ExitPlan), parameters=[REASON])
    @action(detail=True, methods=["get"], url_path="exit-plan")
    def exit_plan(self, request: Request, pk: Any = None) -> Response:
        """The refund for every leaving day of the year, best and worst marked, with the sales known so far."""
        refuse_unknown(request, ("language", "reason"))
        reason = request.query_params.get("reason", ExitReason.VOLUNTARY.value)
        if reason not in list(ExitReason):
            known = ", ".join(ExitReason)
            raise serializers.ValidationError({"reason": [_("One of: %(known)s.") % {"known": known}]})
        return respond(request, answer_exit_plan(self.get_object(), reason=ExitReason(reason)))

    @describe(envelope_of("FeeWhatIf", FeeWhatIf), asked=FeeQuestionSerializer)
    @action(detail=True, methods=["post"], url_path="what-if")
    def what_if(self, request: Request, pk: Any = None) -> Response:
        """Settle again with changed figures, lines, options or leaving day, beside what was. Changes nothing."""
        refuse_unknown(request, ("language",))
        estimate = self.get_object()
        question = FeeQuestionSerializer(data=request.data)
        question.is_valid(raise_exception=True)
        return respond(request, answer_fee_what_if(estimate, question.validated_data["changes"]))
