"""A store's violation points over the API."""

from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assessments.engine import PointsResult
from assessments.periods.answer_shapes import envelope_of
from assessments.periods.answers import document_of
from assessments.periods.answers_api import describe
from assessments.periods.points import answer_points, tell_points
from assessments.stores.queries import visible_to
from core.api.languages import language_of, refuse_unknown
from core.arrival import received_at
from tenants.door import current_scope


class PointsView(APIView):
    """Violation points 违规扣分 of one store on the business date."""

    permission = "violations.view"

    @describe(envelope_of("Points", PointsResult), operation_id="store_points", tags=["metrics"])
    def get(self, request: Request, store_id: Any) -> Response:
        """Every ladder: points so far, nodes reached with their measures, the next node, the day of the reset."""
        refuse_unknown(request, ("language",))
        store = get_object_or_404(visible_to(request.user), pk=store_id)
        language = language_of(request)
        result = answer_points(store, today=current_scope().today(received_at(request)))
        return Response(
            {"language": language, "lines": tell_points(result, language=language), "answer": document_of(result)}
        )
