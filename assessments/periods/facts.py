"""What the engine is told of a period: gathered for a whole batch, then cut to what the period's rulebook reads."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from hashlib import blake2b
from typing import Any
from uuid import UUID

import orjson

from assessments.engine import ENGINE_VERSION, Rulebook, StoreFacts, ViolationFact, needs
from assessments.metrics.catalogue import BY_CODE
from assessments.metrics.queries import get_violations
from assessments.periods.calendars import Pinned, Plan
from assessments.periods.gathering import Months, list_metric_codes, stream_months
from assessments.periods.gathering_days import Days, Window, gather_days
from assessments.rulebooks.queries import Lines
from assessments.stores.models import Store

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reads:
    """What a rulebook reads: metrics by months (with their newest value or not), by days; topics of incidents."""

    months: Mapping[str, bool]
    daily: tuple[str, ...]
    topics: frozenset[str]


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything gathered for a batch, by store, and what each rulebook (by digest) reads of it."""

    reads: Mapping[str, Reads]
    months: Months
    days: Mapping[UUID, Days]
    incidents: Mapping[UUID, Sequence[ViolationFact]]

    def list_seen(self, pins: Sequence[Pinned]) -> Iterator[date]:
        """Days, and first days of months, for which a store's figures speak of these periods."""
        if not pins:
            return
        store_id, reads = pins[0].store_id, [self.reads[digest] for digest in {pin.rulebook.digest for pin in pins}]
        starts_on = min(pin.planned.starts_on for pin in pins)
        first_month = starts_on.replace(day=1)
        days = self.days.get(store_id, {})
        if any(read.months for read in reads):
            yield from (month for month in self.months.list_months(store_id) if month >= first_month)
        for read in reads:
            for code in read.daily:
                yield from (day for day in days.get(code, ()) if day >= starts_on)
            incidents = self.incidents.get(store_id, ()) if read.topics else ()
            yield from (each.on for each in incidents if each.topic in read.topics and each.on >= starts_on)


def gather_figures(*, stores: Sequence[Store], pins: Sequence[Pinned], as_of: date) -> Figures:
    """Gather for all periods of these stores at once: a statement for months, and one more for each other way in
    which some rulebook reads figures."""
    (figures,) = stream_figures(parts=[stores], pins=pins, as_of=as_of)
    return figures


def stream_figures(*, parts: Sequence[Sequence[Store]], pins: Sequence[Pinned], as_of: date) -> Iterator[Figures]:
    """The same for part after part of the stores, ascending by id: months of all parts are asked for once."""
    rulebooks = {pin.rulebook.digest: pin.rulebook for pin in pins}
    reads = {digest: read_by(rulebook) for digest, rulebook in rulebooks.items()}
    months = stream_months(
        parts=[[store.pk for store in part] for part in parts],
        codes=list_metric_codes(rulebooks.values()),
        starts_on=min((pin.planned.starts_on for pin in pins), default=as_of).replace(day=1),
        ends_before=as_of + DAY,
    )
    by_store: dict[UUID, list[Pinned]] = {}
    for pin in pins:
        by_store.setdefault(pin.store_id, []).append(pin)
    for part, gathered in zip(parts, months, strict=True):
        of_part = [pin for store in part for pin in by_store.get(store.pk, ())]
        yield _gather_beside_months(of_part, reads, gathered, as_of)


def _gather_beside_months(pins: Sequence[Pinned], reads: Mapping[str, Reads], months: Months, as_of: date) -> Figures:
    ends_before = as_of + DAY

    def list_windows(concerned: Iterable[Pinned]) -> list[Window]:
        return [(pin.store_id, pin.planned.starts_on, min(pin.planned.ends_before, ends_before)) for pin in concerned]

    by_day = [pin for pin in pins if reads[pin.rulebook.digest].daily]
    counted = list_windows(pin for pin in pins if reads[pin.rulebook.digest].topics)
    return Figures(
        reads=reads,
        months=months,
        days=gather_days(
            windows=list_windows(by_day),
            codes=sorted({code for pin in by_day for code in reads[pin.rulebook.digest].daily}),
        ),
        incidents=get_violations(
            store_ids={store_id for store_id, _starts_on, _ends_before in counted},
            starts_on=min(starts_on for _store_id, starts_on, _ends_before in counted),
            ends_before=ends_before,
        )
        if counted
        else {},
    )


def facts_for(*, plan: Plan, pin: Pinned, figures: Figures, lines: Lines, as_of: date) -> StoreFacts:
    """What the engine is told of one period: only what lies inside it, so that a revision carries what it used."""
    store, starts_on, ends_before = plan.store, pin.planned.starts_on, pin.planned.ends_before
    read = figures.reads[pin.rulebook.digest]
    return StoreFacts(
        store=str(store.pk),
        category=store.main_category,
        go_live_on=store.go_live_on,
        as_of=as_of,
        series=figures.months.build_series(store.pk, read.months, starts_on, ends_before),
        lines=lines_for(plan=plan, pin=pin, lines=lines),
        **_beside_months(read, store.pk, figures, starts_on, ends_before),
    )


def lines_for(*, plan: Plan, pin: Pinned, lines: Lines) -> dict[str, Decimal]:
    """The agency's own numbers for a period."""
    return lines.of(
        programme=plan.programme,
        track=pin.rulebook.track,
        category=plan.store.main_category,
        store_id=plan.store.pk,
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """What periods are judged from on a day."""

    figures: Figures
    lines: Lines
    as_of: date

    def build_facts(self, plan: Plan, pin: Pinned) -> StoreFacts:
        """What the engine is told."""
        return facts_for(plan=plan, pin=pin, figures=self.figures, lines=self.lines, as_of=self.as_of)

    def name_inputs(self, plan: Plan, pin: Pinned) -> str:
        """Names everything that a verdict is computed from, the day included, without building the facts.

        The same name means the same verdict; another may still mean the same one (the revision's digest tells).
        """
        store, planned = plan.store, pin.planned
        starts_on, ends_before = planned.starts_on, planned.ends_before
        read = self.figures.reads[pin.rulebook.digest]
        return fingerprint(
            ENGINE_VERSION,
            pin.rulebook.digest,
            (planned.phase, planned.number, starts_on, ends_before),
            (store.main_category, store.go_live_on, self.as_of),
            self.figures.months.list_cells(store.pk, read.months, starts_on, ends_before),
            lines_for(plan=plan, pin=pin, lines=self.lines),
            _beside_months(read, store.pk, self.figures, starts_on, ends_before),
        )


def fingerprint(*parts: Any) -> str:
    """A short name for plain values: texts, numbers, days, and what holds them."""
    written = orjson.dumps(parts, default=str, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
    return blake2b(written, digest_size=16).hexdigest()


def _beside_months(read: Reads, store_id: UUID, figures: Figures, starts_on: date, ends_before: date) -> dict[str, Any]:
    """The members of the facts that months do not hold; nothing for a rulebook that reads months alone."""
    if not (read.daily or read.topics):
        return {}
    days = figures.days.get(store_id, {})
    return {
        "daily": {
            code: {day: value for day, value in days.get(code, {}).items() if starts_on <= day < ends_before}
            for code in read.daily
        },
        "incidents": tuple(
            each
            for each in figures.incidents.get(store_id, ())
            if each.topic in read.topics and starts_on <= each.on < ends_before
        ),
    }


def read_by(rulebook: Rulebook) -> Reads:
    """What a rulebook reads of the metrics that the catalogue has, and of violations."""
    need = needs(rulebook)

    def list_codes(aggregate: str) -> tuple[str, ...]:
        return tuple(each.code for each in need.metrics if each.aggregate == aggregate and each.code in BY_CODE)

    return Reads(
        months=dict(sorted(list_metric_codes([rulebook]).items())),
        daily=list_codes("daily"),
        topics=frozenset(need.topics),
    )
