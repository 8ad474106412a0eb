"""Fill in the lines of many categories and stores from one sheet, all of it or nothing; and the sheet to begin with."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments.engine import Rulebook, decimal_text
from assessments.engine import Text as Words
from assessments.metrics.reading.results import Rejection, UnreadableFile
from assessments.metrics.reading.sandbox import read_texts_in_child
from assessments.metrics.services import check_size
from assessments.rulebooks.line_sheets import SheetLine, read_lines, write_lines
from assessments.rulebooks.models import CategoryLine
from assessments.rulebooks.queries import has_table, list_newest
from assessments.rulebooks.services import note_change, touch_lines
from assessments.stores.models import Store
from core.api.errors import InvalidInput
from core.people.actors import Actor

# More would not be read; the count stays exact.
MOST_TOLD = 200


@dataclass(frozen=True, slots=True)
class Filled:
    """What a sheet did. `skipped` rows were empty and had nothing to withdraw."""

    created: int
    changed: int
    unchanged: int
    skipped: int


@transaction.atomic
def fill_lines(*, content: bytes, file_name: str, by: Actor) -> Filled:
    """Set every line of a sheet. Raises InvalidInput, with every bad row, and then sets none.

    The error's `fields` has `rows`: sheet, row_number, column, heading, value, code, and the reason in zh and en.
    """
    check_size(size=len(content), file_name=file_name)
    try:
        sheets = read_texts_in_child(content, file_name).sheets
    except UnreadableFile as error:
        told = error.reason.in_(get_language() or "zh")
        raise InvalidInput(error.code, told, fields={"file": [error.reason.zh, error.reason.en]}) from error
    asked, wrong = read_lines(sheets)
    stores = _find_stores(asked)
    wrong += _refuse_unknown(asked, stores)
    if wrong:
        raise InvalidInput(
            "sheet_has_mistakes",
            _("%(count)d rows of %(file)s are wrong; nothing was set.")
            % {"count": len({(each.sheet, each.row_number) for each in wrong}), "file": file_name},
            fields={"rows": [_shown(each) for each in wrong[:MOST_TOLD]]},
        )
    return _set_all(asked, stores, by)


def _find_stores(asked: list[SheetLine]) -> dict[str, list[Store]]:
    found: dict[str, list[Store]] = {}
    for store in Store.objects.filter(shop_id__in={line.shop_id for line in asked if line.shop_id}):
        found.setdefault(store.shop_id, []).append(store)
    return found


def _refuse_unknown(asked: list[SheetLine], stores: dict[str, list[Store]]) -> list[Rejection]:
    known = {
        subject: has_table(programme=subject[0], track=subject[1], table=subject[2])
        for subject in {(line.programme, line.track, line.table) for line in asked}
    }
    wrong = []
    for line in asked:
        if not known[line.programme, line.track, line.table]:
            reason = Words(
                zh=f"{line.programme} 没有规则集读取数值表 {line.table}",
                en=f"no rulebook of {line.programme} reads a table {line.table}",
            )
            wrong.append(_refusal(line, "数值表*", line.table, "unknown_table", reason))
        if line.shop_id and line.shop_id not in stores:
            reason = Words(zh="没有这个店铺ID", en="there is no store with this id")
            wrong.append(_refusal(line, "店铺ID", line.shop_id, "unknown_store", reason))
        elif line.shop_id and len(stores[line.shop_id]) > 1:
            reason = Words(zh="有多家店铺使用这个店铺ID", en="more than one store has this id")
            wrong.append(_refusal(line, "店铺ID", line.shop_id, "ambiguous_store", reason))
    return wrong


def _refusal(line: SheetLine, heading: str, value: str, code: str, reason: Words) -> Rejection:
    return Rejection(line.sheet, line.row_number, "", heading, value, code, reason)


def _shown(wrong: Rejection) -> dict[str, Any]:
    shown = asdict(wrong)
    reason = shown.pop("reason")
    return {**shown, "zh": reason["zh"], "en": reason["en"]}


def _set_all(asked: list[SheetLine], stores: dict[str, list[Store]], by: Actor) -> Filled:
    counts = dict.fromkeys(("created", "changed", "unchanged", "skipped"), 0)
    held = {_subject_of(line): line for line in CategoryLine.objects.select_related("store")}
    written = []
    for line in asked:
        store = stores[line.shop_id][0] if line.shop_id else None
        row = held.get((line.programme, line.track, line.table, line.category, store.pk if store else None))
        before = row.value if row else None
        is_same_reason = row is None or line.note in ("", row.note)
        if line.value == before and is_same_reason:
            counts["skipped" if line.value is None else "unchanged"] += 1
            continue
        counts["changed" if row else "created"] += 1
        row = row or CategoryLine(
            programme=line.programme, track=line.track, table=line.table, category=line.category, store=store
        )
        row.value, row.note, row.set_by = line.value, line.note, by.label
        row.save()
        note_change(line=row, before=before)
        written.append(row)
    if written:
        touch_lines(lines=written)
    return Filled(**counts)


def _subject_of(line: CategoryLine) -> tuple[str, str, str, str, UUID | None]:
    return line.programme, line.track, line.table, line.category, line.store_id


def build_lines_sheet(*, programme: str = "") -> bytes:
    """The sheet to fill in: every line that is set, and every category of the agency's stores that still needs one."""
    rulebooks = [each for each in list_newest() if programme in ("", each.programme)]
    held = CategoryLine.objects.select_related("store").order_by("programme", "table", "category", "pk")
    rows = [_row(line) for line in held if programme in ("", line.programme)]
    covered = {(row["programme"], row["table"], row["category"]) for row in rows}
    for rulebook in rulebooks:
        for table, category in _missing(rulebook):
            if (rulebook.programme, table, category) not in covered:
                covered.add((rulebook.programme, table, category))
                rows.append({"programme": rulebook.programme, "table": table, "category": category})
    told = {
        (rulebook.programme, name): (rulebook.programme, name, table.name.zh, table.unit)
        for rulebook in rulebooks
        for name, table in rulebook.tables.items()
    }
    return write_lines(rows, told.values())


def _row(line: CategoryLine) -> dict[str, str]:
    return {
        "programme": line.programme,
        "track": line.track,
        "table": line.table,
        "category": line.category,
        "shop_id": line.store.shop_id if line.store else "",
        "value": "" if line.value is None else decimal_text(line.value),
        "note": line.note,
    }


def _missing(rulebook: Rulebook) -> Iterator[tuple[str, str]]:
    """Tables without a value of their own for a category that some store of the marketplace has."""
    stores = Store.objects.filter(platform=rulebook.platform)
    categories = sorted(set(stores.values_list("main_category", flat=True)))
    for name, table in rulebook.tables.items():
        if table.default is None:
            filled = {category for row in table.rows for category in row.categories}
            yield from ((name, category) for category in categories if category not in filled)
