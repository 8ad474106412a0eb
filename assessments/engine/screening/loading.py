"""Loading: from planned periods with their facts to integer columns, once for every rulebook to come."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

import numpy as np

from assessments.engine.calendar import PlannedPeriod
from assessments.engine.facts import MonthValue
from assessments.engine.judging.scores import newest_value
from assessments.engine.screening.columns import Block, Case, Columns, Metric, Sums
from assessments.engine.screening.months import Days, first_days, last_days, month_number, month_numbers
from assessments.engine.screening.scaled import MOST_MONTHS, Flags, Ints, Scaled, all_whole_units, trimmed

_DAY = timedelta(days=1)


def load_columns(cases: Iterable[Case]) -> Columns:
    """Load cases, each a planned period with what is known of its store. Every metric is loaded, for any rulebook.

    Never raises for odd facts: a case that integers do not hold exactly is marked, and `screen` hands it to `assess`.
    """
    every = tuple(cases)
    exempt: list[int] = []
    irregular: list[int] = []
    phases: dict[str, list[int]] = {}
    for place, (period, _facts) in enumerate(every):
        if period.phase == "exempt":
            exempt.append(place)
        elif _is_regular(period):
            phases.setdefault(period.phase, []).append(place)
        else:
            irregular.append(place)
    blocks = tuple(_load_block(phase, places, [every[place] for place in places]) for phase, places in phases.items())
    return Columns(every, blocks, tuple(exempt), tuple(irregular))


def _is_regular(period: PlannedPeriod) -> bool:
    """Whole months, at least one, not too many: then every month is judged on its own last day."""
    months = month_number(period.ends_before) - month_number(period.starts_on)
    return period.starts_on.day == period.ends_before.day == 1 and 1 <= months <= MOST_MONTHS


@dataclass(frozen=True, slots=True)
class _Spans:
    """The months of every case: its first month's number, and how many it has, have begun, and are over."""

    first: Ints
    count: Ints
    begun: Ints
    over: Ints
    width: int


def _load_block(phase: str, places: Sequence[int], cases: Sequence[Case]) -> Block:
    as_of = np.array([facts.as_of for _period, facts in cases], "datetime64[D]")
    spans = _spans(cases, as_of)
    loose = np.zeros(len(cases), np.bool_)
    gathered = _gather(cases, spans, loose)
    metrics = {code: _metric(found, spans, as_of, loose) for code, found in gathered.items()}
    categories: dict[str, int] = {}
    category = [categories.setdefault(facts.category, len(categories)) for _period, facts in cases]
    return Block(
        phase=phase,
        places=np.array(places, np.int64),
        count=spans.count,
        over=spans.over,
        month_ends=last_days(spans.first + np.arange(spans.width)[:, None]),
        this_month_end=last_days(np.minimum(month_numbers(as_of), spans.first + spans.count - 1)),
        as_of=as_of,
        confirmed_on=np.array([facts.confirmed_failure_on for _period, facts in cases], "datetime64[D]"),
        has_incidents=np.array([bool(facts.incidents) for _period, facts in cases], np.bool_),
        categories=tuple(categories),
        category=np.array(category, np.int64),
        overrides=_overrides([facts.lines for _period, facts in cases], loose),
        metrics=metrics,
        nothing=_metric(_Found(), spans, as_of, loose),
        loose=loose,
    )


def _spans(cases: Sequence[Case], as_of: Days) -> _Spans:
    first = np.array([month_number(period.starts_on) for period, _facts in cases], np.int64)
    count = np.array([month_number(period.ends_before) for period, _facts in cases], np.int64) - first
    this = month_numbers(as_of)
    ended = np.where(as_of == last_days(this), this + 1, this)
    begun, over = (np.clip(until - first, 0, count) for until in (this + 1, ended))
    return _Spans(first, count, begun, over, int(count.max()))


@dataclass(frozen=True, slots=True)
class _Found:
    """The figures of one metric: values with their spot (month × case), and the newest value with its case."""

    spots: list[int] = field(default_factory=list)
    values: list[MonthValue] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    newest: list[tuple[Decimal, int]] = field(default_factory=list)


def _gather(cases: Sequence[Case], spans: _Spans, loose: Flags) -> dict[str, _Found]:
    """Find each figure's spot. Months out of order, twice, or not named by their first day make a case loose."""
    gathered: dict[str, _Found] = {}
    size = len(cases)
    begun, firsts = spans.begun.tolist(), spans.first.tolist()
    for row, (period, facts) in enumerate(cases):
        today = min(facts.as_of, period.ends_before - _DAY)
        for code, months in facts.series.items():
            found = gathered.get(code) or gathered.setdefault(code, _Found())
            before = None
            for value in months:
                month = value.month
                at = month_number(month) - firsts[row]
                if month.day != 1 or (before is not None and at <= before):
                    loose[row] = True
                before = at
                if 0 <= at < begun[row]:
                    found.spots.append(at * size + row)
                    found.values.append(value)
            newest, on = newest_value(months, today)
            if newest is not None and on is not None:
                found.rows.append(row)
                found.newest.append((newest, month_number(on) - firsts[row]))
    return gathered


def _metric(found: _Found, spans: _Spans, as_of: Days, loose: Flags) -> Metric:
    shape = (spans.width, len(spans.first))
    closing = _scatter(found.spots, [value.closing for value in found.values], shape, loose)
    newest = _scatter(found.rows, [number for number, _month in found.newest], shape[1:], loose)
    newest_month = np.zeros(shape[1:], np.int64)
    newest_month[found.rows] = [month for _number, month in found.newest]
    return Metric(trimmed(*closing), _sums(found, spans, as_of, loose), trimmed(*newest), newest_month)


def _sums(found: _Found, spans: _Spans, as_of: Days, loose: Flags) -> Sums:
    shape = (spans.width, len(spans.first))
    month = np.arange(spans.width)[:, None]
    totals = trimmed(*_scatter(found.spots, [value.total for value in found.values], shape, loose))
    days = np.zeros(shape, np.int64)
    # A total without a count of days is complete.
    days.reshape(-1)[found.spots] = [31 if value.days is None else min(value.days, 31) for value in found.values]
    months = spans.first + month
    wanted = (np.minimum(last_days(months), as_of) - first_days(months)).astype(np.int64) + 1
    is_complete = totals.is_set & (days >= wanted)
    has_begun = month < spans.begun
    return Sums(
        sums=Scaled(_from_the_start(totals.units), _from_the_start(totals.is_set) > 0, totals.scale),
        has_gap=_from_the_start(has_begun & ~is_complete) > 0,
        business=totals.units > 0,
        idle=is_complete & (totals.units <= 0),
    )


def _from_the_start(months: Ints | Flags) -> Ints:
    """Return the sums over the first 0, 1, 2, … months."""
    sums = np.zeros((months.shape[0] + 1, months.shape[1]), np.int64)
    np.cumsum(months, axis=0, out=sums[1:])
    return sums


def _overrides(lines: Sequence[Mapping[str, Decimal]], loose: Flags) -> dict[str, Scaled]:
    tables: dict[str, tuple[list[int], list[Decimal | None]]] = {}
    for row, given in enumerate(lines):
        for table, number in given.items():
            rows, numbers = tables.setdefault(table, ([], []))
            rows.append(row)
            numbers.append(number)
    return {table: trimmed(*_scatter(rows, numbers, (len(lines),), loose)) for table, (rows, numbers) in tables.items()}


def _scatter(
    spots: Sequence[int], numbers: Sequence[Decimal | None], shape: tuple[int, ...], loose: Flags
) -> tuple[Ints, Flags]:
    """Put numbers on their spots; one that is not held exactly makes its case loose."""
    units, is_set = np.zeros(shape, np.int64), np.zeros(shape, np.bool_)
    where = np.array([spot for spot, number in zip(spots, numbers, strict=True) if number is not None], np.int64)
    whole, is_held = all_whole_units([number for number in numbers if number is not None])
    units.reshape(-1)[where] = whole
    is_set.reshape(-1)[where] = True
    loose[where[~is_held] % shape[-1]] = True
    return units, is_set
