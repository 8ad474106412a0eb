"""Which taker takes a kind's records, and what it answers.

A kind of file whose rows are no store-days (Format.target) has exactly one taker. It is registered in the `ready()` of
the room that owns the rows, because rooms import only to the right: metrics registers violations and, for the stores
room, the store list; fees registers its ledger. A taker gets the records and writes through the services of its room,
inside the transaction that a dry run rolls back.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import translation

from assessments.engine.text import Text
from assessments.metrics.reading.formats import find_format, get_format
from assessments.metrics.reading.results import FieldPlace, ParsedFile, Record, Rejection, UnreadableFile
from core.people.access import allows
from core.people.models import User

K = TypeVar("K", bound=Hashable)
REPEATED = Text(
    zh="同一条记录在文件中出现多次（第 {rows} 行）且内容不同，都没有导入。",
    en="The same record stands in the file more than once and differs (rows {rows}); none was taken.",
)


@dataclass(slots=True)
class Taken:
    """The account of taking: every record is created, changed, unchanged or rejected.

    `stores` were touched by what was written; `stale` are those of them that the import still has to announce.
    `notices` tell what was seen and not written: {"sheet", "row_number", "code", "zh", "en"}.
    """

    places: Sequence[FieldPlace]
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected_rows: int = 0
    stores: set[UUID] = field(default_factory=set)
    stale: set[UUID] = field(default_factory=set)
    rejections: list[Rejection] = field(default_factory=list)
    notices: list[dict[str, Any]] = field(default_factory=list)

    def reject(self, record: Record, code: str, reason: Text, *, of: str = "", value: str = "") -> None:
        """Refuse a record; `of` is the field at fault, empty when the record as a whole is."""
        place = next((place for place in self.places if (place.sheet, place.field) == (record.sheet, of)), None)
        self.rejected_rows += 1
        self.rejections.append(
            Rejection(
                sheet=record.sheet,
                row_number=record.row_number,
                column=place.column if place else "",
                heading=place.heading if place else "",
                value=value or record.store.label,
                code=code,
                reason=reason,
            )
        )

    def note(self, record: Record, code: str, text: Text) -> None:
        """Tell something about a record that changes nothing."""
        self.notices.append(
            {"sheet": record.sheet, "row_number": record.row_number, "code": code, "zh": text.zh, "en": text.en}
        )

    def count(self, *, is_new: bool, is_changed: bool, rows: int, store: UUID) -> None:
        """Enter what became of one record, and of the rows that said the same."""
        if is_new:
            self.created += rows
        elif is_changed:
            self.changed += rows
        else:
            self.unchanged += rows
            return
        self.stores.add(store)


@dataclass(frozen=True, slots=True)
class Taker:
    """How a kind's records are taken, and the permission that writing them demands."""

    permission: str
    take: Callable[[ParsedFile, User, date], Taken]


_TAKERS: dict[str, Taker] = {}


def register_taker(kind: str, *, permission: str, take: Callable[[ParsedFile, User, date], Taken]) -> None:
    """Name the taker of a kind. ValueError when it has one, or when its rows are store-days."""
    if kind in _TAKERS or get_format(kind).record is None:
        raise ValueError(f"{kind} cannot have another taker")
    _TAKERS[kind] = Taker(permission, take)


def find_taker(kind: str) -> Taker | None:
    """The taker of a kind; None for kinds whose rows are store-days, and for a kind that there is not.

    KeyError for a kind of records that nobody registered for: a test sees to it that there is none.
    """
    form = find_format(kind)
    return _TAKERS[kind] if form is not None and form.record is not None else None


def may_import(user: Any, kind: str) -> bool:
    """Whether a person, who may import files, may write what this kind of file holds. Store-days ask for no more."""
    taker = find_taker(kind)
    return taker is None or (allows(user, "imports.run") and allows(user, taker.permission))


def refuse_without_right(user: Any, kind: str) -> None:
    """UnreadableFile "not_allowed" when the person may not write what a recognised file holds."""
    if not may_import(user, kind):
        name = get_format(kind).name
        raise UnreadableFile(
            "not_allowed",
            Text(zh=f"您没有导入“{name.zh}”的权限", en=f"you may not import “{name.en}”"),
        )


def settle_records(taken: Taken, keyed: Sequence[tuple[K, Record]]) -> list[tuple[K, Record, int]]:
    """One record per key with the number of rows that said it. Where two rows of a key differ, none is believed."""
    groups: dict[K, list[Record]] = {}
    for key, record in keyed:
        groups.setdefault(key, []).append(record)
    kept = []
    for key, group in groups.items():
        if all(record.fields == group[0].fields for record in group):
            kept.append((key, group[0], len(group)))
            continue
        rows = "、".join(str(record.row_number) for record in group[:5])
        for record in group:
            taken.reject(record, "repeated", fill(REPEATED, rows=rows))
    return kept


def fill(text: Text, **words: Any) -> Text:
    """A text with its places filled, in both languages."""
    return Text(zh=text.zh.format(**words), en=text.en.format(**words))


def tell_invalid(error: ValidationError) -> Text:
    """What a model says is wrong, in both languages."""
    told = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            told[language] = " ".join(str(message) for message in error.messages)
    return Text(zh=told["zh-hans"], en=told["en"])
