"""Cases of kind "calendar" and "consequences": dates only."""

from datetime import date, datetime, timedelta
from typing import Any

from assessments.engine import PlannedPeriod, plan_periods
from assessments.engine.calendar import add_months
from assessments.engine.judging.ladder import climb, next_stage_on, reached_standing
from assessments.engine.language.assessment import AssessmentBody, ProbationBody
from assessments.rulebooks.cases.books import Books
from assessments.rulebooks.cases.values import CaseMistake, Keys


def run_calendar(books: Books, given: Keys) -> tuple[list[str], dict[str, Any]]:
    """Plan the periods of a store."""
    go_live_on = given.date("go_live_on")
    if go_live_on is None:
        raise CaseMistake(given.at("go_live_on"), "is needed")
    default_track = books.versions[0].track if len(books.versions) == 1 else "annual"
    track = given.text("track", default_track)
    until = given.date("until") or add_months(go_live_on, 36)
    given.close("go_live_on, track, until")
    periods = plan_periods(go_live_on, books.versions, track, until)
    plain = [_period(period) for period in periods]
    lines = [
        f"{one['phase']} {one['number']}: {one['starts_on']} – {one['ends_on']} ({one['version']})" for one in plain
    ]
    answers: dict[str, Any] = {"periods": plain, "count": len(plain)}
    answers["exempt"] = next((one for one in plain if one["phase"] == "exempt"), {})
    answers["trial"] = next((one for one in plain if one["phase"] == "trial"), {})
    for one in plain:
        if one["phase"] == "formal":
            answers.setdefault("formal", one)
            answers[f"formal_{one['number']}"] = one
    answers["checkpoints"] = [day for period in periods for day in period.checkpoints]
    return lines, answers


def _period(period: PlannedPeriod) -> dict[str, Any]:
    return {
        "phase": period.phase,
        "number": period.number,
        "starts_on": period.starts_on,
        "ends_on": period.ends_before - timedelta(days=1),
        "ends_before": period.ends_before,
        "track": period.track,
        "version": period.version,
        "checkpoints": list(period.checkpoints),
    }


def run_consequences(books: Books, given: Keys) -> tuple[list[str], dict[str, Any]]:
    """Climb the ladder after a failure found on a day."""
    failed_on = given.date("failed_on")
    if failed_on is None:
        raise CaseMistake(given.at("failed_on"), "is needed")
    as_of = given.date("as_of") or failed_on
    at = given.take("at")
    given.close("failed_on, as_of, at")
    book = books.on(failed_on, "annual")
    if not isinstance(book.body, AssessmentBody | ProbationBody):
        raise CaseMistake("rulebook", f"{book.version} has no consequences")
    stages = climb(book, book.body.consequences, failed_on)
    answers: dict[str, Any] = {
        stage.level.value: {"begins": stage.begins_at, "deadline": stage.deadline_at} for stage in stages
    }
    answers["standing"] = reached_standing(stages, as_of)
    answers["next_on"] = next_stage_on(stages, as_of)
    if at is not None:
        moment = at if isinstance(at, datetime) else _moment(at, given.at("at"))
        answers["in_time"] = all(stage.is_in_time(moment) for stage in stages)
    lines = [f"{stage.name.zh} {stage.begins_at:%Y-%m-%d %H:%M} – {stage.deadline_at or ''}" for stage in stages]
    return lines, answers


def _moment(value: Any, path: str) -> datetime:
    if isinstance(value, date):
        return datetime.combine(value, datetime.min.time())
    try:
        return datetime.fromisoformat(str(value))
    except ValueError as error:
        raise CaseMistake(path, f"{value!r} is not a time such as 2023-12-31T17:59") from error
