"""Ring: tell the broker that a message waits in PostgreSQL. A lost ring loses nothing."""

import logging

from celery import Celery
from kombu.exceptions import OperationalError

from tasks.celery import app
from tasks.schedule import DEFAULT_QUEUE, QUEUES

log = logging.getLogger(__name__)


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
