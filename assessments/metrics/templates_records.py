"""Templates for kinds whose rows are no store-days: starred headings, drop-downs, and a sheet that says the rules."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any, Final

import xlsxwriter

from assessments.metrics.reading.fields import Field, FieldType, list_offered
from assessments.metrics.reading.formats.base import Format
from assessments.metrics.templates_xlsx import MADE_AT

STORE_HEADINGS: Final = ("店铺ID*", "店铺名称")
_ROWS: Final = 2000  # Rows that are formatted and checked while typing; more may be filled in.
_LONGEST_LIST: Final = 250  # Characters of a drop-down that is written into the cell's rule; Excel takes 255.
_NOTES: Final = (
    ("怎么填", "每行一条记录。带 * 的列必填，其余列可删可留，列的顺序不限，表头也可以用下面列出的其他叫法。"),
    ("空单元格", "留空或写“-”表示没有说明：系统里原有的内容不变，新记录用默认值。"),
    ("日期", "2026-11-21、2026/11/21、20261121 都可以，按北京时间。"),
    ("编号", "请保持文本格式，15 位以上的编号变成数字会丢失末位。"),
    ("金额", "单位为元，可带千分位，如 5,652.00；也可写 2.5万。"),
    ("合计行", "合计、汇总、平均值行会自动跳过。"),
    ("一行有错", "一行里有一个单元格不对，整行不导入，并写明工作表、行、列和原因；其余行照常导入。"),
    ("个人信息", "姓名、电话、地址、备注等列不会导入。"),
    ("重复导入", "同一份文件导入两次，不会产生任何变化。"),
    ("How to fill", "One record per row; starred columns are required. An empty cell leaves what is known as it is."),
)
_STORE_NOTES: Final = (
    ("店铺ID*", "平台的店铺编号；留空时按店铺名称识别，名称必须唯一。"),
    ("店铺名称", "只在没有店铺ID时使用。"),
)


def write_records(
    form: Format,
    rows: Sequence[Mapping[str, str]] = (),
    *,
    stores: Sequence[tuple[str, str]] = (),
    lists: Mapping[str, Sequence[str]] | None = None,
) -> bytes:
    """The template of a kind with these rows in it: heading without star and unit → text.

    `stores` (shop id, name) become drop-downs, and so do `lists` (field code → the words that there are today).
    """
    shape = form.record
    assert shape is not None, form.kind
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": MADE_AT.replace(tzinfo=None), "title": f"{form.name.zh}模板"})
    formats = {
        "required": book.add_format({"bold": True, "bg_color": "#FCE4D6", "border": 1}),
        "optional": book.add_format({"bold": True, "bg_color": "#E2EFDA", "border": 1}),
        "text": book.add_format({"num_format": "@"}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    table = book.add_worksheet("数据")
    keys = STORE_HEADINGS if shape.names_store else ()
    headings = (*keys, *(known.heading for known in shape.fields))
    names = (*(key.strip("*") for key in keys), *(known.zh for known in shape.fields))
    _write_headings(table, headings, formats)
    for number, row in enumerate(rows, start=1):
        for column, name in enumerate(names):
            if row.get(name):
                table.write_string(number, column, row[name], formats["text"])
    _write_notes(book, form, keys, formats)
    if stores and shape.names_store:
        _write_list(book, "店铺", [("店铺ID", "店铺名称"), *stores], formats)
        for column, letter in ((0, "A"), (1, "B")):
            _offer(table, column, f"=店铺!${letter}$2:${letter}${len(stores) + 1}", strict=True)
    for column, known in enumerate(shape.fields, start=len(keys)):
        _offer_words(book, table, column, known, (lists or {}).get(known.code, ()), formats)
    book.close()
    return target.getvalue()


def _write_headings(table: Any, headings: Sequence[str], formats: Mapping[str, Any]) -> None:
    table.freeze_panes(1, 0)
    for column, heading in enumerate(headings):
        table.write_string(0, column, heading, formats["required" if heading.endswith("*") else "optional"])
        # Text cells keep what was typed: a number cell would cut long ids and turn days into serials.
        table.set_column(column, column, max(12, 2 * len(heading) + 2), formats["text"])


def _write_notes(book: Any, form: Format, keys: Sequence[str], formats: Mapping[str, Any]) -> None:
    sheet = book.add_worksheet("说明")
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90, formats["wrap"])
    assert form.record is not None
    lines = [(form.name.zh, form.name.en), *_NOTES, *(_STORE_NOTES if keys else ())]
    lines += [(known.heading, _describe(known)) for known in form.record.fields]
    for row, (name, text) in enumerate(lines):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, text)


def _describe(known: Field) -> str:
    parts = [known.note]
    if known.type is FieldType.CHOICE:
        parts.append(f"可填：{'、'.join(list_offered(known))}。")
    if known.example:
        parts.append(f"例：{known.example}。")
    others = [name for name in known.names if name != known.zh.lower()]
    if others:
        parts.append(f"表头也可写：{'、'.join(others)}。")
    return "".join(parts) + known.en


def _write_list(book: Any, title: str, rows: Sequence[tuple[str, ...]], formats: Mapping[str, Any]) -> None:
    sheet = book.add_worksheet(title)
    sheet.set_column(0, 1, 28, formats["text"])
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            sheet.write_string(number, column, text)


def _offer_words(  # noqa: PLR0917 - what a sheet is written with
    book: Any, table: Any, column: int, known: Field, today: Sequence[str], formats: Mapping[str, Any]
) -> None:
    """A drop-down: of the words that there can be, or of those that there are today, beside which others may come."""
    if known.type is FieldType.CHOICE or known.offered:
        words = list_offered(known)
        assert len(",".join(words)) <= _LONGEST_LIST, known.code
        _offer(table, column, words, strict=known.type is FieldType.CHOICE)
    elif today:
        _write_list(book, known.zh, [(known.zh,), *((word,) for word in today)], formats)
        _offer(table, column, f"={known.zh}!$A$2:$A${len(today) + 1}", strict=False)


def _offer(table: Any, column: int, source: str | list[str], *, strict: bool) -> None:
    table.data_validation(1, column, _ROWS, column, {"validate": "list", "source": source, "show_error": strict})
