"""Records: files whose rows are no store-days, from recognising them to what the reading process hands over."""

from datetime import date
from decimal import Decimal
from typing import Any

import orjson
import pytest

from assessments.metrics.models import Violation
from assessments.metrics.reading.codec import decode, encode
from assessments.metrics.reading.fields import FieldType
from assessments.metrics.reading.formats import FORMATS, get_format
from assessments.metrics.reading.formats.base import Layout
from assessments.metrics.reading.headings import is_personal, read_heading
from assessments.metrics.reading.parse import parse_file, recognise_file
from assessments.metrics.reading.results import UnreadableFile
from assessments.metrics.reading.sandbox import parse_in_child
from assessments.metrics.taking.registry import find_taker, register_taker
from assessments.metrics.taking.violations import find_topic
from assessments.stores.models import Platform, ShopType, Store
from core.people.access import access_table
from tests.unit.metrics.builders import make_csv, make_xls, make_xlsx
from tests.unit.test_words import StoredExitReason

OF_RECORDS = [form for form in FORMATS if form.record is not None]
VIOLATIONS = ("店铺名称", "违规日期", "扣分", "违规等级", "联系电话")
ROW = ("甲店", "2025-03-01", "2", "A类", "13800000000")


def test_every_kind_of_file_has_exactly_one_taker() -> None:
    for form in FORMATS:
        assert (form.record is not None) == (form.layout is Layout.RECORDS) == (form.target != "store_days")
        taker = find_taker(form.kind)
        assert (taker is None) == (form.record is None), form.kind
        assert taker is None or taker.permission in access_table()
    for form in FORMATS:
        with pytest.raises(ValueError, match="another taker"):
            register_taker(form.kind, permission="imports.run", take=lambda parsed, user, today: None)  # type: ignore[arg-type,return-value]


@pytest.mark.parametrize("form", OF_RECORDS, ids=lambda form: form.kind)
def test_fields_are_found_by_names_that_no_other_field_has_and_no_person_is_hidden_in(form: Any) -> None:
    names = [name for known in form.record.fields for name in known.names]
    assert len(names) == len(set(names))
    for known in form.record.fields:
        heading = read_heading(0, known.heading)
        assert form.record.find_field(heading.name) is known
        assert heading.is_starred == known.required
        for name in known.names:
            assert name == name.strip().lower()
            assert not is_personal(read_heading(0, name)), name
        assert (known.type is FieldType.CHOICE) == bool(known.words)
        assert all(word == word.lower() and " " not in word for word in known.words)


def test_choices_are_words_that_the_models_store() -> None:
    stored = {
        ("violations", "severity"): Violation.Severity.values,
        ("store_list", "platform"): Platform.values,
        ("store_list", "shop_type"): ShopType.values,
        ("store_list", "status"): Store.Status.values,
        ("fee_ledger", "exit_reason"): StoredExitReason.values,
    }
    for (kind, code), values in stored.items():
        shape = get_format(kind).record
        assert shape is not None
        assert set(shape.get_field(code).words.values()) == set(values), (kind, code)


@pytest.mark.parametrize("make", [make_csv, make_xls, make_xlsx])
def test_records_are_read_from_every_container_with_personal_columns_dropped(make: Any) -> None:
    notes = [("违规处罚记录",), ("导出时间", "2025-03-02"), ()]
    parsed = parse_file(make([*notes, VIOLATIONS, ROW, ("合计", "", "2", "", "")]), "a.bin")
    assert (parsed.kind, parsed.rows, parsed.summary_rows, parsed.sheets[0].header_row) == ("violations", (), 1, 4)
    [record] = parsed.records
    assert (record.row_number, record.store.name) == (5, "甲店")
    assert record.fields == {"occurred_on": date(2025, 3, 1), "points": Decimal("2.0"), "severity": "general"}
    [dropped] = parsed.left_out_columns
    assert (dropped.heading, dropped.personal, dropped.cells) == ("联系电话", True, 1)
    assert "13800000000" not in str(parsed)


def test_records_come_out_of_the_reading_process_as_they_were_read() -> None:
    content = make_xlsx([VIOLATIONS, ("甲店", date(2025, 3, 1), 0.5, "B", ""), ("乙店", "x", "2", "A", "")])
    parsed = parse_file(content, "a.xlsx")
    assert parse_in_child(content, "a.xlsx") == parsed == decode(encode(parsed))
    assert parsed.records[0].fields["points"] == Decimal("0.5")
    assert parsed.rows_read == len(parsed.records) + parsed.rejected_rows == 2


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ("severity", "deadly"),
        ("points", "1e400"),
        ("points", "NaN"),
        ("points", 2),
        ("occurred_on", "today"),
        ("nonsense", "1"),
        ("reason", ["a"]),
    ],
)
def test_what_the_reading_process_may_not_say_is_not_believed(field: str, told: Any) -> None:
    written = orjson.loads(encode(parse_file(make_csv([VIOLATIONS, ROW]), "a.csv")))
    written["parsed"]["records"][0]["fields"][field] = told
    with pytest.raises((ValueError, KeyError)):
        decode(orjson.dumps(written))


def test_a_file_without_a_store_column_is_of_the_chosen_store() -> None:
    rows = [("违规时间", "扣分", "违规等级"), ("2025-03-01", "2", "A")]
    assert parse_file(make_csv(rows), "a.csv", default_store="x").records[0].store.chosen == "x"
    with pytest.raises(UnreadableFile) as caught:
        parse_file(make_csv(rows), "a.csv")
    assert caught.value.code == "store_needed"


def test_rows_that_are_shifted_or_cut_off_are_rejected_whole() -> None:
    rows = [VIOLATIONS, (*ROW, "more"), ROW[:3]]
    assert [problem.code for problem in parse_file(make_csv(rows), "a.csv").rejections] == ["column_shift", "short_row"]


@pytest.mark.parametrize(
    ("headings", "kind"),
    [
        (("日期", "店铺名称", "扣分", "违规级别", "违规类型"), "violations"),
        (("店铺", "主营类目", "年份", "预缴软件服务年费(元)"), "fee_ledger"),
        (("店铺ID", "店铺", "经营大类", "开店日期"), "store_list"),
        (("日期", "店铺ID", "店铺名称", "主营类目", "综合体验分"), "store_scores"),
        (("统计日期", "访客数", "支付金额", "扣分"), "sycm_store_daily"),
    ],
)
def test_kinds_of_records_and_store_days_are_told_apart(headings: tuple[str, ...], kind: str) -> None:
    assert recognise_file(make_csv([headings, ["1"] * len(headings)]), "a.csv").kind == kind


def test_money_in_the_hundredth_of_a_yuan_is_never_read_as_yuan() -> None:
    batch = ("店铺名称", "年度", "预缴软件服务年费", "参与保底的成交额", "是否完成保底", "已退年费")
    assert recognise_file(make_csv([batch, ["1"] * len(batch)]), "a.csv").kind == ""
    declared = [("店铺名称", "年度", "已缴年费(分)"), ("甲店", "2018", "3000000")]
    assert [problem.code for problem in parse_file(make_csv(declared), "a.csv").rejections] == ["unit_missing"]


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("虚假交易", "fake_trading"),
        ("涉嫌虚假交易（一般）", "fake_trading"),
        ("不当使用他人权利", "rights_misuse"),
        ("违反数据安全规则", "data_security"),
        ("延迟发货", ""),
    ],
)
def test_a_topic_that_rules_name_is_found_in_the_marketplaces_words(text: str, topic: str) -> None:
    assert find_topic(text) == topic
