"""Violations that take the discount of a fee year: which bars a store's deductions meet."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from assessments.engine import ViolationFact, settle
from assessments.engine.language.reading import parse_canonical
from tests.unit.engine.cast import book, fee_year

FEE = book("tmall-annual-fee", "2022")


@pytest.mark.parametrize(
    ("violations", "bars"),
    [
        ([("severe", 47)], ()),
        ([("severe", 48)], ("severe_total",)),
        ([("general", 48)], ()),
        ([("severe", 24), ("severe", 24)], ("severe_total", "twice_twelve")),
        ([("general", 12), ("severe", 12)], ("twice_twelve",)),
        ([("general", 12), ("general", 11)], ()),
        ([("general", 6)] * 9, ()),
    ],
)
def test_bars_count_severe_points_and_single_deductions(violations: list[tuple[str, int]], bars: tuple[str]) -> None:
    found = tuple(ViolationFact(date(2022, 5, 5), Decimal(points), severity) for severity, points in violations)
    result = settle(FEE, replace(fee_year(), violations=found))
    assert result.bars == bars
    assert result.removal_due is ("severe_total" in bars)


@pytest.mark.parametrize(
    ("severity", "topic", "is_met"),
    [("severe", "fake_trading", True), ("general", "fake_trading", False), ("severe", "late_dispatch", False)],
)
def test_a_bar_on_single_deductions_may_ask_for_a_severity_and_a_topic(severity: str, topic: str, is_met: bool) -> None:
    document = json.loads(FEE.canonical)
    (bar,) = [each for each in document["bars"] if each["kind"] == "single_deductions"]
    bar |= {"severities": ["severe"], "topics": ["fake_trading"], "count": 1}
    found = (ViolationFact(date(2022, 5, 5), Decimal(12), severity, topic),)
    result = settle(parse_canonical(json.dumps(document)), replace(fee_year(), violations=found))
    assert (result.bars == (bar["id"],)) is is_met


def test_violations_of_another_year_or_withdrawn_do_not_bar() -> None:
    found = (
        ViolationFact(date(2021, 12, 31), Decimal(48), "severe"),
        ViolationFact(date(2023, 1, 1), Decimal(48), "severe"),
        ViolationFact(date(2022, 5, 5), Decimal(48), "severe", withdrawn=True),
    )
    assert settle(FEE, replace(fee_year(), violations=found)).bars == ()


def test_fake_trading_barred_from_2019_to_2021_and_twice_for_2018() -> None:
    once = (ViolationFact(date(2019, 5, 5), Decimal(2), "severe", "fake_trading"),)
    facts = replace(fee_year(2019), violations=once)
    assert settle(book("tmall-annual-fee", "2019"), facts).bars == ("fake_trading",)
    old = book("tmall-annual-fee", "2018")
    dates = [ViolationFact(date(2018, 5, day), Decimal(12), "general", "rights_misuse") for day in (1, 2)]
    assert settle(old, replace(fee_year(2018), violations=tuple(dates[:1]))).bars == ()
    assert settle(old, replace(fee_year(2018), violations=tuple(dates))).bars == ("twice_twelve",)
    other = tuple(replace(one, topic="late_dispatch") for one in dates)
    assert settle(old, replace(fee_year(2018), violations=other)).bars == ()
