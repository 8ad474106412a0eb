"""Where store-days came from: recorded compactly, to the sheet and the row, whether or not anything was written."""

import importlib
import pkgutil
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from assessments.metrics import migrations
from assessments.metrics.lineage import LOCK, Origins, open_writing
from assessments.metrics.models import ImportSource, SourceDays, StoreDay
from assessments.metrics.origins import list_figures, list_origins
from assessments.metrics.past import get_known
from assessments.metrics.reading.results import ParsedRow, StoreRef
from assessments.metrics.reverting import revert_import
from assessments.metrics.storing import store_days
from assessments.stores.models import Store
from tests.conftest import House
from tests.factories import SALES, SCORE, make_store, make_upload, write_days
from tests.services.conftest import busy_elsewhere

DAY = date(2025, 3, 1)
NEXT = DAY + timedelta(days=1)
Metrics = dict[str, int | None]


def parsed(day: date, values: Metrics, rows: tuple[int, ...], sheet: str = "Sheet1") -> ParsedRow:
    return ParsedRow(sheet, rows[-1], StoreRef(), day, values, rows)


def bring(store: Store, *rows: ParsedRow, headings: Any = None) -> UUID:
    """What an import does with rows of one store."""
    upload = make_upload()
    origins = Origins(headings=headings or {})
    values: dict[tuple[UUID, date], Metrics] = {}
    for row in rows:
        key = (store.pk, row.day)
        origins.rows[key] = [*origins.rows.get(key, ()), row]
        values[key] = {**values.get(key, {}), **row.values}
    store_days(values=values, upload=upload.pk, origins=origins)
    return upload.pk


def test_a_file_of_many_days_leaves_one_line_a_store_and_sheet(alpha: House) -> None:
    with alpha.scope():
        store = make_store()
        upload = bring(store, *(parsed(DAY + timedelta(days=at), {SALES: at}, (at + 2,)) for at in range(60)))
        [source] = ImportSource.objects.all()
        assert (source.upload_id, source.sheet, source.metrics) == (upload, "Sheet1", [SALES])
        [line] = SourceDays.objects.all()
        assert line.days == [DAY + timedelta(days=at) for at in range(60)]
        assert (line.rows, line.until_rows) == (list(range(2, 62)), None)


@pytest.mark.parametrize(
    ("rows", "days", "first", "until"),
    [
        ((7,), 1, [7], None),
        ((3, 4, 5, 6), 1, [3], [6]),
        ((3, 4, 9), 2, [3, 9], [4, 9]),
        ((2, 5, 8), 3, [2, 5, 8], None),
    ],
)
def test_several_rows_of_one_store_day_are_all_named(
    alpha: House, rows: tuple[int, ...], days: int, first: list[int], until: list[int] | None
) -> None:
    with alpha.scope():
        store = make_store()
        bring(store, parsed(DAY, {SALES: 1}, rows))
        [line] = SourceDays.objects.all()
        assert (line.days, line.rows, line.until_rows) == ([DAY] * days, first, until)
        [origin] = list_origins(store_id=store.pk, day=DAY)
        assert tuple(origin.rows) == rows


def test_a_day_from_two_sheets_has_two_origins_each_with_its_own_metrics(alpha: House) -> None:
    with alpha.scope():
        store = make_store()
        bring(store, parsed(DAY, {SALES: 1}, (2,), "A"), parsed(DAY, {SCORE: 2}, (9,), "B"))
        told = {
            figure.metric: (figure.source.source.sheet, list(figure.source.rows))
            for figure in list_figures(store_id=store.pk, day=DAY)
            if figure.source
        }
        assert told == {SALES: ("A", [2]), SCORE: ("B", [9])}


def test_the_heading_above_a_metric_is_told(alpha: House) -> None:
    with alpha.scope():
        store = make_store()
        above = {"Sheet1": {SALES: "D 交易成功金额", SCORE: "C 综合体验分"}}
        bring(store, parsed(DAY, {SALES: 1, SCORE: 2}, (2,)), headings=above)
        [origin] = list_origins(store_id=store.pk, day=DAY)
        assert [origin.heading_of(code) for code in (SALES, SCORE, "visitors")] == [
            "D 交易成功金额",
            "C 综合体验分",
            "",
        ]


def test_a_file_that_says_the_same_is_a_source_and_rewrites_nothing(alpha: House) -> None:
    with alpha.scope():
        store = make_store()
        bring(store, parsed(DAY, {SALES: 1}, (2,)))
        version = "SELECT ctid::text, xmin::text FROM metrics_storeday"
        with connection.cursor() as cursor:
            cursor.execute(version)
            before = cursor.fetchall()
            upload = bring(store, parsed(DAY, {SALES: 1}, (5,)))
            cursor.execute(version)
            assert cursor.fetchall() == before
        [figure] = list_figures(store_id=store.pk, day=DAY)
        assert figure.source is not None
        assert ([origin.source.upload_id for origin in figure.confirmed_by], figure.earlier) == ([upload], [])
        assert figure.source.source.upload_id != upload


def test_earlier_values_are_told_with_their_files_newest_first(alpha: House) -> None:
    with alpha.scope():
        store = make_store()
        uploads = [bring(store, parsed(DAY, {SALES: value}, (value + 1,))) for value in (1, 2, 3)]
        [figure] = list_figures(store_id=store.pk, day=DAY)
        assert figure.source is not None
        assert (figure.cell, figure.source.source.upload_id) == ((3, False), uploads[2])
        assert [(said.cell[0], said.origin.source.upload_id, list(said.origin.rows)) for said in figure.earlier] == [
            (2, uploads[1], [3]),
            (1, uploads[0], [2]),
        ]


def test_a_value_that_was_kept_against_the_file_is_not_said_to_come_from_it(alpha: House) -> None:
    """Whoever keeps what is stored passes the stored value in place of the file's."""
    with alpha.scope():
        store = make_store()
        first = bring(store, parsed(DAY, {SALES: 1}, (2,)))
        row = parsed(DAY, {SALES: 2, SCORE: 5}, (2,))
        origins = Origins(rows={(store.pk, DAY): [row]})
        second = make_upload().pk
        store_days(values={(store.pk, DAY): {SALES: 1, SCORE: 5}}, upload=second, origins=origins)
        told = {figure.metric: figure.source for figure in list_figures(store_id=store.pk, day=DAY)}
        assert {code: origin.source.upload_id for code, origin in told.items() if origin} == {
            SALES: first,
            SCORE: second,
        }


def test_figures_without_a_file_have_an_import_and_no_row(alpha: House) -> None:
    with alpha.scope():
        store = make_store()
        upload = write_days(store, {DAY: {SALES: "1"}, NEXT: {SALES: "2", SCORE: "4.5"}})
        [origin] = list_origins(store_id=store.pk, day=NEXT)
        assert (origin.upload, origin.source.sheet, list(origin.rows)) == (upload, "", [])


def begin_record() -> None:
    """What the migration does that begins the record."""
    [name] = [
        found.name
        for found in pkgutil.iter_modules(migrations.__path__)
        if found.name.endswith("figures_from_before_the_record")
    ]
    module: Any = importlib.import_module(f"{migrations.__name__}.{name}")
    with connection.cursor() as cursor:
        cursor.execute(module.SOURCE)
        cursor.execute(module.DAYS)


def test_what_was_there_before_the_record_began_is_known_and_comes_from_no_file(alpha: House) -> None:
    with alpha.scope():
        store = make_store()
        StoreDay.objects.bulk_create(StoreDay(store=store, day=day, sales_amount=7) for day in (NEXT, DAY))
        begin_record()
        [line] = SourceDays.objects.all()
        assert line.days == [DAY, NEXT]
        [figure] = list_figures(store_id=store.pk, day=DAY)
        assert figure.source is not None
        assert (figure.metric, figure.cell, figure.source.upload) == (SALES, (7, False), None)
        span: Any = {"store_id": store.pk, "starts_on": DAY, "ends_before": NEXT, "codes": [SALES]}
        assert list(get_known(**span, at=datetime(2020, 1, 1, tzinfo=UTC))) == [DAY]


def test_undoing_an_import_brings_back_what_was_there_before_the_record_began(alpha: House) -> None:
    with alpha.scope():
        store = make_store()
        StoreDay.objects.create(store=store, day=DAY, sales_amount=7)
        begin_record()
        upload = write_days(store, {DAY: {SALES: "1", SCORE: "4"}})
        revert_import(upload=upload, by=alpha.user("owner"))
        row = StoreDay.objects.get()
        assert (row.sales_amount, row.comprehensive_experience_score) == (7, None)


def test_an_agency_without_figures_begins_without_a_source(alpha: House) -> None:
    with alpha.scope():
        begin_record()
        assert not ImportSource.objects.exists()


def is_free() -> bool:
    """Whether figures could be written at once."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK.replace("pg_advisory_xact_lock", "pg_try_advisory_xact_lock"))
        return bool(cursor.fetchone()[0])


def test_an_agencys_imports_write_one_after_the_other_and_another_agencys_do_not_wait(
    alpha: House, beta: House
) -> None:
    with busy_elsewhere(alpha, open_writing):
        with alpha.scope():
            assert not is_free()
        with beta.scope():
            assert is_free()


def test_moments_follow_each_other_even_where_the_clock_stands_still(alpha: House) -> None:
    with alpha.scope():
        store = make_store()
        far = datetime(2999, 1, 1, tzinfo=UTC)
        ImportSource.objects.create(upload=make_upload(), metrics=[SALES], written_at=far)
        for value in (1, 2):
            bring(store, parsed(DAY, {SALES: value}, (2,)))
        moments = list(ImportSource.objects.order_by("pk").values_list("written_at", flat=True))
        assert moments == [far, far + timedelta(microseconds=1), far + timedelta(microseconds=2)]
