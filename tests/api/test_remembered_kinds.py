"""What somebody said that a file is, where its headings did not tell: used for the next one, listed, taken back."""

from typing import Any

from assessments.metrics.models import RememberedKind
from assessments.metrics.reading.fingerprint import read_headings, read_headings_in_child
from assessments.stores.models import Store
from tests.api.conftest import HEADINGS, code_of, walk
from tests.conftest import Api, House
from tests.unit.metrics.builders import make_csv, make_xlsx

# A day, a shop and a metric; staff and enquiries: two kinds lead.
UNSURE = (
    ("日期", "店铺ID", "旺旺", "询单人数"),
    ("2025-03-01", "900000001", "a", "3"),
)
TURNED = tuple((row[1], row[0], *row[2:]) for row in UNSURE)


def test_the_choice_for_an_unsure_file_holds_for_the_next(alpha: House, op: Api, store: Store, bring: Any) -> None:
    first = bring(op, UNSURE)
    assert (first["state"], first["error"]["code"]) == ("failed", "unsure")
    chosen = bring(op, UNSURE, kind="store_scores")
    assert (chosen["state"], chosen["created"]) == ("done", 1)
    later = (TURNED[0], ("900000001", "2025-03-02", "b", "4"))
    after = bring(op, make_xlsx(later), name="later.xlsx")
    assert (after["state"], after["kind"], after["created"]) == ("done", "store_scores", 1)
    [row] = walk(op, "remembered-kinds/")
    assert (row["kind"], row["headings"]) == ("store_scores", "日期、店铺ID、询单人数"), (
        "a nickname's heading is not told"
    )
    assert code_of(op.client.delete(f"/api/v1/remembered-kinds/{row['id']}/")) == (403, "permission_denied")
    assert alpha.api("lead").client.delete(f"/api/v1/remembered-kinds/{row['id']}/").status_code == 204
    assert bring(op, UNSURE)["error"]["code"] == "unsure"


def test_a_kind_that_the_headings_tell_is_not_remembered(alpha: House, op: Api, store: Store, bring: Any) -> None:
    bring(op, (HEADINGS, ("2025-03-01", "900000001", "4.5", "1")), kind="store_scores")
    with alpha.scope():
        assert not RememberedKind.objects.exists()


def test_another_agency_remembers_nothing_of_it(beta: House, op: Api, store: Store, bring: Any) -> None:
    bring(op, UNSURE, kind="store_scores")
    [row] = walk(op, "remembered-kinds/")
    owner = beta.api("owner")
    assert walk(owner, "remembered-kinds/") == []
    assert code_of(owner.client.delete(f"/api/v1/remembered-kinds/{row['id']}/")) == (404, "not_found")


def test_the_order_of_columns_is_no_difference_and_another_column_is() -> None:
    known = read_headings(make_csv(UNSURE))
    assert known.is_unsure
    assert read_headings_in_child(make_csv(TURNED)).fingerprint == known.fingerprint
    for reason in ("错误原因", "Error reason"):
        with_reason = ((*UNSURE[0], reason), (*UNSURE[1], ""))
        assert read_headings(make_csv(with_reason)).fingerprint == known.fingerprint
    wider = tuple((*row, "x") for row in UNSURE)
    assert read_headings(make_csv(wider)).fingerprint != known.fingerprint
    for strange in (b"\0", make_csv((("a", "b"),))):
        assert read_headings_in_child(strange).fingerprint == ""
