"""Answers kept under an Idempotency-Key."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedAnswer(models.Model):
    """What a POST was answered, so that the same request sent again gets the same answer and does nothing.

    Written in the request's own transaction: an answer that was rolled back is not remembered.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_index=False)
    key = models.CharField(max_length=255)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("saved answer")
        verbose_name_plural = _("saved answers")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="saved_answer_once")]

    def __str__(self) -> str:
        return self.key
