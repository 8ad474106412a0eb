"""Files over the API, end to end: upload, dry run, commit, rejections, corrections."""

from datetime import date
from typing import Any

import pytest

from assessments.metrics.models import Import, ImportFile, StoreDay, StoreDayChange
from assessments.stores.models import Store
from tests.api.conftest import code_of, walk
from tests.conftest import Api, House
from tests.factories import AT, NOBODY, TODAY, compute, is_stale, list_messages, make_store, read_upload
from tests.unit.metrics.builders import make_csv, make_xlsx

HEADINGS = ("日期", "店铺ID", "综合体验分", "交易成功金额")
GOOD = (HEADINGS, ("2025-03-01", "900000001", "4.52", "5,652.00"), ("2025-03-02", "900000001", "4.53", "-"))
COUNTS = ("rows_in", "created", "changed", "unchanged", "rejected", "summary_rows", "stores")


def upload(api: Api, rows: Any = GOOD, **fields: Any) -> Any:
    content = rows if isinstance(rows, bytes) else make_csv(rows)
    return api.upload(content, fields.pop("name", "scores.csv"), **fields)


@pytest.fixture
def bring(alpha: House, store: Store) -> Any:
    """Upload a file and let the worker read it; what the API then says of it."""

    def bring_in(api: Api, rows: Any = GOOD, **fields: Any) -> dict[str, Any]:
        sent = upload(api, rows, **fields)
        assert sent.status_code == 202, sent.content
        with alpha.scope():
            read_upload(sent.json()["id"])
        answer: dict[str, Any] = api.get(f"imports/{sent.json()['id']}/").json()
        assert answer["rows_in"] == sum(answer[key] for key in ("created", "changed", "unchanged", "rejected"))
        return answer

    return bring_in


def counts(answer: dict[str, Any]) -> dict[str, int]:
    return {key: answer[key] for key in COUNTS}


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


def test_a_dry_run_counts_like_the_commit_and_changes_nothing(
    alpha: House, op: Api, store: Store, bring: Any
) -> None:
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


def test_a_correction_replaces_the_value_and_keeps_the_old_one(
    alpha: House, op: Api, store: Store, bring: Any
) -> None:
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
    alpha: House, op: Api, bring: Any, content: bytes, name: str, code: str
) -> None:
    failed = bring(op, content, name=name)
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


def test_an_empty_file_no_file_and_a_too_large_file_are_refused_at_once(
    op: Api, settings: Any
) -> None:
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
