"""Origins of figures in the admin, the way to them, and taking an import back there."""

from typing import Any

from django.test import Client
from django.urls import reverse

from assessments.metrics.models import Import, Reversal, SourceDays, StoreDay
from assessments.stores.models import Store
from tests.admin.conftest import text_of
from tests.conftest import House
from tests.factories import SALES, make_store, write_days
from tests.metrics.test_lineage import DAY, NEXT

IMPORTS = "/admin/metrics/import/"


def make_import(house: House) -> tuple[Store, Import]:
    with house.scope():
        store = make_store("Named store", operators=[house.user("op")])
        return store, write_days(store, {DAY: {SALES: "1"}, NEXT: {SALES: "2"}})


def act(browser: Client, action: str, upload: Import) -> str:
    chosen = {"action": action, "_selected_action": [str(upload.pk)]}
    return text_of(browser.post(IMPORTS, chosen, follow=True))


def test_the_store_and_the_import_lead_to_the_days_and_rows(alpha: House, owner: Client) -> None:
    store, upload = make_import(alpha)
    with alpha.scope():
        line = SourceDays.objects.get()
    listed = reverse("agency:metrics_sourcedays_changelist")
    for page, link in [
        (reverse("agency:stores_store_change", args=[store.pk]), f"{listed}?store={store.pk}"),
        (reverse("agency:metrics_import_change", args=[upload.pk]), f"{listed}?source__upload={upload.pk}"),
    ]:
        assert link in text_of(owner.get(page))
        found = text_of(owner.get(link))
        assert reverse("agency:metrics_sourcedays_change", args=[line.pk]) in found
        assert "2025-03-01 – 2025-03-02 (2)" in found
    told = text_of(owner.get(reverse("agency:metrics_sourcedays_change", args=[line.pk])))
    assert "by hand.csv" in told
    assert "2025-03-01: –" in told


def test_an_operator_sees_the_origins_of_no_other_stores(alpha: House) -> None:
    store, _upload = make_import(alpha)
    listed = reverse("agency:metrics_sourcedays_changelist")
    assert "Named store" in text_of(alpha.browser("op").get(f"{listed}?store={store.pk}"))
    assert "Named store" not in text_of(alpha.browser("other_op").get(f"{listed}?store={store.pk}"))


def test_a_preview_tells_and_the_action_does_it(alpha: House, owner: Client) -> None:
    _store, upload = make_import(alpha)
    assert "2 store-days vanish" in act(owner, "preview_taking_back", upload)
    with alpha.scope():
        assert StoreDay.objects.count() == 2
    assert "2 store-days vanish" in act(owner, "take_back", upload)
    with alpha.scope():
        assert not StoreDay.objects.exists()
        assert Reversal.objects.get().by == alpha.user("owner")
    page = text_of(owner.get(reverse("agency:metrics_import_change", args=[upload.pk])))
    assert "2 store-days vanish" in page


def test_what_cannot_be_taken_back_says_why(alpha: House, owner: Client) -> None:
    _store, upload = make_import(alpha)
    with alpha.scope():
        Import.objects.update(state=Import.State.CHECKED)
    assert "Only an import that was taken over can be taken back." in act(owner, "take_back", upload)


def test_the_list_of_origins_can_be_asked_for_nothing_else(alpha: House, owner: Client) -> None:
    make_import(alpha)
    answer: Any = owner.get(
        f"{reverse('agency:metrics_sourcedays_changelist')}?source__upload__uploaded_by__password=x"
    )
    assert answer.status_code in (302, 400)
