"""When figures of a source last came for a store, and which files the agency expects again and again."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.stores.models import Store


class SourceArrival(models.Model):
    """When figures of a source (assessments/metrics/sources.py) last came for a store, be they new or known already."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, db_index=False, related_name="+")
    source = models.CharField(max_length=40)
    upload = models.ForeignKey("metrics.Import", on_delete=models.CASCADE, db_index=False, related_name="+")
    arrived_at = models.DateTimeField()

    class Meta:
        verbose_name = _("arrival")
        verbose_name_plural = _("arrivals")
        constraints = [models.UniqueConstraint(fields=["store", "source"], name="arrival_once")]

    def __str__(self) -> str:
        return f"{self.store_id} {self.source}"


class ExpectedFile(models.Model):
    """A source that the agency expects again and again, for one store or (without one) for every store."""

    class Cadence(models.TextChoices):
        USUAL = "", _("as is usual for it")
        DAILY = "daily", _("every day")
        WEEKLY = "weekly", _("every week")
        MONTHLY = "monthly", _("every month")

    source = models.CharField(_("source"), max_length=40)
    store = models.ForeignKey(
        Store,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("store"),
        help_text=_("Empty: every store that has no line of its own."),
    )
    cadence = models.CharField(_("how often"), max_length=8, choices=Cadence.choices, blank=True, default=Cadence.USUAL)
    grace_days = models.PositiveSmallIntegerField(
        _("days of grace"), default=1, validators=[MaxValueValidator(60)], help_text=_("After the day that follows it.")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who brings it"),
        help_text=_("Empty: the operators of the store."),
    )
    starts_on = models.DateField(_("expected from"), help_text=_("Files of earlier days are never late."))

    class Meta:
        verbose_name = _("expected file")
        verbose_name_plural = _("expected files")
        constraints = [
            models.UniqueConstraint(fields=["store", "source"], nulls_distinct=False, name="expected_file_once")
        ]

    def __str__(self) -> str:
        return self.source
