"""A home folder that the servers' account can reach; pytest's own folders are closed to all but their owner."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.local.programs import end_all, find_inside
from core.local.servers import stop_servers
from core.local.supervisor import stop_supervisor


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="kaohe-test-"))
    folder.chmod(0o755)
    yield folder
    stop_supervisor(folder, grace_seconds=1)
    stop_servers(folder)
    end_all(find_inside(folder / "data", "postgres"), grace_seconds=2)
    shutil.rmtree(folder)


@pytest.fixture(autouse=True)
def no_servers_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "OWNER_DATABASE_URL", "BROKER_URL", "KAOHE_APP_ROLE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def wait_until() -> Callable[[Callable[[], bool]], None]:
    def wait(condition: Callable[[], bool], seconds: float = 20) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "it did not come true in time"
            time.sleep(0.02)

    return wait
