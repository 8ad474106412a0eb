"""Lines: their history, withdrawing them, and many at once from a sheet."""

import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.utils.translation import override

from assessments.rulebooks.filling import Filled, build_lines_sheet, fill_lines
from assessments.rulebooks.models import CategoryLine, LineChange
from assessments.rulebooks.services import set_line
from core.api.errors import InvalidInput
from core.people.actors import SYSTEM, Actor
from tests.conftest import House
from tests.factories import DAILY, compute, is_stale, make_judged_store, make_store, newest, set_lines

HEADINGS = ("项目*", "赛道", "数值表*", "类目", "店铺ID", "数值", "来源或原因")
LEAD = Actor(user_id=None, label="张主管")


def sheet(*rows: Sequence[object], headings: Sequence[str] = HEADINGS) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "类目线"
    book.active.append(list(headings))
    for row in rows:
        book.active.append(list(row))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def fill(content: bytes, name: str = "lines.xlsx") -> Filled:
    return fill_lines(content=content, file_name=name, by=LEAD)


def wrong_rows(content: bytes) -> list[dict[str, Any]]:
    with pytest.raises(InvalidInput) as refusal:
        fill(content)
    rows: list[dict[str, Any]] = refusal.value.fields["rows"]
    return rows


def line(value: object, table: str = "score_line", category: str = "女鞋", shop: str = "") -> tuple[object, ...]:
    return (DAILY, "", table, category, shop, value, "公告")


def test_every_change_of_a_line_is_kept_with_who_and_why(alpha: House) -> None:
    with alpha.scope():
        for value, note in ((Decimal("4.1"), "估计"), (Decimal("4.2"), "平台通知"), (None, "填错了")):
            set_line(programme=DAILY, table="score_line", category="女鞋", value=value, note=note, by=LEAD)
        told = LineChange.objects.order_by("pk").values_list("before", "value", "note", "set_by")
        assert list(told) == [
            (None, Decimal("4.1"), "估计", "张主管"),
            (Decimal("4.1"), Decimal("4.2"), "平台通知", "张主管"),
            (Decimal("4.2"), None, "填错了", "张主管"),
        ]


def test_the_same_value_again_is_no_change(alpha: House) -> None:
    with alpha.scope():
        for _again in range(2):
            set_line(programme=DAILY, table="score_line", category="女鞋", value=Decimal("4.1"), by=LEAD)
        assert LineChange.objects.count() == 1


def test_a_withdrawn_line_judges_nobody_any_more(alpha: House) -> None:
    with alpha.scope():
        store = make_judged_store()
        assert newest(store).live != "line_not_set"
        for held in CategoryLine.objects.filter(category=store.main_category):
            set_line(
                programme=held.programme,
                track=held.track,
                table=held.table,
                category=held.category,
                value=None,
                by=LEAD,
            )
        assert is_stale(store)
        compute()
        assert newest(store).live == "line_not_set"


def test_a_sheet_sets_categories_and_stores_and_tells_what_it_did(alpha: House) -> None:
    with alpha.scope():
        shop = make_store(shop_id="700000000000000123")
        set_line(programme=DAILY, table="score_line", category="男鞋", value=Decimal("4.0"), by=SYSTEM)
        set_line(programme=DAILY, table="score_line", category="童鞋", value=Decimal("4.0"), note="公告", by=SYSTEM)
        content = sheet(
            line("4.1"),
            line("4.2", category="男鞋"),
            line(4, category="童鞋"),
            line(None, category="箱包"),
            line("25万", table="sales_target"),
            line("4.3", category="", shop="700000000000000123"),
            (None,) * 7,
        )
        assert fill(content) == Filled(created=3, changed=1, unchanged=1, skipped=1)
        held = {(each.table, each.category or each.store.shop_id): each.value for each in CategoryLine.objects.all()}
        assert held["score_line", "女鞋"] == Decimal("4.1")
        assert held["score_line", "男鞋"] == Decimal("4.2")
        assert held["sales_target", "女鞋"] == 250_000
        assert held["score_line", "700000000000000123"] == Decimal("4.3")
        assert is_stale(shop)
        assert fill(content) == Filled(created=0, changed=0, unchanged=5, skipped=1)
        assert LineChange.objects.filter(set_by="张主管").count() == 4


def test_an_empty_cell_withdraws_a_line_that_is_set(alpha: House) -> None:
    with alpha.scope():
        set_line(programme=DAILY, table="score_line", category="女鞋", value=Decimal("4.1"), by=SYSTEM)
        assert fill(sheet(line(None))).changed == 1
        assert CategoryLine.objects.get().value is None


def test_another_reason_for_the_same_value_is_kept_and_an_empty_one_is_not(alpha: House) -> None:
    with alpha.scope():
        set_line(programme=DAILY, table="score_line", category="女鞋", value=Decimal("4.1"), note="估计", by=SYSTEM)
        silent = (DAILY, "", "score_line", "女鞋", "", "4.1", "")
        assert fill(sheet(silent)).unchanged == 1
        assert fill(sheet(line("4.1"))).changed == 1
        held = CategoryLine.objects.get()
        assert (held.note, held.set_by) == ("公告", "张主管")


def test_a_file_that_cannot_be_read_is_refused_in_the_readers_language(alpha: House) -> None:
    with alpha.scope(), override("en"), pytest.raises(InvalidInput) as refusal:
        fill(b"%PDF-1.4 nothing", "x.pdf")
    assert refusal.value.detail == "not a table: upload .xls, .xlsx or .csv"


def test_one_wrong_row_sets_nothing_and_every_wrong_cell_is_named(alpha: House) -> None:
    with alpha.scope():
        rows = wrong_rows(
            sheet(
                line("4.1"),
                line("abc"),
                ("", "", "score_line", "女鞋", "", "4", ""),
                line("4", category="", shop=""),
                line("4", category="男鞋", shop="1"),
                line("4", table="no_such_table"),
                line("4", category="", shop="404"),
                line("4.2"),
                line("1.123456789", category="童鞋"),
                line("#DIV/0!", category="帽子"),
            )
        )
        assert not CategoryLine.objects.exists()
        places = {(row["row_number"], row["column"], row["code"]) for row in rows}
        assert places == {
            (3, "F", "not_a_number"),
            (4, "A", "missing"),
            (5, "D", "category_or_store"),
            (6, "D", "category_or_store"),
            (7, "", "unknown_table"),
            (8, "", "unknown_store"),
            (9, "C", "repeated"),
            (10, "F", "out_of_range"),
            (11, "F", "not_a_number"),
        }
        assert all(row["sheet"] == "类目线" and row["zh"] and row["en"] for row in rows)


@pytest.mark.parametrize(
    ("code", "content"),
    [
        ("file_empty", b""),
        ("not_a_table", b"%PDF-1.4 nothing"),
        ("sheet_has_mistakes", "店铺,金额\n甲,1\n".encode()),
    ],
)
def test_a_file_that_is_no_sheet_of_lines_is_refused(alpha: House, code: str, content: bytes) -> None:
    with alpha.scope(), pytest.raises(InvalidInput) as refusal:
        fill(content, "x.csv")
    assert refusal.value.code == code


def test_a_gbk_file_with_headings_in_another_order_is_read(alpha: House) -> None:
    text = "数值,类目,数值表,项目\n4.1,女鞋,score_line,tmall-daily\n"
    with alpha.scope():
        assert fill(text.encode("gbk"), "lines.csv").created == 1


def test_the_sheet_to_fill_in_has_what_is_set_and_what_is_missing_and_reads_back_unchanged(alpha: House) -> None:
    with alpha.scope():
        make_store(main_category="女鞋")
        set_lines("女鞋")
        set_line(programme=DAILY, table="score_line", category="男鞋", value=Decimal("4.10"), by=SYSTEM)
        content = build_lines_sheet()
        book = openpyxl.load_workbook(io.BytesIO(content))
        rows = [tuple(cell or "" for cell in row) for row in book["类目线"].iter_rows(values_only=True)]
        assert rows[0] == HEADINGS
        assert any(row[0] == DAILY and row[3] == "男鞋" and row[5] == "4.1" for row in rows)
        assert any(row[0] == "tmall-annual-fee" and row[3] == "女鞋" and row[5] == "" for row in rows)
        assert "score_line" in str(list(book["说明"].iter_rows(values_only=True)))
        again = fill(content)
        assert (again.created, again.changed) == (0, 0)
        only = openpyxl.load_workbook(io.BytesIO(build_lines_sheet(programme=DAILY)))["类目线"]
        assert {row[0] for row in only.iter_rows(min_row=2, values_only=True)} == {DAILY}
