"""The agency's admin: an owner adds a store, uploads a file, takes it over, and reads why a store fails."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from assessments.metrics.models import Import, StoreDay
from assessments.periods.models import Period, StoreStanding, Verdict
from assessments.rulebooks.models import CategoryLine
from assessments.rulebooks.services import enrol_store
from assessments.stores.models import Client as Brand
from assessments.stores.models import Store
from core.outbox.models import Message
from core.people.actors import SYSTEM
from core.people.models import Role, User
from tests.admin.conftest import rows, text_of
from tests.conftest import PASSWORD, House
from tests.factories import ANNUAL, CATEGORY, DAILY, compute, is_stale, list_messages, make_store, read_upload
from tests.unit.metrics.builders import make_csv

SCORES = (("日期", "店铺ID", "综合体验分", "交易成功金额"), ("2025-02-28", "900000123", "4.02", "100"))


def store_form(alpha: House, **fields: Any) -> dict[str, Any]:
    with alpha.scope():
        client = Brand.objects.get(name__startswith="brand of")
        operator = alpha.user("op")
    return {
        "client": str(client.pk),
        "status": "active",
        "platform": "tmall",
        "shop_id": "900000123",
        "name": "新店",
        "shop_type": "flagship",
        "main_category": CATEGORY,
        "other_categories": "",
        "go_live_on": "2024-07-15",
        **rows("assignment_set", {"user": str(operator.pk)}),
        **fields,
    }


def test_from_a_new_client_to_the_reason_why_its_store_fails(alpha: House, owner: Client) -> None:
    """The main job, by hand, in one sitting."""
    client_form = {"name": "品牌甲", "note": "", **rows("members")}
    assert owner.post("/admin/stores/client/add/", client_form).status_code == 302
    with alpha.scope():
        client = str(Brand.objects.get(name="品牌甲").pk)
    assert owner.post("/admin/stores/store/add/", store_form(alpha, client=client)).status_code == 302
    for table, value in (("score_line", "4.1"), ("failing_months", "1"), ("sales_target", "1200000")):
        line = {"programme": DAILY, "track": ANNUAL, "table": table, "category": CATEGORY, "store": "", "value": value}
        assert owner.post("/admin/rulebooks/categoryline/add/", {**line, "note": ""}).status_code == 302
    file = SimpleUploadedFile("scores.csv", make_csv(SCORES))
    upload_form = {"file": file, "kind": "", "default_store": "", "dry_run": "on"}
    assert owner.post("/admin/metrics/import/add/", upload_form).status_code == 302
    with alpha.scope():
        upload = read_upload(Import.objects.get().pk)
        assert (upload.state, upload.created, StoreDay.objects.count()) == ("checked", 1, 0)
    take_over = {"action": "take_over", "_selected_action": [str(upload.pk)]}
    assert "is being taken over" in text_of(owner.post("/admin/metrics/import/", take_over, follow=True))
    with alpha.scope():
        assert [message.payload["upload"] for message in list_messages("FileUploaded")] == [str(upload.pk)] * 2
        assert read_upload(upload.pk).state == "done"
        compute()
        store = Store.objects.get(name="新店")
        assert CategoryLine.objects.filter(set_by=str(alpha.user("owner"))).count() == 3
    page = text_of(owner.get(f"/admin/stores/store/{store.pk}/change/"))
    assert "4.02, needs &gt; 4.1: failed" in page
    assert "failing months in this cycle: 1; it fails at 1" in page
    assert "Standing: supervised" in page
    in_chinese = owner.get(f"/admin/stores/store/{store.pk}/change/", headers={"accept-language": "zh-hans"})
    assert "4.02，要求 &gt; 4.1：不达标" in text_of(in_chinese)


def test_the_stores_page_leads_to_the_verdict_and_to_the_refund(owner: Client, risky: Store) -> None:
    page = text_of(owner.get(f"/admin/stores/store/{risky.pk}/change/"))
    assert "2 failures of 3, 1 left: high risk" in page
    assert "Refund estimate 2024" in page
    assert "refund 30,000 − 12,500 = 17,500" in page
    for kind in ("periods/verdict", "fees/refundestimate"):
        link = page.partition(f'href="/admin/{kind}/')[2].partition('"')[0]
        assert text_of(owner.get(f"/admin/{kind}/{link}"))


def test_a_store_of_which_nothing_was_computed_has_no_panel(alpha: House, owner: Client) -> None:
    with alpha.scope():
        store = make_store("fresh")
    assert "Standing:" not in text_of(owner.get(f"/admin/stores/store/{store.pk}/change/"))


def test_the_board_shows_score_failures_sales_and_refund_riskiest_first(
    alpha: House, owner: Client, risky: Store
) -> None:
    with alpha.scope():
        make_store("Silent", main_category="nothing set")
        compute()
    page = text_of(owner.get("/admin/periods/storestanding/"))
    assert page.index("Risky") < page.index("Silent")
    for shown in ("4.5 / 4.1", "2 / 1", "350,000.00 / 600,000.00", "17,500.00", "high risk"):
        assert shown in page
    detail = text_of(owner.get(f"/admin/periods/storestanding/{risky.pk}/change/"))
    assert "4.05, needs &gt; 4.1: failed" in detail


def test_an_upload_shows_where_each_rejected_row_stands(alpha: House, owner: Client) -> None:
    file = SimpleUploadedFile("scores.csv", make_csv(SCORES))
    owner.post("/admin/metrics/import/add/", {"file": file, "kind": "", "default_store": ""})
    with alpha.scope():
        upload = read_upload(Import.objects.get().pk)
    page = text_of(owner.get(f"/admin/metrics/import/{upload.pk}/change/"))
    assert "没有找到这家店铺" in page
    assert "No such store" in page


def test_a_refused_file_shows_its_reason_in_both_languages(alpha: House, owner: Client) -> None:
    file = SimpleUploadedFile("x.csv", make_csv([("名称", "数量"), ("x", "1")]))
    owner.post("/admin/metrics/import/add/", {"file": file, "kind": "", "default_store": ""})
    with alpha.scope():
        upload = read_upload(Import.objects.get().pk)
    page = text_of(owner.get(f"/admin/metrics/import/{upload.pk}/change/"))
    assert "认不出这是哪种文件" in page
    assert "it is not certain what kind of file this is" in page
    take_over = {"action": "take_over", "_selected_action": [str(upload.pk)]}
    assert "Only a finished dry run" in text_of(owner.post("/admin/metrics/import/", take_over, follow=True))


@pytest.mark.parametrize(
    "change",
    [{"shop_id": ""}, {"go_live_on": "2024-02-30"}, {"platform": "moon"}, {"client": ""}, {"main_category": ""}],
)
def test_a_store_that_cannot_be_is_refused_on_the_form(alpha: House, owner: Client, change: dict[str, str]) -> None:
    assert "errornote" in text_of(owner.post("/admin/stores/store/add/", store_form(alpha, **change)))
    with alpha.scope():
        assert not Store.objects.exists()


def test_the_same_shop_twice_is_refused_on_the_form(alpha: House, owner: Client) -> None:
    assert owner.post("/admin/stores/store/add/", store_form(alpha)).status_code == 302
    assert "errornote" in text_of(owner.post("/admin/stores/store/add/", store_form(alpha)))


def test_only_operators_are_offered_for_a_store_and_only_client_people_for_a_client(
    alpha: House, owner: Client
) -> None:
    store_page = text_of(owner.get("/admin/stores/store/add/"))
    assert "op of alpha" in store_page
    assert "lead of alpha" not in store_page
    assert "client_admin of alpha" not in store_page
    client_page = text_of(owner.get("/admin/stores/client/add/"))
    assert "client_admin of alpha" in client_page
    assert "lead of alpha" not in client_page


@pytest.mark.parametrize(
    ("page", "form"),
    [
        (
            "metrics/violation",
            {"occurred_on": "2024-10-01", "points": "2", "severity": "general", "topic": "", "note": ""},
        ),
        ("fees/feeagreement", {"year": "2023", "prepaid_fen": "100", "exit_reason": ""}),
        ("rulebooks/enrolment", {"programme": DAILY, "track": "half-year"}),
    ],
)
def test_what_a_page_saves_makes_its_store_stale(
    alpha: House, owner: Client, risky: Store, page: str, form: dict[str, str]
) -> None:
    with alpha.scope():
        bystander = make_store("bystander")
        compute()
        assert not is_stale(risky)
    assert owner.post(f"/admin/{page}/add/", {**form, "store": str(risky.pk)}).status_code == 302
    with alpha.scope():
        assert is_stale(risky)
        assert not is_stale(bystander)


def test_a_store_saved_on_its_page_is_stale(alpha: House, owner: Client, risky: Store) -> None:
    form = store_form(alpha, shop_id=risky.shop_id, go_live_on="2023-07-15", **rows("assignment_set"))
    assert owner.post(f"/admin/stores/store/{risky.pk}/change/", form).status_code == 302
    with alpha.scope():
        assert is_stale(risky)
        assert Store.objects.get(pk=risky.pk).go_live_on == date(2023, 7, 15)


def test_an_owner_makes_a_person_who_can_sign_in(alpha: House, owner: Client) -> None:
    person = {"username": "neu", "name": "N", "role": Role.OPERATOR, "language": "en", "is_active": "on"}
    add = "/admin/people/user/add/"
    assert "needs a password" in text_of(owner.post(add, {**person, "new_password": ""}))
    assert "errornote" in text_of(owner.post(add, {**person, "new_password": "short"}))
    assert "errornote" in text_of(owner.post(add, {**person, "role": Role.PLATFORM_ADMIN, "new_password": PASSWORD}))
    assert owner.post(add, {**person, "new_password": PASSWORD}).status_code == 302
    with alpha.scope():
        user = User.objects.get(username="neu")
        assert user.check_password(PASSWORD)
    sign_in = {"username": "neu", "password": PASSWORD, "next": "/admin/"}
    assert Client(SERVER_NAME=alpha.host).post("/admin/login/", sign_in).status_code == 302
    page = text_of(owner.get(f"/admin/people/user/{user.pk}/change/"))
    assert user.password not in page


def test_a_person_saved_without_a_new_password_keeps_the_old_one(alpha: House, owner: Client) -> None:
    with alpha.scope():
        pk = alpha.user("op").pk
    person = {"username": "op", "name": "Renamed", "role": Role.OPERATOR, "language": "en", "is_active": "on"}
    assert owner.post(f"/admin/people/user/{pk}/change/", {**person, "new_password": ""}).status_code == 302
    with alpha.scope():
        user = alpha.user("op")
        assert user.check_password(PASSWORD)
        assert user.name == "Renamed"


@pytest.mark.parametrize("by", ["the row's page", "the list's action"])
def test_an_enrolment_by_mistake_is_taken_back_and_the_programme_with_it(
    alpha: House, owner: Client, risky: Store, by: str
) -> None:
    with alpha.scope():
        enrolment = enrol_store(store=risky, programme="tmall-trial-run", track="annual", by=SYSTEM)
        compute()
        assert Period.objects.filter(store=risky, programme="tmall-trial-run", is_planned=True).exists()
    if by == "the row's page":
        answer = owner.post(f"/admin/rulebooks/enrolment/{enrolment.pk}/delete/", {"post": "yes"})
    else:
        form = {"action": "delete_selected", "_selected_action": [enrolment.pk], "post": "yes"}
        answer = owner.post("/admin/rulebooks/enrolment/", form)
    assert answer.status_code == 302
    with alpha.scope():
        assert is_stale(risky)
        compute()
        assert not Period.objects.filter(store=risky, programme="tmall-trial-run", is_planned=True).exists()
        assert Verdict.objects.filter(period__programme="tmall-trial-run").exists()
        document = StoreStanding.objects.get(store=risky).document
        assert [each["programme"] for each in document["programmes"]] == [DAILY]


def test_set_aside_work_is_tried_again_by_the_owner(alpha: House, owner: Client) -> None:
    with alpha.scope():
        message = Message.objects.create(
            event="StoresChanged", task="recompute_stores", attempts=3, quarantined_at="2025-01-01T00:00Z"
        )
    form = {"action": "try_again", "_selected_action": [message.pk]}
    assert "1 put back" in text_of(owner.post("/admin/outbox/message/", form, follow=True))
    with alpha.scope():
        message.refresh_from_db()
        assert (message.attempts, message.quarantined_at) == (0, None)


def test_the_admin_speaks_chinese_unless_asked_otherwise(owner: Client) -> None:
    chinese = text_of(owner.get("/admin/", headers={"accept-language": "zh-hans"}))
    assert 'lang="zh-hans"' in chinese
    assert "店铺" in chinese
    assert 'lang="en"' in text_of(owner.get("/admin/"))
