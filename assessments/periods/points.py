"""A store's violation points, counted on request from the violations that are known; nothing of it is stored."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from assessments.engine import PointsFacts, PointsResult, count_points, explain
from assessments.metrics.queries import get_violations
from assessments.periods.answers import NoAnswer
from assessments.rulebooks.queries import get_rules_on
from assessments.stores.models import Store


def answer_points(store: Store, *, today: date) -> PointsResult:
    """The balances of every ladder at the end of the business date `today`, by the rulebook in force on it.

    Raises NoAnswer when no rulebook of violation points covers the store.
    """
    rules = get_rules_on(today, store=store, kind="points")
    if rules is None:
        raise NoAnswer("no_answer", _("No rulebook of violation points covers this store."))
    rulebook, lines = rules
    violations = get_violations(store_ids=[store.pk], starts_on=date.min, ends_before=today + timedelta(days=1))
    facts = PointsFacts(
        store=str(store.pk),
        as_of=today,
        violations=tuple(violations.get(store.pk, ())),
        category=store.main_category,
        lines=lines,
    )
    return count_points(rulebook, facts)


def tell_points(result: PointsResult, *, language: str) -> list[str]:
    """Every ladder with its points, its next node and its reset, then every deduction and measure, in zh or en."""
    return explain(result, language)
