"""The stage: private servers (or those the environment names), a database of this run's own, and three agencies."""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from benchmarks.sizes import Sizes
from core.local.database import prepare_database
from core.local.processes import environment_of
from core.local.servers import temporary_servers
from core.local.urls import Urls, resolve_urls

LARGE, SMALL, INTAKE = "bench-large", "bench-small", "bench-intake"


@dataclass(slots=True)
class Stage:
    """Addresses, sizes, and what making the agencies took. `beside` is a schema for yardstick tables."""

    urls: Urls
    sizes: Sizes
    beside: str = "beside"
    founding_seconds: dict[str, float] = field(default_factory=dict)
    schemas: dict[str, str] = field(default_factory=dict)
    filled: set[str] = field(default_factory=set)

    def connect(self, slug: str = LARGE) -> psycopg.Connection:
        """The tables' owner in one agency's schema: for yardsticks and upkeep, never for the product."""
        connection = psycopg.connect(self.urls.owner, autocommit=True)
        connection.execute(
            sql.SQL("SET search_path TO {}, {}").format(sql.Identifier(self.schemas[slug]), sql.Identifier(self.beside))
        )
        return connection

    def environment(self) -> dict[str, str]:
        """For the product's own processes."""
        return environment_of(self.urls)


@contextmanager
def open_stage(sizes: Sizes) -> Iterator[Stage]:
    """Servers, database and agencies, with the environment set for Django; all of it gone at the end."""
    with ExitStack() as stack:
        if not (os.environ.get("DATABASE_URL") and os.environ.get("BROKER_URL")):
            given = stack.enter_context(temporary_servers()).urls
        else:
            given = _given_urls()
        name = f"kaohe_bench_{secrets.token_hex(3)}"
        with psycopg.connect(given.owner, autocommit=True) as owner:
            owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            owner.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO PUBLIC").format(sql.Identifier(name)))
        urls = replace(given, database=_at(given.database, name), owner=_at(given.owner, name))
        stage = Stage(urls=urls, sizes=sizes)
        stack.callback(_drop, stage, given.owner, name)
        os.environ.update(stage.environment(), OWNER_DATABASE_URL=urls.owner, KAOHE_LOG_LEVEL="ERROR")
        _found(stage)
        yield stage


def _given_urls() -> Urls:
    if not os.environ.get("OWNER_DATABASE_URL"):
        logins = prepare_database(os.environ["DATABASE_URL"])
        os.environ.update(DATABASE_URL=logins.database, OWNER_DATABASE_URL=logins.owner)
    return resolve_urls()


def _found(stage: Stage) -> None:
    made = subprocess.run(
        [sys.executable, "-m", "benchmarks.founding", LARGE, SMALL, INTAKE],
        env=environment_of(stage.urls, as_owner=True),
        stdout=subprocess.PIPE,
        check=True,
    )
    stage.founding_seconds.update(json.loads(made.stdout))
    with psycopg.connect(stage.urls.owner, autocommit=True) as owner:
        stage.schemas.update(owner.execute("SELECT slug, schema_name FROM public.tenants_agency").fetchall())
        owner.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(stage.beside)))


def _drop(stage: Stage, owner_url: str, name: str) -> None:
    if "django" in sys.modules:
        from django.db import connections  # noqa: PLC0415 - only if somebody has set Django up

        connections.close_all()
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        for schema in stage.schemas.values():
            owner.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(schema)))


def _at(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))
