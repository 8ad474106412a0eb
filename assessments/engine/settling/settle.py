"""A fee year settled: discount from score, sales and bars; the refund, its bounds and its lines."""

from dataclasses import replace
from decimal import Decimal

from assessments.engine.facts import Exit, FeeFacts
from assessments.engine.language.fee import FeeBody
from assessments.engine.language.reading import Rulebook
from assessments.engine.outcomes import FeeBasis, SettlementState
from assessments.engine.results import Operands, Reason, Settlement, Step
from assessments.engine.settling.abolition import abolition_steps, give_early, narrow_sales
from assessments.engine.settling.bars import find_bars
from assessments.engine.settling.charge import CategoryLines, Charged, charge
from assessments.engine.settling.condition import Verdict, check_scores
from assessments.engine.settling.money import list_lines, no_fee_lines, settle_money, to_money
from assessments.engine.settling.share import Share, find_share
from assessments.engine.settling.timeline import ABOLISHED, ENTRY_MONTH, JANUARY_ASK, Timeline, lay_out
from assessments.engine.text import Text
from assessments.engine.version import ENGINE_VERSION

_QUESTION = Text(
    zh="1 月 1 日申请退出：前一天是上一年的 12 月 31 日，规则没有说明是否采用那一天的分数。请向平台确认后选择。",
    en="Applied on 1 January: the day before is 31 December of the previous year, and the rule does not say whether "
    "that day's score is used. Ask the marketplace, then choose.",
)


def settle(rulebook: Rulebook, facts: FeeFacts, basis: FeeBasis = FeeBasis.AS_RECORDED) -> Settlement:
    """Settle one fee year of one store, or estimate it while it runs.

    `basis` says what is assumed while the year runs and no exit is recorded: LEAVE_TODAY takes `as_of` for the day of
    application, anything else takes the store to stay until 31 December. Raises ValueError only when the rulebook is
    not about a fee.
    """
    body = rulebook.body
    if not isinstance(body, FeeBody):
        raise ValueError(f"{rulebook.version} of {rulebook.programme} is a {rulebook.kind} rulebook, not a fee")
    timeline = lay_out(facts, body, basis)
    charged = charge(body.charge, CategoryLines(rulebook, facts), facts, timeline)
    facts, charged = narrow_sales(body, facts, timeline, charged)
    base = _base(rulebook, facts, timeline, charged, body.money_rounding)
    if timeline.exit is not None and is_forfeit(body, timeline.exit, facts.year):
        settled = _forfeited(rulebook, body, base, timeline, charged)
    elif timeline.score_rule in (ENTRY_MONTH, ABOLISHED):
        settled = _without_fee(rulebook, body, base, timeline, charged)
    else:
        settled = _discounted(rulebook, body, base, facts, timeline=timeline, charged=charged)
    rules = frozenset(step.rule for step in settled.steps)
    return replace(settled, assumptions=rulebook.assumptions(rules))


def is_forfeit(body: FeeBody, leaving: Exit, year: int) -> bool:
    """Whether the reason for leaving takes the fee. Fee years are settled one by one: a later year's removal does not
    reach back to one that is over."""
    return body.forfeit.takes(leaving.reason.value) and leaving.applied_on.year <= year


def _base(rulebook: Rulebook, facts: FeeFacts, timeline: Timeline, charged: Charged, mode: str) -> Settlement:
    """What a settlement says before any money has been worked out."""
    return Settlement(
        engine_version=ENGINE_VERSION,
        rulebook=rulebook.ref,
        store=facts.store,
        year=facts.year,
        as_of=facts.as_of,
        basis=timeline.basis,
        state=SettlementState.NO_DATA,
        category=charged.category,
        prepaid=None if charged.prepaid is None else to_money(charged.prepaid, mode),
        months_paid=timeline.paid,
        months_effective=timeline.effective,
        score_rule=timeline.score_rule,
        sales=charged.sales,
    )


def _discounted(
    rulebook: Rulebook, body: FeeBody, base: Settlement, facts: FeeFacts, *, timeline: Timeline, charged: Charged
) -> Settlement:
    lines = CategoryLines(rulebook, facts)
    verdict = check_scores(body.score, lines, charged.category, timeline, facts)
    bars, removes, bar_steps = find_bars(rulebook, body.bars, facts)
    share = find_share(body, lines, facts, timeline, charged=charged, verdict=verdict, bars=bars)
    share = give_early(body, lines, facts, timeline, charged=charged, verdict=verdict, bars=bars, share=share)
    is_complete = not verdict.missing and facts.sales_complete and charged.sales is not None
    told = replace(
        base,
        scores=verdict.checks,
        score_passed=verdict.passed,
        threshold_half=share.thresholds[0] if len(share.thresholds) > 1 else None,
        threshold_full=share.thresholds[-1],
        bars=bars,
        removal_due=removes,
        question=_QUESTION if timeline.score_rule == JANUARY_ASK else None,
        complete=is_complete,
        missing_months=tuple(day.replace(day=1) for day in verdict.missing),
        reasons=_reasons(facts, charged, verdict, share),
        steps=(
            *charged.steps,
            *abolition_steps(body, lines, timeline),
            _months_step(rulebook, body, timeline),
            *verdict.steps,
            *bar_steps,
            *share.steps,
        ),
    )
    paid, is_certain = _with_money(rulebook, body, told, timeline, charged=charged, share=share)
    return replace(paid, state=_state(timeline, paid, is_certain=is_certain))


def _with_money(
    rulebook: Rulebook, body: FeeBody, told: Settlement, timeline: Timeline, *, charged: Charged, share: Share
) -> tuple[Settlement, bool]:
    """Add due, refund, bounds and lines; say whether no figure that is not known could change any of them."""
    mode = body.money_rounding
    low, high = (settle_money(charged, timeline, discount, mode) for discount in (share.low, share.high))
    if low is None or high is None:
        return told, False
    value = share.low if share.value is None and low.due == high.due else share.value
    bounded = replace(told, refund_low=low.refund, refund_high=high.refund)
    point = None if value is None else settle_money(charged, timeline, value, mode)
    if value is None or point is None:
        # Even where nothing comes back either way, what is still owed depends on the discount: it is not guessed.
        return bounded, False
    paid = replace(
        bounded,
        discount=value,
        due=point.due,
        refund=point.refund,
        still_owed=point.still_owed,
        lines=list_lines(charged, timeline, value, mode),
    )
    steps = (*told.steps, *_money_steps(rulebook, body, charged, timeline, paid))
    return replace(paid, steps=steps), low == high


def _reasons(facts: FeeFacts, charged: Charged, verdict: Verdict, share: Share) -> tuple[Reason, ...]:
    reasons = [*charged.reasons, *verdict.reasons, *share.reasons]
    if charged.sales is None:
        reasons.append(Reason("no_sales", Text(zh="没有销售额", en="the sales are not known")))
    elif not facts.sales_complete:
        reasons.append(Reason("days_missing", Text(zh="销售额缺少部分日期", en="days are missing from the sales")))
    return tuple(dict.fromkeys(reasons))


def _state(timeline: Timeline, paid: Settlement, *, is_certain: bool) -> SettlementState:
    if timeline.score_rule == JANUARY_ASK:
        return SettlementState.QUESTION
    if paid.refund is None:
        is_unset = any(reason.code == "line_not_set" for reason in paid.reasons)
        return SettlementState.LINE_NOT_SET if is_unset else SettlementState.NO_DATA
    is_final = timeline.is_over and timeline.basis is FeeBasis.AS_RECORDED
    return SettlementState.SETTLED if is_final and (paid.complete or is_certain) else SettlementState.ESTIMATE


def _forfeited(rulebook: Rulebook, body: FeeBody, base: Settlement, timeline: Timeline, charged: Charged) -> Settlement:
    """Nothing comes back: all that was paid is due."""
    assert timeline.exit is not None
    zero = Decimal(0)
    step = Step("forfeit", "forfeited", {"reason": timeline.exit.reason.value}, rulebook.basis(body.forfeit))
    return replace(
        base,
        state=SettlementState.SETTLED,
        forfeited=True,
        discount=zero,
        due=base.prepaid,
        refund=zero,
        refund_low=zero,
        refund_high=zero,
        steps=(*charged.steps, step),
    )


def _without_fee(
    rulebook: Rulebook, body: FeeBody, base: Settlement, timeline: Timeline, charged: Charged
) -> Settlement:
    """Left in the month of entry, or entered after the fee had ended: all that was paid comes back, no score counts."""
    is_january = timeline.exit is not None and timeline.exit.applied_on.month == 1
    path = "termination.entry_in_january" if is_january else "termination.entry_month"
    step = Step(path, "score_rule_entry_month", {}, rulebook.basis(body.termination))
    if timeline.score_rule == ABOLISHED and body.abolition is not None:
        values: Operands = {"before": body.abolition.ends_before}
        step = Step("abolition", "score_rule_abolished", values, rulebook.basis(body.abolition))
    if charged.prepaid is None:
        reasons, steps = charged.reasons, (*charged.steps, step)
        return replace(base, state=SettlementState.LINE_NOT_SET, due=Decimal(0), reasons=reasons, steps=steps)
    refund = to_money(charged.prepaid, body.money_rounding)
    is_recorded = timeline.basis is FeeBasis.AS_RECORDED
    return replace(
        base,
        state=SettlementState.SETTLED if is_recorded else SettlementState.ESTIMATE,
        due=Decimal(0),
        refund=refund,
        refund_low=refund,
        refund_high=refund,
        lines=no_fee_lines(charged.prepaid, body.money_rounding),
        steps=(*charged.steps, step),
    )


def _months_step(rulebook: Rulebook, body: FeeBody, timeline: Timeline) -> Step:
    values: Operands = {
        "paid": timeline.paid,
        "before": timeline.before,
        "after": timeline.after,
        "effective": timeline.effective,
    }
    return Step("charge", "months_effective", values, rulebook.basis(body.charge))


def _money_steps(
    rulebook: Rulebook, body: FeeBody, charged: Charged, timeline: Timeline, paid: Settlement
) -> tuple[Step, ...]:
    basis = rulebook.basis(body.charge)
    due: Operands = {
        "fee": charged.settle_fee,
        "months": timeline.effective,
        "discount": paid.discount,
        "due": paid.due,
    }
    refund: Operands = {"prepaid": paid.prepaid, "due": paid.due, "refund": paid.refund}
    parts = [Step("charge", "sum_line", {"name": line.name, "amount": line.amount}) for line in paid.lines]
    return (Step("charge", "due", due, basis), Step("charge", "refund", refund, basis), *parts)
