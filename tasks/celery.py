"""The Celery app. Prefork workers only: django-tenants keeps its state per process and thread."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")

from django.conf import settings

from tasks.schedule import DEFAULT_QUEUE, QUEUES, SCHEDULE

HARD_LIMIT = 300
# Redis hands out an unacknowledged message again after this long; it must exceed twice the hard time limit.
VISIBILITY_TIMEOUT = 3 * HARD_LIMIT

app = Celery("kaohe")
app.conf.update(
    broker_url=settings.BROKER_URL,
    broker_connection_retry_on_startup=True,
    # A web request must not wait for a broker that is down: the sweep will ring.
    task_publish_retry=False,
    task_ignore_result=True,
    task_acks_late=True,
    # PostgreSQL counts attempts and the sweep rings again; a redelivered poison message would loop for ever.
    task_reject_on_worker_lost=False,
    task_time_limit=HARD_LIMIT,
    task_soft_time_limit=HARD_LIMIT - 30,
    task_default_queue=DEFAULT_QUEUE,
    task_routes={task: {"queue": queue} for task, queue in QUEUES.items()},
    task_serializer="json",
    accept_content=["json"],
    worker_prefetch_multiplier=1,
    # A process that has served many agencies holds their catalogues in memory: start a fresh one now and then.
    worker_max_tasks_per_child=500,
    worker_hijack_root_logger=False,
    beat_schedule=SCHEDULE,
    timezone="UTC",
    imports=("tasks.work",),
)
if settings.BROKER_URL.startswith("redis"):
    app.conf.broker_transport_options = {
        "visibility_timeout": VISIBILITY_TIMEOUT,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 2,
        "socket_timeout": 30,
        "health_check_interval": 25,
        "socket_keepalive": True,
    }
