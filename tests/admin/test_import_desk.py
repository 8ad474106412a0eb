"""Working on an import in the admin: errors, unknown stores, conflicts, progress."""

from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from assessments.metrics.models import Import, StoreDay
from assessments.metrics.progress import Phase, Progress, note_progress
from assessments.stores.models import StoreAlias
from tests.admin.conftest import text_of
from tests.conftest import House
from tests.factories import SCORE, make_store, read_upload, write_days
from tests.unit.metrics.builders import make_csv

HEADINGS = ("日期", "店铺ID", "店铺名称", "综合体验分")
ROWS = (HEADINGS, ("2025-03-01", "900000001", "", "4.6"), ("2025-03-01", "555", "<b>新店", "4.5"))


def put(house: House, browser: Client, **fields: Any) -> Any:
    """Upload a dry run on the page."""
    file = SimpleUploadedFile("scores.csv", make_csv(ROWS))
    form = {"file": file, "kind": "", "default_store": "", "dry_run": "on", **fields}
    assert browser.post("/admin/metrics/import/add/", form).status_code == 302
    with house.scope():
        return Import.objects.get(dry_run=True).pk


def furnish(house: House) -> None:
    with house.scope():
        store = make_store(shop_id="900000001", operators=[house.user("op")])
        write_days(store, {date(2025, 3, 1): {SCORE: "4.5"}})


def test_the_page_shows_errors_unknown_stores_and_conflicts(alpha: House, owner: Client, op: Client) -> None:
    furnish(alpha)
    pk = put(alpha, op)
    with alpha.scope():
        read_upload(pk)
    page = text_of(owner.get(f"/admin/metrics/import/{pk}/change/"))
    assert f'href="/api/v1/imports/{pk}/errors.xlsx"' in page
    assert "555 &lt;b&gt;新店 (rows: 1)" in page
    assert "<b>新店" not in page
    assert "/admin/stores/store/add/?shop_id=555&amp;name=%3Cb%3E" in page
    assert "/admin/stores/storealias/add/?name=555" in page
    assert "4.500000 → 4.600000" in page
    seen = text_of(op.get(f"/admin/metrics/import/{pk}/change/"))
    assert "4.500000 → 4.600000" in seen
    assert "/admin/stores/store/add/" not in seen


def test_a_dry_run_is_taken_over_and_what_is_stored_stays(alpha: House, op: Client) -> None:
    furnish(alpha)
    pk = put(alpha, op)
    with alpha.scope():
        read_upload(pk)
    form = {"action": "take_over_keeping", "_selected_action": [str(pk)]}
    assert "is being taken over" in text_of(op.post("/admin/metrics/import/", form, follow=True))
    with alpha.scope():
        done = read_upload(pk)
        assert (done.state, done.kept, done.on_conflict) == ("done", 1, "keep")
        assert StoreDay.objects.get().comprehensive_experience_score == 4_500_000


def test_the_page_shows_how_far_a_waiting_import_is(alpha: House, op: Client) -> None:
    furnish(alpha)
    pk = put(alpha, op, on_conflict="keep")
    with alpha.scope():
        assert Import.objects.get(pk=pk).on_conflict == "keep"
        note_progress(upload_id=pk, progress=Progress(phase=Phase.STORING, rows_done=40, rows_total=100), seconds=4)
    page = text_of(op.get(f"/admin/metrics/import/{pk}/change/"))
    assert "storing · 40 / 100 · 10 rows a second · 6 s left" in page


def test_an_alias_is_written_down_and_a_taken_one_is_refused_on_the_form(alpha: House, owner: Client) -> None:
    with alpha.scope():
        store, other = make_store("One"), make_store("Other")
    add = "/admin/stores/storealias/add/"
    assert owner.post(add, {"store": str(store.pk), "name": " 老 店"}).status_code == 302
    assert "means another store" in text_of(owner.post(add, {"store": str(other.pk), "name": "老店"}))
    assert "means another store" in text_of(owner.post(add, {"store": str(store.pk), "name": "other"}))
    with alpha.scope():
        [alias] = StoreAlias.objects.all()
        assert (alias.store_id, alias.name, alias.key) == (store.pk, "老 店", "老店")
