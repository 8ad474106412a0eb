"""The one table of what runs: name, command, and whether it logs in as the owner of the tables."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from core.local.urls import Urls

DEFAULT_PORT = 8000
# Mingle and gossip keep workers talking to each other, and have kept them from coming back after a broker's restart.
QUIET = ("--without-mingle", "--without-gossip")


@dataclass(frozen=True, slots=True)
class Program:
    """One program to run. `as_owner`: with the owner's login, which alone may create an agency's schema."""

    command: tuple[str, ...]
    as_owner: bool = False


def get_port() -> int:
    """The web server's port: KAOHE_PORT, or 8000."""
    return int(os.environ.get("KAOHE_PORT") or DEFAULT_PORT)


def product_processes(*, port: int, home: Path) -> dict[str, Program]:
    """Everything that makes up the running product."""
    python = (sys.executable, "-m")
    celery = (*python, "celery", "-A", "tasks")
    worker = (*celery, "worker", "--loglevel", "INFO", *QUIET)
    return {
        "web": Program(
            (
                *(*python, "gunicorn", "core.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2"),
                *("--no-control-socket", "--access-logfile", "-"),
            )
        ),
        "worker": Program((*worker, "--pool", "prefork", "--concurrency", "3", "-Q", "default", "-n", "worker@%h")),
        "provision": Program(
            (*worker, "--pool", "prefork", "--concurrency", "1", "-Q", "provision", "-n", "provision@%h"),
            as_owner=True,
        ),
        "beat": Program((*celery, "beat", "--loglevel", "INFO", "--pidfile", "", "-s", str(home / "beat-schedule"))),
    }


def environment_of(urls: Urls, *, as_owner: bool = False) -> dict[str, str]:
    """The environment of a child: one login only, so that what faces the network never holds the owner's."""
    environment = {name: value for name, value in os.environ.items() if name != "OWNER_DATABASE_URL"}
    return {
        **environment,
        "DJANGO_SETTINGS_MODULE": environment.get("DJANGO_SETTINGS_MODULE", "core.settings"),
        "DATABASE_URL": urls.owner if as_owner else urls.database,
        "BROKER_URL": urls.broker,
        "KAOHE_APP_ROLE": urls.app_role,
        "KAOHE_SECRET_KEY": environment.get("KAOHE_SECRET_KEY") or urls.secret_key,
        "PYTHONUNBUFFERED": "1",
    }
