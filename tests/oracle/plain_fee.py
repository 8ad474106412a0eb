"""A second settlement of a fee year, written plainly from the written rules: exact fractions, nothing of the engine."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

NO_SCORE = "the marketplace shows no score"

# category: (fee a year, sales for 50 %, sales for 100 %); None = never published.
LARGE, SMALL = (60_000, 360_000, 1_200_000), (60_000, 180_000, 600_000)
TABLE = {
    "服饰配件": (30_000, 180_000, 600_000),
    "食品": (30_000, None, None),
    **dict.fromkeys(["女装", "男装", "运动鞋", "运动服"], LARGE),
    **dict.fromkeys(["内衣", "箱包皮具", "女鞋", "流行男鞋", "运动/瑜伽/健身/球迷", "户外/登山", "运动包"], SMALL),
    **dict.fromkeys(["电动车", "ZIPPO/瑞士军刀/眼镜", "手表", "饰品", "珠宝"], SMALL),
}
STANDARD = {
    2022: {"服饰配件": "3.0", "女装": "2.9", "男装": "2.9", "内衣": "2.9"},
    2024: {"女装": "4.16"},
}


@dataclass
class Shop:
    """One category that a store sells in, with the numbers that hold for it; None = nobody has set the number."""

    name: str
    fee: Decimal | None
    half: Decimal | None
    full: Decimal | None
    standard: Decimal | None
    sales: Decimal


@dataclass
class FeeCase:
    """What is known about one fee year. `scores` by month number: a number, NO_SCORE, or absent when not known."""

    year: int
    activated_on: date
    go_live_on: date | None
    shops: list[Shop]
    sales: Decimal
    scores: dict[int, Decimal | str] = field(default_factory=dict)
    day_scores: dict[date, Decimal] = field(default_factory=dict)
    violations: list[tuple[date, int, str, bool]] = field(default_factory=list)  # day, points, severity, withdrawn
    applied_on: date | None = None
    confirmed_on: date | None = None
    reason: str = ""
    prepaid: Decimal | None = None


@dataclass
class FeeAnswer:
    """The settlement. None where the rules say nothing; `refund` is None when something must be asked or filled in."""

    category: str
    months_paid: int
    months_effective: int
    prepaid: Fraction | None = None
    forfeited: bool = False
    rule: str = ""
    bars: list[str] | None = None
    removal_due: bool | None = None
    score_days: list[date] | None = None
    score_mean: Fraction | None = None
    score_passed: bool | None = None
    half: Fraction | None = None
    full: Fraction | None = None
    discount: Fraction | None = None
    due: Fraction | None = None
    refund: Fraction | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    owed: Fraction | None = None
    state: str = "settled"  # "" when the rules do not say which
    unknown: int = 0
    lines: dict[str, Fraction] | None = None


def last_day(year: int, month: int) -> date:
    """The last day of a month."""
    following = date(year + 1, 1, 1) if month == 12 else date(year, month + 1, 1)
    return following - timedelta(days=1)


def cents(amount: Fraction) -> Fraction:
    """Money to 0.01; Python's round of a fraction goes to the even neighbour at a half."""
    return Fraction(round(amount * 100), 100)


def is_leaving(case: FeeCase) -> bool:
    """A contract that simply ran out is a whole year; so is a year that the store outlived."""
    return case.applied_on is not None and case.applied_on.year == case.year and case.reason != "not_renewed"


def months_paid(case: FeeCase) -> int:
    """The activation month to December, the activation month included."""
    return 13 - case.activated_on.month if case.activated_on.year == case.year else 12


def operating_months(case: FeeCase) -> list[int]:
    """Months in which the store was in operation, part months included: go-live to December or to the exit month.

    The contract, and the sales that count, run to the day on which the exit is confirmed.
    """
    if case.go_live_on is None or case.go_live_on > date(case.year, 12, 31):
        return []
    first = case.go_live_on.month if case.go_live_on.year == case.year else 1
    last = 12
    if is_leaving(case):
        left_on = case.confirmed_on or case.applied_on
        last = left_on.month if left_on.year == case.year else 12
    return list(range(first, last + 1))


def effective_months(case: FeeCase) -> int:
    """M_eff: the operating months without the go-live month."""
    count = 0
    for month in operating_months(case):
        if (case.go_live_on.year, case.go_live_on.month) != (case.year, month):
            count += 1
    return count


def settling_shop(case: FeeCase) -> Shop:
    """The category with the highest sales; the higher fee when sales are equal; the last by name when fees are too."""
    best = case.shops[0]
    for shop in case.shops[1:]:
        if (shop.sales, shop.fee or 0, shop.name) > (best.sales, best.fee or 0, best.name):
            best = shop
    return best


def bars_met(case: FeeCase) -> list[str]:
    """Severe points of the year reaching 48; two or more single deductions of 12 or more, of whatever severity."""
    severe, big = 0, 0
    for on, points, severity, withdrawn in case.violations:
        if withdrawn or on.year != case.year:
            continue
        if severity == "severe":
            severe += points
        if points >= 12:
            big += 1
    return (["severe_total"] if severe >= 48 else []) + (["twice_twelve"] if big >= 2 else [])


def score_rule(case: FeeCase) -> str:
    """Which of the three termination rules, or none of them, says where the score comes from."""
    if is_leaving(case):
        applied, entered = case.applied_on, case.activated_on
        if (entered.year, entered.month) == (applied.year, applied.month):
            return "entry_month"
        if applied.month == 1:
            return "january_first_ask" if applied.day == 1 else "january_day_before"
        return "months_before_application"
    return "operating_months"


def days_of_score(case: FeeCase, rule: str) -> list[date]:
    """The days whose scores are averaged."""
    if rule == "january_day_before":
        return [case.applied_on - timedelta(days=1)]
    if rule == "january_first_ask":
        return []
    months = operating_months(case)
    if rule == "months_before_application":
        months = [month for month in months if month < case.applied_on.month]
    return [last_day(case.year, month) for month in months]


def read_scores(case: FeeCase, answer: FeeAnswer) -> list[Fraction]:
    """The scores that are known; those that exist and are not known are counted in `unknown`."""
    known = []
    answer.score_days = days_of_score(case, answer.rule)
    for day in answer.score_days:
        value = case.day_scores.get(day) if answer.rule == "january_day_before" else case.scores.get(day.month)
        if value is None:
            answer.unknown += 1
        elif value != NO_SCORE:
            known.append(Fraction(value))
    return known


def possible_passes(case: FeeCase, answer: FeeAnswer, known: list[Fraction], standard: Decimal | None) -> list[bool]:
    """Whether the score condition may fail and may pass: an unknown score lies between 0 and 5."""
    if standard is None or answer.rule == "january_first_ask" or not (known or answer.unknown):
        return [False, True]
    count = len(known) + answer.unknown
    worst, best = sum(known) / count, (sum(known) + 5 * answer.unknown) / count
    return [worst >= standard, best >= standard]


def possible_shares(case: FeeCase, answer: FeeAnswer) -> list[Fraction]:
    """The share that the sales earn; without a threshold it may be anything from nothing to all."""
    if answer.half is None or answer.full is None:
        return [Fraction(0), Fraction(1)]
    if case.sales >= answer.full:
        return [Fraction(1)]
    return [Fraction(1, 2) if case.sales >= answer.half else Fraction(0)]


def settle_plainly(case: FeeCase) -> FeeAnswer:
    """Settle one fee year."""
    shop = settling_shop(case)
    answer = FeeAnswer(shop.name, months_paid(case), effective_months(case))
    answer.rule = score_rule(case)
    answer.forfeited = case.reason in ("violation", "false_credentials") and is_leaving(case)
    if case.prepaid is not None:
        answer.prepaid = Fraction(case.prepaid)
    elif all(each.fee is not None for each in case.shops):
        answer.prepaid = cents(Fraction(max(each.fee for each in case.shops)) / 12 * answer.months_paid)
    if answer.forfeited:
        answer.due, answer.refund, answer.low, answer.high = answer.prepaid, Fraction(0), Fraction(0), Fraction(0)
    elif answer.prepaid is None:
        # Two things stop it on 1 January; which is named first is nobody's rule.
        answer.state = "" if answer.rule == "january_first_ask" else "line_not_set"
    elif answer.rule == "entry_month":
        answer.due, answer.refund = Fraction(0), answer.prepaid
        answer.low = answer.high = answer.prepaid
        answer.lines = {"no_fee": answer.prepaid} if case.prepaid is None else None
    else:
        settle_by_score(case, shop, answer)
    return answer


def settle_by_score(case: FeeCase, shop: Shop, answer: FeeAnswer) -> None:
    """The ordinary way: thresholds pro rata, the score's mean against the standard, the fee of the months in use."""
    answer.bars = bars_met(case)
    answer.removal_due = "severe_total" in answer.bars
    answer.half = None if shop.half is None else Fraction(shop.half) * answer.months_effective / 12
    answer.full = None if shop.full is None else Fraction(shop.full) * answer.months_effective / 12
    known = read_scores(case, answer)
    if known:
        answer.score_mean = sum(known) / len(known)
        if shop.standard is not None:
            answer.score_passed = answer.score_mean >= shop.standard
    if shop.fee is None:
        answer.state = "line_not_set"
        return
    yearly = Fraction(shop.fee) / 12 * answer.months_effective
    passes, shares = possible_passes(case, answer, known, shop.standard), possible_shares(case, answer)
    earned = {share if passed and not answer.bars else Fraction(0) for passed in passes for share in shares}
    possible = [cents(yearly * (1 - share)) for share in earned]
    answer.low = max(answer.prepaid - max(possible), Fraction(0))
    answer.high = max(answer.prepaid - min(possible), Fraction(0))
    conclude(case, shop, answer, min(possible) == max(possible))


def conclude(case: FeeCase, shop: Shop, answer: FeeAnswer, certain: bool) -> None:
    """Say what is refunded, or why it cannot be said yet."""
    share = None
    if answer.bars or answer.score_passed is False:
        share = Fraction(0)
    elif answer.score_passed and answer.half is not None and answer.full is not None:
        share = possible_shares(case, answer)[0]
    if certain and (share is None or answer.score_passed is None):
        # Whatever the missing number is, the money is the same; which share it would be called is not said.
        answer.refund = answer.low
        if answer.rule == "january_first_ask":
            answer.state = ""
        return
    if answer.rule == "january_first_ask":
        answer.state = "question"
        return
    if None in (shop.standard, shop.half, shop.full) and share is None:
        answer.state = "line_not_set"
        return
    if share is None:
        answer.state = "no_data"
        return
    answer.state = "settled" if certain else "estimate"
    answer.discount = share
    answer.due = cents(Fraction(shop.fee) / 12 * answer.months_effective * (1 - share))
    answer.refund = max(answer.prepaid - answer.due, Fraction(0))
    answer.owed = max(answer.due - answer.prepaid, Fraction(0))
    if case.prepaid is None:
        answer.lines = sum_lines(case, shop, answer)


def sum_lines(case: FeeCase, shop: Shop, answer: FeeAnswer) -> dict[str, Fraction] | None:
    """The refund's parts: unused months, the free go-live month, the tier above the settling one, the discount."""
    top = Fraction(max(each.fee for each in case.shops)) / 12
    own = Fraction(shop.fee) / 12
    free = len(operating_months(case)) - answer.months_effective
    lines = {
        "unused_months": top * (answer.months_paid - len(operating_months(case))),
        "go_live_month": top * free,
        "over_tier": (top - own) * answer.months_effective,
        "discount": own * answer.months_effective * answer.discount,
    }
    if any(cents(amount) != amount for amount in lines.values()):
        return None
    return {code: amount for code, amount in lines.items() if amount}
