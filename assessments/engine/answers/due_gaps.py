"""What a probation misses up to `as_of`, and the same facts with it filled by the best or the worst possible value."""

from collections.abc import Iterable

from assessments.engine.answers.changes import SetClosing, SetScore, change_store
from assessments.engine.answers.dues import Due, DueScore, DueSum
from assessments.engine.answers.filling import Gap, add_total, days_without, extreme, with_days
from assessments.engine.answers.possible import Ranges
from assessments.engine.calendar import first_of_month, last_of_month
from assessments.engine.facts import StoreFacts
from assessments.engine.outcomes import Outcome
from assessments.engine.results import RequirementResult


def list_due_gaps(due: Due, result: RequirementResult, facts: StoreFacts) -> tuple[Gap, ...]:
    """Return what a requirement of a probation misses up to `as_of`, by months. Ways of one sum lie in the longest."""
    if due.score is not None:
        score = due.score
        is_missing = score.on <= facts.as_of and result.outcome is Outcome.NO_DATA
        return (Gap(score.metric, first_of_month(score.on), 1, score.line),) if is_missing else ()
    longest = due.sums[0]
    return tuple(Gap(longest.metric, month, days) for month, days in longest.gaps(facts).items())


def fill_due_gaps(due: Due, facts: StoreFacts, gaps: Iterable[Gap], ranges: Ranges, *, at_best: bool) -> StoreFacts:
    """Return the facts with the gaps filled by what helps, or hurts, the requirement most."""
    for gap in gaps:
        if due.score is not None:
            facts = _with_score(due.score, facts, gap, ranges, at_best=at_best)
        else:
            facts = _with_sum(due.sums[0], facts, gap, ranges, at_best=at_best)
    return facts


def _with_score(due: DueScore, facts: StoreFacts, gap: Gap, ranges: Ranges, *, at_best: bool) -> StoreFacts:
    value = extreme(ranges.of_score(due.metric), due.comparator, gap.line, at_best=at_best)
    change = SetClosing(due.metric, due.on, value) if due.is_month_end else SetScore(due.metric, due.on, value)
    return change_store(facts, [change])


def _with_sum(due: DueSum, facts: StoreFacts, gap: Gap, ranges: Ranges, *, at_best: bool) -> StoreFacts:
    day = extreme(ranges.of_day(due.metric), due.comparator, None, at_best=at_best)
    if not due.by_days:
        return add_total(facts, due.metric, gap.month, day * gap.days)
    # Days before and after the sum's own do no harm: it does not look at them.
    missing = days_without(due.metric, facts, gap.month, min(last_of_month(gap.month), facts.as_of))
    return with_days(facts, due.metric, dict.fromkeys(missing, day))
