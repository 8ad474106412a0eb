"""Write verdict revisions and the portfolio's rows: only what changed, in a few statements a batch."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.db import connection
from psycopg.types.json import Jsonb

from assessments.engine import (
    Assessment,
    Standing,
    StoreFacts,
    WrittenRevision,
    digest_of,
    write_revision,
)
from assessments.periods.calendars import Pinned
from assessments.periods.models import Period
from assessments.periods.portfolio import build_document, measure_risk
from assessments.stores.models import Store
from core.copying import append_rows, copy_to_temp

LAST_REVISIONS = """
SELECT DISTINCT ON (period_id) period_id, revision, digest, id
  FROM periods_verdict WHERE period_id = ANY(%s) ORDER BY period_id, revision DESC
"""
UPSERT_BOARD = """
INSERT INTO periods_storestanding AS b (store_id, standing, risk, as_of, verdict_id, document, digest)
SELECT store_id, standing, risk, as_of, verdict_id, document, digest FROM pg_temp.incoming_board
    ON CONFLICT (store_id) DO UPDATE
   SET standing = excluded.standing, risk = excluded.risk, as_of = excluded.as_of,
       verdict_id = excluded.verdict_id, document = excluded.document, digest = excluded.digest
 WHERE b.digest <> excluded.digest
"""
VERDICT_COLUMNS = [
    *("id", "period_id", "revision", "digest", "engine_version", "as_of", "outcome", "live", "standing"),
    *("facts", "result", "marks"),
]
BOARD_COLUMNS = ["store_id", "standing", "risk", "as_of", "verdict_id", "document", "digest"]


@dataclass
class Revision:
    """One assessment on its way to the table."""

    pin: Pinned
    facts: StoreFacts
    assessment: Assessment
    verdict_id: UUID | None = None


def write_verdicts(*, revisions: Sequence[Revision]) -> int:
    """Append a revision where the digest differs from the newest one. Returns how many; sets each `verdict_id`."""
    last: dict[UUID, tuple[int, str, UUID]] = {}
    with connection.cursor() as cursor:
        cursor.execute(LAST_REVISIONS, [[revision.pin.period_id for revision in revisions]])
        for period_id, number, digest, verdict_id in cursor.fetchall():
            last[period_id] = (number, digest, verdict_id)
    return append_rows(table="periods_verdict", columns=VERDICT_COLUMNS, rows=_list_fresh(revisions, last))


def _list_fresh(revisions: Iterable[Revision], last: Mapping[UUID, tuple[int, str, UUID]]) -> Iterator[list[Any]]:
    """Yield the row of each revision that is news, one at a time: a batch's JSON is never held together."""
    for revision in revisions:
        written = write_revision(revision.pin.rulebook, revision.facts, revision.assessment)
        number, digest, verdict_id = last.get(revision.pin.period_id, (0, "", None))
        if digest == written.digest:
            revision.verdict_id = verdict_id
        else:
            revision.verdict_id = uuid4()
            yield _verdict_row(revision, written, number + 1)


def write_board(*, stores: Iterable[Store], revisions: Iterable[Revision], as_of: date) -> None:
    """Write the portfolio's rows of these stores, where their document changed."""
    standing = find_standing(revisions, as_of)
    rows = [_board_row(store, rank_programmes(store, standing.get(store.pk, ()), as_of), as_of) for store in stores]
    copy_to_temp(name="incoming_board", like="periods_storestanding", columns=BOARD_COLUMNS, rows=rows)
    with connection.cursor() as cursor:
        cursor.execute(UPSERT_BOARD)


def find_standing(revisions: Iterable[Revision], as_of: date) -> dict[UUID, list[Revision]]:
    """Store → one revision of each programme: of the period that runs, else of the newest that was judged."""
    found: dict[UUID, dict[str, Revision]] = {}
    for revision in sorted(revisions, key=lambda revision: revision.pin.planned.starts_on):
        of_store = found.setdefault(revision.pin.store_id, {})
        earlier = of_store.get(revision.pin.planned.programme)
        if earlier is None or not earlier.pin.planned.is_running(as_of):
            of_store[revision.pin.planned.programme] = revision
    return {store_id: list(of_store.values()) for store_id, of_store in found.items()}


def rank_programmes(store: Store, revisions: Sequence[Revision], as_of: date) -> list[Revision]:
    """What needs attention first: by risk, then by the programme's name; what is history comes last.

    As a cycle gives way to the next one of its programme, a period is history once it was over before another that
    runs began, and no consequence's day is ahead.
    """
    running = [revision.pin.planned for revision in revisions if revision.pin.planned.is_running(as_of)]
    newest = max((planned.starts_on for planned in running), default=date.min)

    def urgency(revision: Revision) -> tuple[bool, int, str]:
        planned, assessment = revision.pin.planned, revision.assessment
        is_history = planned.ends_before <= newest and assessment.next_deadline_on is None
        return is_history, -measure_risk(store=store, assessment=assessment), planned.programme

    return sorted(revisions, key=urgency)


def _board_row(store: Store, ranked: Sequence[Revision], as_of: date) -> list[Any]:
    revision = ranked[0] if ranked else None
    assessment = revision.assessment if revision else None
    period = _period_of(revision) if revision else None
    document = build_document(store=store, period=period, assessment=assessment)
    standing = assessment.standing if assessment else Standing.UNKNOWN
    risk = measure_risk(store=store, assessment=assessment)
    verdict_id = revision.verdict_id if revision else None
    document["verdict"] = str(verdict_id) if verdict_id else None
    document["programmes"] = [_programme_part(each) for each in ranked]
    return [
        store.pk,
        standing.value,
        risk,
        as_of,
        verdict_id,
        Jsonb(document),
        digest_of([risk, as_of.isoformat(), json.dumps(document, sort_keys=True)]),
    ]


def _programme_part(revision: Revision) -> dict[str, Any]:
    name, assessment = revision.pin.rulebook.name, revision.assessment
    return {
        "programme": revision.pin.planned.programme,
        "name_zh": name.zh,
        "name_en": name.en,
        "standing": assessment.standing.value,
        "outcome": assessment.outcome.value,
        "live": assessment.live.value,
        "verdict": str(revision.verdict_id),
    }


def _period_of(revision: Revision) -> Period:
    planned = revision.pin.planned
    return Period(
        id=revision.pin.period_id,
        programme=planned.programme,
        phase=planned.phase,
        number=planned.number,
        starts_on=planned.starts_on,
        ends_before=planned.ends_before,
    )


def _verdict_row(revision: Revision, written: WrittenRevision, number: int) -> list[Any]:
    """In VERDICT_COLUMNS' order; facts and result as the text they are named by, which COPY takes as it is."""
    assessment = revision.assessment
    return [
        *(revision.verdict_id, revision.pin.period_id, number, written.digest, written.engine_version),
        assessment.as_of,
        assessment.outcome.value,
        assessment.live.value,
        assessment.standing.value,
        *(written.facts, written.result, written.marks),
    ]
