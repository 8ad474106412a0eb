"""Backtest (a draft over history and the live periods), its flips, and shadow runs (a draft beside what is live)."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.rulebooks.models import RulebookDraft, RulebookVersion
from assessments.stores.models import Store
from core.people.models import User


class Direction(models.TextChoices):
    """Which way a draft turns a verdict or a refund, for the store."""

    SAME = "same", _("the same")
    BETTER = "better", _("better")
    WORSE = "worse", _("worse")
    UNCLEAR = "unclear", _("cannot be told")


class Backtest(models.Model):
    """One run of a draft over every store that it concerns, beside the version it would stand in for.

    Counts grow batch by batch while it runs; `after_store` is the last store that was compared.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.ForeignKey(
        RulebookDraft, on_delete=models.CASCADE, related_name="backtests", verbose_name=_("rulebook draft")
    )
    # The rules that were compared: a draft may be written anew while its backtest runs.
    digest = models.CharField(_("digest"), max_length=64)
    beside = models.ForeignKey(
        RulebookVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("rulebook version")
    )
    as_of = models.DateField(_("figures up to"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.RUNNING)
    error = models.JSONField(_("error"), null=True)
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("requested by"))
    created_at = models.DateTimeField(_("requested at"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    after_store = models.UUIDField(null=True)
    stores_total = models.PositiveIntegerField(_("stores"))
    stores_done = models.PositiveIntegerField(_("stores compared"), default=0)
    compared = models.PositiveIntegerField(_("periods or fee years compared"), default=0)
    better = models.PositiveIntegerField(_("better"), default=0)
    worse = models.PositiveIntegerField(_("worse"), default=0)
    unclear = models.PositiveIntegerField(_("cannot be told"), default=0)
    effect_fen = models.BigIntegerField(_("effect on refunds (分)"), default=0)
    unpriced = models.PositiveIntegerField(_("flips without a known effect"), default=0)

    class Meta:
        verbose_name = _("backtest")
        verbose_name_plural = _("backtests")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="running", finished_at__isnull=True)
                | (~models.Q(state="running") & models.Q(finished_at__isnull=False)),
                name="backtest_ends_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.draft} {self.created_at:%Y-%m-%d %H:%M}"


class Comparison(models.Model):
    """A store's period or fee year under two sets of rules. For an assessment `before` and `after` hold outcome, live
    and standing; for a fee refund, low and high (¥)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+", verbose_name=_("store"))
    starts_on = models.DateField(_("starts on"))
    ends_before = models.DateField(_("ends before"))
    is_live = models.BooleanField(_("running"))
    before = models.JSONField(_("before"))
    after = models.JSONField(_("after"))
    direction = models.CharField(_("direction"), max_length=8, choices=Direction.choices)
    # Null: not known, because a refund under one of the two is not.
    effect_fen = models.BigIntegerField(_("effect on the refund (分)"), null=True)
    # What the draft says, with its arithmetic; null where both say the same.
    result = models.JSONField(_("result"), null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.store} {self.starts_on}…{self.ends_before}"


class Flip(Comparison):
    """A period or a fee year that a backtested draft would have judged otherwise."""

    append_only = True

    backtest = models.ForeignKey(Backtest, on_delete=models.CASCADE, related_name="flips", verbose_name=_("backtest"))

    class Meta:
        verbose_name = _("flip")
        verbose_name_plural = _("flips")
        constraints = [
            models.UniqueConstraint(fields=["backtest", "store", "starts_on", "ends_before"], name="flip_once"),
        ]


class Shadow(models.Model):
    """A draft that runs beside the rules in force: every recompute compares the live period under both."""

    draft = models.OneToOneField(
        RulebookDraft, primary_key=True, on_delete=models.CASCADE, related_name="shadow", verbose_name=_("draft")
    )
    # The rules that run: started anew when the draft is written anew.
    digest = models.CharField(_("digest"), max_length=64)
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("started by"))
    started_at = models.DateTimeField(_("started at"), auto_now_add=True)

    class Meta:
        verbose_name = _("shadow run")
        verbose_name_plural = _("shadow runs")

    def __str__(self) -> str:
        return str(self.draft)


class ShadowVerdict(Comparison):
    """A store's live period, or newest fee year, under the rules in force and under a draft."""

    shadow = models.ForeignKey(Shadow, on_delete=models.CASCADE, related_name="verdicts", verbose_name=_("shadow run"))
    as_of = models.DateField(_("figures up to"))

    class Meta:
        verbose_name = _("shadow verdict")
        verbose_name_plural = _("shadow verdicts")
        constraints = [models.UniqueConstraint(fields=["shadow", "store"], name="shadow_verdict_once")]


class ShadowMark(models.Model):
    """Up to which revision of a store's facts a shadow run has compared it, also where there is nothing to compare."""

    shadow = models.ForeignKey(Shadow, on_delete=models.CASCADE, related_name="+")
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+")
    revision = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shadow", "store"], name="shadow_mark_once")]

    def __str__(self) -> str:
        return f"{self.shadow} {self.store} {self.revision}"
