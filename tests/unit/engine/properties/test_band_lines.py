"""Every line of every warning band: on it, and the smallest step beside it."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from assessments.engine import (
    MonthValue,
    PlannedPeriod,
    Rulebook,
    StoreFacts,
    assess,
)
from assessments.engine.calendar import last_of_month
from assessments.engine.language.assessment import (
    Completion,
    DaysUsed,
    FailuresLeft,
    MonthlyScore,
)
from assessments.engine.language.common import compares
from tests.unit.engine.cast import book
from tests.unit.engine.properties.test_period_lines import (
    CENT,
    HAIR,
    SCORED,
    VARIANTS,
    body_of,
    closings,
    daily_facts,
    facts_for,
    judge,
    months_of,
    period_of,
    rules,
)


def level_of(rulebook: Rulebook, period: PlannedPeriod, facts: StoreFacts, name: str, key: str) -> str | None:
    """The level of one band, or nothing."""
    warned = [each for each in assess(rulebook, period, facts).warnings if each.requirement == name]
    return next((each.level.value for each in warned if each.step.key == key), None)


def test_the_failures_left_bands_change_at_their_counts() -> None:
    for rulebook in SCORED:
        (band,) = (each for each in body_of(rulebook).bands if isinstance(each, FailuresLeft))
        period = period_of(rulebook)
        limit = 3 if rulebook.version == "2025-half-year" else 8
        for failing in range(min(limit, len(months_of(period)) - 1)):
            seen = months_of(period)[: failing + 1]
            facts = facts_for(rulebook, period, last_of_month(seen[-1]))
            lines = facts.lines | ({"failing_months": Decimal(limit)} if "failing_months" in facts.lines else {})
            series = closings(rulebook, period, Decimal(-1), failing)
            # The run that is still going on counts when only months in a row do: the failures come last.
            if rulebook.options["counting"].value == "consecutive":
                series = {metric: tuple(
                    replace(month, closing=Decimal(1 if month.month > seen[0] else 5)) for month in values)
                    for metric, values in series.items()}  # fmt: skip
            level = level_of(
                rulebook, period, replace(facts, lines=lines, series=series), "score", "band_failures_left"
            )
            left = limit - failing
            wanted = next((row.level for row in band.rows if left <= row.at_most), None)
            if failing == 0 and band.warn_from == "first_failure":
                wanted = None
            assert level == wanted, (rulebook.version, failing)


def completion_steps(band: Completion, months: int, cycle: int) -> dict[Fraction, str]:
    """Share of the target below which each level holds after so many months."""
    row = next((row for row in band.rows if months in row.months), None)
    if row is not None and cycle == band.cycle_months:
        return {Fraction(step.below): step.level for step in row.steps}
    return {Fraction(months, cycle): "watch"} if band.outside == "watch_pace" else {}


def test_the_completion_bands_hold_from_their_lower_bound_on() -> None:
    """The lower bound belongs to the better level, a cent less is the worse one; between the rows the pace counts."""
    target = Decimal(1_200_000)
    for rulebook in VARIANTS:
        period = period_of(rulebook)
        cycle = len(months_of(period))
        for band in (each for each in body_of(rulebook).bands if isinstance(each, Completion)):
            for months in range(1, cycle):
                steps = completion_steps(band, months, cycle)
                facts = facts_for(rulebook, period, last_of_month(months_of(period)[months - 1]))
                facts = replace(facts, lines={**facts.lines, "sales_target": target})
                for below in steps or [Fraction(1, 2)]:
                    for sales in (
                        Decimal(int(Fraction(target) * below)),
                        Decimal(int(Fraction(target) * below)) - CENT,
                    ):
                        sold = [MonthValue(month, total=CENT) for month in months_of(period)[:months]]
                        sold[0] = replace(sold[0], total=sales - CENT * (months - 1))
                        known = replace(facts, series={"sales_amount": tuple(sold)})
                        level = level_of(rulebook, period, known, "sales", "band_completion")
                        reached = [each for each in sorted(steps) if Fraction(sales) < Fraction(target) * each]
                        assert level == (steps[reached[0]] if reached else None), (rulebook.version, months, sales)


def test_the_newest_score_is_watched_below_its_line_only() -> None:
    for rulebook in SCORED:
        (rule,) = rules(rulebook, MonthlyScore)
        assert isinstance(rule, MonthlyScore)
        period = period_of(rulebook)
        running = judge(rulebook, period, facts_for(rulebook, period), "score").months[1]
        assert running.line is not None
        on = running.month + timedelta(days=9)
        for delta in (-HAIR, Decimal(0), HAIR):
            value = MonthValue(running.month, latest=running.line + delta, latest_on=on)
            facts = replace(facts_for(rulebook, period, on), series={running.metric: (value,)})
            level = level_of(rulebook, period, facts, "score", "band_latest")
            assert level == (None if compares(running.line + delta, rule.comparator, running.line) else "watch")


def test_the_days_used_bands_include_their_upper_share() -> None:
    rulebook = book("tmall-renewal", "2018-enrolled")
    period = period_of(rulebook)
    band = next(each for each in body_of(rulebook).bands if isinstance(each, DaysUsed))
    assert [(row.up_to, row.level) for row in band.rows] == [(Decimal("0.5"), "low"), (Decimal("0.8"), "medium")]
    for failing, level in ((0, None), (1, "low"), (10, "low"), (11, "medium"), (16, "medium"), (17, "high")):
        facts = daily_facts(rulebook, period, failing, Decimal("4.6"))
        early = replace(facts, as_of=date(2017, 10, 31))
        assert level_of(rulebook, period, early, band.requirement, "band_days_used") == level
