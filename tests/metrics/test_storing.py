"""Store-days: only what differs is written, what is replaced is kept, and "no data" said is not "never imported"."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

import pytest

from assessments.metrics.models import Import, StoreDay, StoreDayChange
from assessments.metrics.queries import list_months_without_score
from assessments.metrics.storing import Stored, store_days
from assessments.stores.models import Store
from tests.conftest import House
from tests.tasks.stage import make_store

SCORE, OTHER, SALES = "comprehensive_experience_score", "basic_service_score", "sales_amount"
DAY = date(2024, 10, 31)


def write(house: House, store: Store, values: Mapping[str, int | None], day: date = DAY) -> Stored:
    upload = Import.objects.create(file_name="a", sha256="", size=1, uploaded_by=house.user("owner"))
    return store_days(values={(store.pk, day): values}, upload=upload.pk)


def months(store: Store) -> dict[UUID, list[date]]:
    return list_months_without_score(
        store_ids=[store.pk], codes=[SCORE], starts_on=date(2024, 1, 1), ends_before=date(2025, 1, 1)
    )


def test_a_value_written_again_changes_nothing(alpha: House) -> None:
    with alpha.scope():
        store = make_store()
        assert write(alpha, store, {SALES: 100}).created == {(store.pk, DAY)}
        again = write(alpha, store, {SALES: 100})
        assert (again.created, again.changed) == (set(), set())
        assert not StoreDayChange.objects.exists()


def test_a_corrected_value_replaces_the_old_one_and_the_old_one_is_kept(alpha: House) -> None:
    with alpha.scope():
        store = make_store()
        write(alpha, store, {SALES: 100, SCORE: 4_000_000})
        assert write(alpha, store, {SALES: 250}).changed == {(store.pk, DAY)}
        row = StoreDay.objects.get(store_id=store.pk, day=DAY)
        assert (row.sales_amount, row.comprehensive_experience_score) == (250, 4_000_000)
        assert StoreDayChange.objects.get().before == {SALES: 100}


def test_a_metric_that_a_file_does_not_have_stays_as_it_is(alpha: House) -> None:
    with alpha.scope():
        store = make_store()
        write(alpha, store, {SALES: 100})
        write(alpha, store, {SCORE: 4_000_000})
        assert StoreDay.objects.get(store_id=store.pk, day=DAY).sales_amount == 100


def test_no_data_is_stored_as_null_and_never_as_zero(alpha: House) -> None:
    with alpha.scope():
        store = make_store()
        write(alpha, store, {SALES: 100, SCORE: 0})
        write(alpha, store, {SALES: None})
        row = StoreDay.objects.get(store_id=store.pk, day=DAY)
        assert (row.sales_amount, row.comprehensive_experience_score) == (None, 0)


def test_a_score_said_to_have_no_data_differs_from_one_never_imported(alpha: House) -> None:
    with alpha.scope():
        said, never = make_store(number=1), make_store(number=2)
        write(alpha, said, {SCORE: None})
        write(alpha, never, {SALES: 5})
        assert months(said) == {said.pk: [date(2024, 10, 1)]}
        assert months(never) == {}


def test_a_score_that_comes_later_ends_the_no_data(alpha: House) -> None:
    with alpha.scope():
        store = make_store()
        write(alpha, store, {SCORE: None, OTHER: None})
        write(alpha, store, {SCORE: 4_100_000})
        assert StoreDay.objects.get(store_id=store.pk, day=DAY).no_data == [OTHER]
        assert months(store) == {}


def test_saying_no_data_twice_changes_nothing(alpha: House) -> None:
    with alpha.scope():
        store = make_store()
        write(alpha, store, {SCORE: None})
        assert write(alpha, store, {SCORE: None}).changed == set()


@pytest.mark.parametrize("day", [date(2024, 10, 30), date(2024, 2, 28)])
def test_only_the_months_last_day_tells_of_the_month(alpha: House, day: date) -> None:
    with alpha.scope():
        store = make_store()
        write(alpha, store, {SCORE: None}, day)
        assert months(store) == {}


def test_the_leap_days_month_ends_on_the_29th(alpha: House) -> None:
    with alpha.scope():
        store = make_store()
        write(alpha, store, {SCORE: None}, date(2024, 2, 29))
        assert months(store) == {store.pk: [date(2024, 2, 1)]}
