"""The portfolio row: how risk sorts, and the document that the board shows for one store."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from assessments.engine import Assessment, RequirementResult, Standing
from assessments.periods.models import Period
from assessments.stores.models import Store

# What needs a person first. Supervised has a deadline this month; removed has none left; unknown is never green.
URGENCY = {
    Standing.SUPERVISED: 90,
    Standing.FAILED: 80,
    Standing.HIGH: 70,
    Standing.MEDIUM: 60,
    Standing.LOW: 50,
    Standing.WATCH: 40,
    Standing.UNKNOWN: 30,
    Standing.REMOVED: 20,
    Standing.CLEAR: 10,
}


def measure_risk(*, store: Store, assessment: Assessment | None) -> int:
    """Standing first; within it fewer failures left, then less of the sales target. A store that has left is 0."""
    if store.status == Store.Status.EXITED:
        return 0
    if assessment is None:
        return URGENCY[Standing.UNKNOWN] * 10_000
    score, sales = _score_of(assessment), _of_kind(assessment, "total")
    left = min(score.failures_left or 0, 99) if score else 99
    done = min(int((sales.completion or Fraction(0)) * 100), 99) if sales else 99
    return URGENCY[assessment.standing] * 10_000 + (99 - left) * 100 + (99 - done)


def build_document(*, store: Store, period: Period | None, assessment: Assessment | None) -> dict[str, Any]:
    """One store as the board shows it: JSON values only; money and scores as decimal strings, None for unknown."""
    document: dict[str, Any] = {
        "store": {
            "id": str(store.pk),
            "name": store.name,
            "shop_id": store.shop_id,
            "platform": store.platform,
            "category": store.main_category,
            "client": str(store.client_id),
            "client_name": store.client.name,
            "status": store.status,
        },
        "period": None,
        "standing": Standing.UNKNOWN.value,
        "outcome": None,
        "live": None,
        "score": None,
        "sales": None,
        "reasons": [],
    }
    if assessment is None or period is None:
        document["reasons"] = [
            {
                "code": "no_programme",
                "zh": "没有适用于该店铺的考核规则。",
                "en": "No assessment programme covers this store.",
            }
        ]
        return document
    document |= {
        "period": {
            "id": str(period.pk),
            "programme": period.programme,
            "track": assessment.rulebook.track,
            "version": assessment.rulebook.version,
            "phase": period.phase,
            "number": period.number,
            "starts_on": period.starts_on.isoformat(),
            "ends_before": period.ends_before.isoformat(),
        },
        "standing": assessment.standing.value,
        "outcome": assessment.outcome.value,
        "live": assessment.live.value,
        "failed_on": _day(assessment.failed_on),
        "next_deadline_on": _day(assessment.next_deadline_on),
        "score": _score_part(_score_of(assessment)),
        "sales": _sales_part(_of_kind(assessment, "total")),
        "reasons": _reasons(assessment),
    }
    return document


def _reasons(assessment: Assessment) -> list[dict[str, str]]:
    """Each reason once: what stops a requirement is often said of the whole as well."""
    everything = (*assessment.reasons, *(reason for part in assessment.requirements for reason in part.reasons))
    once = {(reason.code, reason.text.zh, reason.text.en): None for reason in everything}
    return [{"code": code, "zh": zh, "en": en} for code, zh, en in once]


def _of_kind(assessment: Assessment, kind: str) -> RequirementResult | None:
    return next((part for part in assessment.requirements if part.kind == kind), None)


def _score_of(assessment: Assessment) -> RequirementResult | None:
    """The score by months; where scores are judged day by day, the one with the fewest failing days left."""
    daily = [part for part in assessment.requirements if part.kind == "daily_score"]
    by_day = min(daily, key=lambda part: (part.failures_left is None, part.failures_left or 0), default=None)
    return _of_kind(assessment, "monthly_score") or by_day


def _score_part(part: RequirementResult | None) -> dict[str, Any] | None:
    if part is None:
        return None
    judged = [month for month in part.months if month.value is not None]
    return {
        "latest": _text(part.latest),
        "latest_on": _day(part.latest_on),
        "month_end": _text(judged[-1].value) if judged else None,
        "month_end_on": _day(judged[-1].judged_on) if judged else None,
        "metric": judged[-1].metric if judged else None,
        "line": _text(part.line),
        "failures": part.failures,
        "failures_left": part.failures_left,
        "limit": part.limit,
        "outcome": part.outcome.value,
    }


def _sales_part(part: RequirementResult | None) -> dict[str, Any] | None:
    if part is None:
        return None
    return {
        "actual": _text(part.actual),
        "target": _money(part.target),
        "pace_target": _money(part.pace_target),
        "completion": _percent(part.completion),
        "outcome": part.outcome.value,
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"


def _money(value: Fraction | None) -> str | None:
    """For show only, to the 分; the verdict keeps the exact fraction."""
    return None if value is None else f"{(Decimal(value.numerator) / Decimal(value.denominator)):.2f}"


def _percent(value: Fraction | None) -> str | None:
    return None if value is None else f"{(Decimal(value.numerator * 100) / Decimal(value.denominator)):.2f}"


def _day(value: Any) -> str | None:
    return None if value is None else value.isoformat()
