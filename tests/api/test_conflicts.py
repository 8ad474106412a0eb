"""Where a file differs from what is stored: looked at in a dry run, replaced or kept."""

from datetime import date
from typing import Any

from assessments.metrics.models import StoreDay, StoreDayChange
from assessments.stores.models import Store
from tests.api.conftest import GOOD, HEADINGS, code_of, walk
from tests.conftest import Api, House
from tests.factories import read_upload

# Differs in the first day's score, fills the second day's gap, and brings a third day.
LATER = (
    HEADINGS,
    ("2025-03-01", "900000001", "4.60", "5,652.00"),
    ("2025-03-02", "900000001", "4.53", "7.00"),
    ("2025-03-03", "900000001", "4.54", "8.00"),
)


def day_of(number: int) -> tuple[Any, Any]:
    row = StoreDay.objects.get(day=date(2025, 3, number))
    return row.comprehensive_experience_score, row.sales_amount


def told(answer: dict[str, Any]) -> list[int]:
    return [answer[key] for key in ("rows_in", "created", "changed", "unchanged", "kept", "rejected")]


def test_what_is_stored_stays_and_gaps_are_filled(alpha: House, op: Api, store: Store, bring: Any) -> None:
    bring(op)
    done = bring(op, LATER, on_conflict="keep")
    assert told(done) == [3, 1, 1, 0, 1, 0]
    assert (done["on_conflict"], done["conflicts"]) == ("keep", 1)
    with alpha.scope():
        assert day_of(1) == (4_520_000, 565200)
        assert day_of(2) == (4_530_000, 700)
        assert not StoreDayChange.objects.filter(day=date(2025, 3, 1)).exists()


def test_a_day_with_a_gap_filled_and_a_value_kept_has_changed(alpha: House, op: Api, store: Store, bring: Any) -> None:
    bring(op)
    done = bring(op, (HEADINGS, ("2025-03-02", "900000001", "4.99", "7.00")), on_conflict="keep")
    assert (told(done), done["conflicts"]) == ([1, 0, 1, 0, 0, 0], 1)
    with alpha.scope():
        assert day_of(2) == (4_530_000, 700)


def test_no_data_does_not_replace_a_value_that_is_kept(alpha: House, op: Api, store: Store, bring: Any) -> None:
    bring(op)
    done = bring(op, (HEADINGS, ("2025-03-01", "900000001", "-", "-")), on_conflict="keep")
    assert (told(done), done["conflicts"]) == ([1, 0, 0, 0, 1, 0], 2)
    with alpha.scope():
        assert day_of(1) == (4_520_000, 565200)
        assert StoreDay.objects.get(day=date(2025, 3, 1)).no_data is None


def test_what_is_replaced_at_once_is_not_looked_for(op: Api, store: Store, bring: Any) -> None:
    bring(op)
    done = bring(op, LATER)
    assert (told(done), done["conflicts"], done["on_conflict"]) == ([3, 1, 2, 0, 0, 0], None, "replace")


def test_a_dry_run_lists_its_conflicts_and_the_choice_is_made_when_it_is_taken_over(
    alpha: House, op: Api, store: Store, bring: Any
) -> None:
    bring(op)
    checked = bring(op, LATER, dry_run="true")
    assert (told(checked), checked["conflicts"]) == ([3, 1, 2, 0, 0, 0], 1)
    assert walk(op, f"imports/{checked['id']}/conflicts/") == [
        {
            "store": str(store.pk),
            "store_name": "A store",
            "day": "2025-03-01",
            "metric": "comprehensive_experience_score",
            "stored": "4.520000",
            "found": "4.600000",
        }
    ]
    path = f"imports/{checked['id']}/commit/"
    assert code_of(op.post(path, {"on_conflict": "perhaps"})) == (400, "invalid")
    assert op.post(path, {"on_conflict": "keep"}).status_code == 202
    with alpha.scope():
        read_upload(checked["id"])
        assert day_of(1) == (4_520_000, 565200)
    assert told(op.get(f"imports/{checked['id']}/").json()) == [3, 1, 1, 0, 1, 0]


def test_the_choice_at_upload_holds_when_nothing_else_is_said(alpha: House, op: Api, store: Store, bring: Any) -> None:
    bring(op)
    checked = bring(op, LATER, dry_run="true", on_conflict="keep")
    assert op.post(f"imports/{checked['id']}/commit/").json()["on_conflict"] == "keep"
    with alpha.scope():
        assert read_upload(checked["id"]).kept == 1


def test_conflicts_of_stores_that_are_no_longer_ones_own_are_not_shown(
    alpha: House, op: Api, store: Store, bring: Any
) -> None:
    bring(op)
    pk = bring(op, LATER, dry_run="true")["id"]
    with alpha.scope():
        store.operators.clear()
    assert walk(op, f"imports/{pk}/conflicts/") == []
    assert len(walk(alpha.api("lead"), f"imports/{pk}/conflicts/")) == 1


def test_another_agency_sees_no_conflicts(beta: House, op: Api, store: Store, bring: Any) -> None:
    bring(op, GOOD)
    pk = bring(op, LATER, dry_run="true")["id"]
    assert code_of(beta.api("owner").get(f"imports/{pk}/conflicts/")) == (404, "not_found")
