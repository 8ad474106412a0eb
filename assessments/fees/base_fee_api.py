"""A store's base software service fee over the API."""

from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assessments.engine import Commission
from assessments.fees.base_fee import answer_base_fee, tell_base_fee
from assessments.periods.answer_shapes import envelope_of
from assessments.periods.answers import document_of
from assessments.periods.answers_api import describe
from assessments.stores.queries import visible_to
from core.api.languages import language_of, refuse_unknown
from core.arrival import received_at
from tenants.door import current_scope


class BaseFeeView(APIView):
    """Base software service fee 基础软件服务费 of one store on the business date."""

    permission = "fees.view"

    @describe(envelope_of("BaseFee", Commission), operation_id="store_base_fee", tags=["fees"])
    def get(self, request: Request, store_id: Any) -> Response:
        """The fee on what was confirmed so far, and what comes back of it in cash or as a coupon.

        The confirmed amount is the sum of daily successful sales 交易成功金额. What went back before confirmation is
        not in it; what went back later is taken off although its fee is kept, so the real fee may be higher. Without
        any sales figure the amounts are null; while days are missing (`complete`) the fee is a lower bound.
        """
        refuse_unknown(request, ("language",))
        store = get_object_or_404(visible_to(request.user), pk=store_id)
        language = language_of(request)
        result = answer_base_fee(store, today=current_scope().today(received_at(request)))
        return Response(
            {"language": language, "lines": tell_base_fee(result, language=language), "answer": document_of(result)}
        )
