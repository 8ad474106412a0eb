"""From parsed rows to store-days: which store is meant, is the day possible, does the file contradict itself."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from assessments.engine.text import Text
from assessments.metrics.lineage import Origins
from assessments.metrics.reading.results import ParsedFile, ParsedRow, Rejection
from assessments.metrics.storing import Key
from assessments.stores.queries import match_stores, visible_to
from core.people.models import User

# For a person to go through; a file of more is about something else.
MOST_UNKNOWN_STORES = 500
UNKNOWN_STORE = Text(
    zh="没有找到这家店铺（或您不负责它）。请先在系统中建店，或核对店铺ID与名称。",
    en="No such store (or it is not one of yours). Create it first, or check its id and name.",
)
NO_STORE = Text(
    zh="文件中没有店铺，上传时也没有选择店铺。",
    en="The file names no store, and none was chosen when it was uploaded.",
)
FUTURE_DAY = Text(
    zh="日期不早于今天（{today}），当天的数据尚未产生。",
    en="The day is not before today ({today}); its figures cannot exist yet.",
)
TWICE = Text(
    zh="同一店铺同一天在文件中出现多次，数值互相矛盾。",
    en="The same store and day stand in the file more than once, with different values.",
)


@dataclass(slots=True)
class Checked:
    """Store-days to write, how many file rows each stands for, and the rows that were refused."""

    values: dict[Key, Mapping[str, int | None]] = field(default_factory=dict)
    rows_of: dict[Key, int] = field(default_factory=dict)
    origins: Origins = field(default_factory=Origins)
    rejections: list[Rejection] = field(default_factory=list)
    rejected_rows: int = 0
    # (shop id, name) as the file has it → rows.
    unknown_stores: Counter[tuple[str, str]] = field(default_factory=Counter)

    def list_unknown_stores(self) -> list[dict[str, Any]]:
        """The stores that nobody knows, most rows first, as they are kept with the import."""
        return [
            {"shop_id": shop_id, "name": name, "rows": rows}
            for (shop_id, name), rows in self.unknown_stores.most_common(MOST_UNKNOWN_STORES)
        ]

    def reject(self, row: ParsedRow, code: str, reason: Text) -> None:
        self.rejected_rows += len(row.source_rows)
        self.rejections.extend(
            Rejection(
                sheet=row.sheet,
                row_number=number,
                column="",
                heading="",
                value=f"{row.store.label} {row.day}",
                code=code,
                reason=reason,
            )
            for number in row.source_rows
        )


def check_rows(*, parsed: ParsedFile, user: User, today: date) -> Checked:
    """Match every row to a store that `user` may see. Rows + rejected rows = rows of the file."""
    stores = match_stores(keys={(row.store.shop_id, row.store.name) for row in parsed.rows}, user=user)
    chosen = _chosen_stores(parsed, user)
    future = Text(zh=FUTURE_DAY.zh.format(today=today), en=FUTURE_DAY.en.format(today=today))
    checked = Checked(origins=Origins(headings={sheet.name: sheet.headings for sheet in parsed.sheets}))
    by_key: dict[Key, list[ParsedRow]] = {}
    meant = {
        named: stores.get((named.shop_id, named.name)) if named.shop_id or named.name else chosen.get(named.chosen)
        for named in {row.store for row in parsed.rows}
    }
    for row in parsed.rows:
        store = meant[row.store]
        if store is None:
            checked.reject(row, "unknown_store", UNKNOWN_STORE if row.store.label else NO_STORE)
            if row.store.shop_id or row.store.name:
                checked.unknown_stores[row.store.shop_id, row.store.name] += len(row.source_rows)
        elif row.day >= today:
            checked.reject(row, "future_day", future)
        else:
            by_key.setdefault((store, row.day), []).append(row)
    for key, rows in by_key.items():
        _merge(checked, key, rows)
    return checked


def _merge(checked: Checked, key: Key, rows: list[ParsedRow]) -> None:
    """Rows of one store-day from several sheets join; where they disagree, none is believed."""
    checked.origins.rows[key] = rows
    if len(rows) == 1:
        checked.values[key] = rows[0].values
        checked.rows_of[key] = len(rows[0].source_rows)
        return
    merged: dict[str, int | None] = {}
    for row in rows:
        if any(code in merged and merged[code] != value for code, value in row.values.items()):
            for contradicting in rows:
                checked.reject(contradicting, "contradiction", TWICE)
            del checked.origins.rows[key]
            return
        merged.update(row.values)
    checked.values[key] = merged
    checked.rows_of[key] = sum(len(row.source_rows) for row in rows)


def _chosen_stores(parsed: ParsedFile, user: User) -> dict[str, UUID]:
    chosen = {row.store.chosen for row in parsed.rows if row.store.chosen}
    return {str(pk): pk for pk in visible_to(user).filter(pk__in=chosen).values_list("pk", flat=True)} if chosen else {}
