"""The templates over the API: one for each kind of data, and each is taken back by the import as it was filled in."""

import io
from typing import Any

import openpyxl
import pytest

from assessments.metrics.reading.formats import get_format
from assessments.metrics.templates_api import NAMES, OF_RECORDS
from assessments.metrics.templates_records import write_records
from assessments.metrics.templates_xlsx import write_store_days
from assessments.stores.models import Store
from tests.api.conftest import code_of
from tests.conftest import Api, House

OF_OPERATORS = {"store-day", "daily-scores", "violations"}
STORE = {"店铺ID": "900000001"}


def fill_in(content: bytes, row: dict[str, str]) -> bytes:
    """The downloaded workbook with one row typed below its headings."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book["数据"]
    for cell in sheet[1]:
        name = str(cell.value).partition("(")[0].strip("*")
        sheet.cell(row=2, column=cell.column, value=row.get(name))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


ROWS = {
    "store-day": {**STORE, "日期": "2025-03-01", "综合体验分": "4.52"},
    "daily-scores": {**STORE, "日期": "2025-03-01", "综合体验分": "4.52", "真实体验分": "4.6"},
    **{
        name: {**STORE, **{known.zh: known.example for known in get_format(kind).record.fields}}  # type: ignore[union-attr]
        for name, kind in OF_RECORDS.items()
    },
}
ROWS["fee-ledger"]["评分标准"] = ""
ROWS["store-list"] |= {"店铺ID": "900000088", "客户": "brand of alpha", "运营": "op"}
KINDS = {"store-day": "template_store_day", "daily-scores": "template_store_day", **OF_RECORDS}


@pytest.mark.parametrize("name", NAMES)
def test_a_template_with_a_row_in_it_imports_clean_without_asking(
    alpha: House, lead: Api, store: Store, bring: Any, name: str
) -> None:
    answer = lead.get(f"templates/{name}.xlsx")
    assert answer.status_code == 200
    assert f"kaohe-{name}.xlsx" in answer["Content-Disposition"]
    content = fill_in(answer.content, ROWS[name])
    done = bring(lead, content, name="filled.xlsx")
    assert (done["state"], done["kind"], done["left_out"]) == ("done", KINDS[name], [])
    assert (done["rows_in"], done["created"], done["rejected"]) == (1, 1, 0)
    again = bring(lead, content, name="filled.xlsx")
    assert (again["unchanged"], again["notices"]) == (1, [])


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_template_is_recognised_and_has_no_rows_yet(
    alpha: House, lead: Api, store: Store, bring: Any, name: str
) -> None:
    done = bring(lead, lead.get(f"templates/{name}.xlsx").content, name="empty.xlsx")
    assert (done["state"], done["error"]["code"]) == ("failed", "no_rows")


def test_who_may_not_import_a_kind_gets_no_template_of_it(op: Api, lead: Api) -> None:
    for name in NAMES:
        answer = op.get(f"templates/{name}.xlsx")
        if name in OF_OPERATORS:
            assert answer.status_code == 200, name
        else:
            assert code_of(answer) == (403, "permission_denied"), name
    assert code_of(lead.get("templates/nonsense.xlsx")) == (404, "not_found")


def test_templates_offer_what_may_be_chosen(alpha: House, lead: Api, op: Api, store: Store) -> None:
    book = openpyxl.load_workbook(io.BytesIO(op.get("templates/violations.xlsx").content))
    assert [sheet.title for sheet in book] == ["数据", "说明", "店铺"]
    headings = [cell.value for cell in book["数据"][1]]
    assert headings[:5] == ["店铺ID*", "店铺名称", "违规编号", "违规日期*", "违规扣分(分)*"]
    assert book["店铺"]["A2"].value == "900000001"
    rules = {str(rule.sqref): rule.formula1 for rule in book["数据"].data_validations.dataValidation}
    assert rules["F2:F2001"] == '"一般违规,严重违规,售假违规"'
    notes = " ".join(str(cell.value) for row in book["说明"].iter_rows() for cell in row)
    assert "处罚时间" in notes, "the other names of a heading are told"
    listed = openpyxl.load_workbook(io.BytesIO(lead.get("templates/store-list.xlsx").content))
    assert "brand of alpha" in [cell.value for cell in listed["客户"]["A"]]
    assert {"op", "other_op"} <= {cell.value for cell in listed["运营"]["A"]}


def test_equal_templates_are_equal_byte_by_byte() -> None:
    form = get_format("violations")
    assert write_records(form) == write_records(form)
    assert write_records(form, [{"店铺ID": "1"}]) != write_records(form)
    assert write_store_days((), codes=()) == write_store_days((), codes=())
