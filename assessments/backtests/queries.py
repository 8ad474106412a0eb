"""Read backtests, flips and shadow runs; which stores a shadow run has yet to compare."""

import json
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from assessments.backtests.models import Backtest, Comparison, Flip, Shadow, ShadowMark, ShadowVerdict
from assessments.engine import explain, result_from_json
from assessments.metrics.naming import METRIC_NAMES
from assessments.stores.models import Store
from assessments.stores.queries import visible_to


def list_backtests() -> QuerySet[Backtest]:
    """Every backtest, with its draft and the version beside it."""
    return Backtest.objects.select_related("draft", "beside").defer(
        "draft__canonical", "draft__text", "beside__canonical"
    )


def list_flips(user: Any) -> QuerySet[Flip]:
    """Flips of the stores that a person sees."""
    return Flip.objects.filter(store__in=visible_to(user)).select_related("store")


def list_newest_flips(user: Any, store: Store) -> QuerySet[Flip]:
    """A store's flips in the newest backtest that ended well."""
    newest = Backtest.objects.filter(state=Backtest.State.DONE).order_by("-created_at").values("pk")[:1]
    return list_flips(user).filter(store=store, backtest__in=newest)


def list_shadow_verdicts(user: Any) -> QuerySet[ShadowVerdict]:
    """What shadow runs say of the stores that a person sees."""
    return ShadowVerdict.objects.filter(store__in=visible_to(user)).select_related("store")


def list_behind(shadow: Shadow) -> QuerySet[Store]:
    """Stores that were estimated since the shadow run last compared them, or never compared."""
    mark = ShadowMark.objects.filter(shadow=shadow, store=OuterRef("pk")).values("revision")
    return (
        Store.objects.filter(platform=shadow.draft.platform)
        .annotate(marked=Subquery(mark))
        .filter(Q(marked__isnull=True) | Q(marked__lt=F("estimated_revision")))
        .order_by("pk")
    )


def count_behind() -> int:
    """Stores that some shadow run has yet to compare."""
    return sum(list_behind(shadow).count() for shadow in Shadow.objects.select_related("draft"))


def explain_comparison(comparison: Comparison, *, language: str) -> list[str]:
    """The draft's arithmetic in zh or en; empty where both rulebooks say the same."""
    if comparison.result is None:
        return []
    return explain(result_from_json(json.dumps(comparison.result)), language, names=METRIC_NAMES)
