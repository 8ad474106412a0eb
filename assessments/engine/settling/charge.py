"""What a store was charged: the category that settles, its fee, the prepayment."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from assessments.engine.facts import FeeFacts
from assessments.engine.language.common import Amount, Rule
from assessments.engine.language.fee import Charge
from assessments.engine.language.reading import Rulebook
from assessments.engine.lines import Found, Lines
from assessments.engine.results import Operands, Reason, Step
from assessments.engine.settling.timeline import Timeline
from assessments.engine.text import Text


@dataclass(frozen=True, slots=True)
class Charged:
    """The category that settles (None = cannot be told), yearly fees and the prepayment, in ¥."""

    category: str | None
    settle_fee: Decimal | None
    highest_fee: Decimal | None
    computed: Fraction | None
    prepaid: Fraction | None
    sales: Decimal | None
    reasons: tuple[Reason, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class CategoryLines:
    """Numbers of any of the store's categories."""

    rulebook: Rulebook
    facts: FeeFacts

    def of(self, category: str) -> Lines:
        """Return the lines of one category."""
        return Lines(self.rulebook, category, self.facts.lines.get(category, {}))

    def find(self, category: str, amount: Amount, rule: Rule) -> Found:
        """Return one number of one category."""
        return self.of(category).find(amount, rule)


def charge(rule: Charge, lines: CategoryLines, facts: FeeFacts, timeline: Timeline) -> Charged:
    """Find the settling category and what was paid: the store's highest fee, by months from activation."""
    fees = {each.category: lines.find(each.category, rule.fee, rule) for each in facts.categories}
    category, reasons, how = _settling_category(facts, fees)
    known = [fee.value for fee in fees.values() if fee.value is not None]
    highest = max(known) if known and len(known) == len(fees) else None
    if facts.prepaid is None:
        unset = [name for name, fee in fees.items() if fee.value is None]
        reasons += [lines.of(name).reason(rule.fee) for name in unset]
    settle = fees[category].value if category is not None else None
    if category is not None and settle is None and facts.prepaid is not None:
        reasons.append(lines.of(category).reason(rule.fee))
    computed = None if highest is None else Fraction(highest) * timeline.paid / 12
    prepaid = computed if facts.prepaid is None else Fraction(facts.prepaid)
    basis = lines.rulebook.basis(rule)
    steps = [lines.of(name).step("charge.fee", rule.fee, fee) for name, fee in fees.items()]
    if facts.prepaid is not None:
        steps.append(Step("charge", "prepaid_given", {"prepaid": facts.prepaid}))
    elif computed is not None:
        values: Operands = {"fee": highest, "months": timeline.paid, "prepaid": computed}
        steps.append(Step("charge", "prepaid_computed", values, basis))
    if category is not None:
        steps.append(Step("charge", how, {"category": category}, basis))
    found = tuple(step for step in steps if step is not None)
    return Charged(category, settle, highest, computed, prepaid, total_sales(facts), tuple(reasons), found)


def _settling_category(facts: FeeFacts, fees: dict[str, Found]) -> tuple[str | None, list[Reason], str]:
    """The category with the most sales; of equals, the one with the higher fee."""
    known = [(each.category, each.sales) for each in facts.categories if each.sales is not None]
    names = [each.category for each in facts.categories]
    if len(names) == 1:
        return names[0], [], "category_only"
    if known and len(known) == len(names):
        # No rule says which of two equal fees settles; the name decides, so that the order told does not.
        top = max(known, key=lambda each: (each[1], fees[each[0]].value or 0, each[0] == facts.main_category, each[0]))
        tied = sum(sales == top[1] for _, sales in known) > 1
        return top[0], [], "category_tied" if tied else "category_top"
    if facts.main_category in names:
        return facts.main_category, [], "category_main"
    text = Text(zh="不知道各类目的销售额，无法确定结算类目", en="sales by category are not known: no settling category")
    return None, [Reason("category_unknown", text)], ""


def total_sales(facts: FeeFacts) -> Decimal | None:
    """Return the store total that counts (¥), else the sum of its categories; None when not known."""
    if facts.sales is not None:
        return facts.sales
    known = [each.sales for each in facts.categories if each.sales is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(facts.categories) else None
