"""Rulebook versions (immutable) and drafts, the lines an agency fills in, and which track a store is enrolled in."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.stores.models import Store
from core.people.models import User


class RulebookKind(models.TextChoices):
    ASSESSMENT = "assessment", _("assessment")
    FEE = "fee", _("fee")
    SCORE = "score", _("score")
    PROBATION = "probation", _("probation")
    COMMISSION = "commission", _("commission")
    POINTS = "points", _("violation points")
    METRICS = "metrics", _("metrics")
    HEALTH = "health", _("account health")


class RulebookText(models.Model):
    """What is read from a rulebook's text: its head in columns, and the whole as canonical JSON with its SHA-256."""

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
    digest = models.CharField(_("digest"), max_length=64)
    canonical = models.TextField(_("rules"))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.name_zh} {self.version}"


class RulebookVersion(RulebookText):
    """One version of one programme's rules, named by its digest. Never changed: a correction is a new version, and a
    period keeps the version it opened with."""

    append_only = True

    digest = models.CharField(_("digest"), max_length=64, unique=True)
    published_at = models.DateTimeField(_("published at"), auto_now_add=True)

    class Meta:
        verbose_name = _("rulebook version")
        verbose_name_plural = _("rulebook versions")
        constraints = [
            models.UniqueConstraint(fields=["programme", "track", "version"], name="rulebook_version_once"),
        ]


class RulebookDraft(RulebookText):
    """Rules that somebody wrote. They become a version when somebody else approves exactly what was written."""

    class State(models.TextChoices):
        OPEN = "open", _("to be approved")
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn")

    text = models.TextField(_("rules as written (TOML)"))
    reason = models.CharField(_("reason"), max_length=300)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("written by"))
    written_at = models.DateTimeField(_("written at"), auto_now_add=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decision_note = models.CharField(_("note on the decision"), max_length=300, blank=True)
    published = models.OneToOneField(
        RulebookVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="draft"
    )

    class Meta:
        verbose_name = _("rulebook draft")
        verbose_name_plural = _("rulebook drafts")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "track", "version"],
                condition=models.Q(state="open"),
                name="draft_open_once_per_version",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="published")
                | (
                    models.Q(published__isnull=False, decided_by__isnull=False)
                    & ~models.Q(decided_by=models.F("written_by"))
                ),
                name="draft_published_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=models.Q(state="published") | models.Q(published__isnull=True),
                name="draft_version_only_when_published",
            ),
        ]


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
    value = models.DecimalField(
        _("value"),
        max_digits=20,
        decimal_places=8,
        null=True,
        blank=True,
        help_text=_("Empty: withdrawn; what the rulebook or a wider line says holds again."),
    )
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
        value = "–" if self.value is None else f"{self.value.normalize():f}"
        return f"{self.programme} {self.table} {self.category or self.store}: {value}"


class LineChange(models.Model):
    """One change of a line: from what to what, by whom, when and why. Written with the change, never altered."""

    append_only = True

    line = models.ForeignKey(CategoryLine, on_delete=models.CASCADE, related_name="changes", verbose_name=_("line"))
    before = models.DecimalField(_("before"), max_digits=20, decimal_places=8, null=True)
    value = models.DecimalField(_("value"), max_digits=20, decimal_places=8, null=True)
    note = models.CharField(_("source or reason"), max_length=200, blank=True)
    set_by = models.CharField(_("set by"), max_length=80)
    set_at = models.DateTimeField(_("set at"), auto_now_add=True)

    class Meta:
        verbose_name = _("change of a line")
        verbose_name_plural = _("changes of a line")

    def __str__(self) -> str:
        return f"{self.line} ({self.set_by})"


class Enrolment(models.Model):
    """That a store is in a programme that stores join by name, and which track of any programme it follows."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="enrolments", verbose_name=_("store"))
    programme = models.CharField(_("programme"), max_length=60)
    track = models.CharField(_("track"), max_length=40)
    note = models.CharField(_("source or reason"), max_length=200, blank=True)
    set_by = models.CharField(_("set by"), max_length=80, editable=False, default="")
    set_at = models.DateTimeField(_("set at"), auto_now=True)

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [models.UniqueConstraint(fields=["store", "programme"], name="enrolment_once")]

    def __str__(self) -> str:
        return f"{self.store} · {self.programme}/{self.track}"
