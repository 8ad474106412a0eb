"""Two agencies furnished alike, the people who try the doors, and a count of how often they tried."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from assessments.fees.models import FeeAgreement, RefundEstimate
from assessments.metrics.models import Import, RejectedRows, Violation
from assessments.stores.models import Store
from tests.conftest import House
from tests.factories import TODAY, brand, forget_temporary_tables, make_judged_store, make_upload, newest, other_brand
from tests.isolation.twins import CANARIES, furnish


@dataclass
class Visits:
    """Every request of one test, and whatever it answered with that belongs to somebody else."""

    made: int = 0
    leaks: list[str] = field(default_factory=list)

    def see(self, answer: Any, foreign: str, what: str) -> Any:
        """Count one answer and look through all of it for a foreign word."""
        self.made += 1
        if foreign.encode() in answer.content or foreign in str(answer.headers):
            self.leaks.append(what)
        return answer


@pytest.fixture
def visits(record_property: Callable[[str, object], None]) -> Any:
    counted = Visits()
    yield counted
    record_property("requests", counted.made)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say how many requests the isolation matrix made, over all workers."""
    reports = [report for key in ("passed", "failed") for report in terminalreporter.stats.get(key, [])]
    made = [number for report in reports for name, number in report.user_properties if name == "requests"]
    if made:
        terminalreporter.write_line(f"isolation: {sum(made)} requests in {len(made)} tests")


@pytest.fixture
def twins(alpha: House, beta: House) -> tuple[House, House]:
    """Alpha and beta with the same ids and different words."""
    for name, house in (("alpha", alpha), ("beta", beta)):
        house.set_today(TODAY)
        with house.scope():
            furnish(name)
        forget_temporary_tables()
    return alpha, beta


def canary_of(house: House) -> str:
    return CANARIES[house.host.partition(".")[0]]


MINE, THEIRS = "mine-canary", "theirs-canary"
# Operators see what they are assigned; the client's people what is their brand's.
OUTSIDERS = ["op", "client_admin", "client_viewer"]


@dataclass
class Side:
    """A store and everything that hangs on it, by what a path calls it."""

    store: Store
    ids: dict[str, Any]


@pytest.fixture
def sides(alpha: House) -> tuple[Side, Side]:
    """Mine: the op's store, of the client users' brand. Theirs: another brand's, looked after by the other operator."""
    alpha.set_today(TODAY)
    with alpha.scope():
        return (
            make_side(MINE, client=brand(), operator=alpha.user("op")),
            make_side(THEIRS, client=other_brand(), operator=alpha.user("other_op")),
        )


def make_side(word: str, *, client: Any, operator: Any) -> Side:
    store = make_judged_store(f"{word} store", client=client, operators=[operator], shop_id=word)
    violation = Violation.objects.create(store=store, occurred_on="2024-12-01", points=2, note=word)
    upload = make_upload(by=operator, file_name=f"{word}.csv", state=Import.State.CHECKED, default_store=store)
    RejectedRows.objects.create(upload=upload, sheets=[{"name": word, "notes": [], "headings": [], "rows": []}])
    agreement = FeeAgreement.objects.get(store=store)
    estimate = RefundEstimate.objects.get(agreement=agreement)
    return Side(
        store,
        {
            "stores/{}/": store.pk,
            "stores/{}/observations/": store.pk,
            "stores/{}/points/": store.pk,
            "stores/{}/base-fee/": store.pk,
            "stores/{}/freshness/": store.pk,
            "clients/{}/": client.pk,
            "imports/{}/": upload.pk,
            "imports/{}/rejections/": upload.pk,
            "imports/{}/conflicts/": upload.pk,
            "imports/{}/errors.xlsx": upload.pk,
            "periods/{}/": newest(store).period_id,
            "verdicts/{}/": newest(store).pk,
            "verdicts/{}/explanation/": newest(store).pk,
            "verdicts/{}/verification/": newest(store).pk,
            "fee-agreements/{}/": agreement.pk,
            "violations/{}/": violation.pk,
            "refund-estimates/{}/": estimate.pk,
            "refund-estimates/{}/explanation/": estimate.pk,
            "refund-estimates/{}/verification/": estimate.pk,
        },
    )
