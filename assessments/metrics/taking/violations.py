"""Take a list of violations. With a number, a violation is the one of that store and number; without, it is known by
store, date, severity, points and topic, and rows that cannot be told apart are refused rather than guessed at."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError

from assessments.engine.text import Text
from assessments.metrics.matching import NO_STORE, UNKNOWN_STORE
from assessments.metrics.models import Violation
from assessments.metrics.reading.formats.violations import WITHDRAWN
from assessments.metrics.reading.results import ParsedFile, Record
from assessments.metrics.services import save_violations
from assessments.metrics.taking.registry import Taken, fill, settle_records, tell_invalid
from assessments.metrics.taking.stores_of import find_stores
from core.people.models import User

Topic = Violation.Topic
# A topic that rules name is found inside a longer text: what is missed here would be missed by the rules' bars.
TOPIC_WORDS = {
    Topic.FAKE_TRADING: ("虚假交易", "虚构交易", "fake_trading", "fake trading"),
    Topic.RIGHTS_MISUSE: ("不当使用他人权利", "滥用他人权利", "rights_misuse", "misuse of others' rights"),
    Topic.DATA_SECURITY: ("数据安全", "信息安全", "数据泄露", "信息泄露", "data_security", "data security"),
}
LOOK_ALIKE = Text(
    zh="没有违规编号，又与另一条违规的店铺、日期、等级、扣分和主题相同，分不清是一次还是多次；请加上“违规编号”列。",
    en="Without a number it cannot be told from another violation of the same store, date, severity, points and topic; "
    "add the violation numbers.",
)
LATER = Text(zh="日期晚于今天（{today}）。", en="The day is later than today ({today}).")
READ_AS_OTHER = Text(zh="“{words}”按其他主题记录。", en="“{words}” was taken as another topic.")


@dataclass(frozen=True, slots=True)
class Told:
    """What a row says of a violation; `topic` and `withdrawn` are None where it says nothing."""

    record: Record
    store: UUID
    number: str
    occurred_on: date
    points: Decimal
    severity: str
    topic: str | None
    note: str
    withdrawn: bool | None

    @property
    def key(self) -> tuple[Any, ...]:
        """What makes it this violation and no other, within the file."""
        if self.number:
            return (self.store, self.number)
        return (self.store, "", self.occurred_on, self.severity, self.points, self.topic)

    @property
    def changes(self) -> dict[str, Any]:
        """Field → value, for the fields that the row speaks of."""
        said = {
            "occurred_on": self.occurred_on,
            "points": self.points,
            "severity": self.severity,
            "topic": self.topic,
            "note": self.note or None,
            "withdrawn": self.withdrawn,
            "external_number": self.number or None,
        }
        return {name: value for name, value in said.items() if value is not None}


def take_violations(parsed: ParsedFile, user: User, today: date) -> Taken:
    """Write the violations of a file, new or changed."""
    taken = Taken(parsed.places)
    stores = find_stores(parsed.records, user)
    told = []
    for record in parsed.records:
        store = stores.get(record.store)
        if store is None:
            taken.reject(record, "unknown_store", UNKNOWN_STORE if record.store.label else NO_STORE)
        elif (day := record.fields["occurred_on"]) > today:  # type: ignore[operator]  # required days are days
            taken.reject(record, "future_day", fill(LATER, today=today), of="occurred_on", value=str(day))
        else:
            told.append(_tell(record, store))
    known = _Known(told)
    groups: dict[Any, list[Told]] = {}
    for each in told:
        groups.setdefault(each.key, []).append(each)
    for key, _record, rows in settle_records(taken, [(each.key, each.record) for each in told]):
        if rows == 1 or groups[key][0].number:
            _write(taken, known, groups[key][0], rows)
            continue
        for each in groups[key]:
            taken.reject(each.record, "look_alike", LOOK_ALIKE)
    save_violations(new=known.new, changed=list(known.changed.values()))
    return taken


def _tell(record: Record, store: UUID) -> Told:
    fields: Any = record.fields
    kind, reason = fields.get("topic") or "", fields.get("reason") or ""
    topic = find_topic(f"{kind} {reason}") if kind or reason else None
    # The kind's own words are kept where nothing else tells what happened.
    note = reason or (kind if topic == Topic.OTHER else "")
    appeal = fields.get("appeal")
    return Told(
        record=record,
        store=store,
        number=fields.get("number") or "",
        occurred_on=fields["occurred_on"],
        points=fields["points"],
        severity=fields["severity"],
        topic=topic,
        note=note,
        withdrawn=None if appeal is None else appeal == WITHDRAWN,
    )


def find_topic(text: str) -> str:
    """The topic that a text names; OTHER when it names none that rules know."""
    lowered = text.lower()
    return next((topic for topic, words in TOPIC_WORDS.items() if any(word in lowered for word in words)), Topic.OTHER)


class _Known:
    """The violations that are there already, as far as these rows can mean them."""

    def __init__(self, told: Iterable[Told]) -> None:
        self.by_number: dict[tuple[UUID, str], Violation] = {}
        self.by_day: dict[tuple[UUID, date], list[Violation]] = {}
        self.new: list[Violation] = []
        self.changed: dict[UUID, Violation] = {}
        for row in Violation.objects.filter(store__in={each.store for each in told}).order_by("occurred_on", "pk"):
            if row.external_number:
                self.by_number[row.store_id, row.external_number] = row
            self.by_day.setdefault((row.store_id, row.occurred_on), []).append(row)

    def find(self, each: Told) -> list[Violation]:
        """Every stored violation that the row may mean. With a number: that one, else an unnumbered one alike."""
        if each.number and (found := self.by_number.get((each.store, each.number))) is not None:
            return [found]
        alike = [
            row
            for row in self.by_day.get((each.store, each.occurred_on), [])
            if (row.points, row.severity) == (each.points, each.severity)
            and (each.topic is None or row.topic == each.topic)
        ]
        # A number is given to the first that has none; which of several equal ones, makes no difference.
        return [row for row in alike if not row.external_number][:1] if each.number else alike

    def write(self, violation: Violation, changes: Mapping[str, Any]) -> None:
        """Change a stored violation or fill a new one, to be saved with all others."""
        for name, value in changes.items():
            setattr(violation, name, value)
        if violation._state.adding:
            self.new.append(violation)
        else:
            self.changed[violation.pk] = violation


def _write(taken: Taken, known: _Known, each: Told, rows: int) -> None:
    found = known.find(each)
    changes = each.changes
    differing = [row for row in found if any(getattr(row, name) != value for name, value in changes.items())]
    if len(found) > 1 and differing:
        taken.reject(each.record, "look_alike", LOOK_ALIKE)
        return
    if differing or not found:
        try:
            Violation(store_id=each.store, **changes).clean_fields(exclude=["store"])
        except ValidationError as error:
            taken.reject(each.record, "not_valid", tell_invalid(error))
            return
        known.write(found[0] if found else Violation(store_id=each.store), changes)
        taken.stale.add(each.store)
        if each.topic == Topic.OTHER and each.note:
            taken.note(each.record, "other_topic", fill(READ_AS_OTHER, words=each.note))
    taken.count(is_new=not found, is_changed=bool(differing), rows=rows, store=each.store)
