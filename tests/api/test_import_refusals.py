"""Files over the API that are refused, in part or altogether, and what the uploader is told."""

from typing import Any

import pytest

from assessments.metrics.models import Import, ImportFile, StoreDay
from assessments.stores.models import Store
from tests.api.conftest import COUNTS, GOOD, HEADINGS, code_of, counts, upload, walk
from tests.conftest import Api, House
from tests.factories import NOBODY, TODAY, make_store
from tests.unit.metrics.builders import make_csv, make_xlsx


def test_each_rejection_names_its_place_and_reason_in_both_languages(op: Api, bring: Any) -> None:
    rows = (HEADINGS, ("2025-03-01", "900000001", "abc", "1.234"), ("not a day", "900000001", "4.5", "1"), GOOD[2])
    done = bring(op, make_xlsx(rows, sheet="成绩"), name="scores.xlsx")
    assert counts(done) == dict(zip(COUNTS, (3, 1, 0, 0, 2, 0, 1), strict=True))
    lines = walk(op, f"imports/{done['id']}/rejections/", limit=1)
    assert [(line["sheet"], line["row_number"], line["column"], line["heading"], line["value"]) for line in lines] == [
        ("成绩", 2, "C", "综合体验分", "abc"),
        ("成绩", 2, "D", "交易成功金额", "1.234"),
        ("成绩", 3, "A", "日期", "not a day"),
    ]
    for line in lines:
        assert line["code"]
        assert any("\u4e00" <= letter <= "\u9fff" for letter in line["reason_zh"])
        assert line["reason_en"].isascii() or line["value"] in line["reason_en"]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("2025-03-01", "900000009", "4.5", "1"), "unknown_store"),
        ((TODAY.isoformat(), "900000001", "4.5", "1"), "future_day"),
        (("2025-12-31", "900000001", "4.5", "1"), "future_day"),
        (("2025-03-02", "900000001", "4.9", "1"), "repeated"),
    ],
)
def test_a_row_that_cannot_be_true_is_rejected_and_the_rest_is_taken(
    op: Api, bring: Any, row: tuple[str, ...], code: str
) -> None:
    done = bring(op, (*GOOD, row))
    assert done["state"] == "done"
    # Two rows that contradict each other are both doubted.
    assert (done["created"], done["rejected"]) == ((1, 2) if code == "repeated" else (2, 1))
    lines = walk(op, f"imports/{done['id']}/rejections/")
    assert {line["code"] for line in lines} == {code}
    assert 4 in {line["row_number"] for line in lines}


def test_a_store_of_another_operator_is_as_unknown_as_one_that_is_not(alpha: House, op: Api, bring: Any) -> None:
    with alpha.scope():
        make_store("not op's", shop_id="900000077")
    rows = (HEADINGS, ("2025-03-01", "900000077", "4.5", "1"), ("2025-03-01", "900000078", "4.5", "1"))
    done = bring(op, rows)
    lines = walk(op, f"imports/{done['id']}/rejections/")
    assert [line["code"] for line in lines] == ["unknown_store"] * 2
    assert lines[0]["reason_zh"] == lines[1]["reason_zh"]
    assert bring(alpha.api("lead"), rows)["created"] == 1


def test_a_file_without_stores_goes_to_the_store_that_was_chosen(
    alpha: House, op: Api, store: Store, bring: Any
) -> None:
    rows = (("统计日期", "访客数", "支付金额"), ("2025-03-01", "4", "5"))
    lost = bring(op, rows)
    assert (lost["state"], lost["error"]["code"]) == ("failed", "store_needed")
    done = bring(op, rows, store=str(store.pk))
    assert (done["kind"], done["created"], done["default_store"]) == ("sycm_store_daily", 1, str(store.pk))
    with alpha.scope():
        assert StoreDay.objects.get(store=store).paid_amount == 500


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"PK\x03\x04" + b"garbage" * 50, "broken.xlsx", "damaged"),
        (bytes(range(128, 256)) * 20, "noise.csv", "undecodable"),
        (b"   ", "blank.csv", "empty"),
        (make_csv([HEADINGS]), "headings.csv", "no_rows"),
        (make_csv([("名称", "数量"), ("x", "1")]), "other.csv", "unsure"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_reason_in_both_languages(
    alpha: House, bring: Any, content: bytes, name: str, code: str
) -> None:
    failed = bring(alpha.api("op"), content, name=name)
    assert (failed["state"], failed["error"]["code"], failed["rows_in"]) == ("failed", code, 0)
    assert any("\u4e00" <= letter <= "\u9fff" for letter in failed["error"]["zh"])
    assert failed["error"]["en"].isascii()
    with alpha.scope():
        assert not StoreDay.objects.exists()
        assert not ImportFile.objects.exists()


def test_a_file_that_could_be_two_things_shows_both_and_a_preview_and_then_obeys(op: Api, bring: Any) -> None:
    rows = (
        ("日期", "店铺ID", "旺旺昵称", "询单人数"),
        ("2025-03-01", "900000001", "客服小王", "3"),
    )
    unsure = bring(op, rows)
    assert unsure["error"]["code"] == "unsure"
    candidates = {found["kind"]: found for found in unsure["error"]["candidates"]}
    assert set(candidates) == {"store_scores", "service_performance"}
    assert all(found["zh"] and found["en"] for found in candidates.values())
    assert unsure["error"]["preview"][0]["rows"][1][:2] == ["2025-03-01", "900000001"]
    assert bring(op, rows, kind="store_scores")["created"] == 1


def test_a_kind_that_the_file_is_not_is_refused(op: Api, bring: Any) -> None:
    failed = bring(op, GOOD, kind="real_experience")
    assert failed["error"]["code"] == "kind_mismatch"
    assert failed["error"]["preview"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": "horoscope"}, "kind"),
        ({"store": NOBODY}, "store"),
        ({"store": "x"}, "store"),
        ({"dry_run": "perhaps"}, "dry_run"),
        ({"agency": "beta"}, "agency"),
        ({"state": "done"}, "state"),
    ],
)
def test_an_upload_with_a_wrong_or_unknown_field_is_refused(
    alpha: House, op: Api, fields: dict[str, str], field: str
) -> None:
    answer = upload(op, **fields)
    assert code_of(answer) == (400, "invalid")
    assert list(answer.json()["fields"]) == [field]
    with alpha.scope():
        assert not Import.objects.exists()


def test_an_empty_file_no_file_and_a_too_large_file_are_refused_at_once(op: Api, settings: Any) -> None:
    assert list(upload(op, b"").json()["fields"]) == ["file"]
    assert code_of(op.client.post("/api/v1/imports/", {"dry_run": "true"})) == (400, "invalid")
    settings.MAX_UPLOAD_BYTES = 100
    assert code_of(upload(op, b"x" * 101)) == (400, "file_too_large")
    assert upload(op, b"x" * 100).status_code == 202


def test_an_upload_that_is_json_is_no_upload(op: Api) -> None:
    assert code_of(op.post("imports/", {"file": "text"})) == (415, "unsupported_media_type")


def test_a_path_in_a_file_name_is_only_a_name(op: Api) -> None:
    assert upload(op, name="../../etc/passwd.csv").json()["file_name"] == "passwd.csv"
    assert len(upload(op, name="长" * 300 + ".csv").json()["file_name"]) <= 255


def test_operators_see_their_own_uploads_and_the_lead_sees_all(alpha: House, op: Api, store: Store) -> None:
    pk = upload(op).json()["id"]
    assert [row["id"] for row in alpha.api("lead").get("imports/").json()["results"]] == [pk]
    assert alpha.api("other_op").get("imports/").json()["results"] == []
    assert code_of(alpha.api("other_op").get(f"imports/{pk}/")) == (404, "not_found")
    assert code_of(alpha.api("other_op").get(f"imports/{pk}/rejections/")) == (404, "not_found")


def test_imports_are_filtered_by_state_and_listed_newest_first(op: Api, bring: Any) -> None:
    first, second = bring(op)["id"], bring(op, b"   ", name="b.csv")["id"]
    assert [row["id"] for row in op.get("imports/").json()["results"]] == [second, first]
    assert [row["id"] for row in op.get("imports/", state="failed").json()["results"]] == [second]
    assert [row["id"] for row in op.get("imports/", kind="store_scores").json()["results"]] == [first]


def test_columns_that_were_left_out_are_named_and_personal_ones_are_not_kept(op: Api, bring: Any) -> None:
    rows = ((*HEADINGS, "收货人手机", "天气"), (*GOOD[1], "13800138000", "hello"))
    done = bring(op, rows)
    assert {left["heading"]: left["personal"] for left in done["left_out"]} == {"收货人手机": True, "天气": False}
    assert "13800138000" not in str(done)
