"""The portfolio endpoint under the real gunicorn, against a bare WSGI app with the same statements."""

import statistics
import tempfile
from contextlib import ExitStack
from pathlib import Path

import orjson
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.filling import ensure_filled
from benchmarks.http_load import Target, build_request, fetch, load
from benchmarks.processes import running, wait_for_port
from benchmarks.recomputing import estimate_all, recompute_all
from benchmarks.report import Row, at_least, at_most, show
from benchmarks.sizes import ROUNDS
from benchmarks.stage import LARGE, Stage
from core.local.programs import find_free_port
from core.people.models import User
from core.people.services import issue_token
from tenants.door import agency_scope

SERVERS = ("core.wsgi", "benchmarks.bare_wsgi", "benchmarks.conventional")
PATH = "/api/v1/portfolio/?limit=50"
REQUESTS = 200
GUNICORN = ("--workers", "1", "--no-control-socket", "--log-level", "error")


def measure_portfolio(stage: Stage) -> list[Row]:
    """The rows of the portfolio."""
    ensure_filled(stage, LARGE)
    recompute_all(LARGE)
    estimate_all(LARGE)
    host = f"{LARGE}.localhost"
    with agency_scope(slug=LARGE):
        _row, token = issue_token(user=User.objects.get(username="owner"))
    statements = list_statements(host, token)
    inside = [text for text in statements if text.split()[0] not in ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")]
    rates, page = _measure(stage, host, token, inside)
    product, bare, conventional = (statistics.median(rates[name]) for name in SERVERS)
    shown = " · ".join(_first_words(text) for text in inside)
    return [
        at_least(
            f"portfolio, 50 of {stage.sizes.stores:,} stores, requests/s against a bare WSGI app",
            product / bare,
            0.7,
            note=f"{show(product)}/s against {show(bare)}/s, one worker, {CONNECTED}; {page / 1024:.0f} KiB a page",
        ),
        at_least(
            "… against a conventional DRF list of the same stores",
            product / conventional,
            12,
            note=f"{show(conventional)}/s: nested model serializers, select_related, a count, knox",
        ),
        at_most("… SQL statements after the opening one", len(inside) - 1, 3, unit="", note=shown),
    ]


CONNECTED = "2 connections"


def list_statements(host: str, token: str) -> list[str]:
    """The SQL of one warm request, with its values written in."""
    client = Client(SERVER_NAME=host, headers={"authorization": f"Bearer {token}"})
    client.get(PATH)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(PATH)
    if answer.status_code != 200:
        raise RuntimeError(f"the portfolio answers {answer.status_code}")
    return [query["sql"] for query in captured.captured_queries]


def _measure(stage: Stage, host: str, token: str, statements: list[str]) -> tuple[dict[str, list[float]], int]:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        plan = Path(folder) / "plan.json"
        plan.write_bytes(orjson.dumps({"database": stage.urls.database, "statements": statements}))
        targets = {}
        for name in SERVERS:
            port = find_free_port()
            command = ["gunicorn", f"{name}:application", "--bind", f"127.0.0.1:{port}", *GUNICORN]
            stack.enter_context(running(command, {**stage.environment(), "BENCH_PLAN": str(plan)}))
            wait_for_port(port)
            targets[name] = Target(port, build_request(PATH, host=host, token=token))
            load(targets[name], requests=REQUESTS // 4)
        body, _wire = fetch(targets["core.wsgi"])
        rates: dict[str, list[float]] = {name: [] for name in targets}
        for _round in range(ROUNDS):
            for name, target in targets.items():
                rates[name].append(load(target, requests=REQUESTS))
    return rates, len(body)


def _first_words(statement: str) -> str:
    words = statement.split()
    table = next((words[at + 1] for at, word in enumerate(words) if word.upper() in ("FROM", "UPDATE", "INTO")), "")
    return f"{words[0]} {table}".strip()
