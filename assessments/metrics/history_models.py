"""Where figures came from: the sheets of imports, the store-days and rows they gave, and imports taken back."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.stores.models import Store


class ImportSource(models.Model):
    """One sheet of an import with one set of metrics, and the moment at which its figures were written. Append-only.

    Without an import it stands for all figures that were there before this record began.
    """

    append_only = True

    upload = models.ForeignKey(
        "metrics.Import",
        on_delete=models.DO_NOTHING,
        null=True,
        related_name="sources",
        verbose_name=_("import"),
    )
    sheet = models.CharField(_("sheet"), max_length=120, blank=True)
    # Codes, and what stands above each of them in the sheet (letter and heading); no headings where none was told.
    metrics = ArrayField(models.CharField(max_length=60), verbose_name=_("metrics given"))
    headings = ArrayField(models.CharField(max_length=140), default=list, verbose_name=_("headings"))
    # The one clock of history: see assessments/metrics/lineage.py, open_writing().
    written_at = models.DateTimeField(_("figures written at"), db_index=True)

    class Meta:
        verbose_name = _("source of figures")
        verbose_name_plural = _("sources of figures")

    def __str__(self) -> str:
        return self.sheet


class SourceDays(models.Model):
    """The days of one store that a source gave, in order, and the rows in which each stands. Append-only.

    Parallel arrays, because an import brings days by the hundred: a day of several separate rows stands once for each.
    `rows` is empty when no rows are known; `until_rows` is empty when every entry is a single row.
    """

    append_only = True

    source = models.ForeignKey(ImportSource, on_delete=models.DO_NOTHING, related_name="days", verbose_name=_("sheet"))
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+", verbose_name=_("store"))
    days = ArrayField(models.DateField(), verbose_name=_("days"))
    rows = ArrayField(models.IntegerField(), null=True, verbose_name=_("row numbers"))
    until_rows = ArrayField(models.IntegerField(), null=True)

    class Meta:
        verbose_name = _("figures' origin")
        verbose_name_plural = _("figures' origins")

    def __str__(self) -> str:
        return f"{self.store_id} {self.days[0]}"


class Reversal(models.Model):
    """An import that was taken back: by whom, when, and what that did. Once an import, and never itself undone."""

    append_only = True

    upload = models.OneToOneField(
        "metrics.Import", primary_key=True, on_delete=models.DO_NOTHING, related_name="reversal"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("taken back by")
    )
    reverted_at = models.DateTimeField(_("taken back at"), db_index=True)
    # Store-days that the import had given: they vanished, have other values now, or stay as they were.
    store_days = models.PositiveIntegerField(_("store-days"))
    removed = models.PositiveIntegerField(_("vanished"))
    changed = models.PositiveIntegerField(_("changed back"))
    unchanged = models.PositiveIntegerField(_("as they were"))
    # Values that stay because a later import gave them as well.
    kept_newer = models.PositiveIntegerField(_("values of later imports kept"))
    stores = models.PositiveIntegerField(_("stores touched"))

    class Meta:
        verbose_name = _("import taken back")
        verbose_name_plural = _("imports taken back")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(store_days=models.F("removed") + models.F("changed") + models.F("unchanged")),
                name="reversal_counts_add_up",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
