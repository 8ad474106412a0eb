"""Read fee agreements and estimates, as far as a person may see them; explain and verify an estimate."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from assessments.engine import FeeFacts, Settlement, explain, result_from_json, settle
from assessments.fees.models import FeeAgreement, RefundEstimate
from assessments.metrics.naming import METRIC_NAMES
from assessments.periods.carried import Carried, Verification, verify
from assessments.stores.queries import visible_to


def list_agreements(user: Any) -> QuerySet[FeeAgreement]:
    """Fee years of visible stores."""
    return FeeAgreement.objects.filter(store__in=visible_to(user)).select_related("store")


def list_estimates(user: Any) -> QuerySet[RefundEstimate]:
    """Every revision of visible stores' refund estimates."""
    return RefundEstimate.objects.filter(agreement__store__in=visible_to(user)).select_related("agreement")


def explain_estimate(estimate: RefundEstimate, *, language: str) -> list[str]:
    """Every line of the sum, from what the revision carries."""
    return explain(result_from_json(json.dumps(estimate.result)), language, names=METRIC_NAMES)


def verify_estimate(estimate: RefundEstimate) -> Verification:
    """Settle again from a revision's own facts and rulebook, and compare."""

    def settle_again(carried: Carried[FeeFacts, Settlement]) -> Settlement:
        return settle(carried.rulebook, carried.facts)

    return verify(estimate, FeeFacts, Settlement, settle_again, named=("state", "refund", "due"))


def find_leavings(store_ids: Sequence[UUID]) -> dict[UUID, date]:
    """Store → the day it left, by its newest fee year; a store that came back has a newer one."""
    newest = FeeAgreement.objects.filter(store_id__in=store_ids).order_by("store_id", "-year").distinct("store_id")
    left = newest.values_list("store_id", "exit_effective_on")
    return {store_id: day for store_id, day in left if day is not None}
