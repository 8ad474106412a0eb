"""Random cases for a rulebook, mostly at its edges: values on a line, sums on a target, gaps, odd days and numbers."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

from assessments.engine import MonthValue, PlannedPeriod, Rulebook, StoreFacts, ViolationFact, needs, table_value
from assessments.engine.calendar import add_months, last_of_month, months_between
from tests.unit.engine.screening.books import EDGES

CATEGORIES = ["女装", "男装", "手表", "运动户外", "美妆"]
BY_UNIT = {
    "score": ["4.1", "4.12", "3.8", "4.123456"],
    "money": ["500000", "333333.33", "100000", "0.02", "1200000000"],
    "months": ["1", "2", "3", "4", "6", "2.5"],
    "share": ["0.5", "0.25", "0.3", "1", "0.333333"],
    "days": ["0", "2", "60"],
}
ODD = ["0", "-1", "4.12345678", "1E+14", "1E-9", "123456789.123456"]
DAY = timedelta(days=1)


def draw_case(rng: Random, book: Rulebook) -> tuple[PlannedPeriod, StoreFacts]:
    """A period with its store's facts."""
    period = draw_period(rng)
    as_of = draw_as_of(rng, period)
    category = rng.choice(CATEGORIES)
    lines = draw_lines(rng, book)
    series = {}
    for need in needs(book).metrics:
        if rng.random() < 0.96:
            numbers = [lines.get(name, table_value(book, name, category)) for name in book.tables]
            series[need.code] = draw_months(rng, period, as_of, [each for each in numbers if each is not None])
    days = [period.starts_on + DAY * at for at in range(40)]
    return period, StoreFacts(
        store="S",
        category=category,
        go_live_on=period.starts_on - timedelta(days=400),
        as_of=as_of,
        series=series,
        lines=lines,
        confirmed_failure_on=as_of - DAY * rng.choice([0, 1, 40, 400]) if rng.random() < 0.06 else None,
        daily={
            need.code: {day: Decimal(rng.choice(["4.1", "4.09"])) for day in days}
            for need in needs(book).metrics
            if need.aggregate == "daily"
        },
        incidents=(ViolationFact(rng.choice(days), Decimal(1), topic="leak"),) * rng.choice([0, 0, 0, 1, 2]),
    )


def draw_period(rng: Random) -> PlannedPeriod:
    """Whole months mostly; now and then another day of the month, or more months than columns hold."""
    starts_on = date(rng.randint(2018, 2026), rng.randint(1, 12), 1)
    if rng.random() < 0.4:
        starts_on = add_months(rng.choice(EDGES), -rng.randint(0, 11))
    months = rng.choice([6, 12, 12, 12, 1, 3, 24, rng.randint(1, 36)]) if rng.random() < 0.99 else 61
    ends_before = add_months(starts_on, months)
    if rng.random() < 0.02:
        starts_on += DAY * rng.randint(1, 20)
    if rng.random() < 0.02:
        ends_before += DAY * rng.randint(1, 20)
    phase = rng.choice(["trial"] * 10 + ["formal"] * 10 + ["exempt"])
    return PlannedPeriod(phase, 0 if phase == "trial" else 1, starts_on, ends_before, digest="planned by another")


def draw_as_of(rng: Random, period: PlannedPeriod) -> date:
    last = period.ends_before - DAY
    if rng.random() < 0.4:
        return last + DAY * rng.choice([0, 0, 1, 40, 400, -1])
    month = rng.choice(months_between(period.starts_on, period.ends_before))
    return rng.choice([last_of_month(month), last_of_month(month) - DAY, month, month + DAY * 9, month - DAY])


def draw_lines(rng: Random, book: Rulebook) -> dict[str, Decimal]:
    """The store's own numbers, most of them; without one the table decides, and some tables are empty."""
    lines = {}
    for name, table in book.tables.items():
        if rng.random() < 0.8:
            lines[name] = Decimal(rng.choice(BY_UNIT[table.unit] if rng.random() < 0.98 else ODD))
    return lines


@dataclass(frozen=True, slots=True)
class Habit:
    """How a store's months look: which lines its scores are near, how often one is below, how often nothing is sold."""

    near: list[Decimal]
    bad: float
    idle: float


def draw_months(rng: Random, period: PlannedPeriod, as_of: date, numbers: list[Decimal]) -> tuple[MonthValue, ...]:
    """Months of one metric, some before and after the period, some missing, some cut short."""
    near = [number for number in numbers if 2 < number < 5] or [Decimal("4.1")]
    targets = [number for number in numbers if 5 < number < 10**10]
    habit, gap = Habit(near, rng.choice([0.1, 0.3, 0.7]), rng.choice([0, 0, 0.4, 0.9])), rng.choice([0, 0, 0.1, 0.4])
    shift = rng.choice([0, 0, 0, 2])
    months = months_between(add_months(period.starts_on, -shift), add_months(period.ends_before - DAY, 1 + shift))
    found = [draw_month(rng, month, as_of, habit) for month in months if rng.random() >= gap]
    if targets and found and rng.random() < 0.6:
        found = aim(rng, found, rng.choice(targets), as_of, len(months) - 2 * shift)
    if len(found) > 1 and rng.random() < 0.01:
        last = found[-1]
        found = rng.choice([found[::-1], [*found, MonthValue(last.month, closing=Decimal(1))], found[1:] + found[:1]])
    if rng.random() < 0.005:
        found = [replace(each, month=each.month + DAY * rng.choice([0, 1])) for each in found]
    return tuple(found)


def draw_month(rng: Random, month: date, as_of: date, habit: Habit) -> MonthValue:
    step = Decimal(rng.choice(["0.01", "0.000001"]))
    off = rng.choice([-1, -1, -40]) if rng.random() < habit.bad else rng.choice([0, 1, 30])
    value = rng.choice(habit.near) + step * off
    if rng.random() < 0.003:
        value = Decimal(rng.choice(ODD))
    last, elapsed = last_of_month(month), (min(last_of_month(month), as_of) - month).days + 1
    total = Decimal(0) if rng.random() < habit.idle else Decimal(rng.randint(1, 10_000_000)) / 100
    if rng.random() < 0.002:
        total = Decimal(rng.choice(ODD))
    newest = rng.choice([None, min(last, as_of), last, month, as_of])
    return MonthValue(
        month=month,
        total=None if rng.random() < 0.05 else total,
        closing=None if rng.random() < 0.1 else value,
        latest=None if newest is None else value + step * rng.choice([-1, 0, 0]),
        latest_on=newest,
        days=rng.choice([None, elapsed, elapsed, elapsed + 3, elapsed - rng.choice([0, 0, 0, 1])]),
    )


def aim(rng: Random, found: list[MonthValue], target: Decimal, as_of: date, count: int) -> list[MonthValue]:
    """Change one month so that the sum up to it is a part of the target, or one 分 beside it."""
    over = [at for at, value in enumerate(found) if last_of_month(value.month) <= as_of]
    at = over[-1] if over and rng.random() < 0.5 else rng.randrange(len(found))
    share = rng.choice([Fraction(1), Fraction(at + 1, max(count, 1)), Fraction(1, 2), Fraction(1, 4), Fraction(3, 10)])
    before = sum((month.total for month in found[:at] if month.total is not None), Decimal(0))
    wanted = Decimal(int(Fraction(target) * share * 100)) / 100 + rng.choice([-1, 0, 0, 1]) * Decimal("0.01")
    aimed = MonthValue(found[at].month, wanted - before, found[at].closing, days=None)
    return [*found[:at], aimed, *found[at + 1 :]] if wanted > before else found
