"""`python -m core.local.with_servers COMMAND…`: run one command on servers of its own, gone when it ends."""

import os
import subprocess
import sys

from core.local.messages import LocalError
from core.local.servers import temporary_servers


def run(command: list[str]) -> int:
    """The command's exit code; its environment names the temporary servers."""
    with temporary_servers() as servers:
        environment = {
            **os.environ,
            "DATABASE_URL": servers.urls.database,
            "OWNER_DATABASE_URL": servers.urls.owner,
            "BROKER_URL": servers.urls.broker,
        }
        return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603 - our own command, no shell


if __name__ == "__main__":
    try:
        sys.exit(run(sys.argv[1:]))
    except LocalError as error:
        sys.exit(str(error))
