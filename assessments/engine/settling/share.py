"""The discount of a fee year: what the sales give, and what the score and the bars leave of it."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from assessments.engine.facts import FeeFacts
from assessments.engine.language.common import compares
from assessments.engine.language.fee import FeeBody
from assessments.engine.results import Operands, Reason, Step
from assessments.engine.settling.charge import CategoryLines, Charged
from assessments.engine.settling.condition import Verdict
from assessments.engine.settling.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Share:
    """The discount: known (or None), its bounds, and the thresholds it was measured with."""

    value: Decimal | None
    low: Decimal
    high: Decimal
    thresholds: tuple[Fraction | None, ...]
    reasons: tuple[Reason, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class _Measured:
    """The tiers' thresholds pro rata, and the share that the sales reach."""

    thresholds: tuple[Fraction | None, ...]
    reached: Decimal
    is_unset: bool
    reasons: tuple[Reason, ...]
    steps: tuple[Step, ...]


def find_share(
    body: FeeBody,
    lines: CategoryLines,
    facts: FeeFacts,
    timeline: Timeline,
    *,
    charged: Charged,
    verdict: Verdict,
    bars: tuple[str, ...],
) -> Share:
    """Find the discount that the sales give, and what score and bars leave of it."""
    measured = _measure(body, lines, timeline, charged)
    none, full = Decimal(0), body.sales.tiers[-1].share
    is_known = charged.sales is not None and not measured.is_unset
    is_final = is_known and facts.sales_complete and timeline.is_over
    by_sales = measured.reached if is_known else None
    if bars or verdict.passed is False or by_sales == 0:
        value: Decimal | None = none
    else:
        value = by_sales if verdict.passed else None
    return Share(
        value=value,
        low=none if bars or verdict.may_fail or not is_known else measured.reached,
        high=none if bars or not verdict.may_pass else measured.reached if is_final else full,
        thresholds=measured.thresholds,
        reasons=measured.reasons,
        steps=measured.steps,
    )


def _measure(body: FeeBody, lines: CategoryLines, timeline: Timeline, charged: Charged) -> _Measured:
    """Compare the sales with every tier's threshold, pro rata of the months whose sales count."""
    rule, category, months = body.sales, charged.category, _months_of_sales(body, timeline)
    if category is None:
        return _Measured((None,) * len(rule.tiers), Decimal(0), is_unset=True, reasons=(), steps=())
    basis = lines.rulebook.basis(rule)
    steps: list[Step | None] = []
    reasons: list[Reason] = []
    thresholds: list[Fraction | None] = []
    reached = Decimal(0)
    for tier in rule.tiers:
        found = lines.find(category, tier.sales, rule)
        if found.value is None:
            thresholds.append(None)
            reasons.append(lines.of(category).reason(tier.sales))
            continue
        threshold = Fraction(found.value) * months / 12
        thresholds.append(threshold)
        values: Operands = {
            "year": found.value,
            "months": months,
            "threshold": threshold,
            "share": tier.share,
        }
        steps += [lines.of(category).step("sales.tiers", tier.sales, found), Step("sales", "threshold", values, basis)]
        if charged.sales is not None and compares(charged.sales, rule.comparator, threshold):
            reached = tier.share
    if charged.sales is not None and not reasons:
        reached_by: Operands = {"sales": charged.sales, "comparator": rule.comparator, "share": reached}
        steps.append(Step("sales", "sales_share", reached_by, basis))
    found_steps = tuple(step for step in steps if step is not None)
    return _Measured(tuple(thresholds), reached, bool(reasons), tuple(reasons), found_steps)


def _months_of_sales(body: FeeBody, timeline: Timeline) -> int:
    """Return the months that the targets are taken pro rata of: the operating months, but where the fee ended inside
    the year and the months before are settled by the whole year, those after it as well."""
    rule = body.abolition
    is_by_the_year = rule is not None and timeline.is_abolished and rule.rest == "full_year"
    return timeline.effective + (timeline.after if is_by_the_year else 0)
