"""What a stored revision carries, taken out again: for answers, and to compute it anew and compare."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Generic, Protocol, TypeVar

from assessments.engine import (
    Assessment,
    FeeFacts,
    PlannedPeriod,
    Rulebook,
    Settlement,
    StoreFacts,
    digest_of,
    facts_from_json,
    find_changed_inputs,
    result_from_json,
    write_revision,
)
from assessments.periods.calendars import build_planned
from assessments.rulebooks.queries import load_rulebook

F = TypeVar("F", StoreFacts, FeeFacts)
R = TypeVar("R", Assessment, Settlement)


class RevisionRow(Protocol):
    """A row of verdicts or of refund estimates."""

    digest: str
    engine_version: str
    marks: str
    facts: Any
    result: Any


class Unreadable(Exception):  # noqa: N818 - named as people say it
    """The row does not hold what it should: `code` says whether it cannot be read or is of another kind."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Carried(Generic[F, R]):
    """The facts of a revision, what the engine made of them, and the rulebook it used."""

    rulebook: Rulebook
    facts: F
    result: R


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether computing again gives the same. `differences` names what does not agree, `inputs` what was changed."""

    verified: bool
    digest: str
    differences: tuple[str, ...]
    inputs: tuple[str, ...] = ()


def unpack(row: RevisionRow, facts_kind: type[F], result_kind: type[R]) -> Carried[F, R]:
    """Take out what a revision carries. Raises Unreadable."""
    try:
        facts = facts_from_json(json.dumps(row.facts))
        result = result_from_json(json.dumps(row.result))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Unreadable("unreadable") from None
    if not isinstance(facts, facts_kind) or not isinstance(result, result_kind):
        raise Unreadable("type")
    return Carried(load_rulebook(result.rulebook.digest), facts, result)


def planned_of(carried: Carried[StoreFacts, Assessment]) -> PlannedPeriod:
    """The period as it was judged: its row may have been corrected since."""
    judged = carried.result
    return build_planned(
        rulebook=carried.rulebook,
        phase=judged.phase,
        number=judged.number,
        starts_on=judged.starts_on,
        ends_before=judged.ends_before,
    )


def verify(
    row: RevisionRow,
    facts_kind: type[F],
    result_kind: type[R],
    compute: Callable[[Carried[F, R]], R],
    named: Sequence[str],
) -> Verification:
    """Compute a revision again from its own facts and rulebook, and compare digest, result and inputs.

    `named` are the members of the result that are told by name when they differ.
    """
    try:
        carried = unpack(row, facts_kind, result_kind)
    except Unreadable as error:
        return Verification(verified=False, digest="", differences=(error.code,))
    stored = carried.result
    # An older engine's revision stands as long as today's engine says the same: it keeps the name of its maker.
    again = replace(compute(carried), engine_version=stored.engine_version)
    digest = write_revision(carried.rulebook, carried.facts, again, row.engine_version).digest
    inputs = find_changed_inputs(row.facts, row.marks)
    differences = [name for name in named if getattr(again, name) != getattr(stored, name)]
    if digest_of(replace(again, as_of=date.min)) != digest_of(replace(stored, as_of=date.min)):
        differences.append("result")
    if inputs:
        differences.append("inputs")
    if digest != row.digest:
        differences.append("digest")
    return Verification(not differences, digest, tuple(differences), inputs)
