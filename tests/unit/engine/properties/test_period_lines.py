"""Every line of every shipped assessment and probation, to the smallest step, under every choice of comparator."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil

import pytest

from assessments.engine import (
    MonthState,
    MonthValue,
    Outcome,
    PlannedPeriod,
    RequirementResult,
    Rulebook,
    StoreFacts,
    assess,
)
from assessments.engine.calendar import add_months, last_of_month, months_between
from assessments.engine.language.assessment import (
    Activity,
    AssessmentBody,
    DailyScore,
    MonthlyScore,
    Total,
)
from assessments.engine.language.common import compares
from tests.unit.engine.cast import shipped
from tests.unit.engine.properties.depth import single_choices
from tests.unit.engine.properties.test_every_choice import named

CENT, HAIR = Decimal("0.01"), Decimal("0.000000001")
LINES = {
    "score_line": "3.8", "experience_line": "4.2", "failing_months": "3", "sales_target": "333333.33",
    "dsr_line": "4.7", "allowed_days": "20",
}  # fmt: skip
# The options that move a line or change how one is compared.
MATTERS = {"counting", "band_start", "sales_outside_bands", "score_comparator", "activity_comparator", "day_comparator"}
ASSESSMENTS = [each for each in shipped() if each.kind == "assessment"]
STARTS = {"2019-annual": date(2019, 4, 1), "2022-annual": date(2022, 1, 1), "2018-enrolled": date(2017, 10, 1)}


def variants() -> list[Rulebook]:
    """Every shipped assessment as it is, and with each of these options chosen otherwise."""
    chosen = [(each, choices) for each in ASSESSMENTS for choices in single_choices(each) if choices[0][0] in MATTERS]
    found = {one.digest: one for one in (*ASSESSMENTS, *(each.choosing(dict(choices)) for each, choices in chosen))}
    return list(found.values())


VARIANTS = variants()


def body_of(rulebook: Rulebook) -> AssessmentBody:
    assert isinstance(rulebook.body, AssessmentBody)
    return rulebook.body


def period_of(rulebook: Rulebook, phase: str = "formal") -> PlannedPeriod:
    """A period that lasts as long as the rulebook says, across the day on which a metric takes over."""
    start = STARTS.get(rulebook.version, date(2025, 2, 1))
    calendar = body_of(rulebook).calendar
    months = calendar.formal_months if phase == "formal" else calendar.trial_months
    return PlannedPeriod(phase, 1, start, add_months(start, months))


def facts_for(rulebook: Rulebook, period: PlannedPeriod, as_of: date | None = None) -> StoreFacts:
    """A store without figures, with a number for every table that the rulebook leaves open."""
    lines = {name: Decimal(value) for name, value in LINES.items() if name in rulebook.tables}
    day = as_of or period.ends_before - timedelta(days=1)
    return StoreFacts("甲", "没有这一类目", date(2015, 1, 1), day, lines=lines)


def judge(rulebook: Rulebook, period: PlannedPeriod, facts: StoreFacts, name: str) -> RequirementResult:
    return next(each for each in assess(rulebook, period, facts).requirements if each.id == name)


def rules(rulebook: Rulebook, kind: type) -> Iterator[object]:
    return (rule for rule in body_of(rulebook).requirements if isinstance(rule, kind))


def months_of(period: PlannedPeriod) -> tuple[date, ...]:
    return months_between(period.starts_on, period.ends_before)


def closings(
    rulebook: Rulebook, period: PlannedPeriod, delta: Decimal, failing: int = 99
) -> dict[str, tuple[MonthValue, ...]]:
    """Month-ends at their own line plus delta: the first so many months, the others far above."""
    empty = {month.month: month for month in judge(rulebook, period, facts_for(rulebook, period), "score").months}
    series: dict[str, list[MonthValue]] = {}
    for at, (month, verdict) in enumerate(empty.items()):
        assert verdict.line is not None
        value = verdict.line + delta if at < failing else verdict.line + 1
        series.setdefault(verdict.metric, []).append(MonthValue(month, closing=value))
    return {metric: tuple(months) for metric, months in series.items()}


SCORED = [each for each in VARIANTS if any(rules(each, MonthlyScore))]


def test_a_month_end_passes_on_its_line_as_the_comparator_says() -> None:
    metrics = set()
    for rulebook in SCORED:
        (rule,) = rules(rulebook, MonthlyScore)
        assert isinstance(rule, MonthlyScore)
        period = period_of(rulebook)
        for delta in (-HAIR, Decimal(0), HAIR):
            series = closings(rulebook, period, delta)
            result = judge(rulebook, period, replace(facts_for(rulebook, period), series=series), "score")
            passes = delta > 0 or (delta == 0 and rule.comparator == ">=")
            assert {month.state for month in result.months} == {MonthState.PASSED if passes else MonthState.FAILED}
            metrics |= {(rulebook.version, month.metric, month.line) for month in result.months}
    # Both metrics of each version that changes from one to the other, each against its own line.
    assert len({(version, metric) for version, metric, _ in metrics}) == 1 + 2 + 2 + 2 + 2
    assert ("2022-annual", "basic_service_score", Decimal("3.8")) in metrics
    assert ("2022-annual", "comprehensive_experience_score", Decimal("4.2")) in metrics


def test_a_period_fails_when_the_failing_months_reach_the_limit_and_not_one_before() -> None:
    for rulebook in SCORED:
        period = period_of(rulebook)
        for failing, outcome in ((2, Outcome.MET), (3, Outcome.MISSED)):
            series = closings(rulebook, period, Decimal(-1), failing)
            result = judge(rulebook, period, replace(facts_for(rulebook, period), series=series), "score")
            assert (result.outcome, result.limit) == (outcome, 3)
            if outcome is Outcome.MISSED:
                assert result.decided_on == last_of_month(months_of(period)[2])


@pytest.mark.parametrize("rulebook", ASSESSMENTS, ids=named)
@pytest.mark.parametrize("category", ["没有这一类目", "男装"])
def test_a_total_is_met_on_its_cent_in_every_phase(rulebook: Rulebook, category: str) -> None:
    """A trial's quarter of 333,333.33 is no whole cent: the first cent above it is enough, the one below is not."""
    phases = ["formal", "trial"] if body_of(rulebook).calendar.trial_months else ["formal"]
    for phase in phases:
        period = period_of(rulebook, phase)
        share = Fraction(1) if phase == "formal" else Fraction(1, 4 if category == "男装" else 2)
        line = Fraction(LINES["sales_target"]) * share
        first = Decimal(ceil(line * 100)) / 100
        for total, outcome in ((first - CENT, Outcome.MISSED), (first, Outcome.MET), (first + CENT, Outcome.MET)):
            sold = [MonthValue(month, total=Decimal(0)) for month in months_of(period)]
            sold[-1] = replace(sold[-1], total=total)
            facts = replace(facts_for(rulebook, period), category=category, series={"sales_amount": tuple(sold)})
            result = judge(rulebook, period, facts, "sales")
            assert (result.outcome, result.target) == (outcome, line)


def test_a_checkpoint_is_met_on_its_cent() -> None:
    looked_at = 0
    for rulebook in ASSESSMENTS:
        (rule,) = rules(rulebook, Total)
        assert isinstance(rule, Total)
        for plan in rule.checkpoints:
            one = rulebook.choosing({"checkpoints_decide": True})
            period = period_of(one, plan.phase)
            for months in plan.months:
                line = Fraction(LINES["sales_target"]) / 2 * months / 12
                first = Decimal(ceil(line * 100)) / 100
                on = add_months(period.starts_on, months) - timedelta(days=1)
                for total, outcome in ((first, Outcome.MET), (first - CENT, Outcome.MISSED)):
                    sold = tuple(MonthValue(month, total=Decimal(0)) for month in months_of(period)[1:])
                    sold = (MonthValue(period.starts_on, total=total), *sold)
                    facts = replace(facts_for(one, period, on), series={"sales_amount": sold})
                    point = next(each for each in judge(one, period, facts, "sales").checkpoints if each.on == on)
                    assert (point.outcome, point.target) == (outcome, line)
                    looked_at += 1
    assert looked_at > 20


def test_the_months_without_business_fail_at_their_limit_as_the_comparator_says() -> None:
    for rulebook in VARIANTS:
        for rule in rules(rulebook, Activity):
            assert isinstance(rule, Activity)
            for limit in rule.limits:
                period = period_of(rulebook, limit.phase)
                fails_at = limit.months + (rule.comparator == ">")
                for idle in range(limit.months - 1, min(limit.months + 2, len(months_of(period)) + 1)):
                    sold = tuple(
                        MonthValue(month, total=Decimal(0) if at < idle else CENT)
                        for at, month in enumerate(months_of(period))
                    )
                    facts = replace(facts_for(rulebook, period), series={"sales_amount": sold})
                    result = judge(rulebook, period, facts, rule.id)
                    assert result.outcome is (Outcome.MISSED if idle >= fails_at else Outcome.MET), (idle, limit)


def daily_facts(rulebook: Rulebook, period: PlannedPeriod, failing: int, value: Decimal) -> StoreFacts:
    days = [period.starts_on + timedelta(days=at) for at in range((period.ends_before - period.starts_on).days)]
    known = {day: value if at < failing else Decimal(5) for at, day in enumerate(days)}
    (metrics,) = ({rule.metric for rule in rules(rulebook, DailyScore) if isinstance(rule, DailyScore)},)
    return replace(facts_for(rulebook, period), daily=dict.fromkeys(sorted(metrics), known))


def test_a_day_fails_below_its_line_and_one_day_above_the_allowed_ones_fails_the_period() -> None:
    for rulebook in (each for each in VARIANTS if any(rules(each, DailyScore))):
        period, line = period_of(rulebook), Decimal(LINES["dsr_line"])
        for rule in rules(rulebook, DailyScore):
            assert isinstance(rule, DailyScore)
            for delta in (-HAIR, Decimal(0), HAIR):
                passes = compares(line + delta, rule.comparator, line)
                for failing in (20, 21):
                    result = judge(rulebook, period, daily_facts(rulebook, period, failing, line + delta), rule.id)
                    assert result.failures == (0 if passes else failing)
                    assert result.outcome is (Outcome.MET if passes or failing == 20 else Outcome.MISSED)
