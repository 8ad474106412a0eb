"""What-if: a period or a fee year judged again with changed inputs, beside what it was."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from assessments.engine.answers.changes import (
    AddTotal,
    Change,
    ChooseOption,
    JudgeOn,
    LeaveOn,
    SetClosing,
    SetLine,
    SetScore,
    change_fee,
    change_store,
    choose,
)
from assessments.engine.answers.dues import rule_path
from assessments.engine.calendar import PlannedPeriod, last_of_month
from assessments.engine.facts import FeeFacts, StoreFacts
from assessments.engine.judging.probation import judge_period
from assessments.engine.language.fee import FeeBody
from assessments.engine.language.reading import Rulebook
from assessments.engine.outcomes import FeeBasis, MonthState, Outcome
from assessments.engine.results import Assessment, Settlement, Step
from assessments.engine.settling.settle import settle
from assessments.engine.text import Text


@dataclass(frozen=True, slots=True)
class Flip:
    """A requirement whose verdict the changes turn."""

    id: str
    name: Text
    before: Outcome
    after: Outcome
    live_before: Outcome
    live_after: Outcome


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A period before and after the changes; `months_gained` is how many more months pass (negative: fewer)."""

    changes: tuple[Change, ...]
    before: Assessment
    after: Assessment
    flips: tuple[Flip, ...]
    months_gained: int
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class FeeWhatIf:
    """A fee year before and after the changes; `gain` in ¥, None while either refund is not known."""

    changes: tuple[Change, ...]
    before: Settlement
    after: Settlement
    gain: Decimal | None
    steps: tuple[Step, ...] = ()


def ask_what_if(rulebook: Rulebook, period: PlannedPeriod, facts: StoreFacts, changes: Sequence[Change]) -> WhatIf:
    """Judge a period again with the changes made.

    Raises ValueError for a change that only a fee year has, RulebookErrors for an option that does not exist.
    """
    after_facts = change_store(facts, changes)
    before = judge_period(rulebook, period, facts)
    after = judge_period(choose(rulebook, changes), period, after_facts)
    flips = tuple(_flips(before, after))
    gained = count_passed(after) - count_passed(before)
    steps = [*_change_steps(changes)]
    if after.as_of != before.as_of:
        steps.append(Step("requirements", "what_if_as_of", {"before": before.as_of, "after": after.as_of}))
    steps += [
        Step(
            rule_path(rulebook, facts, flip.id),
            "what_if_flip",
            {
                "name": flip.name,
                "before": flip.before.value,
                "after": flip.after.value,
                "live_before": flip.live_before.value,
                "live_after": flip.live_after.value,
            },
        )
        for flip in flips
    ]
    told = {"before": before.outcome.value, "after": after.outcome.value, "months": gained}
    return WhatIf(tuple(changes), before, after, flips, gained, (*steps, Step("requirements", "what_if_period", told)))


def ask_fee_what_if(
    rulebook: Rulebook, facts: FeeFacts, changes: Sequence[Change], basis: FeeBasis = FeeBasis.AS_RECORDED
) -> FeeWhatIf:
    """Settle a fee year again with the changes made. Raises ValueError when the rulebook is not about a fee."""
    before = settle(rulebook, facts, basis)
    body = rulebook.body
    assert isinstance(body, FeeBody)
    after = settle(choose(rulebook, changes), change_fee(facts, changes, body.sales.metric), basis)
    gain = None if before.refund is None or after.refund is None else after.refund - before.refund
    told = {"before": before.refund, "after": after.refund, "gain": gain}
    steps = (*_change_steps(changes), Step("charge", "what_if_refund", told))
    return FeeWhatIf(tuple(changes), before, after, gain, steps)


def count_passed(verdict: Assessment) -> int:
    """Count the months that pass, over every requirement that judges months by their score."""
    return sum(
        month.state is MonthState.PASSED
        for result in verdict.requirements
        if result.kind == "monthly_score"
        for month in result.months
    )


def _flips(before: Assessment, after: Assessment) -> Iterator[Flip]:
    then = {result.id: result for result in after.requirements}
    for old in before.requirements:
        new = then.get(old.id)
        if new is not None and (old.outcome, old.live) != (new.outcome, new.live):
            yield Flip(old.id, old.name, old.outcome, new.outcome, old.live, new.live)


def _change_steps(changes: Sequence[Change]) -> Iterator[Step]:
    for change in changes:
        if isinstance(change, SetClosing):
            yield _step("change_closing", on=last_of_month(change.month), metric=change.metric, value=change.value)
        elif isinstance(change, SetScore):
            yield _step("change_score", on=change.on, metric=change.metric, value=change.value)
        elif isinstance(change, AddTotal):
            yield _step("change_total", on=change.month, metric=change.metric, value=change.amount)
        elif isinstance(change, SetLine):
            yield _step("change_line", table=change.table, value=change.value)
        elif isinstance(change, LeaveOn):
            yield _step("change_stay" if change.applied_on is None else "change_leave", on=change.applied_on)
        elif isinstance(change, JudgeOn):
            yield _step("change_as_of", on=change.on)
        elif isinstance(change, ChooseOption):
            yield _step("change_option", option=change.option, value=str(change.value))
        else:
            yield _step("change_sales", value=change.amount)


def _step(key: str, **values: str | Decimal | date | None) -> Step:
    return Step("what_if", key, values)
