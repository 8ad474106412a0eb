"""The portfolio's rows: which periods a store shows, in which order, and how rows are written where they changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from assessments.engine import Assessment, Standing, canonical_json, digest_of
from assessments.periods.calendars import Pinned
from assessments.periods.facts import fingerprint
from assessments.periods.models import Period
from assessments.periods.portfolio import build_document, measure_risk
from assessments.stores.models import Store
from core.copying import copy_to_temp

# Part of every row's inputs: another number makes every row anew, for a document that is built another way.
FORM = 1
UPSERT = """
INSERT INTO periods_storestanding AS b (store_id, standing, risk, as_of, verdict_id, document, digest, inputs)
SELECT store_id, standing, risk, as_of, verdict_id, document, digest, inputs FROM pg_temp.incoming_board
    ON CONFLICT (store_id) DO UPDATE
   SET standing = excluded.standing, risk = excluded.risk, as_of = excluded.as_of, verdict_id = excluded.verdict_id,
       document = excluded.document, digest = excluded.digest, inputs = excluded.inputs
 WHERE b.digest <> excluded.digest OR b.inputs <> excluded.inputs
"""
COLUMNS = ["store_id", "standing", "risk", "as_of", "verdict_id", "document", "digest", "inputs"]


@dataclass(frozen=True, slots=True)
class Judged:
    """A period with its verdict, and the revision that holds it."""

    pin: Pinned
    assessment: Assessment
    verdict_id: UUID


def get_board_inputs(*, stores: Iterable[Store]) -> dict[UUID, str]:
    """Store → the name of what its row was computed from."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT store_id, inputs FROM periods_storestanding WHERE store_id = ANY(%s)",
            [[store.pk for store in stores]],
        )
        return dict(cursor.fetchall())


def name_board_inputs(*, store: Store, periods: Iterable[tuple[UUID, str]], as_of: date) -> str:
    """Names everything that a store's row rests on. `periods`: each one's id and the name of its inputs."""
    return fingerprint(
        FORM,
        as_of,
        (store.name, store.shop_id, store.platform, store.main_category, store.status),
        (store.client_id, store.client.name),
        list(periods),
    )


def write_board(*, rows: Sequence[Sequence[Any]]) -> None:
    """Write rows (build_row) where anything about them changed."""
    copy_to_temp(name="incoming_board", like="periods_storestanding", columns=COLUMNS, rows=rows)
    with connection.cursor() as cursor:
        cursor.execute(UPSERT)


def list_shown(*, pins: Iterable[Pinned], as_of: date) -> list[Pinned]:
    """One period of each programme: the one that runs, else the newest."""
    shown: dict[str, Pinned] = {}
    for pin in sorted(pins, key=lambda pin: pin.planned.starts_on):
        earlier = shown.get(pin.planned.programme)
        if earlier is None or not earlier.planned.is_running(as_of):
            shown[pin.planned.programme] = pin
    return list(shown.values())


def rank_programmes(store: Store, judged: Sequence[Judged], as_of: date) -> list[Judged]:
    """What needs attention first: by risk, then by the programme's name; what is history comes last.

    As a cycle gives way to the next one of its programme, a period is history once it was over before another that
    runs began, and no consequence's day is ahead.
    """
    running = [each.pin.planned for each in judged if each.pin.planned.is_running(as_of)]
    newest = max((planned.starts_on for planned in running), default=date.min)

    def urgency(each: Judged) -> tuple[bool, int, str]:
        planned, assessment = each.pin.planned, each.assessment
        is_history = planned.ends_before <= newest and assessment.next_deadline_on is None
        return is_history, -measure_risk(store=store, assessment=assessment), planned.programme

    return sorted(judged, key=urgency)


def build_row(*, store: Store, judged: Sequence[Judged], as_of: date, inputs: str) -> list[Any]:
    """A store's row in COLUMNS' order, of the periods that it shows."""
    ranked = rank_programmes(store, judged, as_of)
    first = ranked[0] if ranked else None
    assessment = first.assessment if first else None
    document = build_document(store=store, period=_period_of(first) if first else None, assessment=assessment)
    standing = assessment.standing if assessment else Standing.UNKNOWN
    risk = measure_risk(store=store, assessment=assessment)
    document["verdict"] = str(first.verdict_id) if first else None
    document["programmes"] = [_programme_part(each) for each in ranked]
    text = canonical_json(document)
    return [
        *(store.pk, standing.value, risk, as_of, first.verdict_id if first else None),
        *(text, digest_of([risk, as_of.isoformat(), text]), inputs),
    ]


def _programme_part(each: Judged) -> dict[str, Any]:
    name, assessment = each.pin.rulebook.name, each.assessment
    return {
        "programme": each.pin.planned.programme,
        "name_zh": name.zh,
        "name_en": name.en,
        "standing": assessment.standing.value,
        "outcome": assessment.outcome.value,
        "live": assessment.live.value,
        "verdict": str(each.verdict_id),
    }


def _period_of(each: Judged) -> Period:
    planned = each.pin.planned
    return Period(
        id=each.pin.period_id,
        programme=planned.programme,
        phase=planned.phase,
        number=planned.number,
        starts_on=planned.starts_on,
        ends_before=planned.ends_before,
    )
