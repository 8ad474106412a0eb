"""Files whose rows are no store-days, end to end: violations and lists of stores, by those who may write them."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assessments.metrics.models import StoreDay, Violation
from assessments.stores.models import Client, Store
from tests.api.conftest import COUNTS, code_of, counts, upload, walk
from tests.conftest import Api, House
from tests.factories import TODAY, brand, compute, is_stale, list_messages, make_store, read_upload
from tests.unit.metrics.builders import make_csv

VIOLATIONS = ("店铺ID", "违规编号", "处罚时间", "扣分", "违规等级", "违规类型", "申诉结果")
FIRST = ("900000001", "V1", "2025-03-01 10:20:00", "12分", "B类", "虚假交易", "申诉中")
SECOND = ("900000001", "V2", "2025-03-02", "0.5", "一般违规", "发布违禁信息", "-")
NUMBERLESS = ("店铺ID", "违规日期", "违规扣分", "违规等级", "违规原因")
STORES = ("店铺ID", "店铺名称", "品牌方", "主营类目", "店铺性质", "开店时间", "运营")
NEW = ("900000055", "云裳旗舰店", "brand of alpha", "女装/女士精品", "专营店", "2024.7.15", "op、other_op")


def told(answer: dict[str, Any]) -> tuple[int, ...]:
    return tuple(answer[name] for name in ("rows_in", "created", "changed", "unchanged", "rejected"))


def test_a_list_of_violations_is_recognised_and_written(alpha: House, op: Api, store: Store, bring: Any) -> None:
    with alpha.scope():
        compute()
    done = bring(op, (VIOLATIONS, FIRST, SECOND, ("合计", "", "", "12.5", "", "", "")))
    assert (done["state"], done["kind"], done["target"]) == ("done", "violations", "violations")
    assert counts(done) == dict(zip(COUNTS, (2, 2, 0, 0, 0, 1, 1), strict=True))
    assert [(note["row_number"], note["code"]) for note in done["notices"]] == [(3, "other_topic")]
    with alpha.scope():
        first, second = Violation.objects.order_by("occurred_on")
        assert (first.external_number, first.occurred_on, first.points) == ("V1", date(2025, 3, 1), Decimal(12))
        assert (first.severity, first.topic, first.note, first.withdrawn) == ("severe", "fake_trading", "", False)
        assert (second.severity, second.topic, second.note) == ("general", "", "发布违禁信息")
        assert is_stale(store)
        assert not StoreDay.objects.exists()


def test_the_same_list_twice_changes_nothing_and_wakes_nobody(alpha: House, op: Api, store: Store, bring: Any) -> None:
    for rows in ((VIOLATIONS, FIRST, SECOND), (NUMBERLESS, ("900000001", "2025-02-01", "2", "A", "延迟发货"))):
        bring(op, rows)
        with alpha.scope():
            compute()
            announced = len(list_messages("StoresChanged"))
        again = bring(op, rows)
        assert told(again) == (len(rows) - 1, 0, 0, len(rows) - 1, 0)
        with alpha.scope():
            assert not is_stale(store)
            assert len(list_messages("StoresChanged")) == announced


def test_a_dry_run_of_records_counts_like_its_commit_and_writes_nothing(
    alpha: House, op: Api, store: Store, bring: Any
) -> None:
    rows = (VIOLATIONS, FIRST, ("900000001", "V3", "2025-03-02", "x", "D", "", ""))
    checked = bring(op, rows, dry_run="true")
    assert (checked["state"], told(checked)) == ("checked", (2, 1, 0, 0, 1))
    with alpha.scope():
        assert not Violation.objects.exists()
        assert not is_stale(store) or not list_messages("StoresRecomputed")
    assert op.post(f"imports/{checked['id']}/commit/").status_code == 202
    with alpha.scope():
        read_upload(checked["id"])
        assert Violation.objects.count() == 1
    assert counts(op.get(f"imports/{checked['id']}/").json()) == counts(checked)
    lines = walk(op, f"imports/{checked['id']}/rejections/")
    assert [(line["row_number"], line["column"], line["heading"], line["code"]) for line in lines] == [
        (3, "D", "扣分", "not_a_number"),
        (3, "E", "违规等级", "unknown_word"),
    ]
    assert "一般违规、严重违规、售假违规" in lines[1]["reason_zh"]


def test_a_numbered_violation_follows_its_number(alpha: House, op: Api, store: Store, bring: Any) -> None:
    bring(op, (VIOLATIONS, FIRST))
    won = bring(op, (VIOLATIONS, (*FIRST[:3], "6", *FIRST[4:6], "申诉成立")))
    assert told(won) == (1, 0, 1, 0, 0)
    with alpha.scope():
        [violation] = Violation.objects.all()
        assert (violation.points, violation.withdrawn) == (Decimal(6), True)
        compute()
    silent = bring(op, (VIOLATIONS, (*FIRST[:3], "6", *FIRST[4:6], "")))
    assert told(silent) == (1, 0, 0, 1, 0), "an empty cell says nothing of the appeal"


def test_a_violation_typed_by_hand_is_found_by_what_it_says_and_gets_its_number(
    alpha: House, op: Api, store: Store, bring: Any
) -> None:
    typed = {"store": str(store.pk), "occurred_on": "2025-03-01", "points": "12", "severity": "severe"}
    assert op.post("violations/", {**typed, "topic": "fake_trading"}).status_code == 201
    assert told(bring(op, (VIOLATIONS, FIRST))) == (1, 0, 1, 0, 0)
    with alpha.scope():
        assert Violation.objects.get().external_number == "V1"
    without = (NUMBERLESS, ("900000001", "2025-03-01", "12", "严重违规", ""))
    assert told(bring(op, without)) == (1, 0, 0, 1, 0)


def test_rows_that_cannot_be_told_apart_are_refused_and_not_guessed_at(
    alpha: House, op: Api, store: Store, bring: Any
) -> None:
    row = ("900000001", "2025-03-01", "2", "A", "延迟发货")
    twice = bring(op, (NUMBERLESS, row, row))
    assert told(twice) == (2, 0, 0, 0, 2)
    assert {line["code"] for line in walk(op, f"imports/{twice['id']}/rejections/")} == {"look_alike"}
    other = bring(op, (VIOLATIONS, FIRST, FIRST, (*FIRST[:3], "11", *FIRST[4:])))
    assert {line["code"] for line in walk(op, f"imports/{other['id']}/rejections/")} == {"repeated"}
    assert told(bring(op, (VIOLATIONS, FIRST, FIRST))) == (2, 2, 0, 0, 0), "equal rows of one number are one"
    with alpha.scope():
        assert Violation.objects.count() == 1


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("900000009", *FIRST[1:]), "unknown_store"),
        ((*FIRST[:2], "2025-03-12", *FIRST[3:]), "future_day"),
        ((*FIRST[:3], "0.25", *FIRST[4:]), "too_many_decimals"),
        ((*FIRST[:3], "", *FIRST[4:]), "value_missing"),
        ((*FIRST[:3], "-2", *FIRST[4:]), "out_of_range"),
        ((*FIRST[:5], "x" * 121, ""), "text_too_long"),
    ],
)
def test_a_violation_that_cannot_be_is_rejected(
    op: Api, store: Store, bring: Any, row: tuple[str, ...], code: str
) -> None:
    assert date(2025, 3, 12) > TODAY
    done = bring(op, (VIOLATIONS, row, SECOND))
    assert told(done) == (2, 1, 0, 0, 1)
    assert [line["code"] for line in walk(op, f"imports/{done['id']}/rejections/")] == [code]


def test_violations_of_a_store_one_does_not_see_are_of_no_store(alpha: House, op: Api, bring: Any) -> None:
    with alpha.scope():
        make_store("not op's", shop_id="900000077")
    rows = (VIOLATIONS, ("900000077", *FIRST[1:]))
    assert told(bring(op, rows)) == (1, 0, 0, 0, 1)
    assert told(bring(alpha.api("lead"), rows)) == (1, 1, 0, 0, 0)


def test_a_list_of_stores_creates_and_updates_them(alpha: House, lead: Api, bring: Any) -> None:
    done = bring(lead, (STORES, NEW, ("900000056", "乙专卖店", "新客户", "女装/女士精品", "专卖店", "20250101", "")))
    assert (done["kind"], done["target"], told(done)) == ("store_list", "stores", (2, 2, 0, 0, 0))
    assert [note["code"] for note in done["notices"]] == ["new_client"]
    with alpha.scope():
        made = Store.objects.get(shop_id="900000055")
        assert (made.platform, made.shop_type, made.go_live_on) == ("tmall", "specialty", date(2024, 7, 15))
        assert {person.username for person in made.operators.all()} == {"op", "other_op"}
        assert Store.objects.get(shop_id="900000056").client == Client.objects.get(name="新客户")
        compute()
    again = bring(lead, (STORES, NEW))
    assert told(again) == (1, 0, 0, 1, 0)
    moved = bring(lead, (STORES, (*NEW[:3], "童装", "", "", "op")))
    assert told(moved) == (1, 0, 1, 0, 0)
    with alpha.scope():
        made.refresh_from_db()
        assert (made.main_category, made.shop_type) == ("童装", "specialty")
        assert [person.username for person in made.operators.all()] == ["op"]
        assert is_stale(made)


@pytest.mark.parametrize(
    ("place", "value", "code"),
    [
        (1, "", "value_missing"),
        (2, "", "value_missing"),
        (3, "", "value_missing"),
        (5, "", "value_missing"),
        (0, "", "value_missing"),
        (4, "杂货铺", "unknown_word"),
        (6, "nobody", "unknown_operator"),
        (6, "lead", "unknown_operator"),
    ],
)
def test_a_store_that_cannot_be_is_rejected_and_leaves_nothing(
    alpha: House, bring: Any, place: int, value: str, code: str
) -> None:
    lead = alpha.api("lead")
    row = [*NEW[:2], "新客户", *NEW[3:]]
    row[place] = value
    done = bring(lead, (STORES, tuple(row)))
    [line] = walk(lead, f"imports/{done['id']}/rejections/")
    assert (told(done), line["code"], line["column"]) == ((1, 0, 0, 0, 1), code, "ABCDEFG"[place])
    with alpha.scope():
        assert not Store.objects.filter(shop_id="900000055").exists()
        assert not Client.objects.filter(name="新客户").exists()


def test_an_id_of_two_marketplaces_needs_its_marketplace(alpha: House, lead: Api, bring: Any) -> None:
    with alpha.scope():
        make_store("on jd", shop_id="900000001", platform="jd")
    headings, row = ("店铺ID", "平台", "主营类目"), ("900000001", "", "童装")
    done = bring(lead, (headings, row))
    assert [line["code"] for line in walk(lead, f"imports/{done['id']}/rejections/")] == ["platform_needed"]
    assert told(bring(lead, (headings, ("900000001", "京东", "童装")))) == (1, 0, 1, 0, 0)
    with alpha.scope():
        assert Store.objects.get(platform="jd").main_category == "童装"


def test_a_file_writes_nothing_that_its_uploader_may_not_write(alpha: House, op: Api, bring: Any) -> None:
    chosen = upload(op, (STORES, NEW), kind="store_list")
    assert code_of(chosen) == (403, "permission_denied")
    found = bring(op, (STORES, NEW))
    assert (found["state"], found["error"]["code"], found["rows_in"]) == ("failed", "not_allowed", 0)
    with alpha.scope():
        assert not Store.objects.filter(shop_id="900000055").exists()
        assert brand()


def test_a_store_that_the_product_refuses_leaves_no_client_behind(alpha: House, lead: Api, bring: Any) -> None:
    too_long = ("9" * 41, "甲", "新客户", *NEW[3:])
    done = bring(lead, (STORES, too_long))
    assert (told(done), done["notices"]) == ((1, 0, 0, 0, 1), [])
    [line] = walk(lead, f"imports/{done['id']}/rejections/")
    assert (line["code"], line["value"]) == ("not_valid", "9" * 41)
    assert line["reason_zh"] != line["reason_en"]
    with alpha.scope():
        assert not Client.objects.filter(name="新客户").exists()
    both = bring(lead, (STORES, too_long, (*NEW[:2], "新客户", *NEW[3:])))
    assert (told(both), [note["row_number"] for note in both["notices"]]) == ((2, 1, 0, 0, 1), [3])


def test_the_admin_asks_for_the_same_permission_and_shows_the_notices(
    alpha: House, lead: Api, store: Store, bring: Any
) -> None:
    address = reverse("agency:metrics_import_add")
    for username, status in (("op", 403), ("lead", 302)):
        sent = {"file": SimpleUploadedFile("stores.csv", make_csv((STORES, NEW))), "kind": "store_list"}
        assert alpha.browser(username).post(address, sent).status_code == status, username
    done = bring(lead, (VIOLATIONS, SECOND))
    page = alpha.browser("lead").get(reverse("agency:metrics_import_change", args=[done["id"]])).content.decode()
    assert "“发布违禁信息” was taken as another topic." in page
