"""Pushing figures: exact numbers, the checks of a file, one account, and one bad line that is one bad line."""

from typing import Any

import pytest

from assessments.metrics.catalogue import BY_CODE
from assessments.metrics.models import Import, Rejection, StoreDay, StoreDayChange
from assessments.metrics.push_reading import MOST_BYTES, MOST_ROWS
from assessments.stores.models import Store
from tests.api.conftest import code_of
from tests.conftest import Api, House
from tests.factories import NOBODY, TODAY, is_stale, list_messages, make_store

SHOP = "900000001"
SCORE, SALES, RATE, TIME = "comprehensive_experience_score", "sales_amount", "conversion_rate", "delivery_time"


@pytest.fixture
def store(alpha: House) -> Store:
    alpha.set_today(TODAY)
    with alpha.scope():
        return make_store(shop_id=SHOP, operators=[alpha.user("op")])


def row(day: str = "2025-03-01", *, store: Any = SHOP, **values: Any) -> dict[str, Any]:
    return {"store": store, "day": day, "values": values or {SCORE: "4.52"}}


def push(api: Api, *rows: Any, query: str = "", key: str = "") -> Any:
    headers = {"idempotency-key": key} if key else {}
    body = {"observations": list(rows)}
    return api.client.post(f"/api/v1/observations:bulk{query}", body, content_type="application/json", headers=headers)


def push_text(api: Api, text: str | bytes, kind: str = "application/json") -> Any:
    return api.client.generic("POST", "/api/v1/observations:bulk", text, content_type=kind)


def push_lines(api: Api, *lines: str | bytes) -> Any:
    content = b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines)
    return push_text(api, content, "application/x-ndjson")


def taken(answer: Any) -> tuple[int, int, int, int, int]:
    """rows, new, changed, unchanged, rejected; the account is added up on the way."""
    assert answer.status_code == 200, answer.content
    body = answer.json()
    parts = tuple(body[name] for name in ("created", "changed", "unchanged", "rejected"))
    assert body["rows_in"] == sum(parts)
    return (body["rows_in"], *parts)


def refused(answer: Any) -> list[tuple[int, str, str]]:
    return [(found["row"], found["metric"], found["code"]) for found in answer.json()["rejections"]]


def figures(house: House, **wanted: Any) -> list[dict[str, Any]]:
    with house.scope():
        return list(StoreDay.objects.filter(**wanted).order_by("day").values("day", SCORE, SALES, RATE, TIME))


def test_figures_are_stored_exactly_in_the_catalogues_units(alpha: House, op: Api, store: Store) -> None:
    answer = push(op, row(**{SCORE: "4.523456", SALES: "-12.30", RATE: "0.02190001", TIME: "145512.25"}))
    assert taken(answer) == (1, 1, 0, 0, 0)
    [found] = figures(alpha)
    assert [found[code] for code in (SCORE, SALES, RATE, TIME)] == [4_523_456, -1230, 2_190_001, 14_551_225]


def test_a_json_number_is_read_as_it_is_written_and_never_as_a_binary_float(
    alpha: House, op: Api, store: Store
) -> None:
    text = '[{"store": "%s", "day": "2025-03-01", "values": {"sales_amount": 90071992547409.93, "visitors": 7}}]'
    assert taken(push_text(op, text % SHOP)) == (1, 1, 0, 0, 0)
    assert float("90071992547409.93") * 100 != 9007199254740993
    assert figures(alpha)[0][SALES] == 9007199254740993


def test_a_store_is_named_by_our_id_or_by_its_shop_id(alpha: House, op: Api, store: Store) -> None:
    answer = push(op, row("2025-03-01"), row("2025-03-02", store=str(store.pk)), row("2025-03-03", store=NOBODY))
    assert taken(answer) == (3, 2, 0, 0, 1)
    assert refused(answer) == [(3, "", "unknown_store")]
    assert answer.json()["rejections"][0]["store"] == NOBODY


def test_null_is_no_data_and_zero_is_zero(alpha: House, op: Api, store: Store) -> None:
    push(op, row(**{SCORE: None, SALES: "0"}))
    with alpha.scope():
        day = StoreDay.objects.get()
        assert (day.sales_amount, getattr(day, SCORE), day.no_data) == (0, None, [SCORE])


def test_the_same_figures_again_change_nothing_and_recompute_nothing(alpha: House, op: Api, store: Store) -> None:
    assert taken(push(op, row(), row("2025-03-02"))) == (2, 2, 0, 0, 0)
    with alpha.scope():
        messages = len(list_messages("StoresChanged"))
    assert taken(push(op, row(), row("2025-03-02"))) == (2, 0, 0, 2, 0)
    with alpha.scope():
        assert len(list_messages("StoresChanged")) == messages
        assert not StoreDayChange.objects.exists()


def test_a_changed_figure_is_a_correction_and_makes_the_store_stale(alpha: House, op: Api, store: Store) -> None:
    push(op, row())
    with alpha.scope():
        Store.objects.update(computed_revision=Store.objects.get().facts_revision)
        assert not is_stale(store)
    answer = push(op, row(**{SCORE: "4.6"}), row("2025-03-02"))
    assert taken(answer) == (2, 1, 1, 0, 0)
    assert answer.json()["stores"] == 1
    with alpha.scope():
        assert is_stale(store)
        [change] = StoreDayChange.objects.all()
        assert (change.before, str(change.upload_id)) == ({SCORE: 4_520_000, "no_data": None}, answer.json()["id"])


def test_a_push_is_an_import_with_an_account_of_its_own(alpha: House, op: Api, store: Store) -> None:
    answer = push(op, row(), row("2025-03-11"))
    upload = op.get(f"imports/{answer.json()['id']}/").json()
    assert (upload["kind"], upload["state"], upload["rows_in"], upload["rejected"]) == ("push", "done", 2, 1)
    [line] = op.get(f"imports/{upload['id']}/rejections/").json()["results"]
    assert (line["row_number"], line["code"]) == (2, "future_day")
    with alpha.scope():
        assert Import.objects.get().finished_at is not None


def test_a_dry_run_counts_and_leaves_nothing(alpha: House, op: Api, store: Store) -> None:
    answer = push(op, row(), row("2025-03-11"), query="?dry_run=true")
    assert taken(answer) == (2, 1, 0, 0, 1)
    assert (answer.json()["id"], answer.json()["dry_run"]) == (None, True)
    with alpha.scope():
        assert not Import.objects.exists()
        assert not StoreDay.objects.exists()
        assert not Rejection.objects.exists()
        store.refresh_from_db()
        assert store.facts_revision == 1


def test_one_key_takes_effect_once_and_another_body_under_it_is_refused(alpha: House, op: Api, store: Store) -> None:
    first, second = push(op, row(), key="k"), push(op, row(), key="k")
    assert second["Idempotent-Replayed"] == "true"
    assert first.json() == second.json()
    assert code_of(push(op, row("2025-03-02"), key="k")) == (422, "idempotency_key_reused")
    with alpha.scope():
        assert Import.objects.count() == 1


BAD_VALUES = {
    "1e5": "exponent",
    "NaN": "not_finite",
    "4.1234567": "too_many_decimals",
    "5.01": "out_of_range",
    "-0.1": "out_of_range",
    "4.5分": "not_a_number",
    "-": "not_a_number",
    "": "not_a_number",
    "1,234": "not_a_number",
    "1,23": "bad_separators",
    "four": "not_a_number",
    "9" * 40: "too_long",
    "9" * 400: "too_long",
    "4\u0000": "not_a_number",
    "\ud800": "not_a_number",
    "٤": "not_a_number",
}


@pytest.mark.parametrize("value", BAD_VALUES, ids=ascii)
def test_a_value_that_is_no_plain_number_in_range_is_refused_as_in_a_file(op: Api, store: Store, value: str) -> None:
    import json

    answer = push_text(op, json.dumps([row(**{SCORE: value}), row("2025-03-02")]))
    assert taken(answer) == (2, 1, 0, 0, 1)
    assert refused(answer) == [(1, SCORE, BAD_VALUES[value])]
    [found] = answer.json()["rejections"]
    assert found["zh"] and found["en"] and (found["store"], found["day"]) == (SHOP, "2025-03-01")


BAD_ROWS = {
    "[1]": [("", "not_json")],
    "null": [("", "not_json")],
    "{": [("", "not_json")],
    '{"store": "900000001"}': [("day", "day_missing"), ("values", "no_values")],
    '{"store": "900000001", "day": "2025-03-01", "values": {}}': [("values", "no_values")],
    '{"store": "900000001", "day": "2025-3-1", "values": {"visitors": "1"}}': [("day", "not_a_day")],
    '{"store": "900000001", "day": "2025-02-30", "values": {"visitors": "1"}}': [("day", "not_a_day")],
    '{"store": "900000001", "day": "1999-02-01", "values": {"visitors": "1"}}': [("day", "not_a_day")],
    '{"store": "900000001", "day": 20250301, "values": {"visitors": "1"}}': [("day", "not_a_day")],
    '{"store": 900000001, "day": "2025-03-01", "values": {"visitors": "1"}}': [("store", "not_an_id")],
    '{"store": "a\\u0000b", "day": "2025-03-01", "values": {"visitors": "1"}}': [("store", "not_an_id")],
    '{"store": "", "day": "2025-03-01", "values": {"visitors": "1"}}': [("store", "store_missing")],
    '{"store": "1", "day": "2025-03-01", "values": {"visitors": "1"}}': [("", "unknown_store")],
    '{"store": "900000001", "day": "2025-03-01", "values": {"visitors": "1.5"}}': [("visitors", "too_many_decimals")],
    '{"store": "900000001", "day": "2025-03-01", "values": {"visitors": true}}': [("visitors", "wrong_type")],
    '{"store": "900000001", "day": "2025-03-01", "values": {"visitors": [1]}}': [("visitors", "wrong_type")],
    '{"store": "900000001", "day": "2025-03-01", "values": {"shoes": "1"}}': [("shoes", "unknown_metric")],
    '{"store": "900000001", "day": "2025-03-01", "values": {"visitors": "1", "visitors": "2"}}': [
        ("visitors", "conflict")
    ],
    '{"store": "900000001", "day": "2025-03-01", "values": {"visitors": "1"}, "note": "x"}': [
        ("note", "unknown_field")
    ],
}


@pytest.mark.parametrize("line", BAD_ROWS, ids=ascii)
def test_a_bad_line_is_one_reject_with_its_number_and_the_others_are_taken(op: Api, store: Store, line: str) -> None:
    good = '{"store": "900000001", "day": "2025-03-02", "values": {"visitors": 5}}'
    answer = push_lines(op, good, "", line)
    assert taken(answer) == (2, 1, 0, 0, 1)
    assert refused(answer) == [(3, *found) for found in BAD_ROWS[line]]


@pytest.mark.parametrize("line", [b"\xff\xfe", b"[" * 100_000, b'{"store": "\\ud800"}', b"\x00"])
def test_a_line_of_rubbish_is_a_reject_and_no_failure(op: Api, store: Store, line: bytes) -> None:
    answer = push_lines(op, line)
    assert taken(answer) == (1, 0, 0, 0, 1)


def test_rows_of_one_store_day_join_and_where_they_disagree_none_is_believed(
    alpha: House, op: Api, store: Store
) -> None:
    joined = push(op, row(**{SCORE: "4.5"}), row(**{SALES: "1.00"}))
    assert taken(joined) == (2, 2, 0, 0, 0)
    answer = push(op, row("2025-03-02", **{SCORE: "4.5"}), row("2025-03-02", **{SCORE: "4.6"}))
    assert taken(answer) == (2, 0, 0, 0, 2)
    assert refused(answer) == [(1, "", "contradiction"), (2, "", "contradiction")]
    assert len(figures(alpha)) == 1


def test_a_store_of_somebody_else_is_unknown(alpha: House, store: Store) -> None:
    answer = push(alpha.api("other_op"), row(), row(store=str(store.pk)))
    assert taken(answer) == (2, 0, 0, 0, 2)
    assert {code for _row, _metric, code in refused(answer)} == {"unknown_store"}


@pytest.mark.parametrize("username", ["client_admin", "client_viewer"])
def test_a_clients_person_pushes_nothing(alpha: House, store: Store, username: str) -> None:
    assert code_of(push(alpha.api(username), row())) == (403, "permission_denied")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "parse_error"),
        ("{", "parse_error"),
        ("[" * 100_000, "parse_error"),
        ("null", "invalid"),
        ("{}", "invalid"),
        ("[]", "invalid"),
        ('{"observations": {}}', "invalid"),
        ('{"observations": [], "x": 1}', "invalid"),
        ('{"\\ud800": 1}', "invalid"),
    ],
)
def test_a_body_that_holds_no_rows_is_refused_whole(op: Api, store: Store, text: str, code: str) -> None:
    assert code_of(push_text(op, text)) == (400, code)


def test_above_the_limits_nothing_is_taken_and_the_limits_are_named(alpha: House, op: Api, store: Store) -> None:
    line = '{"store":"900000001","day":"2025-03-01","values":{"visitors":1}}'
    for answer in (
        push_lines(op, *[line] * (MOST_ROWS + 1)),
        push_text(op, f"[{','.join([line] * (MOST_ROWS + 1))}]"),
        push_text(op, "[" + " " * MOST_BYTES + "]"),
    ):
        assert code_of(answer) == (413, "too_large")
        assert "5,000" in answer.json()["detail"] and "5 MB" in answer.json()["detail"]
    assert taken(push_lines(op, *[line] * MOST_ROWS)) == (MOST_ROWS, MOST_ROWS, 0, 0, 0)
    assert code_of(push_text(op, "x", "text/csv")) == (415, "unsupported_media_type")


def test_every_metric_of_the_catalogue_can_be_pushed_in_its_unit(alpha: House, op: Api, store: Store) -> None:
    assert taken(push(op, row(**dict.fromkeys(BY_CODE, "1")))) == (1, 1, 0, 0, 0)
    with alpha.scope():
        [day] = StoreDay.objects.values(*BY_CODE)
    assert day == {code: 10**metric.scale for code, metric in BY_CODE.items()}
