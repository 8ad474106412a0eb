"""Loading: planned periods with their facts, side by side, once for every rulebook to come."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal

import numpy as np

from assessments.engine.calendar import PlannedPeriod
from assessments.engine.judging.scores import newest_value
from assessments.engine.screening.columns import Block, Case, Columns
from assessments.engine.screening.figures import Metric, Spans, place
from assessments.engine.screening.months import last_days, month_number, month_numbers
from assessments.engine.screening.scaled import MOST_MONTHS, Flags, Scaled

_DAY = timedelta(days=1)


def load_columns(cases: Iterable[Case]) -> Columns:
    """Load cases, each a planned period with what is known of its store.

    Every metric is gathered, for any rulebook; its figures become integers when a rulebook first reads them. Never
    raises for odd facts: a case that integers do not hold exactly is marked, and `screen` hands it to `assess`.
    """
    every = tuple(cases)
    exempt: list[int] = []
    irregular: list[int] = []
    phases: dict[str, list[int]] = {}
    for at, (period, _facts) in enumerate(every):
        if period.phase == "exempt":
            exempt.append(at)
        elif _is_regular(period):
            phases.setdefault(period.phase, []).append(at)
        else:
            irregular.append(at)
    blocks = tuple(_load_block(phase, places, [every[at] for at in places]) for phase, places in phases.items())
    return Columns(every, blocks, tuple(exempt), tuple(irregular))


def _is_regular(period: PlannedPeriod) -> bool:
    """Whole months, at least one, not too many: then every month is judged on its own last day."""
    months = month_number(period.ends_before) - month_number(period.starts_on)
    return period.starts_on.day == period.ends_before.day == 1 and 1 <= months <= MOST_MONTHS


def _load_block(phase: str, places: Sequence[int], cases: Sequence[Case]) -> Block:
    spans = _spans(cases)
    loose = np.zeros(len(cases), np.bool_)
    categories: dict[str, int] = {}
    category = [categories.setdefault(facts.category, len(categories)) for _period, facts in cases]
    return Block(
        phase=phase,
        places=np.array(places, np.int64),
        count=spans.count,
        over=spans.over,
        month_ends=last_days(spans.months),
        this_month_end=last_days(np.minimum(month_numbers(spans.as_of), spans.first + spans.count - 1)),
        as_of=spans.as_of,
        confirmed_on=np.array([facts.confirmed_failure_on for _period, facts in cases], "datetime64[D]"),
        has_incidents=np.array([bool(facts.incidents) for _period, facts in cases], np.bool_),
        categories=tuple(categories),
        category=np.array(category, np.int64),
        overrides=_overrides([facts.lines for _period, facts in cases], loose),
        metrics=_gather(cases, spans, loose),
        nothing=Metric(spans),
        loose=loose,
    )


def _spans(cases: Sequence[Case]) -> Spans:
    as_of = np.array([facts.as_of for _period, facts in cases], "datetime64[D]")
    first = np.array([month_number(period.starts_on) for period, _facts in cases], np.int64)
    count = np.array([month_number(period.ends_before) for period, _facts in cases], np.int64) - first
    this = month_numbers(as_of)
    ended = np.where(as_of == last_days(this), this + 1, this)
    begun, over = (np.clip(until - first, 0, count) for until in (this + 1, ended))
    return Spans(first, count, begun, over, as_of)


def _gather(cases: Sequence[Case], spans: Spans, loose: Flags) -> dict[str, Metric]:
    """Find each figure's spot. Months out of order, twice, or not named by their first day make a case loose."""
    gathered: dict[str, Metric] = {}
    size = len(cases)
    begun, firsts = spans.begun.tolist(), spans.first.tolist()
    for row, (period, facts) in enumerate(cases):
        today = min(facts.as_of, period.ends_before - _DAY)
        for code, months in facts.series.items():
            metric = gathered.get(code) or gathered.setdefault(code, Metric(spans))
            before = None
            for value in months:
                month = value.month
                at = month_number(month) - firsts[row]
                if month.day != 1 or (before is not None and at <= before):
                    loose[row] = True
                before = at
                if 0 <= at < begun[row]:
                    metric.spots.append(at * size + row)
                    metric.values.append(value)
            newest, on = newest_value(months, today)
            if newest is not None and on is not None:
                metric.rows.append(row)
                metric.newest_values.append(newest)
                metric.newest_months.append(month_number(on) - firsts[row])
    return gathered


def _overrides(lines: Sequence[Mapping[str, Decimal]], loose: Flags) -> dict[str, Scaled]:
    tables: dict[str, tuple[list[int], list[Decimal]]] = {}
    for row, given in enumerate(lines):
        for table, number in given.items():
            rows, numbers = tables.setdefault(table, ([], []))
            rows.append(row)
            numbers.append(number)
    overrides = {}
    for table, (rows, numbers) in tables.items():
        overrides[table], is_odd = place(rows, numbers, (len(lines),))
        loose |= is_odd
    return overrides
