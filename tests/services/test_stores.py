"""Stale or not: touching, rolling a day, claiming; two workers never hold the same store."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db.models import Q

from assessments.periods.services import recompute_stale
from assessments.stores.models import Assignment, Client, Store
from assessments.stores.queries import claim_stale, count_stale, list_clients_of, match_stores, visible_to
from assessments.stores.services import (
    BATCH,
    add_client_member,
    assign_operators,
    change_store,
    mark_done,
    roll_day,
    touch_stores,
)
from core.api.errors import InvalidInput
from core.outbox.models import Message
from tests.conftest import House
from tests.factories import CATEGORY, TODAY, brand, compute, is_stale, list_messages, make_store, other_brand
from tests.services.conftest import busy_elsewhere, elsewhere


def test_touching_raises_the_revision_of_those_stores_and_rings_once(alpha: House) -> None:
    with alpha.scope():
        one, two, three = make_store("1"), make_store("2"), make_store("3")
        compute()
        Message.objects.all().delete()
        assert touch_stores(store_ids=[one.pk, two.pk]) == 2
        assert [is_stale(store) for store in (one, two, three)] == [True, True, False]
        assert one.facts_revision == 2
        assert [message.payload for message in list_messages("StoresChanged")] == [{"stores": 2}]


def test_touching_nobody_rings_nobody(alpha: House) -> None:
    with alpha.scope():
        make_store()
        Message.objects.all().delete()
        assert touch_stores(store_ids=[]) == 0
        assert touch_stores(where=Q(main_category="nobody's")) == 0
        assert not Message.objects.exists()


def test_more_than_a_batch_rings_for_as_many_workers(alpha: House) -> None:
    with alpha.scope():
        Store.objects.bulk_create(
            Store(client=brand(), shop_id=str(n), name=str(n), main_category="x", go_live_on="2024-07-15")
            for n in range(BATCH + 1)
        )
        assert touch_stores() == BATCH + 1
        assert [message.payload["stores"] for message in list_messages("StoresChanged")] == [BATCH, 1]


def test_a_new_day_concerns_every_store_once(alpha: House) -> None:
    with alpha.scope():
        one = make_store("1")
        assert roll_day(today=TODAY) == 1
        compute()
        assert roll_day(today=TODAY) == 0
        assert roll_day(today=TODAY - timedelta(days=1)) == 0
        assert not is_stale(one)
        two = make_store("2")
        assert roll_day(today=TODAY) == 0
        two.refresh_from_db()
        assert two.facts_revision == 1
        assert roll_day(today=TODAY + timedelta(days=1)) == 2
        assert is_stale(one)


def test_a_change_during_the_computation_leaves_the_store_stale(alpha: House) -> None:
    with alpha.scope():
        store = make_store()
        claimed = claim_stale(revision="computed_revision", behind="facts_revision", limit=10)
        assert [row.pk for row in claimed] == [store.pk]
        touch_stores(store_ids=[store.pk])
        mark_done(stores=claimed, revision="computed_revision", behind="facts_revision")
        assert is_stale(store)
        assert count_stale() == 1


def test_a_store_is_stale_until_verdict_and_estimate_are_both_done(alpha: House) -> None:
    with alpha.scope():
        make_store()
        assert count_stale() == 1
        recompute_stale(today=TODAY)
        assert count_stale() == 1
        compute()
        assert count_stale() == 0


def test_batches_are_claimed_up_to_their_limit_and_the_rest_is_rung_for(alpha: House) -> None:
    with alpha.scope():
        for number in range(3):
            make_store(str(number))
        Message.objects.all().delete()
        assert recompute_stale(today=TODAY, limit=2).stores == 2
        assert [message.event for message in Message.objects.order_by("pk")] == ["StoresRecomputed", "StoresChanged"]
        assert recompute_stale(today=TODAY, limit=2).stores == 1
        assert len(list_messages("StoresChanged")) == 1
        assert recompute_stale(today=TODAY, limit=2).stores == 0


@pytest.fixture
def committed(houses: dict[str, House], django_db_blocker: Any) -> Iterator[tuple[House, set[object]]]:
    """Two stale stores that other connections see too. Ask for it before `db`, which must let go of them first."""
    house = houses["alpha"]

    def make() -> set[object]:
        with house.scope():
            return {make_store("seen by all 1").pk, make_store("seen by all 2").pk}

    def remove() -> None:
        with house.scope():
            Store.objects.filter(pk__in=ids).delete()
            Message.objects.all().delete()

    with django_db_blocker.unblock():
        ids = elsewhere(make)
        yield house, ids
        elsewhere(remove)


def test_two_workers_never_hold_the_same_store(committed: tuple[House, set[object]], db: None) -> None:
    house, ids = committed

    def claim_one() -> set[object]:
        return {store.pk for store in claim_stale(revision="computed_revision", behind="facts_revision", limit=1)}

    with busy_elsewhere(house, claim_one) as theirs, house.scope():
        mine = {store.pk for store in claim_stale(revision="computed_revision", behind="facts_revision", limit=10)}
        assert len(theirs) == 1
        assert mine.isdisjoint(theirs)
        assert mine | theirs == ids


def test_a_store_that_another_worker_computes_is_left_to_it(committed: tuple[House, set[object]], db: None) -> None:
    house, _ids = committed
    with busy_elsewhere(house, lambda: recompute_stale(today=TODAY)) as theirs, house.scope():
        assert theirs.stores == 2
        assert recompute_stale(today=TODAY).stores == 0


def test_operators_see_assigned_stores_clients_their_brands_and_lead_and_owner_all(alpha: House) -> None:
    with alpha.scope():
        mine = make_store("mine", operators=[alpha.user("op")])
        theirs = make_store("theirs", client=other_brand(), operators=[alpha.user("other_op")])

        def seen(username: str) -> set[object]:
            return set(visible_to(alpha.user(username)).values_list("pk", flat=True))

        assert seen("op") == seen("client_admin") == seen("client_viewer") == {mine.pk}
        assert seen("other_op") == {theirs.pk}
        assert seen("owner") == seen("lead") == {mine.pk, theirs.pk}
        assert list(list_clients_of(alpha.user("op"))) == [mine.client]
        assert list_clients_of(alpha.user("owner")).count() == Client.objects.count()


def test_a_clients_person_without_a_client_sees_nothing(alpha: House) -> None:
    with alpha.scope():
        make_store()
        user = alpha.user("client_viewer")
        user.client_member.delete()
        assert not visible_to(alpha.user("client_viewer")).exists()


def test_only_operators_are_assigned_and_only_client_people_belong_to_a_client(alpha: House) -> None:
    with alpha.scope():
        store = make_store()
        with pytest.raises(InvalidInput):
            assign_operators(store=store, operators=[alpha.user("lead")])
        with pytest.raises(InvalidInput):
            add_client_member(client=brand(), user=alpha.user("op"))
        assign_operators(store=store, operators=[alpha.user("op"), alpha.user("other_op")])
        assign_operators(store=store, operators=[alpha.user("op")])
        assert [row.user.username for row in Assignment.objects.all()] == ["op"]
        assert add_client_member(client=other_brand(), user=alpha.user("client_admin")).client == other_brand()


def test_a_store_is_found_by_its_id_or_where_there_is_none_by_a_name_that_is_its_alone(alpha: House) -> None:
    with alpha.scope():
        one = make_store("One", shop_id="1")
        make_store("Twin", shop_id="2")
        make_store("Twin", shop_id="3")
        make_store("Here", shop_id="4")
        make_store("There", shop_id="4", platform="jd")
        keys = [("1", "wrong name"), ("", "One"), ("", "Twin"), ("4", ""), ("9", "One"), ("", "")]
        found = match_stores(keys=keys, user=alpha.user("owner"))
        assert found == {("1", "wrong name"): one.pk, ("", "One"): one.pk}
        assert match_stores(keys=keys, user=alpha.user("op")) == {}


def test_changing_nothing_touches_nothing(alpha: House) -> None:
    with alpha.scope():
        store = make_store("same")
        compute()
        change_store(store=store, name="same", main_category=CATEGORY, go_live_on=date(2024, 7, 15))
        assert not is_stale(store)
