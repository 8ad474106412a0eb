"""Random fee years, mostly at the edges, and the same fee year told to the engine."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

from assessments.engine import CategorySales, Exit, ExitReason, FeeFacts, MonthValue, ViolationFact
from tests.oracle.plain_fee import (
    NO_SCORE,
    STANDARD,
    TABLE,
    FeeCase,
    Shop,
    effective_months,
    last_day,
    operating_months,
)

METRIC = {2022: "basic_service_score", 2024: "comprehensive_experience_score"}
STEPS = [Decimal("0.01"), Decimal("0.000001")]
REASONS = ["voluntary", "voluntary", "voluntary", "failed_assessment", "not_renewed", "violation", "false_credentials"]


def draw_day(rng: Random, year: int) -> date:
    """A day of the year: often a month's edge, the 15th or 16th, or 29 February."""
    month = rng.randint(1, 12)
    kind = rng.randrange(5)
    if kind == 0:
        return date(year, month, 1)
    if kind == 1:
        return last_day(year, month)
    if kind == 2:
        return date(year, month, rng.choice([15, 16]))
    if kind == 3 and rng.random() < 0.3:
        return last_day(year, 2)
    return date(year, 1, 1) + timedelta(days=rng.randrange((date(year + 1, 1, 1) - date(year, 1, 1)).days))


def draw_shop(rng: Random, year: int, name: str) -> Shop:
    """A category with its published numbers, some of them overridden or filled in by the agency."""
    fee, half, full = TABLE.get(name, (None, None, None))
    standard = STANDARD[year].get(name)
    shop = Shop(
        name, *(Decimal(number) if number is not None else None for number in (fee, half, full, standard)), Decimal(0)
    )
    fill = rng.random()
    if shop.fee is None and fill < 0.95:
        shop.fee = Decimal(rng.choice(["30000", "60000", "33333", "10000", "100.02", "100.14", "45000.5"]))
    if shop.half is None and fill < 0.93:
        shop.half, shop.full = Decimal(100_000), Decimal(rng.choice([400_000, 333_333]))
    if (shop.standard is None and fill < 0.9) or rng.random() < 0.05:
        shop.standard = Decimal(rng.choice(["2.9", "3", "4.16", "4.6", "3.333333"]))
    if rng.random() < 0.05:
        shop.half, shop.full = Decimal("250000.07"), Decimal("999999.95")
    return shop


def draw_sales(rng: Random, case: FeeCase) -> None:
    """Sales by category, with ties, and a total near a threshold of the settling category."""
    for shop in case.shops:
        shop.sales = Decimal(rng.randint(0, 150_000_000)) / 100
    if len(case.shops) > 1 and rng.random() < 0.35:
        case.shops[1].sales = case.shops[0].sales
    case.sales = sum((shop.sales for shop in case.shops), Decimal(0))
    shop = max(case.shops, key=lambda each: each.sales)
    if rng.random() < 0.7 and shop.half is not None:
        line = Fraction(rng.choice([shop.half, shop.full])) * effective_months(case) / 12
        near = Decimal(int(line * 100)) / 100 + rng.choice([-1, 0, 0, 1]) * Decimal("0.01")
        case.sales = max(near, Decimal(0))


def draw_scores(rng: Random, case: FeeCase) -> None:
    """Month-end scores: around the standard by the smallest step, zero, not shown, not known."""
    top = max(case.shops, key=lambda each: each.sales)
    standard = top.standard or Decimal("3")
    months = operating_months(case)
    exact, step = rng.random() < 0.5, rng.choice(STEPS)
    gaps = rng.random() < 0.3
    for month in range(1, 13):
        if month not in months and rng.random() < 0.7:
            continue
        value = standard if exact else standard + rng.randint(-60, 60) * step
        case.scores[month] = min(max(value, Decimal(0)), Decimal(5))
        if gaps and rng.random() < 0.15:
            case.scores[month] = rng.choice([Decimal(0), NO_SCORE, NO_SCORE])
        elif gaps and rng.random() < 0.05:
            del case.scores[month]
    shown = [month for month in months if isinstance(case.scores.get(month), Decimal)]
    if exact and shown and rng.random() < 0.7:
        case.scores[rng.choice(shown)] = standard + rng.choice([-1, 1]) * step
    if rng.random() < 0.02:
        case.scores = dict.fromkeys(range(1, 13), NO_SCORE)
    if case.applied_on is not None and rng.random() < 0.93:
        for back in (0, 1, 2):
            day = case.applied_on - timedelta(days=back)
            # A month's last day has one score, whichever way it is told.
            if day.year != case.year or day != last_day(day.year, day.month):
                case.day_scores[day] = standard + rng.choice([-1, 0, 1]) * step


def draw_violations(rng: Random, case: FeeCase) -> None:
    """Deductions around both bars, some withdrawn, some of other years."""
    for _ in range(rng.choice([0, 0, 0, 1, 2, 2, 3, 5])):
        points = rng.choice([1, 6, 11, 12, 12, 24, 35, 36, 47, 48])
        year = rng.choice([case.year] * 8 + [case.year - 1])
        severity = rng.choice(["general", "severe", "severe", "counterfeit"])
        end = case.applied_on if case.applied_on and case.applied_on.year == year else date(year, 12, 31)
        on = max(end - timedelta(days=rng.randrange((end - date(year, 1, 1)).days + 1)), case.activated_on)
        case.violations.append((on, points, severity, rng.random() < 0.15))


def draw_fee_case(rng: Random) -> FeeCase:
    """One fee year of 2022 or 2024."""
    year = rng.choice([2022, 2024])
    entered = draw_day(rng, year) if rng.random() < 0.5 else draw_day(rng, rng.randint(2019, year - 1))
    live: date | None = entered
    if rng.random() < 0.12:
        live = entered + timedelta(days=rng.choice([1, 15, 31, 60, 200]))
    if rng.random() < 0.02:
        live = None
    names = rng.sample([*TABLE, "美妆", "家电"], rng.choice([1, 1, 2, 3]))
    if rng.random() < 0.3:
        names = ["女装", *[name for name in names if name != "女装"]]
    case = FeeCase(year, entered, live, [draw_shop(rng, year, name) for name in names], Decimal(0))
    if rng.random() < 0.55:
        case.reason = rng.choice(REASONS)
        applied = draw_day(rng, year)
        if rng.random() < 0.2:
            applied = date(year, 1, rng.choice([1, 1, 2, 15, 16, 31]))
        if rng.random() < 0.1:
            applied = max(entered, date(year, 1, 1)) + timedelta(days=rng.randrange(20))
        if case.reason == "not_renewed":
            applied = date(year, 12, 31)
        if rng.random() < 0.05:
            applied = date(year + 1, rng.choice([1, 2, 7]), 1)
        case.applied_on = max(applied, entered)
        if rng.random() < 0.3:
            case.confirmed_on = case.applied_on + timedelta(days=rng.choice([0, 1, 10, 30, 45]))
    draw_sales(rng, case)
    draw_scores(rng, case)
    draw_violations(rng, case)
    if rng.random() < 0.05:
        case.prepaid = Decimal(rng.choice(["0", "100", "60000", "25000.55"]))
    return case


def tell_engine(case: FeeCase) -> FeeFacts:
    """The same fee year as the engine's facts; the as-of day lies after everything."""
    closing = tuple(
        MonthValue(month=date(case.year, month, 1), closing=value)
        for month, value in sorted(case.scores.items())
        if isinstance(value, Decimal)
    )
    lines: dict[str, dict[str, Decimal]] = {}
    for shop in case.shops:
        numbers = {"annual_fee": shop.fee, "sales_half": shop.half, "sales_full": shop.full}
        numbers["score_standard"] = shop.standard
        shipped = dict(zip(("annual_fee", "sales_half", "sales_full"), TABLE.get(shop.name, (None,) * 3), strict=True))
        shipped["score_standard"] = STANDARD[case.year].get(shop.name)
        lines[shop.name] = {
            table: number
            for table, number in numbers.items()
            if number is not None and (shipped[table] is None or Decimal(shipped[table]) != number)
        }
    silent = tuple(date(case.year, month, 1) for month in range(1, 13) if case.scores.get(month) == NO_SCORE)
    deductions = (ViolationFact(on, Decimal(points), kind, "", gone) for on, points, kind, gone in case.violations)
    leaves = Exit(case.applied_on, ExitReason(case.reason), case.confirmed_on) if case.applied_on else None
    return FeeFacts(
        store="S",
        year=case.year,
        as_of=max(day for day in (date(case.year, 12, 31), case.applied_on, case.confirmed_on) if day is not None),
        categories=tuple(CategorySales(shop.name, shop.sales) for shop in case.shops),
        activated_on=case.activated_on,
        go_live_on=case.go_live_on,
        prepaid=case.prepaid,
        sales=case.sales,
        series={METRIC[case.year]: closing},
        score_on={METRIC[case.year]: dict(case.day_scores)},
        no_score_months=silent,
        violations=tuple(deductions),
        exit=leaves,
        lines=lines,
    )
