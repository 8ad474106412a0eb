"""Files over the API, end to end: upload, dry run, commit, the same again, corrections."""

from datetime import date
from typing import Any

from assessments.metrics.models import ImportFile, StoreDay, StoreDayChange
from assessments.stores.models import Store
from tests.api.conftest import COUNTS, GOOD, HEADINGS, code_of, counts, upload, walk
from tests.conftest import Api, House
from tests.factories import AT, NOBODY, compute, is_stale, list_messages, read_upload
from tests.unit.metrics.builders import make_csv


def test_an_upload_is_kept_announced_and_answered_before_it_is_read(alpha: House, op: Api, store: Store) -> None:
    answer = upload(op)
    assert answer.status_code == 202
    row = answer.json()
    assert (row["state"], row["dry_run"], row["rows_in"], row["kind"]) == ("queued", False, 0, "")
    assert row["size"] == len(make_csv(GOOD))
    with alpha.scope():
        assert [message.payload for message in list_messages("FileUploaded")] == [{"upload": row["id"]}]
        assert bytes(ImportFile.objects.get(pk=row["id"]).content) == make_csv(GOOD)
        assert not StoreDay.objects.exists()


def test_a_file_brings_its_figures_and_makes_its_stores_stale(alpha: House, op: Api, store: Store, bring: Any) -> None:
    with alpha.scope():
        compute()
    done = bring(op)
    assert done["state"] == "done"
    assert done["kind"] == "store_scores"
    assert counts(done) == dict(zip(COUNTS, (2, 2, 0, 0, 0, 0, 1), strict=True))
    assert done["finished_at"] == AT.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    with alpha.scope():
        assert is_stale(store)
        assert list_messages("StoresChanged")
        days = StoreDay.objects.filter(store=store).order_by("day").values_list("day", "sales_amount")
        assert list(days) == [(date(2025, 3, 1), 565200), (date(2025, 3, 2), None)]
        assert not ImportFile.objects.exists()


def test_a_dry_run_counts_like_the_commit_and_changes_nothing(alpha: House, op: Api, store: Store, bring: Any) -> None:
    with alpha.scope():
        compute()
    bad = ("2025-03-03", "900000001", "abc", "1")
    checked = bring(op, (*GOOD, bad), dry_run="true")
    assert (checked["state"], checked["dry_run"]) == ("checked", True)
    with alpha.scope():
        assert not StoreDay.objects.exists()
        assert not StoreDayChange.objects.exists()
        assert not is_stale(store)
        assert ImportFile.objects.filter(pk=checked["id"]).exists()
    rejected = walk(op, f"imports/{checked['id']}/rejections/")
    committing = op.post(f"imports/{checked['id']}/commit/")
    assert (committing.status_code, committing.json()["state"]) == (202, "queued")
    with alpha.scope():
        read_upload(checked["id"])
        assert StoreDay.objects.count() == 2
        assert is_stale(store)
    done = op.get(f"imports/{checked['id']}/").json()
    assert (done["state"], done["dry_run"]) == ("done", False)
    assert counts(done) == counts(checked)
    assert walk(op, f"imports/{checked['id']}/rejections/") == rejected


def test_only_a_finished_dry_run_can_be_committed(alpha: House, op: Api, store: Store, bring: Any) -> None:
    waiting = upload(op, dry_run="true").json()["id"]
    done = bring(op)["id"]
    failed = bring(op, b"   ", name="blank.csv", dry_run="true")["id"]
    for pk in (waiting, done, failed):
        assert code_of(op.post(f"imports/{pk}/commit/")) == (409, "not_a_dry_run")
    assert code_of(op.post(f"imports/{NOBODY}/commit/")) == (404, "not_found")


def test_a_dry_run_is_committed_once(alpha: House, op: Api, bring: Any) -> None:
    pk = bring(op, dry_run="true")["id"]
    assert op.post(f"imports/{pk}/commit/").status_code == 202
    assert code_of(op.post(f"imports/{pk}/commit/")) == (409, "not_a_dry_run")
    with alpha.scope():
        assert len(list_messages("FileUploaded")) == 2


def test_the_same_file_twice_is_unchanged_and_wakes_nobody(alpha: House, op: Api, store: Store, bring: Any) -> None:
    first = bring(op)
    with alpha.scope():
        compute()
        told = len(list_messages("StoresChanged"))
    second = bring(op)
    assert first["sha256"] == second["sha256"]
    assert counts(second) == dict(zip(COUNTS, (2, 0, 0, 2, 0, 0, 0), strict=True))
    with alpha.scope():
        assert not is_stale(store)
        assert len(list_messages("StoresChanged")) == told
        assert not StoreDayChange.objects.exists()


def test_reading_a_file_twice_does_it_once(alpha: House, op: Api, bring: Any) -> None:
    done = bring(op)
    with alpha.scope():
        again = read_upload(done["id"])
        assert (again.state, again.created) == ("done", 2)
        assert StoreDay.objects.count() == 2


def test_a_correction_replaces_the_value_and_keeps_the_old_one(alpha: House, op: Api, store: Store, bring: Any) -> None:
    """Case G10: the same store and day twice with a changed value: one row, the last value, the change kept."""
    bring(op)
    corrected = (HEADINGS, ("2025-03-01", "900000001", "4.60", "5,652.00"), GOOD[2])
    second = bring(op, corrected)
    assert counts(second) == dict(zip(COUNTS, (2, 0, 1, 1, 0, 0, 1), strict=True))
    with alpha.scope():
        day = StoreDay.objects.get(store=store, day=date(2025, 3, 1))
        assert (day.comprehensive_experience_score, day.sales_amount) == (4_600_000, 565200)
        [change] = StoreDayChange.objects.all()
        assert (change.store_id, change.day, str(change.upload_id)) == (store.pk, day.day, second["id"])
        assert change.before["comprehensive_experience_score"] == 4_520_000


def test_a_column_that_a_file_lacks_leaves_what_was_there(alpha: House, op: Api, store: Store, bring: Any) -> None:
    bring(op)
    bring(op, (("日期", "店铺ID", "访客数"), ("2025-03-01", "900000001", "7")))
    with alpha.scope():
        day = StoreDay.objects.get(store=store, day=date(2025, 3, 1))
        assert (day.visitors, day.sales_amount, day.comprehensive_experience_score) == (7, 565200, 4_520_000)
