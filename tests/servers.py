"""Servers for the test run: private embedded ones, or those that DATABASE_URL and BROKER_URL name.

Imported by tests/settings.py before anything of Django. pytest-xdist's workers inherit the environment, so the
servers are started once, by the process that starts the run, and end with it.
"""

import atexit
import os
from contextlib import ExitStack

from core.local.database import prepare_database
from core.local.servers import temporary_servers

STARTED = "KAOHE_TEST_SERVERS"


def ensure_test_servers() -> None:
    """Set DATABASE_URL, OWNER_DATABASE_URL and BROKER_URL for this run. Does nothing the second time."""
    if os.environ.get(STARTED):
        return
    database, broker = os.environ.get("DATABASE_URL"), os.environ.get("BROKER_URL")
    if database and broker:
        if not os.environ.get("OWNER_DATABASE_URL"):
            urls = prepare_database(database)
            os.environ.update(DATABASE_URL=urls.database, OWNER_DATABASE_URL=urls.owner)
    else:
        stack = ExitStack()
        servers = stack.enter_context(temporary_servers())
        atexit.register(stack.close)
        os.environ.update(
            DATABASE_URL=servers.urls.database,
            OWNER_DATABASE_URL=servers.urls.owner,
            BROKER_URL=servers.urls.broker,
        )
    os.environ[STARTED] = "1"
