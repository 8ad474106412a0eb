"""`python -m core.local.checks`: what `make check` checks. Every step runs; one that fails fails the whole."""

import difflib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from core.local.messages import LocalError
from core.local.places import PROJECT
from core.local.servers import temporary_servers

SCHEMA = PROJECT / "docs" / "openapi.yaml"
PYTHON = sys.executable
DIFF_LINES = 40


@dataclass(frozen=True, slots=True)
class Check:
    """One step: its name on the screen and its command."""

    name: str
    command: tuple[str, ...]


CHECKS = (
    Check("ruff", (PYTHON, "-m", "ruff", "check", ".")),
    Check("ruff format", (PYTHON, "-m", "ruff", "format", "--check", ".")),
    Check("mypy", (PYTHON, "-m", "mypy")),
    Check(
        "import contracts",
        (PYTHON, "-c", "import importlinter.cli; importlinter.cli.lint_imports_command()"),
    ),
    Check("missing migrations", (PYTHON, "manage.py", "makemigrations", "--check", "--dry-run")),
    Check("OpenAPI drift", (PYTHON, "-m", "core.local.checks", "openapi")),
)


def run_all() -> int:
    """Run every check; 0 when all are ok."""
    # Django asks the database about applied migrations; a private one has no opinion and no leftovers.
    with temporary_servers() as servers:
        environment = {
            **os.environ,
            "DATABASE_URL": servers.urls.database,
            "OWNER_DATABASE_URL": servers.urls.owner,
            "BROKER_URL": servers.urls.broker,
        }
        failed = [check.name for check in CHECKS if not run_one(check, environment)]
    say(f"failed: {', '.join(failed)}" if failed else f"{len(CHECKS)} checks ok")
    return 1 if failed else 0


def run_one(check: Check, environment: Mapping[str, str]) -> bool:
    """Run one check and print its line; its output only when it fails."""
    started = time.monotonic()
    done = subprocess.run(  # noqa: S603 - our own command, no shell
        check.command,
        cwd=PROJECT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    seconds = round(time.monotonic() - started)
    say(f"{check.name:<20} {'ok' if done.returncode == 0 else 'failed'} ({seconds} s)")
    if done.returncode != 0:
        say(done.stdout.rstrip())
    return done.returncode == 0


def compare_schema(*, write: bool) -> int:
    """Compare the API as it is with docs/openapi.yaml, or write that file. 0 when they agree."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "openapi.yaml"
        command = [PYTHON, "manage.py", "spectacular", "--validate", "--fail-on-warn", "--file", str(fresh)]
        done = subprocess.run(command, cwd=PROJECT, check=False)  # noqa: S603 - our own command, no shell
        if done.returncode != 0:
            return done.returncode
        now = fresh.read_text("utf-8")
    if write:
        SCHEMA.write_text(now, "utf-8")
        return 0
    committed = SCHEMA.read_text("utf-8") if SCHEMA.exists() else ""
    if committed == now:
        return 0
    lines = difflib.unified_diff(committed.splitlines(), now.splitlines(), "docs/openapi.yaml", "the API", lineterm="")
    say("\n".join(list(lines)[:DIFF_LINES]))
    say("接口与 docs/openapi.yaml 不一致：请运行 `make openapi`。")
    say("The API and docs/openapi.yaml differ: run `make openapi`.")
    return 1


def say(line: str) -> None:
    """One line for the terminal."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        if sys.argv[1:2] == ["openapi"]:
            sys.exit(compare_schema(write="--write" in sys.argv))
        sys.exit(run_all())
    except LocalError as error:
        sys.exit(str(error))
