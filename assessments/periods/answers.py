"""What a stored verdict leaves open, worked out on request from what the revision carries and nothing else."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from assessments.engine import (
    AddTotal,
    Assessment,
    Change,
    ChooseOption,
    FeeWhatIf,
    FeeYear,
    GateClock,
    JudgeOn,
    LeaveOn,
    Levers,
    PlannedPeriod,
    Rulebook,
    RulebookErrors,
    SetClosing,
    SetLine,
    SetSales,
    SetScore,
    StoreFacts,
    WhatIf,
    ask_what_if,
    canonical_json,
    find_levers,
    plan,
    prove,
    read_clock,
    tell,
)
from assessments.engine.answers.telling import Answer
from assessments.metrics.naming import METRIC_NAMES
from assessments.periods.carried import Carried, F, R, RevisionRow, Unreadable, planned_of, unpack
from assessments.periods.models import Verdict
from core.api.errors import InvalidInput, ServiceError

# The name of each change in the API.
CHANGE_KINDS: dict[str, type] = {
    "set_closing": SetClosing,
    "set_score": SetScore,
    "add_total": AddTotal,
    "set_sales": SetSales,
    "leave_on": LeaveOn,
    "set_line": SetLine,
    "judge_on": JudgeOn,
    "choose_option": ChooseOption,
}
_KIND_NAMES = {kind: name for name, kind in CHANGE_KINDS.items()}


class NoAnswer(ServiceError):  # noqa: N818 - named as people say it
    """The engine has no such answer for this revision."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A revision ready to be asked: its own facts, its period as it was judged, its rulebook."""

    rulebook: Rulebook
    period: PlannedPeriod
    facts: StoreFacts


@dataclass(frozen=True, slots=True)
class PricedIn:
    """The fee year that a lever's ¥ are worked out in, and the estimate whose facts it holds."""

    estimate: str
    year: FeeYear


# Rooms above say in which fee year a verdict's levers are worth money: (verdict, person) → PricedIn or None.
fee_years: list[Callable[[Verdict, Any], PricedIn | None]] = []


def open_verdict(verdict: Verdict) -> Judged:
    """Take out what a revision carries. Raises NoAnswer for rules of another kind and for unreadable rows."""
    carried = unpack_for_answer(verdict, StoreFacts, Assessment, kinds=("assessment", "probation"))
    return Judged(carried.rulebook, planned_of(carried), carried.facts)


def unpack_for_answer(
    row: RevisionRow, facts_kind: type[F], result_kind: type[R], *, kinds: Sequence[str]
) -> Carried[F, R]:
    """What a revision carries, by rules of these kinds. Raises NoAnswer for others and for unreadable rows."""
    try:
        carried = unpack(row, facts_kind, result_kind)
    except Unreadable:
        raise NoAnswer(
            "no_answer", _("What this revision carries cannot be read; there is nothing to answer from.")
        ) from None
    if carried.rulebook.kind not in kinds:
        raise NoAnswer(
            "no_answer",
            _("A rulebook of the kind “%(kind)s” has no such answer.") % {"kind": carried.rulebook.kind},
        )
    return carried


def answer_levers(verdict: Verdict, *, person: Any) -> tuple[Levers, str | None]:
    """The levers with their ¥ in the store's newest fee year, and the id of the estimate behind the ¥."""
    judged = open_verdict(verdict)
    found = (find(verdict, person) for find in fee_years)
    priced = next((each for each in found if each is not None), None)
    levers = find_levers(judged.rulebook, judged.period, judged.facts, fee=priced.year if priced else None)
    return levers, priced.estimate if priced else None


def answer_what_if(verdict: Verdict, changes: Sequence[Change]) -> WhatIf:
    """Judge again with the changes. Writes nothing. Raises InvalidInput for one that the rulebook does not know."""
    judged = open_verdict(verdict)
    refuse_unknown_names(judged.rulebook, changes)
    try:
        return ask_what_if(judged.rulebook, judged.period, judged.facts, changes)
    except RulebookErrors as errors:
        raise unknown_option(errors) from None


def refuse_unknown_names(rulebook: Rulebook, changes: Sequence[Change]) -> None:
    """Raise InvalidInput for a table or an option that the rulebook does not have: it would change nothing unseen."""
    for change in changes:
        if isinstance(change, SetLine) and change.table not in rulebook.tables:
            raise InvalidInput(
                "unknown_table",
                _("No rulebook of %(programme)s reads a table %(table)s.")
                % {"programme": rulebook.programme, "table": change.table},
                fields={"changes": [change.table]},
            )


def unknown_option(errors: RulebookErrors) -> InvalidInput:
    """The refusal for an option, or a choice of it, that the rulebook does not have."""
    return InvalidInput(
        "unknown_option",
        _("The rulebook has no such option, or the option no such choice."),
        fields={"changes": [mistake.text.en for mistake in errors.mistakes]},
    )


def tell_answer(answer: Answer, *, language: str) -> list[str]:
    """An answer's arithmetic in zh or en, with the metrics called what people call them."""
    return tell(answer, language, METRIC_NAMES)


def document_of(answer: object) -> dict[str, Any]:
    """An answer as JSON: decimals as strings, fractions as "a/b", each change with its kind."""
    document: dict[str, Any] = json.loads(canonical_json(answer))
    if isinstance(answer, WhatIf | FeeWhatIf):
        document["changes"] = [_change(each) for each in answer.changes]
    if isinstance(answer, Levers):
        for written, lever in zip(document["levers"], answer.levers, strict=True):
            written["changes"] = [_change(each) for each in lever.changes]
    return document


def _change(change: Change) -> dict[str, Any]:
    return {"kind": _KIND_NAMES[type(change)], **json.loads(canonical_json(change))}


def list_outlook_lines(verdict: Verdict, *, language: str) -> list[str]:
    """For a page: plan, certainty and clock, cut to their first lines. Empty when there is no such answer."""
    try:
        judged = open_verdict(verdict)
    except NoAnswer:
        return []
    asked = (judged.rulebook, judged.period, judged.facts)
    clock = read_clock(*asked)
    first = min((gate for gate in clock.gates if gate.next is not None), key=_avoid_by, default=None)
    told = tell_answer(clock, language=language)[:1]
    if first is not None:
        told = [f"{first.name.in_(language)}: {line}" for line in tell_answer(first, language=language)[:2]]
    return [
        *(_("Must-be plan: %(line)s") % {"line": line} for line in tell_answer(plan(*asked), language=language)[:1]),
        *(_("Certainty: %(line)s") % {"line": line} for line in tell_answer(prove(*asked), language=language)[:1]),
        *(_("Clock: %(line)s") % {"line": line} for line in told),
    ]


def _avoid_by(gate: GateClock) -> date:
    assert gate.next is not None
    return gate.next.avoid_by
