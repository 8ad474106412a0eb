"""Take a ledger of annual fees: one fee year per row. What a ledger says of the rules is compared, never written."""

from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError

from assessments.engine.text import Text
from assessments.fees.comparing_ledger import LedgerRules, list_differences
from assessments.fees.models import FeeAgreement
from assessments.fees.services import save_agreement, to_fen
from assessments.metrics.matching import NO_STORE, UNKNOWN_STORE
from assessments.metrics.reading.results import ParsedFile, Record
from assessments.metrics.taking.registry import Taken, settle_records, tell_invalid
from assessments.metrics.taking.stores_of import find_stores
from assessments.stores.queries import visible_to
from core.people.models import User

PLAIN = ("activated_on", "exit_applied_on", "exit_effective_on", "exit_reason", "refunded_on")
MONEY = {"prepaid": "prepaid_fen", "refunded": "refunded_fen"}
HALF_AN_EXIT = Text(
    zh="退店要同时写明申请退店日期和退店原因。",
    en="Leaving needs both the day of the application and the reason.",
)


def take_ledger(parsed: ParsedFile, user: User, today: date) -> Taken:
    """Write the fee years of a file, new or changed. `today` is no matter: next year's fee is prepaid this year."""
    taken = Taken(parsed.places)
    stores = find_stores(parsed.records, user)
    keyed = []
    for record in parsed.records:
        store = stores.get(record.store)
        if store is None:
            taken.reject(record, "unknown_store", UNKNOWN_STORE if record.store.label else NO_STORE)
        else:
            keyed.append(((store, int(str(record.fields["year"]))), record))
    known = _list_known({key for key, _record in keyed})
    rules = LedgerRules(list(visible_to(user).filter(pk__in={store for (store, _year), _record in keyed})))
    for (store, year), record, rows in settle_records(taken, keyed):
        agreement = known.get((store, year))
        is_new = agreement is None
        agreement = agreement or FeeAgreement(store=rules.stores[store], year=year)
        _write(taken, agreement, record, rows, is_new=is_new)
        for code, text in list_differences(rules, agreement, record):
            taken.note(record, code, text)
    return taken


def _list_known(keys: set[tuple[UUID, int]]) -> dict[tuple[UUID, int], FeeAgreement]:
    found = FeeAgreement.objects.filter(
        store__in={store for store, _year in keys}, year__in={year for _store, year in keys}
    )
    return {(agreement.store_id, agreement.year): agreement for agreement in found.select_related("store")}


def _write(taken: Taken, agreement: FeeAgreement, record: Record, rows: int, *, is_new: bool) -> None:
    fields: dict[str, Any] = {name: record.fields[name] for name in PLAIN if record.fields.get(name) is not None}
    for name, column in MONEY.items():
        amount: Any = record.fields.get(name)
        if amount is not None:
            fields[column] = to_fen(amount)
    leaves = {name: fields.get(name) or getattr(agreement, name) for name in PLAIN[1:4]}
    if any(leaves.values()) and not (leaves["exit_applied_on"] and leaves["exit_reason"]):
        at_fault = "exit_reason" if leaves["exit_applied_on"] else "exit_applied_on"
        taken.reject(record, "exit_incomplete", HALF_AN_EXIT, of=at_fault)
        return
    is_changed = any(getattr(agreement, name) != value for name, value in fields.items())
    if is_new or is_changed:
        try:
            save_agreement(agreement=agreement, touch=False, **fields)
        except ValidationError as error:
            taken.reject(record, "not_valid", tell_invalid(error))
            return
        taken.stale.add(agreement.store_id)
    taken.count(is_new=is_new, is_changed=is_changed, rows=rows, store=agreement.store_id)
