"""A second calendar and verdict of the daily assessment, written plainly from the written rules."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

# Which text holds from which day on; a period keeps the text of its first day.
ANNUAL = [("2019-annual", date(2019, 1, 1)), ("2022-annual", date(2022, 1, 1)), ("2025-annual", date(2024, 8, 1))]
OTHER_TRACKS = {"half-year": "2025-half-year", "incident-gate": "2025-incident-gate"}
OTHERS_SINCE = date(2024, 8, 1)

BASIC, COMPREHENSIVE, REAL = "basic_service_score", "comprehensive_experience_score", "real_experience_score"


@dataclass
class Span:
    """One period: [starts_on, ends_before) under one version, with its sales checkpoints (last days)."""

    phase: str
    number: int
    starts_on: date
    ends_before: date
    version: str
    checkpoints: list[date]


@dataclass
class VerdictCase:
    """One period with its figures. Scores by (metric, month's first day); sales by month's first day.

    A sale is (sum, are all days of the month up to the as-of day in it); absent = nothing known. Lines are None when
    nobody has set them.
    """

    span: Span
    as_of: date
    category: str
    basic_line: Decimal | None
    line: Decimal | None
    limit: int | None
    formal_target: Decimal | None
    trial_share: Decimal | None = None
    scores: dict[tuple[str, date], Decimal] = field(default_factory=dict)
    sales: dict[date, tuple[Decimal, bool]] = field(default_factory=dict)
    reaching_is_enough: bool | None = None
    consecutive: bool = False
    missing_is_fine: bool = False
    activity_strict: bool = False
    checkpoints_decide: bool = False


@dataclass
class Part:
    """The verdict on one requirement; `outcome` is None while it is not settled for a reason not told apart here."""

    outcome: str | None = None
    live: str | None = None
    failures: int | None = None
    left: int | None = None
    limit: int | None = None
    failed_on: date | None = None
    states: dict[date, str] = field(default_factory=dict)
    actual: Decimal | None = None
    target: Fraction | None = None
    pace: Fraction | None = None
    completion: Fraction | None = None
    months_over: int = 0
    checkpoints: list[tuple[date, Fraction, str]] = field(default_factory=list)


def month_after(first: date, months: int) -> date:
    """The first day of the month so many months later."""
    count = first.year * 12 + first.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def month_end(first: date) -> date:
    """The last day of the month that begins on this day."""
    return month_after(first, 1) - timedelta(days=1)


def version_for(track: str, on: date) -> str:
    """The newest text in force on a day; a track that has none yet uses the annual one."""
    if track in OTHER_TRACKS and on >= OTHERS_SINCE:
        return OTHER_TRACKS[track]
    name = ""
    for version, since in ANNUAL:
        if since <= on:
            name = version
    return name


def exempt_end(go_live_on: date) -> date:
    """The first day after the exempt period."""
    this_month = go_live_on.replace(day=1)
    if go_live_on >= date(2022, 1, 1):
        return month_after(this_month, 1)
    return month_after(this_month, 3 if go_live_on.day <= 15 else 4)


def plan_plainly(go_live_on: date, track: str, until: date) -> list[Span]:
    """Every period of a store that starts by `until`: exempt, one trial of 12 months, then formal cycles."""
    spans = [Span("exempt", 0, go_live_on, exempt_end(go_live_on), version_for(track, go_live_on), [])]
    while spans[-1].ends_before <= until:
        start = spans[-1].ends_before
        version = version_for(track, start)
        phase = "trial" if len(spans) == 1 else "formal"
        months = 6 if phase == "formal" and version == "2025-half-year" else 12
        days = []
        if phase == "trial" and version.startswith("2025"):
            days = [month_end(month_after(start, after - 1)) for after in (3, 6, 9, 12)]
        number = 0 if phase == "trial" else len(spans) - 1
        spans.append(Span(phase, number, start, month_after(start, months), version, days))
    return spans


def months_of(span: Span) -> list[date]:
    """First days of the period's months."""
    months = [span.starts_on]
    while month_after(months[-1], 1) < span.ends_before:
        months.append(month_after(months[-1], 1))
    return months


def metric_of(version: str, month: date) -> str:
    """The score that is assessed at the end of a month."""
    if version == "2022-annual":
        return BASIC if month_end(month) < date(2022, 11, 1) else COMPREHENSIVE
    return COMPREHENSIVE if month_end(month) < date(2025, 6, 30) else REAL


def line_of(case: VerdictCase, month: date) -> Decimal | None:
    """The line for the end of a month."""
    if case.span.version == "2025-half-year":
        return Decimal("4.1")
    return case.basic_line if metric_of(case.span.version, month) == BASIC else case.line


def passes(case: VerdictCase, value: Decimal, line: Decimal) -> bool:
    """Whether a month-end score is good enough: the 2025 annual text says "exceeds", the others "reaches"."""
    enough = case.reaching_is_enough
    if enough is None:
        enough = case.span.version != "2025-annual"
    return value >= line if enough else value > line


def worst_count(marks: list[str], consecutive: bool, unknown_fails: bool) -> int:
    """Failing months: all of them, or the longest run. A mark: "failed", "passed", "unknown" or "excused"."""
    total = run = longest = 0
    for mark in marks:
        bad = mark == "failed" or (mark == "unknown" and unknown_fails)
        total += bad
        run = run + 1 if bad else 0
        longest = max(longest, run)
    return longest if consecutive else total


def count_now(marks: list[str], consecutive: bool) -> int:
    """The counter as it stands after the last month: all failures, or the run that is still going on."""
    if not consecutive:
        return marks.count("failed")
    run = 0
    for mark in marks:
        run = run + 1 if mark == "failed" else 0
    return run


def is_over(case: VerdictCase) -> bool:
    """Whether the period's last day can have figures."""
    return case.as_of >= case.span.ends_before - timedelta(days=1)


def decide(case: VerdictCase, part: Part, marks: list[str], limit: int, consecutive: bool) -> None:
    """Settle a counted requirement: lost as soon as the count reaches the limit, won when it no longer can."""
    months = months_of(case.span)
    part.limit = limit
    for index in range(len(marks)):
        if worst_count(marks[: index + 1], consecutive, False) >= limit:
            part.failed_on = month_end(months[index])
            break
    part.failures = count_now(marks, consecutive)
    if part.failed_on is not None:
        part.outcome = part.live = "missed"
        part.left = 0
        return
    part.left = limit - part.failures
    certain = worst_count(marks, consecutive, True) < limit
    if "passed" in marks or "failed" in marks:
        part.live = "met" if certain else "no_data"
    if is_over(case):
        part.outcome = "met" if certain else "no_data"


def judge_score(case: VerdictCase) -> Part:
    """Month-end scores against the line, failing months against N."""
    part, marks = Part(), []
    months = months_of(case.span)
    limit = 3 if case.span.version == "2025-half-year" else case.limit
    for month in months:
        value, line = case.scores.get((metric_of(case.span.version, month), month)), line_of(case, month)
        if month_end(month) > case.as_of:
            part.states[month] = "pending"
            continue
        part.months_over += 1
        if line is None:
            part.states[month] = "line_not_set"
            marks.append("unknown")
        elif value is None:
            part.states[month] = "no_data"
            marks.append("excused" if case.missing_is_fine else "unknown")
        else:
            part.states[month] = "passed" if passes(case, value, line) else "failed"
            marks.append(part.states[month])
    if limit is None:
        return part
    decide(case, part, marks, limit, case.consecutive)
    if "line_not_set" in part.states.values() and part.outcome not in ("met", "missed"):
        # Months without a line may fail or not; only a count that they cannot change is a verdict.
        return Part(states=part.states, months_over=part.months_over, limit=limit)
    if "line_not_set" in part.states.values():
        part.left = part.failures = None
    return part


def judge_activity(case: VerdictCase) -> Part:
    """Months in a row without business: a whole month with sales of nothing."""
    part, marks = Part(), []
    months = months_of(case.span)
    limit = 3 if case.span.phase == "trial" and case.span.version.startswith("2025") else 6
    for month in months:
        if month_end(month) > case.as_of:
            continue
        part.months_over += 1
        total, whole = case.sales.get(month, (None, False))
        if total is not None and total > 0:
            marks.append("passed")
        elif total == 0 and whole:
            marks.append("failed")
        else:
            marks.append("unknown")
    fails_at = limit + 1 if case.activity_strict else limit
    decide(case, part, marks, fails_at, True)
    return part


def compare_sum(case: VerdictCase, months: list[date], target: Fraction) -> str:
    """A sum against a target; days that are missing can only add to it, so they never prove a failure."""
    actual = sum((case.sales[month][0] for month in months if month in case.sales), Decimal(0))
    if actual >= target and any(month in case.sales for month in months):
        return "met"
    return "missed" if all(case.sales.get(month, (0, False))[1] for month in months) else "no_data"


def judge_sales(case: VerdictCase) -> Part:
    """The cycle's sum against the target; a trial's target is a share of the formal one."""
    part = Part()
    months = months_of(case.span)
    over = [month for month in months if month_end(month) <= case.as_of]
    part.months_over = len(over)
    known = [case.sales[month][0] for month in months if month in case.sales]
    part.actual = sum(known) if known else None
    if case.formal_target is None:
        return part
    share = Fraction(1)
    if case.span.phase == "trial":
        quarter = case.category in ("运动户外", "男装", "内衣", "女鞋", "流行男鞋", "手表")
        share = Fraction(case.trial_share) if case.trial_share is not None else Fraction(1, 4 if quarter else 2)
    part.target = Fraction(case.formal_target) * share
    part.pace = part.target * len(over) / len(months)
    if part.actual is not None:
        part.completion = Fraction(part.actual) / part.target
    days = [(case.span.ends_before - timedelta(days=1), len(months))] if not case.checkpoints_decide else []
    for day, after in zip(case.span.checkpoints, (3, 6, 9, 12), strict=False):
        said = compare_sum(case, months[:after], part.target * after / 12) if day <= case.as_of else "pending"
        part.checkpoints.append((day, part.target * after / 12, said))
        if case.checkpoints_decide:
            days.append((day, after))
    due = [(day, after) for day, after in days if day <= case.as_of]
    said = [compare_sum(case, months[:after], part.target * after / len(months)) for _day, after in due]
    if "missed" in said:
        part.outcome = part.live = "missed"
        part.failed_on = days[said.index("missed")][0]
    elif len(over) == len(months):
        part.outcome = part.live = "met" if set(said) == {"met"} else "no_data"
    elif over and part.actual is not None:
        part.live = compare_sum(case, [month for month in months if month <= case.as_of], part.pace)
    return part


def judge_plainly(case: VerdictCase) -> tuple[str | None, date | None, dict[str, Part]]:
    """(outcome when settled, the first day of failure, the requirements): all must hold, one failure is enough."""
    parts = {"score": judge_score(case), "sales": judge_sales(case), "activity": judge_activity(case)}
    failed = [part.failed_on for part in parts.values() if part.failed_on is not None]
    outcomes = [part.outcome for part in parts.values()]
    if "missed" in outcomes:
        return "missed", min(failed), parts
    return ("met" if outcomes == ["met", "met", "met"] else None), None, parts
