"""Taking an import back: its own figures go, other imports' figures are theirs again, and the account adds up."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from assessments.metrics.models import Import, Reversal, StoreDay, StoreDayChange
from assessments.metrics.reverting import revert_import
from assessments.metrics.storing import store_days
from assessments.stores.models import Store
from core.api.errors import ServiceError
from core.people.models import User
from tests.conftest import House
from tests.factories import AT, TODAY, compute, forget_temporary_tables, is_stale, make_store, make_upload, photograph

SCORE, OTHER, SALES, VISITORS = (
    "comprehensive_experience_score",
    "basic_service_score",
    "sales_amount",
    "visitors",
)
DAY, NEXT = date(2025, 3, 1), date(2025, 3, 2)


def bring(store: Store, figures: Mapping[date, Mapping[str, int | None]], *, by: User | None = None) -> Import:
    upload = make_upload(by=by)
    store_days(values={(store.pk, day): metrics for day, metrics in figures.items()}, upload=upload.pk)
    return upload


def row(store: Store, day: date = DAY) -> dict[str, Any] | None:
    return StoreDay.objects.filter(store=store, day=day).values("no_data", SCORE, OTHER, SALES, VISITORS).first()


def account(reversal: Reversal) -> tuple[int, int, int, int, int, int]:
    return (
        reversal.store_days,
        reversal.removed,
        reversal.changed,
        reversal.unchanged,
        reversal.kept_newer,
        reversal.stores,
    )


def test_what_only_this_import_brought_vanishes(alpha: House) -> None:
    with alpha.scope():
        store = make_store()
        upload = bring(store, {DAY: {SALES: 1}, NEXT: {SALES: 2}})
        reversal = revert_import(upload=upload, by=alpha.user("owner"))
        assert account(reversal) == (2, 2, 0, 0, 0, 1)
        assert not StoreDay.objects.exists()


def test_a_value_that_it_changed_is_again_what_it_was(alpha: House) -> None:
    with alpha.scope():
        store = make_store()
        bring(store, {DAY: {SALES: 1, VISITORS: 7}})
        upload = bring(store, {DAY: {SALES: 2}, NEXT: {SALES: 3}})
        assert account(revert_import(upload=upload, by=alpha.user("owner"))) == (2, 1, 1, 0, 0, 1)
        assert row(store) == {"no_data": None, SCORE: None, OTHER: None, SALES: 1, VISITORS: 7}


def test_a_value_that_a_later_import_brought_stays_and_is_counted(alpha: House) -> None:
    with alpha.scope():
        store = make_store()
        first = bring(store, {DAY: {SALES: 1, VISITORS: 7}})
        bring(store, {DAY: {SALES: 2}})
        assert account(revert_import(upload=first, by=alpha.user("owner"))) == (1, 0, 1, 0, 1, 1)
        assert row(store) == {"no_data": None, SCORE: None, OTHER: None, SALES: 2, VISITORS: None}


def test_a_later_import_that_only_confirmed_keeps_the_value_too(alpha: House) -> None:
    with alpha.scope():
        store = make_store()
        first = bring(store, {DAY: {SALES: 1}})
        second = bring(store, {DAY: {SALES: 1}})
        assert account(revert_import(upload=first, by=alpha.user("owner"))) == (1, 0, 0, 1, 1, 0)
        assert StoreDay.objects.count() == 1
        assert account(revert_import(upload=second, by=alpha.user("owner"))) == (1, 1, 0, 0, 0, 1)
        assert not StoreDay.objects.exists()


def test_a_later_import_that_was_itself_taken_back_protects_nothing(alpha: House) -> None:
    with alpha.scope():
        store, owner = make_store(), alpha.user("owner")
        bring(store, {DAY: {SALES: 1}})
        second, third = bring(store, {DAY: {SALES: 2}}), bring(store, {DAY: {SALES: 3}})
        revert_import(upload=third, by=owner)
        assert account(revert_import(upload=second, by=owner)) == (1, 0, 1, 0, 0, 1)
        assert row(store) == {"no_data": None, SCORE: None, OTHER: None, SALES: 1, VISITORS: None}


def test_a_score_said_to_have_no_data_and_one_never_imported_come_back_as_what_they_were(alpha: House) -> None:
    with alpha.scope():
        store = make_store()
        bring(store, {DAY: {SCORE: None, SALES: 1}})
        upload = bring(store, {DAY: {SCORE: 4_000_000, OTHER: None}})
        revert_import(upload=upload, by=alpha.user("owner"))
        assert row(store) == {"no_data": [SCORE], SCORE: None, OTHER: None, SALES: 1, VISITORS: None}


def test_taking_back_twice_does_it_once(alpha: House) -> None:
    with alpha.scope():
        store = make_store()
        upload = bring(store, {DAY: {SALES: 1}})
        first = revert_import(upload=upload, by=alpha.user("owner"))
        again = bring(store, {DAY: {SALES: 1}})
        second = revert_import(upload=upload, by=alpha.user("lead"))
        assert (second.reverted_at, second.by, account(second)) == (first.reverted_at, first.by, account(first))
        assert StoreDay.objects.count() == 1
        assert Reversal.objects.get().by == alpha.user("owner")
        revert_import(upload=again, by=alpha.user("owner"))


def test_importing_again_undoes_the_undoing(alpha: House) -> None:
    with alpha.scope():
        store = make_store()
        upload = bring(store, {DAY: {SALES: 1, SCORE: None}})
        before = row(store)
        revert_import(upload=upload, by=alpha.user("owner"))
        bring(store, {DAY: {SALES: 1, SCORE: None}})
        assert row(store) == before


def test_a_dry_run_tells_the_same_and_leaves_every_table_as_it_was(alpha: House) -> None:
    with alpha.scope():
        store = make_store()
        bring(store, {DAY: {SALES: 1}})
        upload = bring(store, {DAY: {SALES: 2}, NEXT: {SCORE: 1}})
    before = photograph(alpha.schema)
    with alpha.scope():
        told = revert_import(upload=upload, by=alpha.user("owner"), dry_run=True)
        forget_temporary_tables()
    assert photograph(alpha.schema) == before
    with alpha.scope():
        assert account(revert_import(upload=upload, by=alpha.user("owner"))) == account(told) == (2, 1, 1, 0, 0, 1)


def test_stores_whose_figures_went_are_judged_anew_and_others_are_left_alone(alpha: House) -> None:
    with alpha.scope():
        store, bystander = make_store("one"), make_store("two")
        bring(bystander, {DAY: {SALES: 1}})
        upload = make_upload()
        store_days(
            values={(store.pk, DAY): {SALES: 1}, (bystander.pk, DAY): {SALES: 1}},
            upload=upload.pk,
        )
        compute()
        revert_import(upload=upload, by=alpha.user("owner"))
        assert is_stale(store)
        compute(TODAY)
        assert not is_stale(bystander)


def test_the_undone_values_are_kept_among_the_corrections(alpha: House) -> None:
    with alpha.scope():
        store = make_store()
        bring(store, {DAY: {SALES: 1}})
        upload = bring(store, {DAY: {SALES: 2}, NEXT: {SALES: 3, SCORE: None}})
        reversal = revert_import(upload=upload, by=alpha.user("owner"))
        changes = StoreDayChange.objects.filter(changed_at=reversal.reverted_at, upload=upload).order_by("day")
        assert [(each.day, each.act, each.before) for each in changes] == [
            (DAY, "undone", {SALES: 2}),
            (NEXT, "removed", {SALES: 3, "no_data": [SCORE]}),
        ]


def refusal(upload: Import, by: User) -> str:
    with pytest.raises(ServiceError) as refused:
        revert_import(upload=upload, by=by)
    assert not Reversal.objects.exists()
    return refused.value.code


@pytest.mark.parametrize("state", [Import.State.QUEUED, Import.State.CHECKED, Import.State.FAILED])
def test_only_what_was_taken_over_can_be_taken_back(alpha: House, state: str) -> None:
    with alpha.scope():
        error = {"code": "x"} if state == Import.State.FAILED else None
        upload = make_upload(state=state, error=error, finished_at=AT)
        assert refusal(upload, alpha.user("owner")) == "not_taken_over"


def test_an_import_from_before_the_record_is_not_guessed_at(alpha: House) -> None:
    with alpha.scope():
        assert refusal(make_upload(rows_in=1, created=1), alpha.user("owner")) == "not_recorded"


def test_an_operator_takes_back_no_figures_of_stores_of_others(alpha: House) -> None:
    with alpha.scope():
        op = alpha.user("op")
        mine, other = make_store("mine", operators=[op]), make_store("other")
        upload = make_upload(by=op)
        store_days(values={(mine.pk, DAY): {SALES: 1}, (other.pk, DAY): {SALES: 1}}, upload=upload.pk)
        assert refusal(upload, op) == "not_your_stores"
        assert revert_import(upload=upload, by=alpha.user("lead")).removed == 2
