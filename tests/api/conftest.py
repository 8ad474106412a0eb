"""What the API's tests share: people at their desks, and stores in every state."""

from typing import Any

import pytest

from assessments.fees.models import RefundEstimate
from assessments.stores.models import Store
from tests.conftest import Api, House
from tests.factories import SCORE, make_store, newest, read_upload
from tests.unit.metrics.builders import make_csv


@pytest.fixture
def owner(alpha: House) -> Api:
    return alpha.api("owner")


@pytest.fixture
def lead(alpha: House) -> Api:
    return alpha.api("lead")


@pytest.fixture
def op(alpha: House) -> Api:
    return alpha.api("op")


@pytest.fixture
def store(alpha: House) -> Store:
    """A bare store that op looks after."""
    with alpha.scope():
        return make_store(shop_id="900000001", operators=[alpha.user("op")])


@pytest.fixture
def verdict_at(alpha: House, risky: Store) -> str:
    """The path of the risky store's newest verdict."""
    with alpha.scope():
        return f"verdicts/{newest(risky).pk}/"


@pytest.fixture
def estimate_at(alpha: House, risky: Store) -> str:
    """The path of the risky store's newest estimate."""
    with alpha.scope():
        return f"refund-estimates/{RefundEstimate.objects.get().pk}/"


# The answers there are, and questions to ask.
OF_A_VERDICT = ("must-be-plan", "certainty", "clock", "intervals", "levers", "comparison")
OF_AN_ESTIMATE = ("steps", "exit-plan")
RAISED = {"kind": "set_closing", "metric": SCORE, "month": "2024-09-01", "value": "4.11"}
FAILED = {"kind": "set_closing", "metric": SCORE, "month": "2025-03-15", "value": "4.10"}
SOLD = {"kind": "set_sales", "amount": "500000.00"}


def code_of(answer: Any) -> tuple[int, str]:
    """Status and stable code of a refusal; the shape is checked on the way."""
    body = answer.json()
    assert set(body) == {"code", "detail", "fields"}
    assert isinstance(body["detail"], str)
    assert body["detail"]
    assert isinstance(body["fields"], dict)
    return answer.status_code, body["code"]


def walk(api: Api, path: str, **params: Any) -> list[Any]:
    """Every row of a list, page by page, in at most a hundred pages."""
    rows: list[Any] = []
    answer = api.get(path, **params)
    for _page in range(100):
        page = answer.json()
        rows += page["results"]
        if page["next"] is None:
            return rows
        answer = api.client.get(page["next"])
    raise AssertionError(f"{path} does not end: {len(rows)} rows so far")


HEADINGS = ("日期", "店铺ID", "综合体验分", "交易成功金额")
GOOD = (HEADINGS, ("2025-03-01", "900000001", "4.52", "5,652.00"), ("2025-03-02", "900000001", "4.53", "-"))
COUNTS = ("rows_in", "created", "changed", "unchanged", "rejected", "summary_rows", "stores")


def upload(api: Api, rows: Any = GOOD, **fields: Any) -> Any:
    content = rows if isinstance(rows, bytes) else make_csv(rows)
    return api.upload(content, fields.pop("name", "scores.csv"), **fields)


@pytest.fixture
def bring(alpha: House, store: Store) -> Any:
    """Upload a file and let the worker read it; what the API then says of it."""

    def bring_in(api: Api, rows: Any = GOOD, **fields: Any) -> dict[str, Any]:
        sent = upload(api, rows, **fields)
        assert sent.status_code == 202, sent.content
        with alpha.scope():
            read_upload(sent.json()["id"])
        answer: dict[str, Any] = api.get(f"imports/{sent.json()['id']}/").json()
        assert answer["rows_in"] == sum(answer[key] for key in ("created", "changed", "unchanged", "kept", "rejected"))
        return answer

    return bring_in


def counts(answer: dict[str, Any]) -> dict[str, int]:
    return {key: answer[key] for key in COUNTS}
