"""Ring: tell the broker that a message waits in PostgreSQL. A lost ring loses nothing."""

import logging

from celery import Celery
from kombu.exceptions import OperationalError

from tasks.celery import app
from tasks.schedule import DEFAULT_QUEUE, NEXT_TURN, QUEUES
from tenants.door import PUBLIC
from tenants.turns import ask_for_turn

log = logging.getLogger(__name__)


def announce(*, address: str, task: str, message: int) -> None:
    """After the commit: note that the agency has work, then ring. Rings may wait behind others' in the broker; the
    note is seen by the next worker that looks whose turn it is."""
    if address != PUBLIC:
        ask_for_turn(schema=address)
    ring(address=address, task=task, message=message)


def ring_for_next_turn(*, sender: Celery = app) -> None:
    """Ask a worker to look whose turn it is."""
    try:
        sender.send_task(NEXT_TURN, queue=DEFAULT_QUEUE, retry=False)
    except (OperationalError, OSError) as error:
        log.warning("the broker cannot be reached, the next turn waits for the sweep: %s", error)


def ring(*, address: str, task: str, message: int, sender: Celery = app) -> None:
    """Send (schema, message id) to the task's queue. A broker that is down is logged; the sweep rings again."""
    try:
        sender.send_task(
            task,
            kwargs={"address": address, "message": message},
            queue=QUEUES.get(task, DEFAULT_QUEUE),
            retry=False,
        )
    except (OperationalError, OSError) as error:
        log.warning("the broker cannot be reached, %s #%s waits for the sweep: %s", task, message, error)
