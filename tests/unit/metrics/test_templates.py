"""Our own templates are read back by our own import."""

import pytest

from assessments.metrics.catalogue import CATALOGUE
from assessments.metrics.reading.opening import open_file
from assessments.metrics.reading.parse import parse_file, recognise_file
from assessments.metrics.reading.results import UnreadableFile
from assessments.metrics.templates_xlsx import KEY_HEADINGS, TEMPLATE_CODES, build_template, write_store_days


def test_an_empty_template_is_recognised_and_has_no_rows_yet() -> None:
    template = build_template()
    assert recognise_file(template, "模板.xlsx").kind == "template_store_day"
    with pytest.raises(UnreadableFile) as caught:
        parse_file(template, "模板.xlsx")
    assert caught.value.code == "no_rows"


def test_the_same_template_has_the_same_bytes() -> None:
    assert build_template(stores=[("1", "甲")]) == build_template(stores=[("1", "甲")])
    assert build_template(stores=[("1", "甲")]) != build_template(stores=[("2", "甲")])


def test_a_template_has_a_table_notes_and_a_list_of_stores() -> None:
    opened = open_file(build_template(stores=[("900000001", "云裳旗舰店")]))
    assert [sheet.name for sheet in opened.sheets] == ["数据", "说明", "店铺"]
    assert list(opened.sheets[0].rows[0][:3]) == list(KEY_HEADINGS)
    assert list(opened.sheets[2].rows[1]) == ["900000001", "云裳旗舰店"]
    notes = " ".join(str(cell) for row in opened.sheets[1].rows for cell in row)
    assert "没有数据不等于 0" in notes


def test_a_filled_template_gives_back_what_was_filled_in() -> None:
    rows = [
        ("2024-08-31", "100000000000000001", "甲", "4.52", "12345.67", "2.19"),
        ("2024-09-01", "2", None, None, "-", "3%"),
    ]
    codes = ("comprehensive_experience_score", "sales_amount", "conversion_rate")
    parsed = parse_file(write_store_days(rows, codes=codes), "a.xlsx")
    assert parsed.kind == "template_store_day"
    assert parsed.rows[0].store.shop_id == "100000000000000001"
    assert dict(parsed.rows[0].values) == {
        "comprehensive_experience_score": 4520000,
        "sales_amount": 1234567,
        "conversion_rate": 2190000,
    }
    assert dict(parsed.rows[1].values) == {
        "comprehensive_experience_score": None,
        "sales_amount": None,
        "conversion_rate": 3000000,
    }


def test_every_metric_can_stand_in_a_template() -> None:
    codes = tuple(metric.code for metric in CATALOGUE)
    parsed = parse_file(write_store_days([("2024-08-31", "1", "甲", *["0"] * len(codes))], codes=codes), "a.xlsx")
    assert dict(parsed.rows[0].values) == dict.fromkeys(codes, 0)


def test_a_kind_without_a_template_is_an_error() -> None:
    assert set(TEMPLATE_CODES) <= {metric.code for metric in CATALOGUE}
    with pytest.raises(KeyError):
        build_template("sycm_store_daily")
