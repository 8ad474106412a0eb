"""The consequence ladder after a failure: stages with their dates, and the stage reached on a day."""

from datetime import date, datetime, timedelta

from assessments.engine.calendar import add_months, last_of_month
from assessments.engine.language.assessment import Moment, Stage
from assessments.engine.language.reading import Rulebook
from assessments.engine.outcomes import Standing
from assessments.engine.results import Consequence, Step


def climb(rulebook: Rulebook, stages: tuple[Stage, ...], failed_on: date) -> tuple[Consequence, ...]:
    """Return every stage with its dates, for a failure on a day."""
    return tuple(
        Consequence(
            level=Standing(stage.level),
            name=stage.name.text,
            begins_at=_moment(stage.begins, failed_on),
            deadline_at=None if stage.deadline is None else _moment(stage.deadline, failed_on),
            duty=None if stage.duty is None else stage.duty.text,
            basis=rulebook.basis(stage),
        )
        for stage in stages
    )


def reached_standing(consequences: tuple[Consequence, ...], as_of: date) -> Standing:
    """Return the last stage that has begun by the end of a day; a failure that has no stage yet is FAILED."""
    end_of_day = datetime.combine(as_of + timedelta(days=1), datetime.min.time())
    begun = [stage for stage in consequences if stage.begins_at < end_of_day]
    return max(begun, key=lambda stage: stage.begins_at).level if begun else Standing.FAILED


def next_stage_on(consequences: tuple[Consequence, ...], as_of: date) -> date | None:
    """Return the first day after `as_of` on which a stage begins or a deadline ends."""
    moments = [stage.begins_at for stage in consequences]
    moments += [stage.deadline_at for stage in consequences if stage.deadline_at is not None]
    return min((moment.date() for moment in moments if moment.date() > as_of), default=None)


def ladder_steps(consequences: tuple[Consequence, ...], failed_on: date) -> tuple[Step, ...]:
    """Return a step for each stage."""
    return tuple(
        Step(
            f"consequences.{at}",
            "stage" if stage.deadline_at is None else "stage_with_deadline",
            {"name": stage.name, "failed_on": failed_on, "begins": stage.begins_at, "deadline": stage.deadline_at},
            stage.basis,
        )
        for at, stage in enumerate(consequences)
    )


def _moment(moment: Moment, failed_on: date) -> datetime:
    month = add_months(failed_on, moment.months)
    day = month if moment.day == "first" else last_of_month(month)
    return datetime.combine(day, moment.time)
