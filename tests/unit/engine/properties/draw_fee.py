"""Random fee years for any fee rulebook: every table's categories, exits of every reason, gaps, odd prepayments."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from assessments.engine import CategorySales, Exit, ExitReason, FeeFacts, MonthValue, Rulebook, ViolationFact
from assessments.engine.calendar import add_months, last_of_month
from assessments.engine.language.fee import FeeBody

TOPICS = ["", "fake_trading", "rights_misuse", "late_dispatch"]
UNLISTED = ["没有这一类目", "也没有这一类目", "还有一类目"]


def fee_body(rulebook: Rulebook) -> FeeBody:
    body = rulebook.body
    assert isinstance(body, FeeBody)
    return body


def score_metrics(rulebook: Rulebook) -> tuple[str, ...]:
    score = fee_body(rulebook).score
    return () if score is None else score.metrics


def categories(rulebook: Rulebook) -> list[str]:
    """Every category that the fee table names."""
    return [name for row in rulebook.tables["annual_fee"].rows for name in row.categories]


def draw_year(rng: Random, rulebook: Rulebook) -> int:
    """A year that the rulebook settles; always the year of an abolition."""
    body = fee_body(rulebook)
    if body.abolition is not None:
        return body.abolition.ends_before.year
    last = (rulebook.effective_before or date(2025, 1, 1)) - timedelta(days=1)
    return rng.randint(rulebook.effective_from.year, max(rulebook.effective_from.year, last.year))


def draw_day(rng: Random, year: int) -> date:
    """A day of the year, often at a month's edge."""
    month = date(year, rng.randint(1, 12), 1)
    plain = date(year, 1, 1) + timedelta(days=rng.randrange(365))
    return rng.choice([month, last_of_month(month), plain, plain, date(year, 1, rng.choice([1, 2, 16]))])


def draw_exit(rng: Random, year: int) -> Exit | None:
    if rng.random() < 0.4:
        return None
    applied = draw_day(rng, rng.choice([year] * 12 + [year - 1, year + 1]))
    later = None if rng.random() < 0.6 else applied + timedelta(days=rng.choice([0, 1, 14, 31, 200]))
    return Exit(applied, rng.choice(list(ExitReason)), later)


def draw_months(rng: Random, year: int, values: list[str], gap: float) -> tuple[MonthValue, ...]:
    """Month-ends of a year; some are not known."""
    starts = [add_months(date(year, 1, 1), at) for at in range(12)]
    drawn = [Decimal(rng.choice(values)) if rng.random() >= gap else None for _ in starts]
    return tuple(MonthValue(start, closing=value) for start, value in zip(starts, drawn, strict=True))


def draw_violations(rng: Random, year: int) -> tuple[ViolationFact, ...]:
    return tuple(
        ViolationFact(
            draw_day(rng, rng.choice([year, year, year, year - 1])),
            Decimal(rng.choice([2, 6, 11, 12, 24, 47, 48])),
            rng.choice(["general", "severe", "counterfeit"]),
            rng.choice(TOPICS),
            withdrawn=rng.random() < 0.2,
        )
        for _ in range(rng.choice([0, 0, 1, 2, 3]))
    )


def draw_lines(rng: Random, names: list[str]) -> dict[str, dict[str, Decimal]]:
    """An agency's own numbers, often for all of what a rulebook may lack, with fees that do not divide by twelve."""
    if rng.random() < 0.25:
        return {}
    fees = ["60000", "33333", "100.02", "0.07", "45000.5"]
    return {
        name: {
            **({"annual_fee": Decimal(rng.choice(fees))} if name in UNLISTED or rng.random() < 0.5 else {}),
            "sales_half": Decimal(rng.choice(["100000", "250000.07"])),
            "sales_full": Decimal(rng.choice(["333333", "999999.95"])),
            "score_standard": Decimal(rng.choice(["2.9", "3", "4.16"])),
        }
        for name in names
    }


def draw_fee_year(rng: Random, rulebook: Rulebook) -> FeeFacts:
    """One store's fee year, whole or running, as well known as it happens to be."""
    year = draw_year(rng, rulebook)
    names = rng.sample([*categories(rulebook), *UNLISTED], rng.choice([1, 1, 2, 3]))
    live = draw_day(rng, rng.choice([year - 3, year, year])) if rng.random() < 0.95 else None
    amount = ["0", "1", "99999.99", "180000", "360000", "1200000", "2500000"]
    sales = tuple(
        CategorySales(name, None if rng.random() < 0.1 else round(Decimal(rng.choice(amount)) / len(names), 2))
        for name in names
    )
    leaves = draw_exit(rng, year)
    as_of = date(year, 12, 31) if rng.random() < 0.7 else draw_day(rng, year)
    gap = rng.choice([0, 0, 0.2, 1])
    values = rng.choice([["0", "2.89", "2.9", "3", "4.16", "4.6", "5"], ["4.6", "5"]])
    months = {metric: draw_months(rng, year, values, gap) for metric in score_metrics(rulebook)}
    monthly = rng.choice([["0", "90000"], ["140000", "300000"]])
    sold = tuple(replace(each, closing=None, total=each.closing) for each in draw_months(rng, year, monthly, 0))
    single = {draw_day(rng, year): Decimal("2.9"), date(year, 1, 15): Decimal("3")}
    return FeeFacts(
        store="甲",
        year=year,
        as_of=as_of,
        categories=sales,
        main_category=rng.choice([None, names[0]]),
        activated_on=None if live is None or rng.random() < 0.8 else live - timedelta(days=rng.choice([1, 40])),
        go_live_on=live,
        prepaid=None if rng.random() < 0.7 else Decimal(rng.choice(["0", "0.01", "100.55", "60000", "999999.99"])),
        sales=None if rng.random() < 0.6 else Decimal(rng.choice(amount)),
        sales_complete=rng.random() < 0.85,
        series=months | ({"sales_amount": sold} if rng.random() < 0.5 else {}),
        score_on=dict.fromkeys(months, single) if rng.random() < 0.5 else {},
        no_score_months=(date(year, 10, 1),) if rng.random() < 0.2 else (),
        violations=draw_violations(rng, year),
        exit=leaves,
        lines=draw_lines(rng, names),
    )
