"""The same file again is answered without reading it, only as long as nothing that its outcome rests on has changed."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from assessments.metrics import intake, known_files, services
from assessments.metrics.models import Import, StoreDay
from assessments.metrics.services import commit_import, run_import, upload_file
from assessments.stores.models import Store
from assessments.stores.services import touch_stores
from core.people.models import User
from tests.conftest import House
from tests.factories import AT, TODAY, make_store
from tests.unit.metrics.builders import SCORES, make_csv

COUNTS = ("kind", "encoding", "rows_in", "rejected", "summary_rows", "left_out", "state")


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were really read."""
    names: list[str] = []
    read = intake.parse_in_child

    def parse(content: bytes, file_name: str, **given: Any) -> Any:
        names.append(file_name)
        return read(content, file_name, **given)

    monkeypatch.setattr(intake, "parse_in_child", parse)
    return names


def sheet(shop_id: str, score: str = "4.52", day: date = date(2024, 10, 31)) -> bytes:
    rows = [(*SCORES, "备注"), (f"{day}", shop_id, score, "5,652.00", "2.19%", "x"), ("合计", "", "", "1", "", "")]
    return make_csv(rows, encoding="gb18030")


def take(content: bytes, by: User, name: str = "a.csv", today: date = TODAY, **given: Any) -> Import:
    upload = upload_file(content=content, file_name=name, by=by, dry_run=given.pop("dry_run", False), **given)
    return run_import(upload_id=upload.pk, at=AT, today=today)


def test_the_same_file_again_is_not_read_and_says_the_same(alpha: House, reads: list[str]) -> None:
    with alpha.scope():
        store, by = make_store("one"), alpha.user("owner")
        first = take(sheet(store.shop_id), by)
        assert (first.state, first.created) == (Import.State.DONE, 1)
        store.refresh_from_db()
        revision = store.facts_revision
        again = take(sheet(store.shop_id), by, "a (1).csv")
        assert reads == ["a.csv"]
        assert (again.created, again.changed, again.unchanged, again.stores) == (0, 0, 1, 0)
        assert [getattr(again, name) for name in COUNTS] == [getattr(first, name) for name in COUNTS]
        assert first.left_out != []
        assert first.summary_rows == 1
        assert not services.ImportFile.objects.filter(upload=again).exists()
        store.refresh_from_db()
        assert store.facts_revision == revision
        # What is answered without reading is known in its turn.
        Import.objects.filter(pk=first.pk).update(state=Import.State.FAILED, error={})
        take(sheet(store.shop_id), by)
        assert reads == ["a.csv"]


def test_a_file_of_which_something_stored_was_kept_is_read_again(alpha: House, reads: list[str]) -> None:
    with alpha.scope():
        store, by = make_store("one"), alpha.user("owner")
        take(sheet(store.shop_id), by, "first.csv")
        told = [take(sheet(store.shop_id, "4.60"), by, name, on_conflict="keep") for name in ("a.csv", "b.csv")]
        assert reads == ["first.csv", "a.csv", "b.csv"]
        assert [(each.kept, each.unchanged, each.conflicts) for each in told] == [(1, 0, 1)] * 2


def test_an_answer_without_reading_is_what_reading_gives(
    alpha: House, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with alpha.scope():
        store, by = make_store("one"), alpha.user("owner")
        take(sheet(store.shop_id), by)
        quick = take(sheet(store.shop_id), by)
        monkeypatch.setattr(services, "find_same", lambda **_given: None)
        read = take(sheet(store.shop_id), by)
        assert reads == ["a.csv", "a.csv"]
        skipped = {"id", "created_at"}
        names = {field.attname for field in Import._meta.concrete_fields} - skipped
        assert {name: getattr(quick, name) for name in names} == {name: getattr(read, name) for name in names}


def test_a_dry_run_of_a_known_file_is_answered_and_taken_over_without_reading(alpha: House, reads: list[str]) -> None:
    with alpha.scope():
        store, by = make_store("one"), alpha.user("owner")
        take(sheet(store.shop_id), by)
        trial = take(sheet(store.shop_id), by, dry_run=True)
        assert (trial.state, trial.unchanged) == (Import.State.CHECKED, 1)
        commit_import(upload=trial)
        done = run_import(upload_id=trial.pk, at=AT, today=TODAY)
        assert (done.state, done.unchanged) == (Import.State.DONE, 1)


def _other_file(house: House, store: Store) -> dict[str, Any]:
    take(sheet(store.shop_id, "4.10"), house.user("owner"))
    return {}


def _corrected(house: House, store: Store) -> dict[str, Any]:
    StoreDay.objects.filter(store=store).update(visitors=None)
    touch_stores(store_ids=[store.pk])
    return {}


def _renamed(house: House, store: Store) -> dict[str, Any]:
    Store.objects.filter(pk=store.pk).update(shop_id="99")
    return {}


def _other_store(house: House, store: Store) -> dict[str, Any]:
    make_store("two")
    return {}


CHANGES: dict[str, Callable[[House, Store], dict[str, Any]]] = {
    "another file in between": _other_file,
    "facts changed": _corrected,
    "the store got another id": _renamed,
    "a store more": _other_store,
    "another day": lambda house, store: {"today": TODAY + timedelta(days=1)},
    "a kind was asked for": lambda house, store: {"kind": "store_scores"},
    "a store was chosen": lambda house, store: {"store": store},
    "a day in the name": lambda house, store: {"name": "2024-10-01.csv"},
    "somebody who sees no store": lambda house, store: {"by": house.user("other_op")},
    "another release": lambda house, store: {"code": "another"},
    "another content": lambda house, store: {"content": sheet(store.shop_id) + b"\r\n"},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_whatever_the_outcome_rests_on_has_the_file_read_again(
    alpha: House, reads: list[str], change: Callable[[House, Store], dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with alpha.scope():
        store = make_store("one")
        content = sheet(store.shop_id)
        take(content, alpha.user("owner"))
        given = {"content": content, "by": alpha.user("owner"), **change(alpha, store)}
        if code := given.pop("code", None):
            monkeypatch.setattr(known_files, "_code", lambda: code)
        before = len(reads)
        take(**given)
        assert len(reads) == before + 1


def test_a_file_of_which_something_was_refused_is_read_again(alpha: House, reads: list[str]) -> None:
    with alpha.scope():
        store, by = make_store("one"), alpha.user("owner")
        for _time in range(2):
            assert take(sheet(store.shop_id, "abc"), by).rejected == 1
        assert len(reads) == 2


def test_a_dry_run_and_a_file_that_failed_are_not_known(alpha: House, reads: list[str]) -> None:
    with alpha.scope():
        store, by = make_store("one"), alpha.user("owner")
        take(sheet(store.shop_id), by, dry_run=True)
        assert take(sheet(store.shop_id), by).created == 1
        assert take(b"nothing", by).state == take(b"nothing", by).state == Import.State.FAILED
        assert len(reads) == 4
