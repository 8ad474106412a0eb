"""What must be done to a prepared database before the product may run on it."""

import subprocess
import sys
from pathlib import Path

from core.local.messages import LocalError, Message, Progress
from core.local.places import PROJECT
from core.local.processes import environment_of
from core.local.urls import Urls

# Each runs as `manage.py …` with the owner's login, in this order; each must be safe to repeat.
SETUP_STEPS: tuple[tuple[Message, tuple[str, ...]], ...] = (
    (
        Message(zh="正在更新数据库表结构……", en="migrating the database…"),
        ("migrate_schemas", "--noinput", "--verbosity", "1"),
    ),
    (
        Message(zh="正在发布新的规则集……", en="publishing new rulebooks…"),
        ("sync_rulebooks",),
    ),
)
TAIL_LINES = 25


def migrate(urls: Urls, progress: Progress, *, project: Path = PROJECT) -> None:
    """Run every set-up step as the owner. Raises LocalError with the step's last lines when one fails."""
    for message, step in SETUP_STEPS:
        progress(message)
        done = subprocess.run(  # noqa: S603 - our own command, no shell
            [sys.executable, str(project / "manage.py"), *step],
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
                    zh=f"{tail}\n`manage.py {step[0]}` 失败（退出码 {done.returncode}），原因见上。",
                    en=f"`manage.py {step[0]}` failed (exit code {done.returncode}); the reason stands above.",
                )
            )
