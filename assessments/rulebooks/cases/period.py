"""Cases of kind "period" and "standing": one period of one store."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from assessments.engine import (
    Assessment,
    MonthState,
    PlannedPeriod,
    RequirementResult,
    Rulebook,
    StoreFacts,
    assess,
    checkpoint_days,
    plan_periods,
)
from assessments.engine.calendar import add_months
from assessments.engine.language.assessment import AssessmentBody, MonthlyScore, Total
from assessments.engine.language.common import Amount
from assessments.rulebooks.cases.books import Books
from assessments.rulebooks.cases.figures import Frame, read_daily, read_series
from assessments.rulebooks.cases.points import read_violations
from assessments.rulebooks.cases.values import CaseMistake, Keys, last_day, to_month

CATEGORY = "示例类目"
_FIELDS = (
    *("outcome", "live", "failures", "failures_worst", "failures_left", "limit", "line", "latest", "actual"),
    *("target", "pace_target", "completion", "months_assessed", "decided_on", "next_deadline_on"),
)


def run_period(books: Books, given: Keys) -> tuple[Assessment, dict[str, Any]]:
    """Judge the period that a case describes."""
    frame = lay_out(books, given)
    series, last_given = read_series(frame, given)
    daily, last_day_given = read_daily(frame, given)
    facts = StoreFacts(
        store="case",
        category=given.text("category", CATEGORY),
        go_live_on=frame.period.starts_on,
        as_of=given.date("as_of") or last_given or last_day_given or frame.period.ends_before - timedelta(days=1),
        series=series,
        lines=_lines(frame, given),
        confirmed_failure_on=given.date("confirmed_failure_on"),
        daily=daily,
        incidents=read_violations(given, frame.period.starts_on, "incidents"),
    )
    book = _with_only(frame, given.rows("only") or _with_figures(frame, {**series, **daily}))
    given.close()
    result = assess(book, frame.period, facts)
    return result, answers(result)


def run_standing(books: Books, given: Keys) -> tuple[Assessment, dict[str, Any]]:
    """Put a store into its warning band from bare numbers: completion after some months, failures out of a limit."""
    frame = lay_out(books, given)
    completion, failures = given.decimal("completion"), given.whole("failures")
    limit = given.whole("limit")
    assessed = given.whole("months_assessed", max(failures or 0, 1)) or 0
    if completion is None and failures is None:
        raise CaseMistake(given.at("completion"), "completion or failures is needed")
    if not max(failures or 0, 1) <= assessed <= len(frame.months):
        raise CaseMistake(given.at("months_assessed"), f"at least the failures, at most {len(frame.months)}")
    only = ([] if failures is None else [_id(frame.score)]) + ([] if completion is None else [_id(frame.total)])
    table: dict[str, Any] = {"as_of": last_day(frame.months[assessed - 1]), "only": only, "lines": given.lines()}
    if failures is not None:
        table |= {"scores": ["0"] * failures + ["9"] * (assessed - failures)}
        table |= {"line": "5"} if _tables(frame, "line") else {}
        if limit is not None:
            table |= {"limit": limit}
    if completion is not None:
        share = _share(frame, given)
        table |= {"target": "1200000", "sales": [completion * 1200000 * share] + ["0"] * (assessed - 1)}
        table |= {"trial_share": share} if frame.period.phase == "trial" else {}
    category = given.text("category", CATEGORY)
    given.close()
    inner = Keys(
        {**table, "category": category, "starts_on": frame.period.starts_on, "phase": frame.period.phase}, "given"
    )
    return run_period(Books((frame.book,)), inner)


def lay_out(books: Books, given: Keys) -> Frame:
    """Find the rulebook and the period: from starts_on, or from go_live_on by the rulebook's calendar."""
    phase = given.text("phase", "formal")
    if phase not in ("exempt", "trial", "formal"):
        raise CaseMistake(given.at("phase"), "one of exempt, trial, formal")
    track = given.text("track", books.versions[0].track if len(books.versions) == 1 else "annual")
    number = given.whole("number", 1) or 1
    starts_on, go_live_on = given.date("starts_on"), given.date("go_live_on")
    months = given.whole("months")
    if starts_on is None and go_live_on is not None:
        return _planned(books, track, phase, number, go_live_on)
    book = books.on(starts_on, track) if starts_on else books.only()
    if not isinstance(book.body, AssessmentBody):
        raise CaseMistake("rulebook", f"{book.version} is not an assessment")
    if starts_on is None:
        starts_on = _first_month(given) or _default_start(book, book.body)
    length = months or (book.body.calendar.trial_months if phase == "trial" else book.body.calendar.formal_months)
    period = PlannedPeriod(
        phase,
        number if phase == "formal" else 0,
        starts_on,
        add_months(starts_on, length),
        checkpoints=checkpoint_days(book, phase, starts_on),
    )
    return Frame(book, book.body, period)


def answers(result: Assessment) -> dict[str, Any]:
    """Everything that a case may expect of a period."""
    by_kind = {requirement.kind: requirement for requirement in reversed(result.requirements)}
    score = by_kind.get("monthly_score")
    total = by_kind.get("total")
    counted = score or by_kind.get("daily_score") or by_kind.get("activity")
    return {
        "outcome": result.outcome,
        "live": result.live,
        "standing": result.standing,
        "phase": result.phase,
        "starts_on": result.starts_on,
        "ends_on": result.ends_before - timedelta(days=1),
        "failed_on": result.failed_on,
        "decided_on": result.decided_on,
        "next_deadline_on": result.next_deadline_on,
        "warnings": [warned.level for warned in result.warnings],
        "reasons": sorted({reason.code for reason in result.reasons}),
        "consequences": {
            stage.level.value: {"begins": stage.begins_at, "deadline": stage.deadline_at}
            for stage in result.consequences
        },
        "failures": counted.failures if counted else None,
        "failures_left": counted.failures_left if counted else None,
        "limit": counted.limit if counted else None,
        **{f"{state.value}_months": _months_in(score, state) for state in MonthState},
        "actual": total.actual if total else None,
        "target": total.target if total else None,
        "pace_target": total.pace_target if total else None,
        "completion": total.completion if total else None,
        "checkpoints": [point.on for point in total.checkpoints] if total else [],
        "requirements": {requirement.id: _requirement(requirement) for requirement in result.requirements},
        **{requirement.id: requirement.outcome for requirement in result.requirements},
    }


def _requirement(requirement: RequirementResult) -> dict[str, Any]:
    plain = {name: getattr(requirement, name) for name in _FIELDS}
    points = [{"on": point.on, "target": point.target, "outcome": point.outcome} for point in requirement.checkpoints]
    return {**plain, "checkpoints": points, "reasons": sorted({reason.code for reason in requirement.reasons})}


def _months_in(requirement: RequirementResult | None, state: MonthState) -> list[date]:
    return [month.month for month in requirement.months if month.state is state] if requirement else []


def _planned(books: Books, track: str, phase: str, number: int, go_live_on: date) -> Frame:
    until = add_months(go_live_on, 13 * 12)
    for period in plan_periods(go_live_on, books.versions, track, until):
        if period.phase == phase and (phase != "formal" or period.number == number):
            book = next(book for book in books.versions if book.digest == period.digest)
            assert isinstance(book.body, AssessmentBody)
            return Frame(book, book.body, period)
    raise CaseMistake("given.go_live_on", f"no {phase} period {number} for this store under these rulebooks")


def _default_start(book: Rulebook, body: AssessmentBody) -> date:
    """The first month from which the newest metric of every series is read."""
    untils = [part.until for rule in body.requirements if isinstance(rule, MonthlyScore) for part in rule.series]
    latest = max([until for until in untils if until is not None], default=book.effective_from)
    day = max(latest, book.effective_from)
    return day if day.day == 1 else add_months(day, 1)


def _first_month(given: Keys) -> date | None:
    for key in ("scores", "sales"):
        table = given.left.get(key)
        if isinstance(table, Mapping) and table:
            return min(to_month(name, f"{given.at(key)}.{name}") for name in table)
    return None


def _lines(frame: Frame, given: Keys) -> dict[str, Decimal]:
    """Read lines by table, with the short keys line, limit, target and trial_share."""
    lines = given.lines()
    for key in ("line", "limit", "target", "trial_share"):
        if key not in given:
            continue
        value = given.decimal(key)
        tables = _tables(frame, key)
        if not tables:
            raise CaseMistake(given.at(key), "this rulebook fixes this number: leave it out")
        assert value is not None
        lines |= dict.fromkeys(tables, value)
    return lines


def _tables(frame: Frame, key: str) -> list[str]:
    amounts: list[Amount | None] = []
    if key == "line" and frame.score:
        amounts = [frame.score.line, *(part.line for part in frame.score.series)]
    elif key == "limit" and frame.score:
        amounts = [frame.score.limit]
    elif key == "target" and frame.total:
        amounts = [frame.total.target]
    elif key == "trial_share" and frame.total:
        amounts = [share.share for share in frame.total.shares]
    return [amount.table for amount in amounts if amount is not None and amount.table is not None]


def _with_only(frame: Frame, only: Iterable[Any]) -> Rulebook:
    """Leave out the requirements that a case is not about, and the bands that look at them."""
    wanted = [str(name) for name in only]
    known = [rule.id for rule in frame.body.requirements]
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise CaseMistake("given.only", f"no requirement {', '.join(unknown)} (there are: {', '.join(known)})")
    if not wanted:
        return frame.book
    rules = tuple(rule for rule in frame.body.requirements if rule.id in wanted)
    bands = tuple(band for band in frame.body.bands if band.requirement in wanted)
    return replace(frame.book, body=frame.body.model_copy(update={"requirements": rules, "bands": bands}))


def _with_figures(frame: Frame, series: Mapping[str, object]) -> list[str]:
    """Name the requirements whose metrics the case speaks of; a case without any figure is about all of them."""
    named = []
    for rule in frame.body.requirements:
        read = [part.metric for part in rule.series] if isinstance(rule, MonthlyScore) else [rule.metric]
        if any(metric in series for metric in read):
            named.append(rule.id)
    return named


def _share(frame: Frame, given: Keys) -> Decimal:
    """The trial share under which a completion is measured, so that completion means share of what is asked."""
    if frame.period.phase != "trial":
        return Decimal(1)
    share = given.decimal("trial_share")
    return Decimal("0.5") if share is None else share


def _id(rule: MonthlyScore | Total | None) -> str:
    if rule is None:
        raise CaseMistake("rulebook", "this rulebook has no such requirement")
    return rule.id
