"""Random periods of the daily assessment, mostly at the edges, and the same period told to the engine."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

from assessments.engine import MonthValue, StoreFacts
from tests.oracle.draw_fee import draw_day
from tests.oracle.plain_verdict import (
    Span,
    VerdictCase,
    judge_sales,
    line_of,
    metric_of,
    month_end,
    months_of,
    plan_plainly,
)

LINES = ["2.1", "2.3", "3.8", "4.1", "4.6"]
CATEGORIES = ["女装", "男装", "手表", "女鞋", "美妆", "运动户外", "内衣", "流行男鞋"]


def draw_span(rng: Random) -> tuple[date, str, Span]:
    """A trial or formal period of some store under a text from 2022 on: (go-live day, track, period)."""
    track = rng.choice(["annual", "half-year"])
    while True:
        live = draw_day(rng, rng.randint(2019, 2027))
        spans = plan_plainly(live, track, live + timedelta(days=rng.choice([1_000, 2_000])))
        spans = [span for span in spans if span.phase != "exempt" and span.version != "2019-annual"]
        if spans:
            return live, track, rng.choice(spans[:4])


def draw_scores(rng: Random, case: VerdictCase) -> None:
    """Month-end scores around the line, and now and then nothing, or zero, or the other metric's score."""
    bad, gap = rng.choice([0.05, 0.2, 0.4, 0.7]), rng.choice([0, 0, 0.1, 0.3])
    step = Decimal(rng.choice(["0.01", "0.000001"]))
    for month in months_of(case.span):
        line = line_of(case, month) or Decimal("3")
        if month_end(month) > case.as_of or rng.random() < gap:
            continue
        value = line - step * rng.choice([1, 1, 40]) if rng.random() < bad else line + step * rng.choice([0, 1, 30])
        if rng.random() < 0.02:
            value = Decimal(0)
        case.scores[(metric_of(case.span.version, month), month)] = value


def draw_sales(rng: Random, case: VerdictCase) -> None:
    """Monthly sums: months of nothing in runs, missing and partial months, a total near the target."""
    idle, gap = rng.choice([0, 0, 0.3, 0.7, 0.9]), rng.choice([0, 0, 0, 0.15])
    months = [month for month in months_of(case.span) if month <= case.as_of]
    for month in months:
        whole = True
        total = Decimal(0) if rng.random() < idle else Decimal(rng.randint(1, 6_000_000)) / 100
        if rng.random() < gap:
            if rng.random() < 0.5 or month == case.as_of:
                continue
            whole = False
        case.sales[month] = (total, whole)
    target = judge_sales(case).target
    busy = [month for month in months if case.sales.get(month, (0, False))[0] > 0]
    if target is None or not busy or rng.random() < 0.3:
        return
    share = Fraction(len(months), len(months_of(case.span))) if rng.random() < 0.5 else Fraction(1)
    wanted = Decimal(int(target * share * 100)) / 100 + rng.choice([-1, 0, 0, 1]) * Decimal("0.01")
    rest = sum((total for month, (total, _) in case.sales.items() if month != busy[0]), Decimal(0))
    if wanted > rest:
        case.sales[busy[0]] = (wanted - rest, case.sales[busy[0]][1])


def draw_verdict_case(rng: Random) -> tuple[date, str, VerdictCase]:
    """One period with its figures: (go-live day, track, case)."""
    live, track, span = draw_span(rng)
    last = span.ends_before - timedelta(days=1)
    as_of = last + timedelta(days=rng.choice([0, 0, 1, 40]))
    if rng.random() < 0.4:
        month = rng.choice(months_of(span))
        as_of = rng.choice([month_end(month), month_end(month) - timedelta(days=1), month])
    case = VerdictCase(
        span=span,
        as_of=as_of,
        category=rng.choice(CATEGORIES),
        basic_line=Decimal(rng.choice(LINES)),
        line=Decimal(rng.choice(LINES)),
        limit=rng.choice([1, 2, 3, 4, 6]),
        formal_target=Decimal(rng.choice(["500000", "333333.33", "100000", "0.02"])),
    )
    unset = rng.random()
    if unset < 0.05:
        case.line = None
    elif unset < 0.08:
        case.limit = None
    elif unset < 0.12:
        case.formal_target = None
    if rng.random() < 0.1:
        case.trial_share = Decimal(rng.choice(["0.3", "0.25", "1"]))
    case.reaching_is_enough = rng.choice([None, None, None, True, False])
    if span.version == "2025-half-year":
        case.reaching_is_enough = None
    case.consecutive = rng.random() < 0.25
    case.missing_is_fine = rng.random() < 0.15
    case.activity_strict = rng.random() < 0.2
    case.checkpoints_decide = bool(span.checkpoints) and rng.random() < 0.15
    draw_scores(rng, case)
    draw_sales(rng, case)
    return live, track, case


def options_of(case: VerdictCase) -> dict[str, str | bool]:
    """The rulebook's options as the case has them; what is left alone stays as shipped."""
    chosen: dict[str, str | bool] = {}
    if case.reaching_is_enough is not None:
        chosen["score_comparator"] = ">=" if case.reaching_is_enough else ">"
    if case.consecutive:
        chosen["counting"] = "consecutive"
    if case.missing_is_fine:
        chosen["missing_month"] = "not_failing"
    if case.activity_strict:
        chosen["activity_comparator"] = ">"
    if case.checkpoints_decide:
        chosen["checkpoints_decide"] = True
    return chosen


def tell_engine(live: date, case: VerdictCase) -> StoreFacts:
    """The same figures as the engine's facts."""
    series: dict[str, tuple[MonthValue, ...]] = {}
    for (metric, month), value in sorted(case.scores.items()):
        series[metric] = (*series.get(metric, ()), MonthValue(month=month, closing=value))
    sales = []
    for month, (total, whole) in sorted(case.sales.items()):
        elapsed = (min(month_end(month), case.as_of) - month).days + 1
        seen = elapsed if whole else elapsed - 1
        sales.append(MonthValue(month=month, total=total, days=seen))
    series["sales_amount"] = tuple(sales)
    limit = None if case.limit is None else Decimal(case.limit)
    numbers = {
        "score_line": case.basic_line if case.span.version == "2022-annual" else case.line,
        "experience_line": case.line if case.span.version == "2022-annual" else None,
        "failing_months": limit,
        "sales_target": case.formal_target,
        "trial_share": case.trial_share,
    }
    return StoreFacts(
        store="S",
        category=case.category,
        go_live_on=live,
        as_of=case.as_of,
        series=series,
        lines={table: number for table, number in numbers.items() if number is not None},
    )
