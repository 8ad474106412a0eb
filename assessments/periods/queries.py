"""Read periods, verdicts and the portfolio, as far as a person may see them; explain and verify a revision."""

import json
from typing import Any

from django.db.models import Func, OuterRef, QuerySet, Subquery, TextField

from assessments.engine import Assessment, StoreFacts, explain, judge_period, result_from_json
from assessments.metrics.naming import METRIC_NAMES
from assessments.periods.carried import Carried, Verification, planned_of, verify
from assessments.periods.models import Period, StoreStanding, Verdict
from assessments.stores.queries import sees_all, visible_to

# Written out: composing it of Django's functions anew for every request takes longer than PostgreSQL takes to join it.
BODY = Func(
    template="""("periods_storestanding"."document" || jsonb_build_object('risk', "periods_storestanding"."risk",
        'as_of', "periods_storestanding"."as_of", 'refund', "periods_storestanding"."refund"))::text""",
    output_field=TextField(),
)


def list_board(user: Any) -> QuerySet[StoreStanding]:
    """The portfolio of the stores a person sees. Owner and lead see all, without a join."""
    board = StoreStanding.objects.all()
    return board if sees_all(user) else board.filter(store__in=visible_to(user))


def list_board_rows(user: Any) -> QuerySet[StoreStanding, Any]:
    """The same as JSON text, ready to be passed on: `body`, with the columns that order it."""
    return list_board(user).annotate(body=BODY).values("risk", "store", "body")


def list_periods(user: Any) -> QuerySet[Period]:
    """Periods of visible stores, each with the id and standing of its newest verdict."""
    newest = Verdict.objects.filter(period=OuterRef("pk")).order_by("-revision")
    return (
        Period.objects.filter(store__in=visible_to(user), is_planned=True)
        .select_related("rulebook")
        .defer("rulebook__canonical")
        .annotate(
            verdict_id=Subquery(newest.values("pk")[:1]),
            outcome=Subquery(newest.values("outcome")[:1]),
            standing=Subquery(newest.values("standing")[:1]),
        )
    )


def list_verdicts(user: Any) -> QuerySet[Verdict]:
    """Every revision of visible stores' verdicts."""
    return Verdict.objects.filter(period__store__in=visible_to(user)).select_related("period")


def explain_verdict(verdict: Verdict, *, language: str) -> list[str]:
    """The arithmetic of a revision in zh or en, from what the revision carries and nothing else."""
    return explain(result_from_json(json.dumps(verdict.result)), language, names=METRIC_NAMES)


def verify_verdict(verdict: Verdict) -> Verification:
    """Judge again from a revision's own facts and rulebook, and compare."""

    def judge(carried: Carried[StoreFacts, Assessment]) -> Assessment:
        return judge_period(carried.rulebook, planned_of(carried), carried.facts)

    return verify(verdict, StoreFacts, Assessment, judge, named=("outcome", "live", "standing"))
