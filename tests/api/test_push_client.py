"""The example client against the application itself: parts, keys, lost answers, busy servers, and what it says."""

from pathlib import Path
from typing import Any
from urllib import request
from urllib.parse import urlsplit

import pytest

from assessments.metrics.models import Import, StoreDay
from assessments.stores.models import Store
from core.people.services import issue_token
from examples import push_client
from tests.conftest import Api, House
from tests.factories import TODAY, make_store

FIGURES = """store,day,sales_amount,visitors,comprehensive_experience_score
900000001,2025-03-01,5652.00,7,4.52
900000001,2025-03-02,90071992547409.93,,-
900000001,2025-03-03,one,7,4.52
900000001,2025-03-04,1,7,4.52
900000009,2025-03-05,1,7,4.52
"""


class Server:
    """Answers the client's requests by the application; `says` is what it answers before it comes to its senses."""

    def __init__(self, house: House, *says: Any) -> None:
        self.api, self.says, self.waits, self.asked = Api(house.host, None), list(says), [], 0

    def send(self, asked: request.Request) -> tuple[int, dict[str, str], bytes]:
        self.asked += 1
        said = self.says.pop(0) if self.says else None
        if said is not None and said != "lost":
            if isinstance(said, Exception):
                raise said
            return said
        url = urlsplit(asked.full_url)
        answer = self.api.client.generic(
            asked.get_method(),
            f"{url.path}?{url.query}" if url.query else url.path,
            asked.data,
            content_type=asked.get_header("Content-type"),
            headers={name: text for name, text in asked.header_items() if name not in ("Content-type", "Host")},
        )
        if said == "lost":
            raise ConnectionResetError("the answer was lost")
        return answer.status_code, dict(answer.headers), answer.content

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)


@pytest.fixture
def where(alpha: House) -> dict[str, Any]:
    alpha.set_today(TODAY)
    with alpha.scope():
        store = make_store(shop_id="900000001", operators=[alpha.user("op")])
        token = issue_token(user=alpha.user("op"), name="client", scope=[store.pk])[1]
    return {"server": f"http://{alpha.host}", "token": token, "size": 2, "run": "r1"}


@pytest.fixture
def figures(tmp_path: Path) -> Path:
    path = tmp_path / "figures.csv"
    path.write_text(FIGURES, "utf-8")
    return path


def push(server: Server, figures: Path, where: dict[str, Any], said: list[str] | None = None) -> dict[str, int]:
    told = [] if said is None else said
    return push_client.push(
        push_client.read_rows(figures), send=server.send, wait=server.wait, say=told.append, **where
    )


def test_a_csv_is_pushed_in_parts_and_its_rejects_are_told_by_row(
    alpha: House, where: dict[str, Any], figures: Path
) -> None:
    server, said = Server(alpha), []
    total = push(server, figures, where, said)
    assert total == {"rows_in": 5, "created": 3, "changed": 0, "unchanged": 0, "rejected": 2}
    assert (server.asked, server.waits) == (3, [])
    assert [line.partition(":")[0] for line in said] == ["4", "6"]
    assert "one" in said[0] and "900000009" in said[1]
    with alpha.scope():
        [_first, second, _fourth] = StoreDay.objects.order_by("day")
        assert (second.sales_amount, second.visitors) == (9007199254740993, None)
        assert second.no_data == ["comprehensive_experience_score"]


def test_a_part_whose_answer_was_lost_takes_effect_once(alpha: House, where: dict[str, Any], figures: Path) -> None:
    server = Server(alpha, "lost")
    assert push(server, figures, where)["created"] == 3
    assert (server.asked, server.waits) == (4, [1])
    with alpha.scope():
        assert Import.objects.count() == 3


def test_a_busy_server_is_asked_again_after_the_pause_it_asks_for_or_one_that_doubles(
    alpha: House, where: dict[str, Any], figures: Path
) -> None:
    busy, broken = (429, {"Retry-After": "7"}, b"{}"), (503, {}, b"")
    server = Server(alpha, busy, broken, broken, TimeoutError("slow"))
    assert push(server, figures, where)["created"] == 3
    assert server.waits == [7, 14, 28, 56]


def test_a_refusal_is_not_tried_again_and_a_dead_server_not_for_ever(
    alpha: House, where: dict[str, Any], figures: Path
) -> None:
    server = Server(alpha)
    with pytest.raises(push_client.Undelivered, match="401"):
        push(server, figures, {**where, "token": "kaohe_wrong"})
    assert server.asked == 1
    server = Server(alpha, *[ConnectionRefusedError("nobody")] * 10)
    with pytest.raises(push_client.Undelivered, match="nobody"):
        push(server, figures, where)
    assert (server.asked, server.waits) == (6, [1, 2, 4, 8, 16])


def test_a_run_that_broke_off_goes_on_under_its_name(alpha: House, where: dict[str, Any], figures: Path) -> None:
    with pytest.raises(push_client.Undelivered):
        push(Server(alpha, None, (400, {}, b"{}")), figures, where)
    assert push(Server(alpha), figures, where)["created"] == 3
    with alpha.scope():
        assert Import.objects.count() == 3


def test_a_dry_run_writes_nothing(alpha: House, where: dict[str, Any], figures: Path) -> None:
    assert push(Server(alpha), figures, {**where, "dry_run": True})["rejected"] == 2
    with alpha.scope():
        assert not Import.objects.exists()
        assert Store.objects.get().facts_revision == 1
