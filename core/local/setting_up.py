"""What must be done to a prepared database before the product may run on it."""

import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from core.local.messages import LocalError, Message, Progress
from core.local.places import PROJECT
from core.local.processes import environment_of
from core.local.urls import Urls

Step = tuple[str, ...]

# Each is a `manage.py` command, run with the owner's login in this order; each must be safe to repeat.
SETUP_STEPS: tuple[Step, ...] = (("migrate_schemas", "--noinput", "--verbosity", "1"), ("sync_rulebooks",))
TAIL_LINES = 25


def migrate(urls: Urls, progress: Progress, *, project: Path = PROJECT, then: Sequence[Step] = ()) -> None:
    """Run every set-up step and `then` as the owner, in one process. Raises LocalError with its last lines."""
    progress(Message(zh="正在更新数据库表结构与规则集……", en="migrating the database, publishing new rulebooks…"))
    done = subprocess.run(  # noqa: S603 - our own command, no shell
        [sys.executable, str(project / "manage.py"), "in_order", *map(shlex.join, (*SETUP_STEPS, *then))],
        cwd=project,
        env=environment_of(urls, as_owner=True),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        tail = "\n".join(done.stdout.strip().splitlines()[-TAIL_LINES:])
        raise LocalError(
            Message(
                zh=f"{tail}\n数据库准备失败（退出码 {done.returncode}），原因见上。",
                en=f"Preparing the database failed (exit code {done.returncode}); the reason stands above.",
            )
        )
