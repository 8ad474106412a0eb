"""Nothing about a person passes the reading process: canaries in every place of every kind, looked for everywhere."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from psycopg import sql

from assessments.metrics.models import Import, ImportFile
from assessments.metrics.services import DRY_RUN_LIFE, expire_dry_runs
from assessments.stores.models import Store
from tenants.door import platform_scope
from tests.conftest import House
from tests.factories import AT, make_store, read_upload
from tests.metrics.canaries import Aviary, list_files

ENCODINGS = ("utf-8", "gb18030", "utf-16-le")


@pytest.fixture
def store(alpha: House) -> Store:
    with alpha.scope():
        return make_store("示例店", shop_id="900000001", operators=[alpha.user("op")])


def dump(schema: str) -> dict[str, str]:
    """Every readable table of a schema as text, bytes in hexadecimal: table → its rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = %s"
            " AND has_table_privilege(format('%%I.%%I', schemaname, tablename), 'SELECT')",
            [schema],
        )
        tables = [name for (name,) in cursor.fetchall()]
        dumped = {}
        for name in tables:
            cursor.execute(
                sql.SQL("SELECT coalesce(string_agg(t::text, chr(10)), '') FROM {} t").format(
                    sql.Identifier(schema, name)
                )
            )
            dumped[name] = cursor.fetchone()[0]
    return dumped


def find(birds: Aviary, texts: Iterable[str]) -> list[str]:
    """The canaries that some text holds, as they are or as the hexadecimal of their bytes."""
    whole = "\n".join(texts)
    return [
        canary
        for canary in birds.released
        if canary in whole or any(canary.encode(encoding).hex() in whole for encoding in ENCODINGS)
    ]


def everything(house: House) -> dict[str, str]:
    with house.scope():
        found = dump(house.schema)
    with platform_scope():
        return found | {f"public.{name}": rows for name, rows in dump("public").items()}


def send(house: House, store: Store, file: tuple[str, bytes, dict[str, Any]]) -> Any:
    name, content, fields = file
    if "store" in fields:
        fields = fields | {"store": str(store.pk)}
    sent = house.api("op").upload(content, name, **fields)
    assert sent.status_code == 202, sent.content
    with house.scope():
        return read_upload(sent.json()["id"])


def test_no_canary_leaves_the_reading_process(alpha: House, store: Store, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    birds = Aviary()
    ends = {}
    for label, file in list_files(birds).items():
        done = send(alpha, store, file)
        ends[label] = done.error["code"] if done.error else done.kind
        answers = [alpha.api("op").get(f"imports/{done.pk}/{more}").content.decode() for more in ("", "rejections/")]
        assert find(birds, answers) == [], label
    assert ends == {
        "scores": "store_scores",
        "shifted": "store_scores",
        "sycm": "sycm_store_daily",
        "experience": "real_experience",
        "template": "template_store_day",
        "staff": "service_performance",
        "orders": "order_export",
        "refunds": "refund_export",
        "promotion": "promotion_report",
        "dsr": "dsr_sheet",
        "unsure": "unsure",
        "both": "unsure",
        "mismatch": "kind_mismatch",
        "no rows": "no_rows",
        "named": "store_scores",
        "sheet": "store_scores",
        "cut": "csv_syntax",
        "undecodable": "undecodable",
        "nul": "nul",
        "page": "markup",
    }
    assert len(birds.released) > 300
    tables = everything(alpha)
    assert len(tables) > 40
    assert {name: found for name, rows in tables.items() if (found := find(birds, [rows]))} == {}
    assert find(birds, [caplog.text]) == []
    with alpha.scope():
        assert not ImportFile.objects.exists()


def test_personal_columns_are_counted_under_their_own_word(alpha: House, store: Store) -> None:
    birds = Aviary()
    done = send(alpha, store, list_files(birds)["scores"])
    assert {left["heading"] for left in done.left_out} >= {"收货人姓名", "联系手机", "买家支付宝账号"}
    assert all(left["personal"] and left["cells"] == 3 for left in done.left_out)


@pytest.mark.parametrize("end", ["taken over", "expired"])
def test_a_dry_run_keeps_the_bytes_of_the_file_and_nothing_else_until_its_end(
    alpha: House, store: Store, end: str
) -> None:
    birds = Aviary()
    name, content, fields = list_files(birds)["scores"]
    done = send(alpha, store, (name, content, fields | {"dry_run": "true"}))
    assert done.state == Import.State.CHECKED
    tables = everything(alpha)
    assert [name for name, rows in tables.items() if find(birds, [rows])] == ["metrics_importfile"]
    if end == "taken over":
        alpha.api("op").post(f"imports/{done.pk}/commit/")
        with alpha.scope():
            read_upload(done.pk)
    else:
        with alpha.scope():
            expire_dry_runs(at=AT + DRY_RUN_LIFE + timedelta(minutes=1))
    assert [name for name, rows in everything(alpha).items() if find(birds, [rows])] == []
