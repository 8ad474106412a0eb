"""Read fee agreements, violations and estimates, as far as a person may see them; explain and verify an estimate."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import QuerySet

from assessments.engine import FeeFacts, Settlement, digest_of, explain, facts_from_json, result_from_json, settle
from assessments.fees.models import FeeAgreement, RefundEstimate, Violation
from assessments.fees.services import digest_estimate
from assessments.metrics.naming import METRIC_NAMES
from assessments.periods.queries import UNREADABLE, Verification
from assessments.rulebooks.queries import load_rulebook
from assessments.stores.queries import visible_to


def list_agreements(user: Any) -> QuerySet[FeeAgreement]:
    """Fee years of visible stores."""
    return FeeAgreement.objects.filter(store__in=visible_to(user)).select_related("store")


def list_violations(user: Any) -> QuerySet[Violation]:
    """Violations of visible stores."""
    return Violation.objects.filter(store__in=visible_to(user)).select_related("store")


def list_estimates(user: Any) -> QuerySet[RefundEstimate]:
    """Every revision of visible stores' refund estimates."""
    return RefundEstimate.objects.filter(agreement__store__in=visible_to(user)).select_related("agreement")


def explain_estimate(estimate: RefundEstimate, *, language: str) -> list[str]:
    """Every line of the sum, from what the revision carries."""
    return explain(result_from_json(json.dumps(estimate.result)), language, names=METRIC_NAMES)


def verify_estimate(estimate: RefundEstimate) -> Verification:
    """Settle again from a revision's own facts and rulebook, and compare digest and result."""
    try:
        facts = facts_from_json(json.dumps(estimate.facts))
        stored = result_from_json(json.dumps(estimate.result))
    except UNREADABLE:
        return Verification(verified=False, digest="", differences=("unreadable",))
    if not isinstance(facts, FeeFacts) or not isinstance(stored, Settlement):
        return Verification(verified=False, digest="", differences=("type",))
    rulebook = load_rulebook(stored.rulebook.digest)
    again = settle(rulebook, facts)
    digest = digest_estimate(rulebook=rulebook, facts=facts, settlement=again)
    differences = [name for name in ("state", "refund", "due") if getattr(again, name) != getattr(stored, name)]
    if digest_of(replace(again, as_of=date.min)) != digest_of(replace(stored, as_of=date.min)):
        differences.append("result")
    if digest != estimate.digest:
        differences.append("digest")
    return Verification(verified=not differences, digest=digest, differences=tuple(differences))
