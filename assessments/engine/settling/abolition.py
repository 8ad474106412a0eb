"""The year in which the fee was abolished: sales up to that day, and everything back once the target is reached."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from assessments.engine.facts import FeeFacts
from assessments.engine.judging.totals import sum_months
from assessments.engine.language.common import compares
from assessments.engine.language.fee import Abolition, FeeBody
from assessments.engine.results import Operands, Step
from assessments.engine.settling.charge import CategoryLines, Charged, total_sales
from assessments.engine.settling.condition import Verdict
from assessments.engine.settling.share import Share
from assessments.engine.settling.timeline import Timeline


def narrow_sales(body: FeeBody, facts: FeeFacts, timeline: Timeline, charged: Charged) -> tuple[FeeFacts, Charged]:
    """Leave only the sales before the fee ended, when the months before it are settled by themselves."""
    rule = body.abolition
    if rule is None or not timeline.is_abolished or rule.rest == "full_year":
        return facts, charged
    sales, is_complete = _sales_before(body, rule, facts)
    return replace(facts, sales_complete=is_complete), replace(charged, sales=sales)


def give_early(
    body: FeeBody,
    lines: CategoryLines,
    facts: FeeFacts,
    timeline: Timeline,
    *,
    charged: Charged,
    verdict: Verdict,
    bars: tuple[str, ...],
    share: Share,
) -> Share:
    """Give everything back when the highest target of the year was reached before the fee ended."""
    rule = body.abolition
    if rule is None or not timeline.is_abolished or charged.category is None:
        return share
    tier = body.sales.tiers[-1]
    found = lines.find(charged.category, tier.sales, body.sales)
    months = 12 if rule.early_target == "full_year" else timeline.effective + timeline.after
    on_target = rule.early_needs == "target"
    if found.value is None or not months or not (on_target or (verdict.may_pass and not bars)):
        return share
    sales, is_complete = _sales_before(body, rule, facts)
    target = Fraction(found.value) * months / 12
    if sales is not None and compares(sales, body.sales.comparator, target):
        if not (on_target or verdict.passed):
            # The score may still pass once what is missing is known: only the upper bound says so.
            return replace(share, value=None if verdict.passed is None else share.value, high=tier.share)
        values: Operands = {"sales": sales, "target": target, "before": rule.ends_before}
        step = Step("abolition", "early_reached", values, lines.rulebook.basis(rule))
        low = share.low if verdict.may_fail and not on_target else tier.share
        return replace(share, value=tier.share, low=low, high=tier.share, steps=(*share.steps, step))
    if is_complete and facts.as_of >= rule.ends_before - timedelta(days=1):
        return share
    return replace(share, value=None if sales is None else share.value, high=tier.share)


def abolition_steps(body: FeeBody, lines: CategoryLines, timeline: Timeline) -> tuple[Step, ...]:
    """Return the step that says when the fee ended and when what is paid back."""
    rule = body.abolition
    if rule is None or not timeline.is_abolished:
        return ()
    values: Operands = {
        "before": rule.ends_before,
        "months": timeline.after,
        "early": rule.early_paid.text,
        "rest": rule.rest_paid.text,
    }
    return (Step("abolition", "abolished", values, lines.rulebook.basis(rule)),)


def _sales_before(body: FeeBody, rule: Abolition, facts: FeeFacts) -> tuple[Decimal | None, bool]:
    """Return the sales from 1 January to the day before the fee ended, and whether every day of them is known."""
    last_day = rule.ends_before - timedelta(days=1)
    months = facts.series.get(body.sales.metric, ())
    if any(month.total is not None for month in months):
        summed = sum_months(months, date(facts.year, 1, 1), rule.ends_before, min(facts.as_of, last_day))
        return summed.actual, not summed.missing
    if facts.as_of <= last_day:
        return total_sales(facts), facts.sales_complete
    return None, False
