"""A stage for tests that need real commits and real workers: an agency of their own, a broker database of their own."""

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import redis
from celery import Celery
from django.core.management import call_command
from django.db import connection, connections

from assessments.stores.models import Client, Store
from assessments.stores.services import create_store
from core.people.models import User
from tasks.doorbell import ring_for_next_turn
from tenants.door import agency_scope
from tests.conftest import PASSWORD, _Quiet, become_app, become_owner

BROKER_DATABASE = 9
DEADLINE_SECONDS = 90


@dataclass
class Stage:
    """A committed agency and its broker."""

    slug: str
    schema: str
    database: str
    broker: str

    def scope(self) -> Any:
        return agency_scope(schema=self.schema)

    def send_sweep(self) -> None:
        """What beat does, now."""
        with Celery("test", broker=self.broker) as sender:
            sender.send_task("sweep", queue="default")

    def send_next_turn(self) -> None:
        """What a worker does that has served somebody."""
        with Celery("test", broker=self.broker) as sender:
            ring_for_next_turn(sender=sender)

    def flush_broker(self) -> None:
        redis.Redis.from_url(self.broker).flushdb()


def broker_url(worker_id: str) -> str:
    """The test run's broker, on a database that no other test process uses (Valkey has sixteen)."""
    number = BROKER_DATABASE + int(worker_id.removeprefix("gw") or 0) if worker_id.startswith("gw") else BROKER_DATABASE
    return urlunsplit(urlsplit(os.environ["BROKER_URL"])._replace(path=f"/{number}"))


@contextmanager
def committed_agency(database: str, worker_id: str) -> Iterator[Stage]:
    """An agency whose rows are really committed, gone afterwards."""
    slug = f"g{secrets.token_hex(4)}"
    become_owner(database)
    call_command("create_agency", slug, slug, password=PASSWORD, business_date=date(2025, 1, 31), stdout=_Quiet())
    become_app(database)
    with agency_scope(slug=slug) as scope:
        schema = scope.schema_name
    stage = Stage(slug=slug, schema=schema, database=database, broker=broker_url(worker_id))
    stage.flush_broker()
    try:
        yield stage
    finally:
        stage.flush_broker()
        become_owner(database)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM tenants_domain WHERE domain = %s", [f"{slug}.localhost"])
            cursor.execute("DELETE FROM tenants_agency WHERE slug = %s", [slug])
            cursor.execute(f'DROP SCHEMA "{schema}" CASCADE')
            cursor.execute(f'DROP ROLE "{schema}"')
        become_app(database)


@contextmanager
def worker(stage: Stage, *, queue: str = "default", processes: int = 2) -> Iterator["subprocess.Popen[bytes]"]:
    """A real Celery worker on this stage, in a process group of its own; killed at the end."""
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "celery", "-A", "tasks", "worker", "--pool", "prefork"),
            *("--concurrency", str(processes)),
            *("--without-mingle", "--without-gossip", "-Q", queue, "-l", "WARNING"),
            *("-n", f"{secrets.token_hex(3)}@test"),
        ],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "core.settings",
            "DATABASE_URL": _database_url(stage.database),
            "BROKER_URL": stage.broker,
            "KAOHE_RING_SECONDS": "0",
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        kill(process)


def kill(process: "subprocess.Popen[bytes]") -> None:
    """kill -9 of the worker and all its children."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_until(is_so: Callable[[], bool], *, meanwhile: Callable[[], None] = lambda: None) -> None:
    """Poll; fail when it does not come true in time."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "it did not come true in time"
        meanwhile()
        time.sleep(0.2)


def _database_url(name: str) -> str:
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


def make_store(*, number: int = 1, client: str = "品牌") -> Store:
    """A Tmall store that has been live for years."""
    brand, _created = Client.objects.get_or_create(name=client)
    return create_store(
        client=brand,
        platform="tmall",
        shop_id=f"70000{number:04d}",
        name=f"店铺{number}",
        main_category="女装/女士精品",
        go_live_on=date(2022, 3, 12),
    )


def scores_csv(*, stores: list[Store], first: date, days: int, score: str = "4.50") -> bytes:
    """The agency's daily scores as a GBK file."""
    lines = ["日期,店铺ID,店铺名称,综合体验分"]
    lines += [
        f"{first + timedelta(days=day)},{store.shop_id},{store.name},{score}" for day in range(days) for store in stores
    ]
    return ("\r\n".join(lines) + "\r\n").encode("gbk")


def owner_of(stage: Stage) -> User:
    """The first person of the agency; call it inside the scope."""
    return User.objects.get(username="owner")


def close_connections() -> None:
    connections.close_all()
