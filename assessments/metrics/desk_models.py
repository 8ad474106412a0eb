"""What an import leaves for the person at the desk: rejected rows' cells, conflicts, progress, remembered kinds."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.stores.models import Store


class OnConflict(models.TextChoices):
    """What happens where a file says something else than what is stored."""

    REPLACE = "replace", _("the file replaces it")
    KEEP = "keep", _("what is stored stays; only gaps are filled")


class RejectedRows(models.Model):
    """The cells of an import's rejected rows, for the error workbook. No personal column; dropped after a while."""

    upload = models.OneToOneField(
        "metrics.Import", primary_key=True, on_delete=models.CASCADE, related_name="rejected_rows"
    )
    # [{"name", "notes": [text], "headings": [{"letter", "text"}], "rows": [{"number", "cells"}]}]; a cell is a text,
    # {"number": text} or null.
    sheets = models.JSONField()


class Conflict(models.Model):
    """One value of a file that differs from the stored one; both as stored integers of the metric's scale."""

    upload = models.ForeignKey("metrics.Import", on_delete=models.CASCADE, related_name="conflict_rows")
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+", verbose_name=_("store"))
    day = models.DateField(_("date"))
    metric = models.CharField(_("metric"), max_length=60)
    stored = models.BigIntegerField(_("stored value"))
    # NULL: the file says "no data".
    found = models.BigIntegerField(_("value of the file"), null=True)

    class Meta:
        verbose_name = _("conflict")
        verbose_name_plural = _("conflicts")

    def __str__(self) -> str:
        return f"{self.store} {self.day} {self.metric}"


class ImportProgress(models.Model):
    """How far the worker is with a waiting import: written beside the import's transaction, gone at its end.

    No foreign key: the import's own row is locked by the transaction that does the work, and a reference to it
    would wait for that.
    """

    class Phase(models.TextChoices):
        READING = "reading", _("reading")
        CHECKING = "checking", _("checking")
        STORING = "storing", _("storing")

    upload_id = models.UUIDField(primary_key=True)
    phase = models.CharField(max_length=8, choices=Phase.choices)
    rows_done = models.PositiveIntegerField(null=True)
    rows_total = models.PositiveIntegerField(null=True)
    phase_began_at = models.DateTimeField()
    noted_at = models.DateTimeField()


class RememberedKind(models.Model):
    """What a person said that files with these headings are, where the headings alone did not tell."""

    # SHA-256 over the normalised headings (assessments/metrics/reading/fingerprint.py).
    fingerprint = models.CharField(primary_key=True, max_length=64)
    kind = models.CharField(_("kind"), max_length=40)
    headings = models.TextField(_("headings"))
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("chosen by")
    )
    chosen_at = models.DateTimeField(_("chosen at"))

    class Meta:
        verbose_name = _("remembered kind of file")
        verbose_name_plural = _("remembered kinds of files")

    def __str__(self) -> str:
        return f"{self.kind}: {self.headings[:60]}"
