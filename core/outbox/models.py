"""A message: one event on its way to one task, written in the transaction that made the event."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Message(models.Model):
    """The record of work to be done. The broker only rings; a message is done when `done_at` says so."""

    event = models.CharField(_("event"), max_length=60)
    task = models.CharField(_("task"), max_length=60)
    payload = models.JSONField(_("payload"), default=dict)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    # Counted before the work starts, so that work which kills its process is counted too; a start that ended with
    # its whole worker is counted in `starts` alone.
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    starts = models.PositiveSmallIntegerField(_("starts"), default=0)
    started_at = models.DateTimeField(_("last started at"), null=True, blank=True)
    # The worker that began last; empty once it said how it ended.
    started_by = models.CharField(max_length=16, editable=False, default="", blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    quarantined_at = models.DateTimeField(_("set aside at"), null=True, blank=True)
    last_error = models.TextField(_("last error"), blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(
                fields=["id"],
                name="outbox_open",
                condition=models.Q(done_at__isnull=True, quarantined_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} → {self.task} #{self.pk}"
