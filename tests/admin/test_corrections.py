"""Corrections on the admin's pages: refused on the form, or taken with everything that follows from them."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from assessments.rulebooks.models import CategoryLine, Enrolment
from assessments.stores.models import Client as Brand
from assessments.stores.models import Store
from tests.admin.conftest import rows, text_of
from tests.conftest import House
from tests.factories import ANNUAL, CATEGORY, DAILY, compute, is_stale, make_store


def test_a_file_above_the_limit_is_refused_on_the_form(owner: Client, settings: Any) -> None:
    settings.MAX_UPLOAD_BYTES = 10
    file = SimpleUploadedFile("big.csv", b"x" * 11)
    owner.raise_request_exception = False
    page = text_of(owner.post("/admin/metrics/import/add/", {"file": file, "kind": "", "default_store": ""}))
    assert "errornote" in page


def test_a_line_moved_to_another_category_makes_the_stores_of_both_stale(
    alpha: House, owner: Client, risky: Store
) -> None:
    with alpha.scope():
        other = make_store("other", main_category="男装")
        compute()
        line = CategoryLine.objects.get(table="score_line", category=CATEGORY)
    form = {"programme": DAILY, "track": ANNUAL, "table": "score_line", "category": "男装", "store": ""}
    saved = owner.post(f"/admin/rulebooks/categoryline/{line.pk}/change/", {**form, "value": "4.1", "note": ""})
    assert saved.status_code == 302
    with alpha.scope():
        line.refresh_from_db()
        # A page that does not let it be moved would do as well.
        assert line.category == CATEGORY or (is_stale(other) and is_stale(risky))


def test_an_enrolment_moved_to_another_store_makes_both_stale(alpha: House, owner: Client, risky: Store) -> None:
    with alpha.scope():
        other = make_store("other")
        enrolment = Enrolment.objects.create(store=risky, programme=DAILY, track="half-year")
        compute()
    form = {"store": str(other.pk), "programme": DAILY, "track": "half-year"}
    assert owner.post(f"/admin/rulebooks/enrolment/{enrolment.pk}/change/", form).status_code == 302
    with alpha.scope():
        enrolment.refresh_from_db()
        # A page that does not let it be moved would do as well.
        assert enrolment.store == risky or (is_stale(other) and is_stale(risky))


@pytest.mark.parametrize("form", [{"programme": DAILY, "track": "weekly"}, {"programme": "chess", "track": ANNUAL}])
def test_an_enrolment_in_a_track_that_is_none_is_refused_on_the_form_as_over_the_api(
    alpha: House, owner: Client, risky: Store, form: dict[str, str]
) -> None:
    page = owner.post("/admin/rulebooks/enrolment/add/", {**form, "store": str(risky.pk)})
    with alpha.scope():
        assert not Enrolment.objects.exists()
    assert "errornote" in text_of(page)


def test_a_client_renamed_on_its_page_has_its_new_name_on_the_board(alpha: House, owner: Client, risky: Store) -> None:
    form = {"name": "renamed brand", "note": "", **rows("members")}
    with alpha.scope():
        client = Brand.objects.get(pk=risky.client_id)
    assert owner.post(f"/admin/stores/client/{client.pk}/change/", form).status_code == 302
    with alpha.scope():
        compute()
        assert risky.board.document["store"]["client_name"] == "renamed brand"
