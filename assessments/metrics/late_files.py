"""Which expected file is late, for which store, since when, and who owns it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from assessments.metrics.coverage import get_known_through
from assessments.metrics.lateness import Late, find_late
from assessments.metrics.models import ExpectedFile
from assessments.metrics.reading.days import FIRST_DAY
from assessments.metrics.sources import BY_SOURCE, Cadence, Source, choose_sources
from assessments.metrics.spans import Span, get_spans
from assessments.stores.models import Store
from core.people.models import User

Expectations = dict[tuple[UUID | None, str], ExpectedFile]


@dataclass(frozen=True, slots=True)
class LateFile:
    """One late file. `owners`: whom the expectation names, else the store's operators."""

    store: Store
    source: Source
    cadence: Cadence
    grace_days: int
    known_through: date | None
    late: Late
    owners: tuple[User, ...]


def get_expectations(*, source: str = "") -> Expectations:
    """(store or None for every store, source) → what is expected."""
    rows = ExpectedFile.objects.select_related("owner")
    return {(row.store_id, row.source): row for row in (rows.filter(source=source) if source else rows)}


def list_late_files(*, stores: Sequence[Store], expectations: Expectations, today: date) -> list[LateFile]:
    """Late files of these stores, store by store; a store's own expectation stands before that for every store."""
    sources = choose_sources({code for _store, code in expectations if code in BY_SOURCE}) if expectations else ()
    if not sources or not stores:
        return []
    known = get_known_through(store_ids=[store.pk for store in stores], sources=sources)
    spans = get_spans(stores=stores, starts_on=FIRST_DAY, ends_before=today, today=today)
    found = []
    for store in stores:
        for source in sources:
            expected = expectations.get((store.pk, source.code)) or expectations.get((None, source.code))
            if expected is not None:
                through = known[store.pk, source.code]
                late = _judge(expected, source, span=spans[store.pk], known_through=through, today=today)
                found += [_tell(store, source, expected, through, late)] if late is not None else []
    return found


def _tell(store: Store, source: Source, expected: ExpectedFile, through: date | None, late: Late) -> LateFile:
    named = expected.owner if expected.owner is not None and expected.owner.is_active else None
    owners = (named,) if named is not None else tuple(store.operators.all())
    return LateFile(store, source, cadence_of(expected, source), expected.grace_days, through, late, owners)


def cadence_of(expected: ExpectedFile, source: Source) -> Cadence:
    """How often the file is due: as the agency says, else as is usual for the source."""
    return Cadence(expected.cadence) if expected.cadence else source.cadence


def _judge(
    expected: ExpectedFile, source: Source, *, span: Span, known_through: date | None, today: date
) -> Late | None:
    return find_late(
        cadence=cadence_of(expected, source),
        grace_days=expected.grace_days,
        opens_on=max(span.starts_on, expected.starts_on),
        closes_before=span.ends_before,
        known_through=known_through,
        today=today,
    )
