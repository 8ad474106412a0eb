"""A store's base software service fee over the API and on its page; every amount is worked out by hand."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pytest

from assessments.fees.models import FeeAgreement
from assessments.fees.services import save_agreement
from assessments.stores.models import Store
from tests.api.conftest import code_of
from tests.conftest import Api, House
from tests.factories import NOBODY, SALES, make_store, other_brand, write_days

NEW_YEAR, NEW_YEARS_EVE = date(2025, 1, 1), date(2024, 12, 31)
CHARGED_FROM = date(2024, 9, 1)


@pytest.fixture(autouse=True)
def business_date(alpha: House) -> None:
    """Figures exist up to 10 March 2025."""
    alpha.set_today(date(2025, 3, 11))


def sell(house: House, store: Store, days: Iterable[date], amount: str) -> None:
    """The same sales on each of these days."""
    with house.scope():
        write_days(store, {day: {SALES: amount} for day in days})


def days_of(starts_on: date, ends_before: date) -> list[date]:
    return [starts_on + timedelta(days=number) for number in range((ends_before - starts_on).days)]


def leave(house: House, store: Store, year: int, **fields: Any) -> None:
    with house.scope():
        save_agreement(agreement=FeeAgreement(store=store, year=year), **fields)


def ask(api: Api, store: Store) -> dict[str, Any]:
    answered = api.get(f"stores/{store.pk}/base-fee/")
    assert answered.status_code == 200, answered.content
    answer: dict[str, Any] = answered.json()["answer"]
    return answer


def amounts(answer: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(answer[name] for name in ("state", "complete", "confirmed", "fee", "cash_back", "coupon"))


def test_the_fee_is_charged_on_the_sales_since_new_year_and_comes_back_whole(
    alpha: House, op: Api, store: Store
) -> None:
    sell(alpha, store, days_of(date(2024, 12, 1), NEW_YEAR), "9999")  # last year's: another window
    sell(alpha, store, days_of(NEW_YEAR, date(2025, 3, 11)), "1000.50")  # 69 days
    sell(alpha, store, [date(2025, 3, 11)], "7777")  # the business date itself is not over
    answer = ask(op, store)
    # 69 × 1,000.50 = 69,034.50; × 0.6% = 414.207
    assert amounts(answer) == ("estimate", True, "69034.5", "414.21", "414.21", "0")
    assert answer["as_of"] == "2025-03-10"
    assert (answer["rulebook"]["programme"], answer["rulebook"]["version"]) == ("tmall-base-fee", "2025")


@pytest.mark.parametrize(
    ("last", "charged"),
    [
        ("100000", ("120000", "720", "720", "0")),
        ("100000.01", ("120000.01", "720", "0", "360")),
        ("980000", ("1000000", "6000", "0", "3000")),
        ("980000.01", ("1000000.01", "6000", "0", "0")),
    ],
)
def test_in_2024_a_cent_above_a_line_chooses_the_next_tier(
    alpha: House, op: Api, store: Store, last: str, charged: tuple[str, ...]
) -> None:
    alpha.set_today(date(2024, 9, 12))
    sell(alpha, store, days_of(CHARGED_FROM, date(2024, 9, 11)), "2000")  # 10 days: 20,000
    sell(alpha, store, [date(2024, 9, 11)], last)
    assert amounts(ask(op, store))[2:] == charged


def test_in_2025_there_is_nothing_above_the_first_line(alpha: House, op: Api, store: Store) -> None:
    sell(alpha, store, days_of(NEW_YEAR, date(2025, 3, 10)), "0")
    sell(alpha, store, [date(2025, 3, 10)], "120000.01")
    assert amounts(ask(op, store)) == ("estimate", True, "120000.01", "720", "0", "0")


def test_a_missing_day_makes_the_fee_a_lower_bound_and_promises_no_rebate(alpha: House, op: Api, store: Store) -> None:
    days = [day for day in days_of(NEW_YEAR, date(2025, 3, 11)) if day != date(2025, 2, 14)]
    sell(alpha, store, days, "1000")  # 68 days
    answer = ask(op, store)
    assert amounts(answer) == ("estimate", False, "68000", "408", None, None)
    assert [reason["code"] for reason in answer["reasons"]] == ["days_missing"]


def test_yesterdays_figure_is_missing_as_any_other_until_it_is_brought(alpha: House, op: Api, store: Store) -> None:
    sell(alpha, store, days_of(NEW_YEAR, date(2025, 3, 10)), "1000")  # 68 days
    assert amounts(ask(op, store)) == ("estimate", False, "68000", "408", None, None)
    sell(alpha, store, [date(2025, 3, 10)], "1000")
    assert amounts(ask(op, store)) == ("estimate", True, "69000", "414", "414", "0")


def test_a_day_without_data_is_missing_and_a_day_of_zero_is_not(alpha: House, op: Api, store: Store) -> None:
    sell(alpha, store, days_of(NEW_YEAR, date(2025, 3, 11)), "0")
    assert amounts(ask(op, store)) == ("estimate", True, "0", "0", "0", "0")
    with alpha.scope():
        write_days(store, {date(2025, 3, 10): {SALES: None}})
    assert amounts(ask(op, store)) == ("estimate", False, "0", "0", None, None)


def test_above_the_last_line_missing_days_cannot_bring_a_rebate_back(alpha: House, op: Api, store: Store) -> None:
    sell(alpha, store, [NEW_YEAR], "200000")
    assert amounts(ask(op, store)) == ("estimate", False, "200000", "1200", "0", "0")


def test_without_any_sales_there_is_no_data_and_never_a_fee_of_nothing(alpha: House, op: Api, store: Store) -> None:
    sell(alpha, store, [NEW_YEARS_EVE], "5000")  # outside the window
    answered = op.get(f"stores/{store.pk}/base-fee/", language="en").json()
    assert amounts(answered["answer"]) == ("no_data", True, None, None, None, None)
    assert "the confirmed amount is not known" in answered["lines"]
    assert answered["lines"][0] == "commission — (no data), cash back —, coupon —"


def test_refunds_after_confirmation_take_a_sum_to_nothing_and_no_further(alpha: House, op: Api, store: Store) -> None:
    sell(alpha, store, days_of(NEW_YEAR, date(2025, 3, 10)), "1")
    sell(alpha, store, [date(2025, 3, 10)], "-5000")
    assert amounts(ask(op, store)) == ("estimate", True, "0", "0", "0", "0")


def test_a_store_that_went_live_in_the_window_misses_no_day_before_it(alpha: House, lead: Api) -> None:
    with alpha.scope():
        young = make_store("young", go_live_on=date(2025, 3, 1))
    sell(alpha, young, days_of(date(2025, 3, 1), date(2025, 3, 11)), "100")  # 10 days
    assert amounts(ask(lead, young)) == ("estimate", True, "1000", "6", "6", "0")


def test_a_store_that_is_not_live_yet_has_no_data(alpha: House, lead: Api) -> None:
    with alpha.scope():
        unborn = make_store("unborn", go_live_on=date(2025, 4, 1))
    assert amounts(ask(lead, unborn)) == ("no_data", True, None, None, None, None)


def test_before_the_charge_began_and_after_the_last_rules_there_is_no_answer(
    alpha: House, op: Api, store: Store
) -> None:
    path = f"stores/{store.pk}/base-fee/"
    for today in (date(2024, 8, 31), date(2026, 1, 1)):
        alpha.set_today(today)
        assert code_of(op.get(path)) == (409, "no_answer")


def test_each_window_begins_with_no_data_on_its_first_day(alpha: House, op: Api, store: Store) -> None:
    sell(alpha, store, days_of(date(2024, 8, 1), NEW_YEAR), "100")
    for today, version in ((CHARGED_FROM, "2024"), (NEW_YEAR, "2025")):
        alpha.set_today(today)
        answer = ask(op, store)
        assert (answer["rulebook"]["version"], answer["state"], answer["confirmed"]) == (version, "no_data", None)


def test_a_store_of_another_marketplace_has_no_such_fee(alpha: House, lead: Api) -> None:
    with alpha.scope():
        shopee = make_store("shopee", platform="shopee")
    assert code_of(lead.get(f"stores/{shopee.pk}/base-fee/")) == (409, "no_answer")


def test_a_removal_for_a_violation_costs_the_rebate(alpha: House, op: Api, store: Store) -> None:
    sell(alpha, store, days_of(NEW_YEAR, date(2025, 3, 1)), "1000")  # 59 days
    left = {"exit_applied_on": date(2025, 2, 20), "exit_effective_on": date(2025, 2, 28), "exit_reason": "violation"}
    leave(alpha, store, 2025, **left)
    answer = ask(op, store)
    assert amounts(answer) == ("settled", True, "59000", "354", "0", "0")
    assert answer["forfeited"] is True


def test_a_store_that_left_is_settled_up_to_its_last_day(alpha: House, op: Api, store: Store) -> None:
    sell(alpha, store, days_of(NEW_YEAR, date(2025, 3, 11)), "1000")
    left = {"exit_applied_on": date(2025, 2, 20), "exit_effective_on": date(2025, 2, 28), "exit_reason": "voluntary"}
    leave(alpha, store, 2025, **left)
    answered = op.get(f"stores/{store.pk}/base-fee/", language="en").json()
    assert amounts(answered["answer"]) == ("settled", True, "59000", "354", "354", "0")
    assert any("within 14 working days of leaving" in line for line in answered["lines"])


@pytest.mark.parametrize("effective_on", [None, date(2025, 3, 11)])
def test_a_store_that_is_still_leaving_is_not_settled(
    alpha: House, op: Api, store: Store, effective_on: date | None
) -> None:
    sell(alpha, store, days_of(NEW_YEAR, date(2025, 3, 12)), "1000")
    left = {"exit_applied_on": date(2025, 2, 20), "exit_effective_on": effective_on, "exit_reason": "voluntary"}
    leave(alpha, store, 2025, **left)
    assert amounts(ask(op, store)) == ("estimate", False, "69000", "414", None, None)
    if effective_on is not None:
        alpha.set_today(date(2025, 3, 12))
        assert amounts(ask(op, store)) == ("settled", True, "70000", "420", "420", "0")


def test_another_years_exit_is_not_this_years(alpha: House, op: Api, store: Store) -> None:
    sell(alpha, store, days_of(NEW_YEAR, date(2025, 3, 11)), "1000")
    leave(alpha, store, 2024, exit_applied_on=date(2024, 12, 20), exit_reason="violation")
    assert amounts(ask(op, store)) == ("estimate", True, "69000", "414", "414", "0")


def test_the_answer_is_told_in_both_languages_with_what_it_rests_on(alpha: House, op: Api, store: Store) -> None:
    sell(alpha, store, days_of(NEW_YEAR, date(2025, 3, 11)), "1000")
    path = f"stores/{store.pk}/base-fee/"
    english, chinese = (op.get(path, language=language).json() for language in ("en", "zh-hans"))
    assert (english["answer"], english["language"]) == (chinese["answer"], "en")
    assert english["lines"][0] == "commission 414 (estimate), cash back 414, coupon 0"
    assert chinese["lines"][0].startswith("服务费 414（")
    assert any(line.startswith("confirmed amount 69,000 × 0.6% = 414") for line in english["lines"])
    assert english["lines"][-2].startswith("from daily successful sales up to 2025-03-10: refunds before")
    assert chinese["lines"][-2].startswith("按截至 2025-03-10 的每日交易成功金额合计")
    assert english["lines"][-1].startswith("daily sales hold no single orders: the sum is rounded once")


def test_the_clients_own_people_see_it_and_nobody_elses_do(alpha: House, store: Store) -> None:
    sell(alpha, store, [NEW_YEAR], "1000")
    assert ask(alpha.api("client_viewer"), store)["fee"] == "6"
    with alpha.scope():
        foreign = make_store("foreign", client=other_brand())
    for person, hidden in (("other_op", store), ("client_admin", foreign), ("client_viewer", foreign)):
        api = alpha.api(person)
        refused = code_of(api.get(f"stores/{hidden.pk}/base-fee/"))
        assert refused == code_of(api.get(f"stores/{NOBODY}/base-fee/")) == (404, "not_found")


def test_a_parameter_that_nobody_knows_is_refused(op: Api, store: Store) -> None:
    assert code_of(op.get(f"stores/{store.pk}/base-fee/", day="2025-01-01")) == (400, "invalid")


def test_the_stores_page_shows_its_fee_where_there_is_one(alpha: House, op: Api, store: Store) -> None:
    sell(alpha, store, days_of(NEW_YEAR, date(2025, 3, 11)), "1000")
    path = f"/admin/stores/store/{store.pk}/change/"
    page = alpha.browser("op").get(path).content.decode()
    assert "Base software service fee (figures up to 2025-03-10)" in page
    assert "commission 414 (estimate), cash back 414, coupon 0" in page
    alpha.set_today(date(2024, 8, 31))
    assert "Base software service fee" not in alpha.browser("op").get(path).content.decode()
