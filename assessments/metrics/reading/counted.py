"""Counted layout: one row per order, refund or good, added up to store-days; days that may be partial are not taken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from assessments.engine.text import Text
from assessments.metrics.catalogue import BY_CODE
from assessments.metrics.reading.counted_rows import CountedRow, CountedRowReader
from assessments.metrics.reading.coverage import Days, find_whole_days
from assessments.metrics.reading.notes import find_store
from assessments.metrics.reading.raw import CellProblem, RawCell, is_missing
from assessments.metrics.reading.recognise import Located
from assessments.metrics.reading.results import Notice, ParsedRow, StoreRef
from assessments.metrics.reading.table import (
    SheetAccount,
    check_width,
    is_empty,
    is_summary,
    is_too_much,
    list_left_out,
    require_store,
)

INCOMPLETE: Final = CellProblem(
    "sum_incomplete",
    "同店同日有其他行出错，合计会不完整，本行一并未导入",
    "another row of this store and day was rejected, so the sum would be incomplete; this row was not taken either",
)
PARTIAL: Final = CellProblem(
    "partial_day",
    "这一天可能没有导出完整（导出范围的首日、末日，或导出当天），没有导入；请多导出前后各一天，并保留导出时的文件名",
    "the export may hold only a part of this day (its first or last day, or the day of the export); not taken:"
    " export a day more at both ends, and keep the file's own name",
)
REPEATED: Final = CellProblem(
    "repeated",
    "同一编号在文件中出现多次且内容不同，都没有导入",
    "this number stands more than once and differs; none was taken",
)
TOO_MUCH: Final = CellProblem(
    "out_of_range",
    "合计超出可能的范围，请检查是否错列",
    "the sum is outside the possible range; check for shifted columns",
)
_MOST_NOTICES: Final = 50


@dataclass(slots=True)
class Ledger:
    """The records of one store: which days are whole for which metric, and which cannot be trusted."""

    store: StoreRef
    records: list[CountedRow] = field(default_factory=list)
    whole: dict[str, Days] = field(default_factory=dict)
    nothing: int | None = 0
    spoiled: set[date] = field(default_factory=set)
    is_spoiled: bool = False

    def settle(self, reader: CountedRowReader, *, is_by_day: bool, file_name: str) -> None:
        """Finds the whole days of every metric; an event after the cut needs room for the longest wait before it."""
        moments = [record.cut_at for record in self.records if record.cut_at is not None]
        days = find_whole_days(earliest=min(moments), latest=max(moments), is_by_day=is_by_day, file_name=file_name)
        self.nothing = None if reader.is_blank_nothing else 0
        for adder in reader.adders:
            waits = (record.adds[adder.metric][2] for record in self.records if adder.metric in record.adds)
            wait = max(waits, default=timedelta()) if adder.on is not reader.cut else timedelta()
            self.whole[adder.metric] = days.after_wait(wait)

    def metrics_of(self, day: date) -> list[str]:
        """The metrics for which this day is whole."""
        return [metric for metric, days in self.whole.items() if day in days]

    def is_taken(self, day: date) -> bool:
        """Whether anything of this day is taken."""
        return not self.is_spoiled and day not in self.spoiled and bool(self.metrics_of(day))


def read_counted(found: Located, *, file_name: str, is_padded: bool, default_store: str | None) -> SheetAccount:
    """Counts rows to store-days. UnreadableFile: store_needed.

    A bad row takes with it every store-day that it could be part of, because their sums would be wrong without it.
    """
    shape = found.format.counted
    assert shape is not None
    names = {heading.name for heading in found.headings}
    chosen = None
    if not names & {*found.format.shop_id_names, *found.format.shop_name_names}:
        chosen = find_store(found.sheet, found.row, default_store)
        require_store(chosen, found.sheet)
    account = SheetAccount(found.sheet)
    reader = CountedRowReader(found.format, found.headings, chosen)
    account.left_out = list_left_out(
        found.sheet, found.row, (heading for heading in found.headings if heading.column not in reader.columns)
    )
    good, bad = _read_rows(found, reader, account, is_padded=is_padded)
    good, differing = _settle_repeats(good)
    for record in bad:
        account.reject(record.row, record.problems)
    for record in differing:
        account.reject(record.row, [(None, record.identity, REPEATED)])
    for ledger in _open_ledgers(good, [*bad, *differing]):
        ledger.settle(reader, is_by_day=shape.is_by_day, file_name=file_name)
        _close(ledger, account)
    account.rounded_cells = reader.rounded
    return account


def _read_rows(
    found: Located, reader: CountedRowReader, account: SheetAccount, *, is_padded: bool
) -> tuple[list[CountedRow], list[CountedRow]]:
    good: list[CountedRow] = []
    bad: list[CountedRow] = []
    for number, row in enumerate(found.sheet.rows[found.row + 1 :], start=found.row + 1):
        if is_empty(row):
            continue
        # A buyer may be called 总统; only a row without a number of its own can be a total.
        if is_summary(row) and not _is_numbered(reader, row):
            account.summary_rows += 1
            continue
        account.data_rows += 1
        if (misfit := check_width(row, found.headings, is_padded=is_padded)) is not None:
            bad.append(CountedRow(number, problems=[(None, "", misfit)]))
            continue
        record = reader.read(number, row)
        (bad if record.problems else good).append(record)
    return good, bad


def _is_numbered(reader: CountedRowReader, row: Sequence[RawCell]) -> bool:
    if reader.numbered is None or reader.numbered.column >= len(row):
        return False
    raw = row[reader.numbered.column]
    return not is_missing(raw) and any(sign.isdigit() for sign in str(raw))


def _settle_repeats(records: Sequence[CountedRow]) -> tuple[list[CountedRow], list[CountedRow]]:
    """One of each number: equal repeats are marked and count once; where two differ none is believed."""
    groups: dict[tuple[StoreRef | None, str], list[CountedRow]] = {}
    for record in records:
        key = record.identity or f"row {record.row}"
        groups.setdefault((record.store, key), []).append(record)
    differing: list[CountedRow] = []
    for group in groups.values():
        if any((other.cut_at, other.adds) != (group[0].cut_at, group[0].adds) for other in group[1:]):
            differing += group
        else:
            for repeat in group[1:]:
                repeat.is_repeat = True
    doubted = {record.row for record in differing}
    return [record for record in records if record.row not in doubted], differing


def _open_ledgers(good: Iterable[CountedRow], bad: Iterable[CountedRow]) -> list[Ledger]:
    ledgers: dict[StoreRef, Ledger] = {}
    for record in good:
        assert record.store is not None
        ledgers.setdefault(record.store, Ledger(record.store)).records.append(record)
    for record in bad:
        # A row that does not even say when it was made may be shifted, and what stands under the store be anything.
        concerned = list(ledgers.values())
        if record.store is not None and record.cut_at is not None:
            concerned = [ledgers[record.store]] if record.store in ledgers else []
        for ledger in concerned:
            if (days := record.days) is None:
                ledger.is_spoiled = True
            else:
                ledger.spoiled |= days
    return list(ledgers.values())


def _close(ledger: Ledger, account: SheetAccount) -> None:
    """Writes the store-days of one store; every record becomes a source of exactly one of them, or is rejected."""
    values: dict[date, dict[str, int | None]] = {}
    sources: dict[date, list[int]] = {}
    partial: dict[tuple[str, Days], set[date]] = {}
    for record in ledger.records:
        assert record.cut_at is not None
        home = record.cut_at.date()
        days = [home, *(day for day, _, _ in record.adds.values())]
        for day in days:
            if ledger.is_taken(day) and day not in values:
                values[day] = dict.fromkeys(ledger.metrics_of(day), ledger.nothing)
        _count(ledger, record, values, partial)
        taken = next((day for day in days if day in values), None)
        if taken is None and (record.adds or ledger.is_spoiled or home in ledger.spoiled):
            is_spoiled = ledger.is_spoiled or any(day in ledger.spoiled for day in days)
            account.reject(record.row, [(None, "", INCOMPLETE if is_spoiled else PARTIAL)])
        else:
            # A row that counts for nothing, such as a refund that was withdrawn, has been read all the same.
            sources.setdefault(taken or home, []).append(record.row + 1)
    for day in sorted(values.keys() | sources.keys()):
        rows = tuple(sources.get(day, ()))
        if is_too_much(values.get(day, {})):
            for number in rows:
                account.reject(number - 1, [(None, "", TOO_MUCH)])
            continue
        account.rows.append(
            ParsedRow(account.sheet.name, rows[-1] if rows else 0, ledger.store, day, values.get(day, {}), rows)
        )
    account.notices += _notices(ledger.store, partial)[: _MOST_NOTICES - len(account.notices)]


def _count(
    ledger: Ledger,
    record: CountedRow,
    values: dict[date, dict[str, int | None]],
    partial: dict[tuple[str, Days], set[date]],
) -> None:
    for metric, (day, amount, _) in record.adds.items():
        if day in values and metric in values[day]:
            if not record.is_repeat:
                values[day][metric] = (values[day][metric] or 0) + amount
        elif day not in ledger.whole[metric]:
            partial.setdefault((metric, ledger.whole[metric]), set()).add(day)


def _notices(store: StoreRef, partial: dict[tuple[str, Days], set[date]]) -> list[Notice]:
    """One sentence for the metrics of a store that lack the same days."""
    grouped: dict[tuple[date, ...], list[str]] = {}
    for (metric, _), days in partial.items():
        grouped.setdefault(tuple(sorted(days)), []).append(metric)
    notices = []
    for listed, metrics in grouped.items():
        shown = "、".join(day.isoformat() for day in listed[:10]) + (" …" if len(listed) > 10 else "")
        zh, en = "、".join(BY_CODE[code].zh for code in metrics), ", ".join(BY_CODE[code].en for code in metrics)
        notices.append(
            Notice(
                "partial_days",
                Text(
                    zh=f"{store.label}：{shown} 的{zh}可能不完整，没有导入（共 {len(listed)} 天）",
                    en=f"{store.label}: {en} may be incomplete on {len(listed)} days and were not taken: {shown}",
                ),
            )
        )
    return notices
