"""The rejected rows as a workbook: what stands in it, what never does, and that it comes back as it is."""

import io
import zipfile
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest

from assessments.metrics.models import RejectedRows, StoreDay
from assessments.metrics.rejected_rows import LIFE, forget_rejected_rows
from assessments.stores.models import Store
from tests.api.conftest import HEADINGS, code_of, counts
from tests.conftest import Api, House
from tests.factories import AT
from tests.unit.metrics.builders import make_csv, make_xls, make_xlsx

BAD = (HEADINGS, ("2025-03-01", "900000001", "4.52", "1"), ("2025-03-02", "900000001", "9.99", "x"))


def workbook_of(api: Api, pk: str, language: str = "en") -> Any:
    answer = api.client.get(f"/api/v1/imports/{pk}/errors.xlsx", headers={"accept-language": language})
    assert answer.status_code == 200, answer.content
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def saved(book: Any) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def texts(page: Any) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in page.rows]


@pytest.mark.parametrize("make", [make_csv, make_xlsx, make_xls])
def test_the_workbook_is_corrected_and_uploaded_as_it_is(
    alpha: House, op: Api, store: Store, bring: Any, make: Any
) -> None:
    first = bring(op, make(BAD), name="a")
    assert (first["created"], first["rejected"]) == (1, 1)
    book = workbook_of(op, first["id"], "zh-hans")
    page = book.worksheets[0]
    headings, row = texts(page)
    assert headings == [*HEADINGS, "错误原因"]
    assert row[:4] == ["2025-03-02", "900000001", "9.99", "x"]
    assert row[4].startswith("第 3 行：“综合体验分”")
    assert "””" not in row[4].replace("“", "”"), "a name is said once"
    assert "“交易成功金额”" in row[4]
    red = [cell.column_letter for cell in page[2] if cell.fill.fgColor.rgb == "FFFFC7CE"]
    assert red == ["C", "D"]
    page["C2"], page["D2"] = "4.99", "2"
    second = bring(op, saved(book), name="fixed.xlsx")
    assert (second["state"], second["rows_in"], second["created"]) == ("done", 1, 1)
    with alpha.scope():
        assert StoreDay.objects.get(day=date(2025, 3, 2)).comprehensive_experience_score == 4_990_000


def test_the_reasons_speak_the_readers_language(op: Api, store: Store, bring: Any) -> None:
    pk = bring(op, BAD)["id"]
    headings, row = texts(workbook_of(op, pk).worksheets[0])
    assert headings[-1] == "Error reason"
    assert row[-1].startswith("Row 3: “综合体验分” ")


def test_no_personal_column_and_no_column_without_meaning_is_carried(
    alpha: House, op: Api, store: Store, bring: Any
) -> None:
    rows = (
        (*HEADINGS, "收货人姓名", "心情", "联系电话"),
        ("2025-03-01", "900000001", "9", "1", "张三丰", "晴朗", "13800138000"),
    )
    pk = bring(op, rows)["id"]
    found = str(texts(workbook_of(op, pk).worksheets[0]))
    with alpha.scope():
        found += str(RejectedRows.objects.get(pk=pk).sheets)
    for word in ("张三丰", "晴朗", "13800138000", "收货人", "心情", "电话"):
        assert word not in found


def test_the_cells_of_a_shifted_row_are_not_carried_where_they_may_be_personal(
    op: Api, store: Store, bring: Any
) -> None:
    shifted = ("张三丰", "2025-03-01", "900000001", "4.5", "1")
    with_names = bring(op, (("收货人姓名", *HEADINGS), ("", "李四", *shifted[1:4])))["id"]
    assert "李四" not in str(texts(workbook_of(op, with_names).worksheets[0]))
    without = bring(op, (HEADINGS, ("甲", "2025-03-01", "900000001", "4.5")))["id"]
    assert "甲" in str(texts(workbook_of(op, without).worksheets[0]))


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_what_looks_like_a_formula_is_a_text(op: Api, store: Store, bring: Any, start: str) -> None:
    formula = f"{start}cmd|' /C calc'!A0"
    pk = bring(op, (HEADINGS, ("2025-03-01", "900000001", formula, "1")))["id"]
    cell = workbook_of(op, pk).worksheets[0]["C2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (formula, "s", True)
    content = op.get(f"imports/{pk}/errors.xlsx").content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_an_id_that_lost_its_digits_to_a_number_stays_a_number(op: Api, store: Store, bring: Any) -> None:
    content = make_xlsx((HEADINGS, ("2025-03-01", 1234567890123456789, "4.5", "1")))
    first = bring(op, content, name="a.xlsx")
    assert first["rejected"] == 1
    again = bring(op, saved(workbook_of(op, first["id"])), name="b.xlsx")
    assert [row["code"] for row in op.get(f"imports/{again['id']}/rejections/").json()["results"]] == ["id_damaged"]


def test_rows_of_unknown_stores_are_in_it_and_the_store_is_marked(op: Api, store: Store, bring: Any) -> None:
    pk = bring(op, (HEADINGS, ("2025-03-01", "123", "4.5", "1")))["id"]
    page = workbook_of(op, pk).worksheets[0]
    assert [cell.column_letter for cell in page[2] if cell.fill.fgColor.rgb == "FFFFC7CE"] == ["B"]


def test_a_file_whose_store_was_chosen_says_it_in_its_workbook(alpha: House, op: Api, store: Store, bring: Any) -> None:
    rows = (("统计日期", "访客数", "支付金额"), ("2025-03-01", "x", "1"), ("2025-03-02", "5", "1"))
    first = bring(op, rows, store=str(store.pk))
    book = workbook_of(op, first["id"])
    assert texts(book.worksheets[0])[0][0] == "店铺ID：900000001"
    book.worksheets[0]["B3"] = "7"
    assert bring(op, saved(book), name="b.xlsx")["created"] == 1


def test_a_sum_is_corrected_whole_though_its_names_stay_behind(alpha: House, op: Api, store: Store, bring: Any) -> None:
    rows = (("旺旺昵称", "询单人数"), ("小红", "3"), ("小明", "oops"))
    first = bring(op, rows, store=str(store.pk), name="客服绩效_2025-03-01.csv")
    assert first["rejected"] == 2
    book = workbook_of(op, first["id"])
    page = book.worksheets[0]
    assert texts(page)[:3] == [
        ["店铺ID：900000001", None, None],
        ["统计日期：2025-03-01", None, None],
        ["旺旺昵称", "询单人数", "Error reason"],
    ]
    assert "小红" not in str(texts(page))
    page["B5"] = "4"
    assert counts(bring(op, saved(book), name="b.xlsx"))["created"] == 2


def test_an_import_without_rejected_rows_has_no_workbook(op: Api, bring: Any) -> None:
    assert code_of(op.get(f"imports/{bring(op)['id']}/errors.xlsx")) == (409, "no_rejected_rows")


def test_the_cells_are_forgotten_after_a_month(alpha: House, op: Api, store: Store, bring: Any) -> None:
    pk = bring(op, BAD)["id"]
    with alpha.scope():
        assert forget_rejected_rows(at=AT + LIFE) == 0
        assert forget_rejected_rows(at=AT + LIFE + timedelta(seconds=1)) == 1
    assert code_of(op.get(f"imports/{pk}/errors.xlsx")) == (409, "no_rejected_rows")


def test_another_persons_and_another_agencys_import_answer_like_a_missing_one(
    alpha: House, beta: House, op: Api, store: Store, bring: Any
) -> None:
    pk = bring(op, BAD)["id"]
    for api in (alpha.api("other_op"), beta.api("owner")):
        assert code_of(api.get(f"imports/{pk}/errors.xlsx")) == (404, "not_found")
    assert code_of(alpha.api("client_admin").get(f"imports/{pk}/errors.xlsx")) == (403, "permission_denied")
