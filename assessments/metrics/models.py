"""Observations (one wide row per store and day), the imports that brought them, what they replaced; violations."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.metrics.catalogue import CATALOGUE, Metric
from assessments.metrics.coverage_models import ExpectedFile, SourceArrival
from assessments.metrics.desk_models import Conflict, ImportProgress, OnConflict, RejectedRows, RememberedKind
from assessments.metrics.history_models import ImportSource, Reversal, SourceDays
from assessments.stores.models import Store

__all__ = [
    "Conflict",
    "ExpectedFile",
    "Import",
    "ImportFile",
    "ImportProgress",
    "ImportSource",
    "OnConflict",
    "RejectedRows",
    "Rejection",
    "RememberedKind",
    "Reversal",
    "SourceArrival",
    "SourceDays",
    "StoreDay",
    "StoreDayChange",
    "Violation",
]


class StoreDay(models.Model):
    """All figures of one store on one Beijing day. A column per metric of the catalogue (see its scales).

    NULL is "no data" and never 0. No surrogate id and no partitions: measured, neither earns its keep.
    Written only by assessments/metrics/storing.py, by COPY.
    """

    pk = models.CompositePrimaryKey("store_id", "day")
    store = models.ForeignKey(Store, on_delete=models.CASCADE, db_index=False, related_name="+")
    day = models.DateField()
    # Codes of platform scores for which a file had a column and no value in it (-, 暂无数据, blank). A score that is
    # NULL and not named here was in no file: rules treat "shown as no data" and "not imported" differently.
    no_data = ArrayField(models.CharField(max_length=60), null=True, blank=True)
    # Metrics that only one agency has; never scored from here by a shipped rulebook.
    extra = models.JSONField(null=True, blank=True)

    class Meta:
        verbose_name = _("store-day")
        verbose_name_plural = _("store-days")
        # Days arrive in order, so a BRIN of a few pages finds a range of days in the whole table.
        indexes = [BrinIndex(fields=["day"], name="store_day_by_day", pages_per_range=32)]


def _column(metric: Metric) -> models.Field[int | None, int | None]:
    field = models.BigIntegerField if metric.is_big else models.IntegerField
    return field(null=True, blank=True)


for _metric in CATALOGUE:
    StoreDay.add_to_class(_metric.code, _column(_metric))


class Import(models.Model):
    """One uploaded file on its way in. Exactly one terminal state: done or failed."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        CHECKED = "checked", _("dry run finished")
        DONE = "done", _("taken over")
        FAILED = "failed", _("refused")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Empty until recognised, unless the uploader said what the file is.
    kind = models.CharField(_("kind"), max_length=40, blank=True)
    file_name = models.CharField(_("file name"), max_length=255)
    sha256 = models.CharField(max_length=64, editable=False)
    # Of all that the outcome rests on, as this import left it (assessments/metrics/known_files.py); empty until done.
    fingerprint = models.CharField(max_length=64, blank=True, editable=False)
    size = models.PositiveIntegerField(_("bytes"), editable=False)
    default_store = models.ForeignKey(
        Store,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("store"),
        help_text=_("For files that name no store."),
    )
    dry_run = models.BooleanField(_("dry run"), default=False)
    on_conflict = models.CharField(
        _("where the file differs from what is stored"),
        max_length=7,
        choices=OnConflict.choices,
        default=OnConflict.REPLACE,
    )
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.QUEUED)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    encoding = models.CharField(_("encoding"), max_length=20, blank=True)
    rows_in = models.PositiveIntegerField(_("rows"), default=0)
    created = models.PositiveIntegerField(_("new"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    kept = models.PositiveIntegerField(_("kept as stored"), default=0)
    rejected = models.PositiveIntegerField(_("rejected"), default=0)
    # Values that differed from stored ones; None when nobody looked: a file that replaces does not ask.
    conflicts = models.PositiveIntegerField(_("conflicts"), null=True, blank=True)
    # [{"shop_id", "name", "rows"}]: stores the file names and nobody knows, most rows first.
    unknown_stores = models.JSONField(_("unknown stores"), default=list)
    summary_rows = models.PositiveIntegerField(_("summary rows left out"), default=0)
    stores = models.PositiveIntegerField(_("stores touched"), default=0)
    # [{"column", "heading", "personal", "cells"}]: what was not carried, and how much of it was personal.
    left_out = models.JSONField(_("columns left out"), default=list)
    # [{"sheet", "row_number", "code", "zh", "en"}]: what was seen and for a good reason not written, such as days that
    # may be partial; of the whole file without sheet and row.
    notices = models.JSONField(_("notices"), default=list)
    # {"code", "zh", "en", "sheet"} when the file as a whole was refused; with "candidates" and "preview" when unsure.
    error = models.JSONField(_("error"), null=True, blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes = [models.Index(fields=["-created_at", "id"], name="import_newest")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    rows_in=models.F("created")
                    + models.F("changed")
                    + models.F("unchanged")
                    + models.F("kept")
                    + models.F("rejected")
                ),
                name="import_counts_add_up",
            ),
            models.CheckConstraint(
                condition=models.Q(state="failed", error__isnull=False) | ~models.Q(state="failed"),
                name="import_failure_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class ImportFile(models.Model):
    """The bytes as uploaded, kept until the import is done or refused: the worker may be on another machine."""

    upload = models.OneToOneField(Import, primary_key=True, on_delete=models.CASCADE, related_name="file")
    content = models.BinaryField()


class Rejection(models.Model):
    """Why a row was not taken: one line per bad cell, as a person would look for it in Excel."""

    upload = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rejections")
    sheet = models.CharField(_("sheet"), max_length=120)
    row_number = models.PositiveIntegerField(_("row"))
    column = models.CharField(_("column"), max_length=8, blank=True)
    heading = models.CharField(_("heading"), max_length=120, blank=True)
    value = models.CharField(_("value"), max_length=200, blank=True)
    code = models.CharField(_("code"), max_length=40)
    reason_zh = models.TextField(_("reason (Chinese)"))
    reason_en = models.TextField(_("reason (English)"))

    class Meta:
        verbose_name = _("rejection")
        verbose_name_plural = _("rejections")

    def __str__(self) -> str:
        return f"{self.sheet} {self.column}{self.row_number}: {self.reason_zh}"


class StoreDayChange(models.Model):
    """What a later file replaced: the old values of the columns it gave. Append-only.

    `before` has `no_data` as well where scores were concerned. Of a store-day that vanished it has every value.
    """

    class Act(models.TextChoices):
        REPLACED = "replaced", _("replaced by a file")
        UNDONE = "undone", _("changed back")
        REMOVED = "removed", _("vanished")

    append_only = True

    store = models.ForeignKey(Store, on_delete=models.CASCADE, db_index=False, related_name="+")
    day = models.DateField()
    upload = models.ForeignKey(Import, on_delete=models.DO_NOTHING, db_index=False, related_name="+")
    # When the import's figures were written or, for the other acts, when the import was taken back.
    changed_at = models.DateTimeField(auto_now_add=True)
    act = models.CharField(max_length=8, choices=Act.choices, default=Act.REPLACED, db_default=Act.REPLACED)
    before = models.JSONField()

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        indexes = [models.Index(fields=["store", "day"], name="correction_by_store_day")]

    def __str__(self) -> str:
        return f"{self.store_id} {self.day}"


class Violation(models.Model):
    """A deduction of violation points. The words for severity and topic are those that the rulebooks' bars name."""

    class Severity(models.TextChoices):
        GENERAL = "general", _("general (A)")
        SEVERE = "severe", _("severe (B)")
        COUNTERFEIT = "counterfeit", _("counterfeit (C)")

    class Topic(models.TextChoices):
        OTHER = "", _("other")
        FAKE_TRADING = "fake_trading", _("fake trading")
        RIGHTS_MISUSE = "rights_misuse", _("misuse of others' rights")
        DATA_SECURITY = "data_security", _("data security")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="violations", verbose_name=_("store"))
    occurred_on = models.DateField(_("date"))
    points = models.DecimalField(_("points"), max_digits=5, decimal_places=1)
    severity = models.CharField(_("severity"), max_length=12, choices=Severity.choices, default=Severity.GENERAL)
    topic = models.CharField(_("topic"), max_length=20, choices=Topic.choices, blank=True, default=Topic.OTHER)
    note = models.CharField(_("note"), max_length=200, blank=True)
    # The marketplace's own number: a list that is imported again finds the same violation by it.
    external_number = models.CharField(_("violation number"), max_length=64, blank=True, default="")
    withdrawn = models.BooleanField(_("withdrawn on appeal"), default=False)

    class Meta:
        verbose_name = _("violation")
        verbose_name_plural = _("violations")
        constraints = [
            models.CheckConstraint(condition=models.Q(points__gte=0), name="violation_points_not_negative"),
            models.UniqueConstraint(
                fields=["store", "external_number"],
                condition=~models.Q(external_number=""),
                name="violation_once_by_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.store} {self.occurred_on} {self.points}"
