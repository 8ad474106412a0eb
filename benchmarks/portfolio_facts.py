"""A portfolio in memory, for figures of the engine alone: stores with four periods each, a fee year, seeded figures."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from assessments.engine import (
    CategorySales,
    FeeFacts,
    MonthValue,
    PlannedPeriod,
    Rulebook,
    StoreFacts,
    ViolationFact,
    needs,
    plan_periods,
)
from assessments.engine.calendar import last_of_month, months_between
from benchmarks.sizes import TODAY

AS_OF = TODAY - timedelta(days=1)
GO_LIVE_FROM = date(2020, 7, 1)
PERIODS = 4
CATEGORIES = ("女装/女士精品", "男装", "女鞋", "运动服/休闲服装", "手表", "食品")
LINES = {
    "sales_target": Decimal(1_200_000),
    "score_line": Decimal("4.2"),
    "experience_line": Decimal("4.2"),
    "failing_months": Decimal(4),
}
# One store in fifty has had an incident, which only some rulebooks ask about.
INCIDENT_EVERY = 50


def invent_cases(stores: int, versions: Sequence[Rulebook]) -> list[tuple[PlannedPeriod, StoreFacts]]:
    """The newest four assessed periods of every store, with the figures of every metric that a version reads."""
    rng = Random(2024)
    codes = sorted({need.code for version in versions for need in needs(version).metrics})
    cases = []
    for number in range(stores):
        live_on = GO_LIVE_FROM + timedelta(days=number * 37 % 365)
        periods = [span for span in plan_periods(live_on, versions, "annual", AS_OF) if span.phase != "exempt"]
        for period in periods[-PERIODS:]:
            incident = ViolationFact(period.starts_on, Decimal(12), topic="data_security")
            facts = StoreFacts(
                store=str(number),
                category=CATEGORIES[number % len(CATEGORIES)],
                go_live_on=live_on,
                as_of=AS_OF,
                series={code: _months(rng, code, period.starts_on, period.ends_before) for code in codes},
                lines=LINES,
                incidents=(incident,) if number % INCIDENT_EVERY == 0 else (),
            )
            cases.append((period, facts))
    return cases


def invent_fee_years(stores: int, rulebook: Rulebook) -> list[FeeFacts]:
    """A whole fee year of every store."""
    rng = Random(2025)
    year = rulebook.effective_from.year
    codes = sorted({need.code for need in needs(rulebook).metrics})
    return [
        FeeFacts(
            store=str(number),
            year=year,
            as_of=date(year, 12, 31),
            categories=(CategorySales("女装", Decimal(rng.randint(30_000_000, 150_000_000)).scaleb(-2)),),
            go_live_on=date(year - 2, 5, 5),
            series={code: _months(rng, code, date(year, 1, 1), date(year + 1, 1, 1)) for code in codes},
        )
        for number in range(stores)
    ]


def _months(rng: Random, code: str, starts_on: date, ends_before: date) -> tuple[MonthValue, ...]:
    """Full months up to the last day with figures; sums around a tenth of the target, scores around the line."""
    found = []
    for month in months_between(starts_on, min(ends_before, AS_OF)):
        last = min(last_of_month(month), AS_OF)
        low, high = (5_000_000, 18_000_000) if code == "sales_amount" else (410, 470)
        value = Decimal(rng.randint(low, high)).scaleb(-2)
        closing = value if last == last_of_month(month) else None
        found.append(MonthValue(month, value, closing, latest=value, latest_on=last, days=(last - month).days + 1))
    return tuple(found)
