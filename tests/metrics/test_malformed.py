"""Malformed files over the API: the database accepts what is told of each, every row is counted, nothing is a 500."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest
import xlsxwriter

from assessments.metrics.models import Import
from assessments.stores.models import Store
from tests.conftest import House
from tests.factories import make_store, read_upload
from tests.unit.metrics.builders import make_xls, make_xlsx
from tests.unit.metrics.hostile.depth import TIMES
from tests.unit.metrics.hostile.malformed import make_spoiled

FILES = 4 * TIMES if TIMES > 1 else 3
ROWS = 10_000 if TIMES > 1 else 120
HEADINGS = ("日期", "店铺ID", "店铺名称", "综合体验分")
DAY, SHOP = "2025-03-01", "900000001"


@pytest.fixture
def store(alpha: House) -> Store:
    with alpha.scope():
        return make_store("示例店", shop_id=SHOP, operators=[alpha.user("op")])


def bring(house: House, store: Store, content: bytes, name: str) -> dict[str, Any]:
    api = house.api("op")
    sent = api.upload(content, name, store=str(store.pk))
    assert sent.status_code == 202, sent.content
    with house.scope():
        read_upload(sent.json()["id"])
    answer: dict[str, Any] = api.get(f"imports/{sent.json()['id']}/").json()
    assert answer["state"] in ("done", "failed")
    assert answer["rows_in"] == sum(answer[key] for key in ("created", "changed", "unchanged", "rejected"))
    assert (answer["error"] is None) == (answer["state"] == "done")
    assert api.get(f"imports/{answer['id']}/rejections/").status_code == 200
    return answer


@pytest.mark.parametrize("seed", range(5000, 5000 + FILES))
def test_a_malformed_file_is_counted_row_by_row_in_the_database(alpha: House, store: Store, seed: int) -> None:
    spoiled = make_spoiled(seed, ROWS)
    answer = bring(alpha, store, spoiled.content, spoiled.name)
    assert spoiled.rows is None or answer["rows_in"] + answer["summary_rows"] == spoiled.rows


@pytest.mark.parametrize("make", [make_xls, make_xlsx])
@pytest.mark.parametrize(
    "rows",
    [
        (HEADINGS, (DAY, SHOP, "店", "4\0")),
        (HEADINGS, (DAY, SHOP, "a\0b", "4")),
        (HEADINGS, ("\0", SHOP, "店", "4")),
        ((*HEADINGS, "a\0b"), (DAY, SHOP, "店", "4", "x")),
        (("甲", "a\0b"), ("\0", "\x01\x02")),
    ],
)
def test_a_nul_in_a_workbook_does_not_reach_the_database(alpha: House, store: Store, rows: Any, make: Any) -> None:
    answer = bring(alpha, store, make(rows), "a.xls")
    assert "\\u0000" not in str(answer) and "\0" not in str(answer)


def test_sheets_of_one_name_are_told_apart_in_the_account(alpha: House, store: Store) -> None:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    for name in ("13800000001", "13800000002"):
        page = book.add_worksheet(name)
        for number, row in enumerate((HEADINGS, ("bad", SHOP, "店", "4"))):
            page.write_row(number, 0, row)
    book.close()
    for content in (target.getvalue(), with_equal_names(target.getvalue())):
        answer = bring(alpha, store, content, "a.xlsx")
        assert (answer["rows_in"], answer["rejected"]) == (2, 2)
        with alpha.scope():
            sheets = Import.objects.get(pk=answer["id"]).rejections.values_list("sheet", flat=True)
            assert sorted(set(sheets)) == ["***", "*** (2)"]


def with_equal_names(whole: bytes) -> bytes:
    """The workbook with every sheet under the name of the first."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as sound, zipfile.ZipFile(target, "w") as archive:
        for name in sound.namelist():
            content = sound.read(name)
            if name == "xl/workbook.xml":
                content = re.sub(rb'name="1380000000\d"', b'name="13800000001"', content)
            archive.writestr(name, content)
    return target.getvalue()
