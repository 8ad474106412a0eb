"""A store's base software service fee, worked out on request from the sales that are known; nothing of it is stored."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from assessments.engine import Commission, CommissionFacts, Rulebook, Text, bill, charged_days, explain
from assessments.fees.gathering import SALES, exit_of
from assessments.fees.models import FeeAgreement
from assessments.periods.answers import NoAnswer
from assessments.periods.gathering_days import sum_windows
from assessments.rulebooks.queries import get_rules_on
from assessments.stores.models import Store

# The engine charges what was confirmed; daily sales come close to it, and where they do not, the reader must know.
RESTS_ON = (
    Text(
        "按截至 {as_of} 的每日交易成功金额合计：确认前的退款不在其中；"
        "确认后的退款已扣除，但平台不退其服务费，实际服务费可能更高",
        "from daily successful sales up to {as_of}: refunds before confirmation are not in them; "
        "refunds after it are taken off although their fee is kept, so the real fee may be higher",
    ),
    Text(
        "每日金额里没有单笔订单：按合计只舍入一次，与逐单计算可能相差几分",
        "daily sales hold no single orders: the sum is rounded once, so cents may differ from order by order",
    ),
)


def answer_base_fee(store: Store, *, today: date) -> Commission:
    """The fee and its rebate up to the day before the business date `today`, by the rulebook in force on `today`.

    Raises NoAnswer when no rulebook of a commission covers the store.
    """
    rules = get_rules_on(today, store=store, kind="commission")
    if rules is None:
        raise NoAnswer("no_answer", _("No rulebook of a base fee covers this store."))
    rulebook, lines = rules
    facts = gather_commission_facts(store, rulebook, today=today)
    return bill(rulebook, replace(facts, category=store.main_category, lines=lines))


def gather_commission_facts(store: Store, rulebook: Rulebook, *, today: date) -> CommissionFacts:
    """What is known of the store's confirmed amount (¥), as far as figures can exist: up to the day before `today`.

    A store that is leaving has its whole sum only once its last day is over: until then days are missing.
    """
    agreement = FeeAgreement.objects.filter(store=store, year=today.year).first()
    leaving = exit_of(agreement) if agreement else None
    first, end = charged_days(rulebook)
    starts_on, ends_before = max(first, store.go_live_on), end or date.max
    if leaving is not None and leaving.effective_on is not None:
        ends_before = min(ends_before, leaving.effective_on + timedelta(days=1))
    known_before = max(min(ends_before, today), starts_on)
    total, has_every_day = sum_windows({store.pk: (store.pk, starts_on, known_before)}, code=SALES)[store.pk]
    return CommissionFacts(
        store=str(store.pk),
        as_of=today - timedelta(days=1),
        # A refund is taken off the day it happens: days may sum up to less than nothing, which nobody is charged.
        confirmed=None if total is None else max(total, Decimal(0)),
        is_complete=has_every_day and (leaving is None or ends_before <= today),
        exit=leaving,
    )


def tell_base_fee(result: Commission, *, language: str) -> list[str]:
    """The fee, cash back and coupon, their arithmetic, what is missing, and what the sum rests on, in zh or en."""
    rests_on = () if result.confirmed is None else RESTS_ON
    return [*explain(result, language), *(text.in_(language).format(as_of=result.as_of) for text in rests_on)]
