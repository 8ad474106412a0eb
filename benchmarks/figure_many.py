"""Many agencies in one database: what they cost a request, and what migrating them takes."""

import json
import random
import statistics
import subprocess
import sys
import time
from contextlib import ExitStack

import psycopg

from benchmarks.http_load import Target, build_request, fetch
from benchmarks.processes import running, wait_for_port
from benchmarks.report import Row, at_most, in_ms, show
from benchmarks.sizes import ROUNDS
from benchmarks.stage import Stage
from core.local.processes import environment_of
from core.local.programs import find_free_port
from core.people.models import User
from core.people.services import issue_token
from tenants.door import agency_scope

FEW, REQUESTS = 5, 200
GUNICORN = ("--workers", "1", "--no-control-socket", "--log-level", "error")
# Enough of a product's request: host, token, a page of stores.
PATH = "/api/v1/stores/?limit=50"


def measure_many(stage: Stage) -> list[Row]:
    """Requests that take turns among a few agencies and among all, and `migrate_schemas` with nothing and one to do."""
    slugs = [f"many-{number:03d}" for number in range(stage.sizes.agencies)]
    seconds = _owner(stage, "-m", "benchmarks.founding", *slugs)
    founding = statistics.median(json.loads(seconds).values())
    with psycopg.connect(stage.urls.owner) as owner:
        stage.schemas.update(owner.execute("SELECT slug, schema_name FROM public.tenants_agency").fetchall())
    few, many = _latencies(stage, slugs)
    nothing = _timed(stage)
    _owner(stage, "manage.py", "migrate_schemas", "periods", "0002", "--tenant", "--noinput", "-v", "0")
    one = _timed(stage)
    count = len(stage.schemas)
    return [
        at_most(
            f"request p95 with {len(slugs)} agencies, against {FEW}",
            many / few,
            1.3,
            note=f"{in_ms(many)} against {in_ms(few)}; one worker, agencies at random",
        ),
        Row(
            f"migrate {count} agencies, nothing to do",
            f"{show(nothing / count)} s an agency",
            note=f"{show(nothing)} s",
        ),
        Row(f"migrate {count} agencies, one migration", f"{show(one / count)} s an agency", note=f"{show(one)} s"),
        at_most("create an agency among many", founding, 0.5, unit=" s", note=f"median of {len(slugs)}"),
    ]


def _owner(stage: Stage, *command: str) -> bytes:
    environment = environment_of(stage.urls, as_owner=True)
    return subprocess.run([sys.executable, *command], env=environment, stdout=subprocess.PIPE, check=True).stdout


def _timed(stage: Stage) -> float:
    started = time.perf_counter()
    _owner(stage, "manage.py", "migrate_schemas", "--tenant", "--noinput", "-v", "0")
    return time.perf_counter() - started


def _latencies(stage: Stage, slugs: list[str]) -> tuple[float, float]:
    """p95 of a request to one of a few agencies and to one of all, in turns; every agency has been asked before."""
    port = find_free_port()
    targets = [Target(port, _request(slug)) for slug in slugs]
    chance = random.Random(7)
    with ExitStack() as stack:
        command = ["gunicorn", "core.wsgi", "--bind", f"127.0.0.1:{port}", *GUNICORN]
        stack.enter_context(running(command, stage.environment()))
        wait_for_port(port)
        for target in targets:
            fetch(target)
        found: dict[int, list[float]] = {FEW: [], len(targets): []}
        for _round in range(ROUNDS):
            for among, times in found.items():
                times.extend(_seconds(chance.choice(targets[:among])) for _request in range(REQUESTS))
    few, many = (statistics.quantiles(times, n=20)[-1] for times in found.values())
    return few, many


def _seconds(target: Target) -> float:
    started = time.perf_counter()
    fetch(target)
    return time.perf_counter() - started


def _request(slug: str) -> bytes:
    with agency_scope(slug=slug):
        _row, token = issue_token(user=User.objects.get(username="owner"))
    return build_request(PATH, host=f"{slug}.localhost", token=token)
