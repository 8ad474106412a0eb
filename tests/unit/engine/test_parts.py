"""Few bad events, weights of trusted orders, even weights, bonuses with a condition; metrics; health."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.engine import (
    ChatLine,
    HealthFacts,
    HealthResult,
    MetricFacts,
    ScoreFacts,
    canonical_json,
    derive_metrics,
    explain,
    facts_from_json,
    rate_health,
    result_from_json,
    score,
)
from tests.unit.engine.cast import book, half_year

REAL = book("tmall-real-experience-score", "2026")
EVEN = book("pinduoduo-experience-score", "2021")
METRICS = book("tmall-experience-metrics", "2025")
EBAY = book("ebay-seller-level", "2024")
SHOPEE = book("shopee-nfr", "2024")
VIEWED = date(2026, 8, 2)
NINE = datetime.combine(date(2026, 8, 1), time(9))
TIERS = {
    f"goods_negative_rate_{points}": Decimal(line)
    for points, line in zip("5432", ("0.1", "0.2", "0.3", "0.4"), strict=True)
}
WEIGHTS = {
    "weight_goods": 100, "weight_logistics": 0, "weight_service": 0,
    "weight_goods_negative_rate": 100, "weight_goods_good_review_rate": 0, "small_count_floor": 4,
}  # fmt: skip
LINES = TIERS | {name: Decimal(value) for name, value in WEIGHTS.items()}
LEVELS = ["below_standard", "above_standard", "top_rated"]


def _negative(events: int, orders: int) -> Fraction:
    facts = ScoreFacts(
        values={"goods_negative_rate": Decimal(events) / orders},
        counts={"goods_negative_orders": events, "signed_orders": orders, "valid_orders": 30},
        lines=LINES,
    )
    value = score(REAL, facts).value
    assert value is not None
    return value


def _ebay(**counts: int) -> HealthResult:
    everything = {"transactions": 1000, "defects": 0, "defect_buyers": 0, "unresolved_cases": 0, "late_shipments": 0}
    window = {name: Decimal(value) for name, value in (everything | counts).items()}
    return rate_health(EBAY, HealthFacts("甲", VIEWED, {"3m": window}, lines={"top_rated_transactions": Decimal(100)}))


@given(st.integers(0, 30), st.sampled_from([40, 50, 64, 100]))
def test_one_bad_event_more_never_raises_a_score(events: int, orders: int) -> None:
    assert _negative(events + 1, orders) <= _negative(events, orders)


def test_a_single_bad_event_costs_nothing_however_high_the_rate() -> None:
    assert _negative(1, 10) == 5


def test_two_or_three_bad_events_have_a_floor_and_four_have_none() -> None:
    assert _negative(3, 10) == 4  # 30% alone would score 3
    assert _negative(4, 10) == 2


@given(st.lists(st.one_of(st.none(), st.integers(0, 100)), min_size=3, max_size=3))
def test_an_even_mean_skips_what_is_empty(ranks: list[int | None]) -> None:
    names = ("pdd_reply_3min_rank", "pdd_help_rank", "pdd_refund_time_rank")
    values = {name: None if rank is None else Decimal(rank) for name, rank in zip(names, ranks, strict=True)}
    known = [rank for rank in ranks if rank is not None]
    assert score(EVEN, ScoreFacts(values=values)).value == (Fraction(sum(known), len(known)) if known else None)


@pytest.mark.parametrize(("share", "value"), [("0.5", "4.25"), ("0.4999999999", "4"), ("0.5000000001", "4.25")])
def test_a_bonus_is_given_from_its_line_on_and_not_a_hair_below(share: str, value: str) -> None:
    stars = book("tmall-comprehensive-experience-score", "2023")
    names = ("goods", "logistics", "consultation", "after_sales", "disputes")
    facts = ScoreFacts(
        values={f"comprehensive_{name}": Decimal(4) for name in names} | {"featured_service_share": Decimal(share)},
        lines={f"weight_{name}": Decimal(20) for name in names},
    )
    assert score(stars, facts).value == Fraction(value)


@given(st.dates(date(2025, 7, 1), date(2027, 12, 31)))
def test_every_window_is_thirty_days_and_ends_before_the_day_of_viewing(view_on: date) -> None:
    for metric in derive_metrics(METRICS, MetricFacts(view_on)).metrics:
        assert metric.first_on is not None
        assert metric.last_on is not None
        assert (metric.last_on - metric.first_on).days == 29
        assert metric.last_on < view_on
        assert metric.value is None


@given(st.lists(st.integers(0, 600), min_size=1, max_size=8))
def test_rounds_agree_with_a_plain_reading(gaps: list[int]) -> None:
    """Buyer and person take turns: every question opens a round, answered within 180 seconds or not."""
    at = NINE
    chat: list[ChatLine] = []
    for gap in gaps:
        chat += [ChatLine(at, "buyer"), ChatLine(at + timedelta(seconds=gap), "person")]
        at += timedelta(seconds=gap + 1)
    facts = MetricFacts(VIEWED, chats=(tuple(chat),))
    answered = next(each for each in derive_metrics(METRICS, facts).metrics if each.id == "response_3min_rate")
    assert (answered.top, answered.bottom) == (sum(gap <= 180 for gap in gaps), len(gaps))


@given(st.integers(0, 40), st.integers(0, 10), st.integers(0, 8), st.integers(0, 60))
def test_more_defects_never_lift_a_level(defects: int, buyers: int, cases: int, late: int) -> None:
    one = _ebay(defects=defects, defect_buyers=buyers, unresolved_cases=cases, late_shipments=late)
    for more in ("defects", "defect_buyers", "unresolved_cases", "late_shipments"):
        worse = {"defects": defects, "defect_buyers": buyers, "unresolved_cases": cases, "late_shipments": late}
        worse[more] += 1
        levels = [LEVELS.index(result.ratings[0].level or "") for result in (one, _ebay(**worse))]
        assert levels[1] <= levels[0]


@pytest.mark.parametrize(
    ("defects", "buyers", "level"),
    [(20, 9, "above_standard"), (21, 4, "above_standard"), (21, 5, "below_standard"), (5, 5, "top_rated")],
)
def test_a_rate_fails_only_together_with_its_count(defects: int, buyers: int, level: str) -> None:
    assert _ebay(defects=defects, defect_buyers=buyers).ratings[0].level == level


@given(st.integers(0, 300), st.integers(1, 300), st.integers(0, 200))
def test_more_unfulfilled_orders_never_cost_fewer_points(unfulfilled: int, net: int, orders: int) -> None:
    def points(count: int) -> Decimal:
        window = {"unfulfilled_orders": Decimal(count), "net_orders": Decimal(net), "orders": Decimal(orders)}
        facts = HealthFacts("甲", VIEWED, {"7d": window}, lines={"nfr_points": Decimal(1)})
        return rate_health(SHOPEE, facts).ratings[0].points or Decimal(0)

    assert points(unfulfilled + 1) >= points(unfulfilled)


def test_what_is_not_known_gives_no_level_and_no_points() -> None:
    result = rate_health(SHOPEE, HealthFacts("甲", VIEWED))
    assert (result.ratings[0].level, result.ratings[0].points) == (None, None)
    assert [reason.code for reason in result.reasons] == ["no_data"]


def test_metrics_and_health_survive_their_canonical_form_and_are_explained() -> None:
    chats = ((ChatLine(NINE, "buyer"),),)
    facts = MetricFacts(VIEWED, counts={"paid_orders": 3}, choices={"refund_reasons": (("quality",),)}, chats=chats)
    health = HealthFacts("甲", VIEWED, {"3m": {"transactions": Decimal(3)}}, {"x": None})
    for given_facts, result in (
        (facts, derive_metrics(METRICS, facts)),
        (health, rate_health(EBAY, health)),
    ):
        assert facts_from_json(canonical_json(given_facts)) == given_facts
        assert result_from_json(canonical_json(result)) == result
        assert all(explain(result, language) for language in ("zh", "en"))


def test_another_kind_of_rulebook_is_refused() -> None:
    with pytest.raises(ValueError, match="not metrics"):
        derive_metrics(half_year(), MetricFacts(VIEWED))
    with pytest.raises(ValueError, match="not health"):
        rate_health(half_year(), HealthFacts("甲", VIEWED))
