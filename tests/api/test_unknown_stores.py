"""Stores that a file names and nobody knows: listed, created, or remembered as another word for a known one."""

from typing import Any

import pytest

from assessments.metrics.models import StoreDay
from assessments.stores.models import Store
from tests.api.conftest import HEADINGS, code_of
from tests.conftest import Api, House
from tests.factories import brand, read_upload

NAMED = ("日期", "店铺名称", "综合体验分")
STRANGE = (
    HEADINGS,
    ("2025-03-01", "900000001", "4.5", "1"),
    ("2025-03-01", "555", "4.5", "1"),
    ("2025-03-02", "555", "4.5", "1"),
)


def new_store(**fields: Any) -> dict[str, Any]:
    with_id = {"shop_id": "555", "name": "新店", "main_category": "女装", "go_live_on": "2024-07-15"}
    return {"client": str(brand().pk), **with_id, **fields}


def test_unknown_stores_are_listed_with_their_rows(op: Api, store: Store, bring: Any) -> None:
    checked = bring(op, STRANGE, dry_run="true")
    assert checked["unknown_stores"] == [{"shop_id": "555", "name": "", "rows": 2}]
    assert (checked["created"], checked["rejected"]) == (1, 2)


def test_they_are_created_when_the_dry_run_is_taken_over(alpha: House, op: Api, store: Store, bring: Any) -> None:
    pk = bring(op, STRANGE, dry_run="true")["id"]
    with alpha.scope():
        body = {"create_stores": [new_store()]}
    assert code_of(op.post(f"imports/{pk}/commit/", body)) == (403, "permission_denied")
    assert alpha.api("lead").post(f"imports/{pk}/commit/", body).status_code == 202
    with alpha.scope():
        done = read_upload(pk)
        assert (done.state, done.created, done.rejected, done.unknown_stores) == ("done", 3, 0, [])
        # The uploader is an operator, and would not see a store that nobody looks after.
        assert [user.username for user in Store.objects.get(shop_id="555").operators.all()] == ["op"]


@pytest.mark.parametrize(
    ("change", "code"), [({"shop_id": "556", "name": "x"}, "not_an_unknown_store"), ({"main_category": ""}, "invalid")]
)
def test_nothing_happens_when_one_of_them_cannot_be(
    alpha: House, store: Store, bring: Any, change: dict[str, str], code: str
) -> None:
    op = alpha.api("op")
    pk = bring(op, STRANGE, dry_run="true")["id"]
    with alpha.scope():
        body = {"create_stores": [new_store(), new_store(**change)]}
    assert code_of(alpha.api("lead").post(f"imports/{pk}/commit/", body)) == (400, code)
    with alpha.scope():
        assert Store.objects.count() == 1
    assert op.get(f"imports/{pk}/").json()["state"] == "checked"


def test_a_word_of_the_file_is_remembered_for_a_known_store(alpha: House, op: Api, store: Store, bring: Any) -> None:
    rows = (NAMED, ("2025-03-01", "老店 旗舰", "4.5"))
    pk = bring(op, rows, dry_run="true")["id"]
    body = {"aliases": [{"name": "老店 旗舰", "store": str(store.pk)}]}
    assert code_of(op.post(f"imports/{pk}/commit/", body)) == (403, "permission_denied")
    assert alpha.api("lead").post(f"imports/{pk}/commit/", body).status_code == 202
    with alpha.scope():
        assert read_upload(pk).created == 1
    # Half-width, lower case, no spaces: another way to write the same.
    assert bring(op, (NAMED, ("2025-03-02", "老店旗舰", "4.5")))["created"] == 1
    with alpha.scope():
        assert StoreDay.objects.filter(store=store).count() == 2
