"""Other words for stores in files: one word means one store, and the stores' own ids and names go before it."""

from typing import Any

from assessments.metrics.models import StoreDay
from assessments.stores.models import Store, StoreAlias
from tests.api.conftest import HEADINGS, code_of, walk
from tests.conftest import Api, House
from tests.factories import make_store

NAMED = ("日期", "店铺名称", "综合体验分")
TWO_IDS = (
    HEADINGS,
    ("2025-03-01", "900000001", "4.5", "1"),
    ("2025-03-01", "555", "4.5", "1"),
    ("2025-03-02", "555", "4.5", "1"),
)


def test_an_alias_stands_for_a_shop_id_too(alpha: House, op: Api, store: Store, bring: Any) -> None:
    lead = alpha.api("lead")
    assert lead.post("store-aliases/", {"store": str(store.pk), "name": "555"}).status_code == 201
    # The first day stands twice now, under either id, and agrees with itself.
    done = bring(op, TWO_IDS)
    assert (done["created"], done["rejected"]) == (3, 0)
    with alpha.scope():
        assert StoreDay.objects.filter(store=store).count() == 2


def test_one_word_means_one_store(alpha: House, store: Store) -> None:
    lead = alpha.api("lead")
    with alpha.scope():
        other = make_store("Other")
    first = lead.post("store-aliases/", {"store": str(store.pk), "name": "ＡＢ c"})
    assert first.status_code == 201
    same = lead.post("store-aliases/", {"store": str(store.pk), "name": "abc"})
    assert same.json() == first.json()
    for name in ("AB C", "a store", store.shop_id):
        refused = lead.post("store-aliases/", {"store": str(other.pk), "name": name})
        assert code_of(refused) == (400, "alias_taken")
    assert code_of(lead.post("store-aliases/", {"store": str(store.pk), "name": "　"}))[0] == 400


def test_a_stores_own_name_goes_before_an_alias(alpha: House, op: Api, store: Store, bring: Any) -> None:
    with alpha.scope():
        StoreAlias.objects.create(store=store, name="Later", key="later")
        later = make_store("Later", operators=[alpha.user("op")])
    bring(op, (NAMED, ("2025-03-01", "Later", "4.5")))
    with alpha.scope():
        assert StoreDay.objects.get().store_id == later.pk


def test_an_alias_of_a_store_of_somebody_else_matches_nothing_and_is_not_listed(
    alpha: House, beta: House, store: Store, bring: Any
) -> None:
    with alpha.scope():
        theirs = make_store("Theirs", operators=[alpha.user("other_op")])
        StoreAlias.objects.create(store=theirs, name="word", key="word")
    op = alpha.api("op")
    assert bring(op, (NAMED, ("2025-03-01", "word", "4.5")))["rejected"] == 1
    assert walk(op, "store-aliases/") == []
    assert walk(beta.api("owner"), "store-aliases/") == []
    [row] = walk(alpha.api("lead"), "store-aliases/")
    assert code_of(beta.api("owner").client.delete(f"/api/v1/store-aliases/{row['id']}/")) == (404, "not_found")
    assert alpha.api("lead").client.delete(f"/api/v1/store-aliases/{row['id']}/").status_code == 204
    with alpha.scope():
        assert not StoreAlias.objects.exists()
