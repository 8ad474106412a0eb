"""Read periods, verdicts and the portfolio, as far as a person may see them; explain and verify a revision."""

import json
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import F, Func, JSONField, OuterRef, QuerySet, Subquery, TextField
from django.db.models.functions import Cast, JSONObject

from assessments.engine import Assessment, StoreFacts, assess, digest_of, explain, facts_from_json, result_from_json
from assessments.metrics.naming import METRIC_NAMES
from assessments.periods.calendars import Pinned, build_planned
from assessments.periods.models import Period, StoreStanding, Verdict
from assessments.periods.revisions import Revision
from assessments.rulebooks.queries import load_rulebook
from assessments.stores.queries import visible_to
from core.people.models import Role


def list_board(user: Any) -> QuerySet[StoreStanding]:
    """The portfolio of the stores a person sees. Owner and lead see all, without a join."""
    board = StoreStanding.objects.all()
    return board if user.role in (Role.OWNER, Role.LEAD) else board.filter(store__in=visible_to(user))


def list_board_rows(user: Any) -> QuerySet[StoreStanding, Any]:
    """The same as JSON text, ready to be passed on: `body`, with the columns that order it."""
    columns = JSONObject(risk="risk", as_of="as_of", refund="refund")
    joined = Func(F("document"), columns, template="(%(expressions)s)", arg_joiner=" || ", output_field=JSONField())
    return list_board(user).annotate(body=Cast(joined, TextField())).values("risk", "store", "body")


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


# What rebuilding facts or a result raises when a row does not hold one any more.
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError)


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether computing again gives the same. `differences` names what does not agree."""

    verified: bool
    digest: str
    differences: tuple[str, ...]


def verify_verdict(verdict: Verdict) -> Verification:
    """Compute a revision again from its own facts and rulebook, and compare digest and result."""
    try:
        facts = facts_from_json(json.dumps(verdict.facts))
        stored = result_from_json(json.dumps(verdict.result))
    except UNREADABLE:
        return Verification(verified=False, digest="", differences=("unreadable",))
    if not isinstance(facts, StoreFacts) or not isinstance(stored, Assessment):
        return Verification(verified=False, digest="", differences=("type",))
    # The period as it was judged: its row may have been corrected since.
    rulebook = load_rulebook(stored.rulebook.digest)
    planned = build_planned(
        rulebook=rulebook,
        phase=stored.phase,
        number=stored.number,
        starts_on=stored.starts_on,
        ends_before=stored.ends_before,
    )
    pin = Pinned(verdict.period_id, verdict.period.store_id, planned, rulebook)
    again = assess(pin.rulebook, pin.planned, facts)
    digest = Revision(pin=pin, facts=facts, assessment=again).digest
    differences = [name for name in ("outcome", "live", "standing") if getattr(again, name) != getattr(stored, name)]
    if digest_of(_timeless(again)) != digest_of(_timeless(stored)):
        differences.append("result")
    if digest != verdict.digest:
        differences.append("digest")
    return Verification(verified=not differences, digest=digest, differences=tuple(differences))


def _timeless(assessment: Assessment) -> Assessment:
    return replace(assessment, as_of=date.min)
