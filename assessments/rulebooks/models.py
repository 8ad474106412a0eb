"""Rulebook versions (immutable), the lines an agency fills in, and which programme a store is enrolled in."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.stores.models import Store


class RulebookKind(models.TextChoices):
    ASSESSMENT = "assessment", _("assessment")
    FEE = "fee", _("fee")
    SCORE = "score", _("score")
    PROBATION = "probation", _("probation")
    COMMISSION = "commission", _("commission")
    POINTS = "points", _("violation points")
    METRICS = "metrics", _("metrics")
    HEALTH = "health", _("account health")


class RulebookVersion(models.Model):
    """One version of one programme's rules, as canonical JSON named by its SHA-256. Never changed: a correction is
    a new version, and a period keeps the version it opened with."""

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.CharField(_("programme"), max_length=60)
    track = models.CharField(_("track"), max_length=40)
    version = models.CharField(_("version"), max_length=40)
    platform = models.CharField(_("marketplace"), max_length=12)
    kind = models.CharField(_("kind"), max_length=12, choices=RulebookKind.choices)
    name_zh = models.CharField(_("name (Chinese)"), max_length=120)
    name_en = models.CharField(_("name (English)"), max_length=120)
    effective_from = models.DateField(_("effective from"))
    effective_before = models.DateField(_("effective before"), null=True, blank=True)
    digest = models.CharField(_("digest"), max_length=64, unique=True)
    canonical = models.TextField(_("rules"))
    published_at = models.DateTimeField(_("published at"), auto_now_add=True)

    class Meta:
        verbose_name = _("rulebook version")
        verbose_name_plural = _("rulebook versions")
        constraints = [
            models.UniqueConstraint(fields=["programme", "track", "version"], name="rulebook_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name_zh} {self.version}"


class CategoryLine(models.Model):
    """A number that the sources do not give and the agency knows: a sales target, a score line, a limit.

    For a category, or, with `store`, for one store alone; never finer.
    """

    programme = models.CharField(_("programme"), max_length=60)
    track = models.CharField(_("track"), max_length=40, blank=True, help_text=_("Empty: for every track."))
    table = models.CharField(_("table"), max_length=60, help_text=_("The rulebook's name for this number."))
    category = models.CharField(_("category"), max_length=60, blank=True)
    store = models.ForeignKey(
        Store, on_delete=models.CASCADE, null=True, blank=True, related_name="lines", verbose_name=_("store")
    )
    value = models.DecimalField(_("value"), max_digits=20, decimal_places=8)
    note = models.CharField(_("source or reason"), max_length=200, blank=True)
    set_by = models.CharField(_("set by"), max_length=80, editable=False)
    set_at = models.DateTimeField(_("set at"), auto_now=True)

    class Meta:
        verbose_name = _("category line")
        verbose_name_plural = _("category lines")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "track", "table", "category"],
                condition=models.Q(store__isnull=True),
                name="line_once_per_category",
            ),
            models.UniqueConstraint(
                fields=["programme", "track", "table", "store"],
                condition=models.Q(store__isnull=False),
                name="line_once_per_store",
            ),
            models.CheckConstraint(
                condition=models.Q(store__isnull=True) ^ models.Q(category=""), name="line_for_category_or_store"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.table} {self.category or self.store}: {self.value.normalize():f}"


class Enrolment(models.Model):
    """Which track of a programme a store follows, where it is not the default."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="enrolments", verbose_name=_("store"))
    programme = models.CharField(_("programme"), max_length=60)
    track = models.CharField(_("track"), max_length=40)

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [models.UniqueConstraint(fields=["store", "programme"], name="enrolment_once")]

    def __str__(self) -> str:
        return f"{self.store} · {self.programme}/{self.track}"
