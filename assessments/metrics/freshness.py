"""How fresh a store's figures are: up to which day each source is known, and when it last arrived."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from assessments.metrics.coverage import get_arrivals, get_last_days
from assessments.metrics.sources import SOURCES, Source
from assessments.metrics.spans import get_spans
from assessments.stores.models import Store


@dataclass(frozen=True, slots=True)
class Freshness:
    """One source of one store. `days_behind`: days that count for the store after the last one with a figure; None
    for a source of which the store never had a figure."""

    source: Source
    last_day: date | None
    days_behind: int | None
    arrived_at: datetime | None


def list_freshness(*, store: Store, today: date) -> list[Freshness]:
    """Every source of a store, in the order of SOURCES."""
    last_days = get_last_days(store_ids=[store.pk], sources=SOURCES)
    arrivals = get_arrivals(store_ids=[store.pk])
    spans = get_spans(stores=[store], starts_on=store.go_live_on, ends_before=today, today=today)
    return [
        Freshness(
            source,
            last := last_days[store.pk, source.code],
            None if last is None else max(0, (spans[store.pk].ends_before - timedelta(days=1) - last).days),
            arrivals.get((store.pk, source.code)),
        )
        for source in SOURCES
    ]
