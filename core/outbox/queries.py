"""What is waiting."""

from collections.abc import Collection
from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Now

from core.outbox.models import Message


def list_open_messages(*, limit: int = 1000) -> list[tuple[int, str]]:
    """(id, task) of messages neither done nor set aside nor being worked on, oldest first.

    The newest are left alone: their own ring is still on its way.
    """
    return list(
        Message.objects.select_for_update(skip_locked=True)
        .filter(done_at__isnull=True, quarantined_at__isnull=True)
        .filter(created_at__lt=Now() - timedelta(seconds=settings.RING_SECONDS))
        .order_by("pk")
        .values_list("pk", "task")[:limit]
    )


def has_open_message(*, task: str) -> bool:
    """Whether work of this kind is already waiting or under way."""
    return Message.objects.filter(task=task, done_at__isnull=True, quarantined_at__isnull=True).exists()


def list_waiting(*, tasks: Collection[str], limit: int) -> list[tuple[int, str]]:
    """(id, task) of messages of these tasks that nobody is at work on and that may start now, oldest first.

    What was started a moment ago and did not end well waits for the sweep: three attempts in one second are one.
    """
    may_start = Q(starts=0) | Q(started_at__lt=Now() - timedelta(seconds=settings.RING_SECONDS))
    return list(
        Message.objects.select_for_update(skip_locked=True)
        .filter(may_start, task__in=tasks, done_at__isnull=True, quarantined_at__isnull=True)
        .order_by("pk")
        .values_list("pk", "task")[:limit]
    )
