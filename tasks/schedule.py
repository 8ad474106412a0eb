"""Everything that runs on a clock, and the queue of each task.

Beat only ticks; what is due is decided by rows, so a missed tick loses nothing.
"""

from typing import Any

SCHEDULE: dict[str, dict[str, Any]] = {
    # Rings again for work whose ring was lost, finds stale stores, takes a new business date into account.
    "sweep": {"task": "sweep", "schedule": 30.0, "options": {"expires": 30}},
}

# Tasks that need another worker than the usual one: `provision` alone logs in as the owner of the tables.
DEFAULT_QUEUE = "default"
QUEUES = {"provision_agency": "provision"}
# Rung when a worker has served an agency and somebody still waits.
NEXT_TURN = "next_turn"
