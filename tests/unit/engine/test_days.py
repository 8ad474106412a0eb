"""Scores judged day by day, incident gates, the renewal year, a probation by months."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.engine import (
    MonthValue,
    Outcome,
    PlannedPeriod,
    Standing,
    StoreFacts,
    ViolationFact,
    assess,
    assess_probation,
    canonical_json,
    digest_of,
    explain,
    facts_from_json,
    needs,
    plan_periods,
)
from assessments.engine.calendar import add_months, last_of_month
from tests.unit.engine.cast import book, store

RENEWAL = book("tmall-renewal", "2018-enrolled")
GATE = book("tmall-daily", "2025-incident-gate")
NEW_STORE = book("tmall-new-store", "2022")
START, AFTER = date(2017, 10, 1), date(2018, 10, 1)
YEAR = PlannedPeriod("formal", 1, START, AFTER)
MONTH = PlannedPeriod("formal", 1, START, date(2017, 11, 1))
ITEMS = ("dsr_description", "dsr_service", "dsr_logistics")
VALUES = st.sampled_from([None, Decimal("4.69"), Decimal("4.7"), Decimal("4.71")])


def _rated(
    values: list[Decimal | None], *, allowed: int = 150, period: PlannedPeriod = YEAR, as_of: date | None = None
) -> StoreFacts:
    days = {START + timedelta(days=at): value for at, value in enumerate(values)}
    return StoreFacts(
        store="甲",
        category="女装",
        go_live_on=date(2015, 1, 1),
        as_of=as_of or period.ends_before - timedelta(days=1),
        series={"sales_amount": tuple(MonthValue(add_months(START, at), total=Decimal(1)) for at in range(12))},
        lines={"dsr_line": Decimal("4.7"), "allowed_days": Decimal(allowed), "sales_target": Decimal(1)},
        daily=dict.fromkeys(ITEMS, days),
    )


@given(st.lists(VALUES, min_size=31, max_size=31), st.integers(0, 31), st.integers(0, 30))
def test_days_agree_with_a_plain_count(values: list[Decimal | None], allowed: int, over: int) -> None:
    facts = _rated(values, allowed=allowed, period=MONTH, as_of=START + timedelta(days=over))
    result = assess(RENEWAL, MONTH, facts).requirements[0]
    seen = values[: over + 1]
    failed = sum(value == Decimal("4.69") for value in seen)
    open_days = 31 - len(seen) + sum(value is None for value in seen)
    assert result.failures == failed
    if failed > allowed:
        assert result.outcome is Outcome.MISSED
        assert result.decided_on is not None
        assert values[(result.decided_on - START).days] == Decimal("4.69")
    elif failed + open_days <= allowed and len(seen) > sum(value is None for value in seen):
        assert result.outcome is Outcome.MET
    else:
        assert result.outcome is (Outcome.PENDING if over < 30 else Outcome.NO_DATA)


@given(st.lists(VALUES, min_size=31, max_size=31), st.permutations(range(31)))
def test_the_order_of_days_does_not_matter_for_the_count(values: list[Decimal | None], order: list[int]) -> None:
    shuffled = [values[at] for at in order]
    one, two = (assess(RENEWAL, MONTH, _rated(each, period=MONTH)).requirements[0] for each in (values, shuffled))
    assert (one.failures, one.failures_worst, one.outcome) == (two.failures, two.failures_worst, two.outcome)


@given(st.lists(VALUES, min_size=31, max_size=31), st.integers(0, 30))
def test_one_failing_day_more_never_helps(values: list[Decimal | None], at: int) -> None:
    worse = [*values]
    worse[at] = Decimal("4.69")
    one, two = (
        assess(RENEWAL, MONTH, _rated(each, allowed=9, period=MONTH)).requirements[0] for each in (values, worse)
    )
    assert (two.failures or 0) >= (one.failures or 0)
    assert not (one.outcome is Outcome.MISSED and two.outcome is not Outcome.MISSED)


def test_without_a_line_there_is_no_verdict_and_the_table_is_named() -> None:
    facts = _rated([Decimal("4.7")] * 365)
    result = assess(RENEWAL, YEAR, StoreFacts("甲", "女装", facts.go_live_on, facts.as_of, facts.series))
    assert result.outcome is Outcome.LINE_NOT_SET
    assert result.standing is Standing.UNKNOWN
    assert "dsr_line" in " ".join(reason.text.en for reason in result.reasons)


@given(st.dates(date(2012, 1, 1), date(2018, 9, 30)))
def test_every_renewal_year_begins_on_the_first_of_october(go_live_on: date) -> None:
    periods = plan_periods(go_live_on, [RENEWAL], "annual", date(2019, 12, 31))
    assert periods[0].starts_on == go_live_on
    assert all((each.starts_on.month, each.starts_on.day) == (10, 1) for each in periods[1:])
    assert all(one.ends_before == two.starts_on for one, two in pairwise(periods))
    assert all(each.starts_on < date(2018, 10, 1) for each in periods)


def test_days_are_asked_for_and_incidents_are_no_metric() -> None:
    assert {need.aggregate for need in needs(RENEWAL).metrics if need.code in ITEMS} == {"daily"}
    assert "incidents" not in {need.code for need in needs(GATE).metrics}


@pytest.mark.parametrize(("effect", "outcome"), [("fails", "missed"), ("warns", "pending"), ("nothing", "pending")])
def test_an_incident_fails_the_period_only_where_the_rulebook_says_so(effect: str, outcome: str) -> None:
    plain = store(["4.5"], ["100000"], score_line="3.8", failing_months="3", sales_target="100000")
    incident = ViolationFact(plain.as_of, Decimal(6), topic="data_security")
    facts = StoreFacts(plain.store, plain.category, plain.go_live_on, plain.as_of, plain.series, plain.lines)
    period = PlannedPeriod("formal", 1, date(2025, 8, 1), date(2026, 8, 1))
    rulebook = GATE.choosing({"incident_effect": effect})
    struck = StoreFacts(
        **{name: getattr(facts, name) for name in ("store", "category", "go_live_on", "as_of", "series", "lines")},
        incidents=(incident,),
    )
    assert assess(rulebook, period, facts).outcome is Outcome.PENDING
    assert assess(rulebook, period, struck).outcome.value == outcome
    told = " ".join(explain(assess(rulebook, period, struck), "en"))
    assert "incidents: 1" in told


def test_facts_without_days_and_incidents_keep_their_spelling_and_digest() -> None:
    plain = store(["4.5"], ["100"])
    assert "daily" not in canonical_json(plain)
    assert "incidents" not in canonical_json(plain)
    rated = _rated([Decimal("4.7")] * 3)
    assert facts_from_json(canonical_json(rated)) == rated
    assert digest_of(rated) != digest_of(_rated([Decimal("4.69")] * 3))


@given(
    st.lists(st.integers(0, 60_000), min_size=3, max_size=3), st.lists(st.integers(300, 400), min_size=3, max_size=3)
)
def test_a_new_store_passes_when_every_month_reaches_both(sales: list[int], scores: list[int]) -> None:
    go_live_on = date(2022, 3, 10)
    assessed = [add_months(go_live_on, at) for at in (1, 2, 3)]
    closings = [Decimal(score) / 100 for score in scores]
    facts = StoreFacts(
        store="甲",
        category="童装",
        go_live_on=go_live_on,
        as_of=last_of_month(assessed[-1]),
        series={
            "sales_amount": tuple(MonthValue(m, total=Decimal(s)) for m, s in zip(assessed, sales, strict=True)),
            "basic_service_score": tuple(MonthValue(m, closing=c) for m, c in zip(assessed, closings, strict=True)),
        },
    )
    reached = all(sold >= target for sold, target in zip(sales, (25_000, 35_000, 50_000), strict=True))
    reached = reached and min(scores) >= 350
    assert assess_probation(NEW_STORE, facts).outcome is (Outcome.MET if reached else Outcome.MISSED)


def test_before_the_first_day_nothing_is_missing_yet() -> None:
    result = assess(RENEWAL, MONTH, _rated([], as_of=START - timedelta(days=1))).requirements[0]
    assert (result.outcome, result.live, result.reasons) == (Outcome.PENDING, Outcome.PENDING, ())
    assert result.next_deadline_on == MONTH.ends_before - timedelta(days=1)
    first = assess(RENEWAL, MONTH, _rated([None], as_of=START)).requirements[0]
    assert (first.outcome, first.live) == (Outcome.PENDING, Outcome.NO_DATA)
