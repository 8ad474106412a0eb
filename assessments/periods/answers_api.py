"""What a verdict leaves open, over the API: plan, certainty, clock, intervals, levers, comparison, what-if."""

from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.engine import (
    Certainty,
    Clock,
    Intervals,
    Levers,
    Plan,
    Verdicts,
    WhatIf,
    compare_verdicts,
    find_intervals,
    plan,
    prove,
    read_clock,
)
from assessments.periods.answer_shapes import envelope_of
from assessments.periods.answers import answer_levers, answer_what_if, document_of, open_verdict, tell_answer
from assessments.periods.change_inputs import PeriodQuestionSerializer
from core.api.errors import ErrorShape
from core.api.languages import LANGUAGE, language_of, refuse_unknown

Action = TypeVar("Action", bound=Callable[..., Any])


class LeversAnswerSerializer(envelope_of("Levers", Levers)):  # type: ignore[misc]  # made from the engine's own type
    estimate = serializers.UUIDField(allow_null=True, help_text="The refund estimate that the ¥ are worked out in.")


def describe(shape: Any, *, asked: Any = None, parameters: Any = (), **more: Any) -> Callable[[Action], Action]:
    """The schema of one answer; a revision whose rules have no such answer gets 409."""
    if asked is not None:
        more["request"] = asked
    described: Callable[[Action], Action] = extend_schema(
        parameters=[LANGUAGE, *parameters], responses={200: shape, 409: ErrorShape}, **more
    )
    return described


def respond(request: Request, answer: Any, **more: Any) -> Response:
    """The language, the sentences, the answer itself. Raises ValidationError for a parameter nobody knows."""
    language = language_of(request)
    lines = tell_answer(answer, language=language)
    return Response({"language": language, "lines": lines, "answer": document_of(answer), **more})


class VerdictAnswers:
    """Actions of the verdicts' view set. Each works its answer out from the revision, and writes nothing."""

    get_object: Callable[[], Any]

    def _ask(self, request: Request, question: Callable[..., Any]) -> Response:
        refuse_unknown(request, ("language",))
        judged = open_verdict(self.get_object())
        return respond(request, question(judged.rulebook, judged.period, judged.facts))

    @describe(envelope_of("Plan", Plan))
    @action(detail=True, methods=["get"], url_path="must-be-plan")
    def must_be_plan(self, request: Request, pk: Any = None) -> Response:
        """What each remaining day and month-end must look like for the store to pass."""
        return self._ask(request, plan)

    @describe(envelope_of("Certainty", Certainty))
    @action(detail=True, methods=["get"])
    def certainty(self, request: Request, pk: Any = None) -> Response:
        """Whether the outcome can still change, since when it cannot, and the bounds that this rests on."""
        return self._ask(request, prove)

    @describe(envelope_of("Clock", Clock))
    @action(detail=True, methods=["get"])
    def clock(self, request: Request, pk: Any = None) -> Response:
        """Failures so far and left, what the next one triggers, until when it can be avoided, what resets it."""
        return self._ask(request, read_clock)

    @describe(envelope_of("Intervals", Intervals))
    @action(detail=True, methods=["get"])
    def intervals(self, request: Request, pk: Any = None) -> Response:
        """The best and the worst that missing figures can turn out to be, and which to bring first."""
        return self._ask(request, find_intervals)

    @describe(envelope_of("Comparison", Verdicts))
    @action(detail=True, methods=["get"])
    def comparison(self, request: Request, pk: Any = None) -> Response:
        """Settled, live and projected side by side, with what the projection carries forward."""
        return self._ask(request, compare_verdicts)

    @describe(LeversAnswerSerializer)
    @action(detail=True, methods=["get"])
    def levers(self, request: Request, pk: Any = None) -> Response:
        """The smallest changes that make a requirement pass, and what each is worth in months and ¥."""
        refuse_unknown(request, ("language",))
        answer, estimate = answer_levers(self.get_object(), person=request.user)
        return respond(request, answer, estimate=estimate)

    @describe(envelope_of("WhatIf", WhatIf), asked=PeriodQuestionSerializer)
    @action(detail=True, methods=["post"], url_path="what-if")
    def what_if(self, request: Request, pk: Any = None) -> Response:
        """Judge again with changed figures, lines or options, beside what was. Changes nothing."""
        refuse_unknown(request, ("language",))
        verdict = self.get_object()
        question = PeriodQuestionSerializer(data=request.data)
        question.is_valid(raise_exception=True)
        return respond(request, answer_what_if(verdict, question.validated_data["changes"]))
