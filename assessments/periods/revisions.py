"""Judge what changed and write it: verdict revisions by COPY while they are judged, then the portfolio's rows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

from assessments.engine import WrittenRevision, judge_period, write_revision
from assessments.periods.board import Judged, build_row, get_board_inputs, list_shown, name_board_inputs, write_board
from assessments.periods.calendars import Pinned, Plan
from assessments.periods.facts import Asked
from assessments.stores.models import Store
from core.copying import append_rows, copy_to_temp

LAST_REVISIONS = """
SELECT DISTINCT ON (period_id) period_id, revision, digest, id
  FROM periods_verdict WHERE period_id = ANY(%s) ORDER BY period_id, revision DESC
"""
NOTE_INPUTS = """
UPDATE periods_period AS p SET inputs = i.inputs FROM pg_temp.incoming_inputs AS i WHERE p.id = i.id
"""
VERDICT_COLUMNS = [
    *("id", "period_id", "revision", "digest", "engine_version", "as_of", "outcome", "live", "standing"),
    *("facts", "result", "marks"),
]


@dataclass(frozen=True, slots=True)
class Case:
    """A period that is worth judging; `inputs` names what its verdict is computed from."""

    plan: Plan
    pin: Pinned
    inputs: str

    @property
    def is_known(self) -> bool:
        """Whether the newest revision was computed from the same."""
        return self.pin.inputs == self.inputs


@dataclass(frozen=True, slots=True)
class Last:
    """The newest revision of a period."""

    revision: int = 0
    digest: str = ""
    verdict_id: UUID | None = None


@dataclass(slots=True)
class Rewriting:
    """What the stores of a batch become: their verdicts leave one at a time, and only board rows are kept."""

    asked: Asked
    last: dict[UUID, Last] = field(default_factory=dict)
    board: list[list[Any]] = field(default_factory=list)
    noted: list[tuple[UUID, str]] = field(default_factory=list)

    def list_fresh(self, stores: Iterable[tuple[Store, Sequence[Case], str]]) -> Iterator[list[Any]]:
        """Yield the row of each revision that is news. A period that is neither news nor shown is not even judged."""
        for store, cases, inputs in stores:
            shown = {pin.period_id for pin in list_shown(pins=(case.pin for case in cases), as_of=self.asked.as_of)}
            judged: list[Judged] = []
            for case in cases:
                is_shown = case.pin.period_id in shown
                if not case.is_known or is_shown:
                    each, row = self._judge(case)
                    if row is not None:
                        yield row
                    judged += [each] if is_shown else []
            self.board.append(build_row(store=store, judged=judged, as_of=self.asked.as_of, inputs=inputs))

    def _judge(self, case: Case) -> tuple[Judged, list[Any] | None]:
        facts = self.asked.build_facts(case.plan, case.pin)
        assessment = judge_period(case.pin.rulebook, case.pin.planned, facts)
        last = self.last.get(case.pin.period_id, Last())
        if case.is_known and last.verdict_id is not None:
            return Judged(case.pin, assessment, last.verdict_id), None
        self.noted.append((case.pin.period_id, case.inputs))
        written = write_revision(case.pin.rulebook, facts, assessment)
        if last.digest == written.digest and last.verdict_id is not None:
            return Judged(case.pin, assessment, last.verdict_id), None
        judged = Judged(case.pin, assessment, uuid4())
        return judged, _verdict_row(judged, written, last.revision + 1)


def write_changes(
    *,
    stores: Sequence[Store],
    cases: Sequence[Case],
    asked: Asked,
) -> int:
    """Judge and write what is not as it was when it was last judged. Returns how many revisions are new."""
    changed = _list_changed(stores, cases, asked.as_of)
    if not changed:
        return 0
    periods = [case.pin.period_id for _store, of_store, _inputs in changed for case in of_store]
    rewriting = Rewriting(asked, get_last_revisions(periods=periods))
    rows = rewriting.list_fresh(changed)
    written = append_rows(table="periods_verdict", columns=VERDICT_COLUMNS, rows=rows)
    write_board(rows=rewriting.board)
    _note_inputs(rewriting.noted)
    return written


def get_last_revisions(*, periods: Sequence[UUID]) -> dict[UUID, Last]:
    """Period → its newest revision; periods without one are left out."""
    with connection.cursor() as cursor:
        cursor.execute(LAST_REVISIONS, [list(periods)])
        return {period_id: Last(*rest) for period_id, *rest in cursor.fetchall()}


def _list_changed(
    stores: Sequence[Store], cases: Sequence[Case], as_of: date
) -> list[tuple[Store, Sequence[Case], str]]:
    """Stores whose row rests on anything else than before, with their cases and the name of what it rests on now."""
    known = get_board_inputs(stores=stores)
    by_store: dict[UUID, list[Case]] = {store.pk: [] for store in stores}
    for case in cases:
        by_store[case.pin.store_id].append(case)
    changed: list[tuple[Store, Sequence[Case], str]] = []
    for store in stores:
        of_store = by_store[store.pk]
        periods = ((case.pin.period_id, case.inputs) for case in of_store)
        inputs = name_board_inputs(store=store, periods=periods, as_of=as_of)
        if known.get(store.pk) != inputs:
            changed.append((store, of_store, inputs))
    return changed


def _note_inputs(noted: Sequence[tuple[UUID, str]]) -> None:
    if noted:
        copy_to_temp(name="incoming_inputs", like="periods_period", columns=["id", "inputs"], rows=noted)
        with connection.cursor() as cursor:
            cursor.execute(NOTE_INPUTS)


def _verdict_row(judged: Judged, written: WrittenRevision, number: int) -> list[Any]:
    """In VERDICT_COLUMNS' order; facts and result as the text they are named by, which COPY takes as it is."""
    assessment = judged.assessment
    return [
        *(judged.verdict_id, judged.pin.period_id, number, written.digest, written.engine_version),
        assessment.as_of,
        assessment.outcome.value,
        assessment.live.value,
        assessment.standing.value,
        *(written.facts.decode(), written.result.decode(), written.marks),
    ]
