"""Cases in which the engine once said otherwise than the written rules, each as small as it gets."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from tests.oracle.compare import compare_fee, compare_verdict
from tests.oracle.plain_fee import FeeCase, Shop
from tests.oracle.plain_verdict import VerdictCase, month_after, plan_plainly

TRIAL_LIVE_ON, FORMAL_LIVE_ON = date(2024, 10, 31), date(2020, 9, 30)


def fee_year(fee: str, standard: str | None = "2.9") -> FeeCase:
    """A whole year 2022 of an older store with one category, a score of 3 every month and sales for 100 %."""
    line = None if standard is None else Decimal(standard)
    shop = Shop("美妆", Decimal(fee), Decimal(100_000), Decimal(400_000), line, Decimal(400_000))
    scores: dict[int, Decimal | str] = {month: Decimal(3) for month in range(1, 13)}
    return FeeCase(2022, date(2020, 5, 4), date(2020, 5, 4), [shop], Decimal(400_000), scores)


def removed_later() -> FeeCase:
    """Fee year 2022 of a store that was removed for a violation in July 2023."""
    case = fee_year("60000")
    case.applied_on, case.reason = date(2023, 7, 1), "violation"
    return case


def paid_half_a_cent() -> FeeCase:
    """Eleven twelfths of 100.02 are 91.685: to the even cent 91.68."""
    case = fee_year("100.02")
    case.activated_on = case.go_live_on = date(2022, 2, 1)
    return case


def left_in_thirds() -> FeeCase:
    """Paid 6,666.67 for eight months, 3,333.33 due for four at no discount."""
    case = fee_year("10000", standard="4.9")
    case.activated_on = case.go_live_on = date(2022, 5, 5)
    case.applied_on, case.reason = date(2022, 9, 29), "voluntary"
    return case


def paid_nothing_without_standard() -> FeeCase:
    """Nothing paid and no standard set: nothing or the whole fee may still be owed."""
    case = fee_year("60000", standard=None)
    case.prepaid = Decimal(0)
    return case


def live_two_months_after_activation() -> FeeCase:
    """Activated in February, live in April: two months unused and one free."""
    case = fee_year("60000")
    case.activated_on, case.go_live_on = date(2022, 2, 10), date(2022, 4, 10)
    return case


def trial() -> VerdictCase:
    """A finished trial under the 2025 text with enough sales, each month's score a pass."""
    span = plan_plainly(TRIAL_LIVE_ON, "annual", date(2024, 11, 1))[-1]
    case = VerdictCase(span, date(2025, 10, 31), "女装", None, Decimal("4.1"), 3, Decimal(200_000))
    for index in range(12):
        month = month_after(span.starts_on, index)
        metric = "comprehensive_experience_score" if month < date(2025, 6, 1) else "real_experience_score"
        case.scores[(metric, month)] = Decimal("4.2")
        case.sales[month] = (Decimal(10_000), True)
    return case


def trial_with_an_unproven_checkpoint() -> VerdictCase:
    """The first checkpoint must be reached, two of its months are missing; the whole sum is enough all the same."""
    case = trial()
    case.checkpoints_decide = True
    del case.sales[date(2024, 11, 1)], case.sales[date(2024, 12, 1)]
    return case


def year_with_two_months_without_line() -> VerdictCase:
    """Formal 2022, four failures allowed less one, none happened; no line is set for November and December."""
    span = plan_plainly(FORMAL_LIVE_ON, "annual", date(2022, 1, 1))[-1]
    case = VerdictCase(span, date(2022, 12, 31), "女装", Decimal(3), None, 4, Decimal(100_000))
    for index in range(12):
        month = month_after(span.starts_on, index)
        metric = "basic_service_score" if index < 10 else "comprehensive_experience_score"
        case.scores[(metric, month)] = Decimal(4)
        case.sales[month] = (Decimal(10_000), True)
    return case


ONCE_DISPUTED = (removed_later, paid_half_a_cent, left_in_thirds, paid_nothing_without_standard)


def test_the_cases_beside_them_agree() -> None:
    assert compare_fee(fee_year("60000")) == {}
    assert compare_verdict(TRIAL_LIVE_ON, "annual", trial()) == {}


@pytest.mark.parametrize("made", [*ONCE_DISPUTED, live_two_months_after_activation], ids=lambda made: made.__name__)
def test_a_fee_year_is_settled_as_the_rules_say(made: Callable[[], FeeCase]) -> None:
    """A later removal, half a cent, thirds, an owed amount that nobody knows, months between activation and go-live."""
    assert compare_fee(made()) == {}


def test_a_deciding_checkpoint_that_is_not_proven_leaves_the_sales_open() -> None:
    assert compare_verdict(TRIAL_LIVE_ON, "annual", trial_with_an_unproven_checkpoint()) == {}


def test_a_score_that_is_met_for_good_is_met_live() -> None:
    assert compare_verdict(FORMAL_LIVE_ON, "annual", year_with_two_months_without_line()) == {}
