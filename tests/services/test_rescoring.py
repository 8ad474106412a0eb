"""Only what rests on other inputs is judged again, and a batch passes through memory a few stores at a time."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from assessments.periods.calendars import open_periods
from assessments.periods.facts import Asked, gather_figures
from assessments.periods.gathering import gather_months, stream_months
from assessments.periods.models import Period, StoreStanding, Verdict
from assessments.periods.revisions import Case, Rewriting
from assessments.periods.services import JUDGED, plan_stores, recompute_stale, recompute_stores
from assessments.rulebooks.queries import get_lines, list_programmes
from assessments.stores.models import Store
from assessments.stores.services import change_client, change_store, roll_day, touch_stores
from tests.conftest import House
from tests.factories import (
    GOOD_YEAR,
    SALES,
    SCORE,
    TODAY,
    compute,
    make_judged_store,
    make_store,
    set_lines,
    write_days,
    write_months,
)

AS_OF = TODAY - timedelta(days=1)


def statements(run: Callable[[], object]) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        run()
    return [query["sql"] for query in captured.captured_queries]


def two_periods() -> Store:
    """A store with a finished period and one that runs, both with figures."""
    set_lines()
    store = make_store(go_live_on=date(2023, 7, 15))
    write_months(store, {f"2024-{month:02}": "4.5" for month in range(1, 13)} | {"2025-01": "4.5", "2025-02": "4.5"})
    compute()
    assert Verdict.objects.count() == 2
    return store


def is_judged_again(store: Store) -> bool:
    touch_stores(store_ids=[store.pk])
    return any("periods_verdict" in statement for statement in statements(lambda: recompute_stale(today=TODAY)))


def test_a_touched_store_with_the_same_figures_on_the_same_day_is_not_judged(alpha: House) -> None:
    with alpha.scope():
        store = make_judged_store()
        assert not is_judged_again(store)
        store.refresh_from_db()
        assert store.computed_revision == store.facts_revision
        write_days(store, {date(2025, 2, 28): {SCORE: "4.51"}})
        assert is_judged_again(store)
        assert not is_judged_again(store)


def test_another_business_day_is_another_input_even_without_figures(alpha: House) -> None:
    with alpha.scope():
        store = make_judged_store()
        named = StoreStanding.objects.get(store=store).inputs
        roll_day(today=TODAY + timedelta(days=1))
        assert recompute_stale(today=TODAY + timedelta(days=1)).verdicts == 0
        board = StoreStanding.objects.get(store=store)
        assert board.as_of == TODAY
        assert board.inputs != named


def test_what_the_board_shows_of_a_store_is_an_input_of_its_row(alpha: House) -> None:
    with alpha.scope():
        store = make_judged_store()
        change_store(store=store, name="renamed")
        assert compute().verdicts == 0
        assert StoreStanding.objects.get(store=store).document["store"]["name"] == "renamed"
        change_client(client=store.client, name="another brand")
        assert compute().verdicts == 0
        assert StoreStanding.objects.get(store=store).document["store"]["client_name"] == "another brand"


def test_a_period_that_nothing_was_corrected_in_keeps_what_it_was_judged_by(alpha: House) -> None:
    with alpha.scope():
        store = two_periods()
        older, running = Period.objects.filter(verdicts__isnull=False).order_by("starts_on")
        write_days(store, {date(2025, 2, 28): {SCORE: "4.6"}})
        assert compute().verdicts == 1
        assert Period.objects.get(pk=older.pk).inputs == older.inputs
        assert Period.objects.get(pk=running.pk).inputs != running.inputs
        shown = StoreStanding.objects.get(store=store).document
        write_days(store, {date(2024, 4, 30): {SCORE: "4.6"}})
        assert compute().verdicts == 1
        assert older.verdicts.count() == 2
        assert StoreStanding.objects.get(store=store).document == shown


def test_rows_of_before_inputs_were_named_are_judged_once_and_written_by_no_revision(alpha: House) -> None:
    with alpha.scope():
        store = make_judged_store()
        Period.objects.update(inputs="")
        StoreStanding.objects.update(inputs="")
        assert is_judged_again(store)
        assert Verdict.objects.count() == 1
        assert not is_judged_again(store)


def test_the_inputs_of_a_period_do_not_depend_on_the_stores_judged_with_it(alpha: House) -> None:
    with alpha.scope():
        store = make_judged_store()
        named = StoreStanding.objects.get(store=store).inputs
        make_judged_store("an older one", go_live_on=date(2022, 7, 15))
        touch_stores()
        compute()
        assert StoreStanding.objects.get(store=store).inputs == named


def test_months_of_all_parts_are_asked_for_once_and_each_part_holds_its_own(alpha: House) -> None:
    with alpha.scope():
        stores = sorted((make_store(str(number)) for number in range(4)), key=lambda store: store.pk)
        for store in stores[:1] + stores[2:]:
            write_months(store)
        asked: Any = {"codes": {SALES: False, SCORE: True}, "starts_on": date(2024, 8, 1), "ends_before": TODAY}
        whole = gather_months(store_ids=[store.pk for store in stores], **asked)
        parts: list[Any] = []
        ran = statements(lambda: parts.extend(stream_months(parts=[[store.pk] for store in stores], **asked)))
        assert sum("metrics_storeday" in statement for statement in ran) == 1
        assert [set(part.rows) for part in parts] == [{stores[0].pk}, set(), {stores[2].pk}, {stores[3].pk}]
        assert {pk: rows for part in parts for pk, rows in part.rows.items()} == whole.rows


def test_the_cells_of_a_metric_are_the_same_whatever_was_gathered_beside_it(alpha: House) -> None:
    with alpha.scope():
        store = make_store()
        write_months(store)
        span = {"starts_on": date(2024, 8, 1), "ends_before": TODAY}
        alone = gather_months(store_ids=[store.pk], codes={SCORE: True}, **span)
        beside = gather_months(store_ids=[store.pk], codes={SALES: False, SCORE: True}, **span)
        cells = alone.list_cells(store.pk, {SCORE: True}, **span)
        assert len(cells) == len(GOOD_YEAR)
        assert beside.list_cells(store.pk, {SCORE: True}, **span) == cells
        assert beside.list_cells(store.pk, {SALES: False}, **span) != cells
        # Others of the batch may want the newest value too: who does not ask for it is not told.
        without = beside.build_series(store.pk, {SCORE: False}, **span)
        assert {month.latest for month in without[SCORE]} == {None}
        assert beside.list_cells(store.pk, {SCORE: False}, **span) != cells


def test_a_batch_in_parts_says_the_same_as_a_batch_at_once(alpha: House) -> None:
    with alpha.scope():
        set_lines()
        stores = [make_store(str(number)) for number in range(5)]
        for number, store in enumerate(stores[1:]):
            write_months(store, GOOD_YEAR | {"2025-02": f"4.{number}"})
        told = []
        for together in (2, 5):
            with transaction.atomic():
                assert recompute_stores(stores=stores, as_of=AS_OF, together=together) == 5
                verdicts = Verdict.objects.values_list("period__store", "digest")
                board = StoreStanding.objects.values_list("store", "standing", "risk", "as_of")
                told.append((sorted(verdicts), sorted(board)))
                transaction.set_rollback(True)
        assert told[0] == told[1]


def test_a_verdict_leaves_before_the_next_store_is_judged(alpha: House) -> None:
    with alpha.scope():
        set_lines()
        stores = sorted((make_store(str(number)) for number in range(3)), key=lambda store: store.pk)
        for store in stores:
            write_months(store)
        programmes = list_programmes(*JUDGED)
        plans = plan_stores(stores=stores, programmes=programmes, until=AS_OF)
        pinned = open_periods(stores=stores, plans=plans, ids=programmes.ids)
        pins = [pin for each in pinned.values() for pin in each]
        figures = gather_figures(stores=stores, pins=pins, as_of=AS_OF)
        asked = Asked(figures, get_lines(stores=stores), AS_OF)
        concerned = [(plan.store, [Case(plan, pin, "news") for pin in pinned[plan.key][-1:]], "row") for plan in plans]
        rewriting = Rewriting(asked)
        rows = rewriting.list_fresh(concerned)
        for done in range(3):
            next(rows)
            assert len(rewriting.noted) == done + 1
            assert len(rewriting.board) == done
