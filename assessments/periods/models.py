"""Period (pins a rulebook version), Verdict (append-only revisions), StoreStanding (the portfolio's rows)."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.rulebooks.models import RulebookVersion
from assessments.stores.models import Store


class Phase(models.TextChoices):
    EXEMPT = "exempt", _("exempt")
    TRIAL = "trial", _("trial")
    FORMAL = "formal", _("formal")


class Outcome(models.TextChoices):
    MET = "met", _("met")
    MISSED = "missed", _("missed")
    PENDING = "pending", _("open")
    NO_DATA = "no_data", _("no data")
    LINE_NOT_SET = "line_not_set", _("line not set")
    EXEMPT = "exempt", _("exempt")


class Standing(models.TextChoices):
    """The words of the engine's Standing, for people."""

    CLEAR = "clear", _("clear")
    UNKNOWN = "unknown", _("unknown")
    WATCH = "watch", _("watch")
    LOW = "low", _("low risk")
    MEDIUM = "medium", _("medium risk")
    HIGH = "high", _("high risk")
    FAILED = "failed", _("failed")
    SUPERVISED = "supervised", _("supervised")
    REMOVED = "removed", _("removed")


class Period(models.Model):
    """One assessment period of one store under one programme: half-open [starts_on, ends_before).

    It keeps the rulebook version that it opened with. `is_planned` turns false when the store's calendar was
    corrected (another go-live date) and the period is no part of it any more; its verdicts stay as history.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="periods", verbose_name=_("store"))
    programme = models.CharField(_("programme"), max_length=60)
    rulebook = models.ForeignKey(
        RulebookVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("rulebook version")
    )
    phase = models.CharField(_("phase"), max_length=8, choices=Phase.choices)
    number = models.PositiveSmallIntegerField(_("cycle"))
    starts_on = models.DateField(_("starts on"))
    ends_before = models.DateField(_("ends before"))
    is_planned = models.BooleanField(_("in the store's calendar"), default=True)
    # Names what the newest verdict was computed from (facts.py::fingerprint_inputs): the same again is not computed.
    inputs = models.CharField(max_length=32, editable=False, default="")

    class Meta:
        verbose_name = _("assessment period")
        verbose_name_plural = _("assessment periods")
        constraints = [
            models.UniqueConstraint(fields=["store", "programme", "starts_on", "ends_before"], name="period_once"),
            models.CheckConstraint(condition=models.Q(starts_on__lt=models.F("ends_before")), name="period_has_days"),
        ]

    def __str__(self) -> str:
        return f"{self.store} {self.starts_on}…{self.ends_before}"


class Verdict(models.Model):
    """What the engine said, and everything it said it from. A new revision only when something changed."""

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    period = models.ForeignKey(Period, on_delete=models.CASCADE, related_name="verdicts", verbose_name=_("period"))
    revision = models.PositiveIntegerField(_("revision"))
    # SHA-256 over engine version, rulebook digest, facts and result; `as_of` alone makes no new revision.
    digest = models.CharField(_("digest"), max_length=64)
    engine_version = models.CharField(_("engine version"), max_length=20)
    as_of = models.DateField(_("figures up to"))
    outcome = models.CharField(_("settled"), max_length=12, choices=Outcome.choices)
    live = models.CharField(_("if judged today"), max_length=12, choices=Outcome.choices)
    standing = models.CharField(_("standing"), max_length=12, choices=Standing.choices)
    facts = models.JSONField(_("facts"))
    result = models.JSONField(_("result"))
    # One short mark an input: names the input that was changed when a verification fails (engine/proof.py).
    marks = models.TextField(editable=False, default="")
    created_at = models.DateTimeField(_("computed at"), auto_now_add=True)

    class Meta:
        verbose_name = _("verdict")
        verbose_name_plural = _("verdicts")
        constraints = [models.UniqueConstraint(fields=["period", "revision"], name="verdict_revision_once")]

    def __str__(self) -> str:
        return f"{self.period} #{self.revision}"


class StoreStanding(models.Model):
    """A store's row on the portfolio board: sort columns and the ready document, written by recompute alone.

    `risk` is higher for what needs attention first (assessments/periods/portfolio.py says how).
    """

    store = models.OneToOneField(
        Store, primary_key=True, on_delete=models.CASCADE, related_name="board", verbose_name=_("store")
    )
    standing = models.CharField(_("standing"), max_length=12, choices=Standing.choices)
    risk = models.IntegerField(_("risk"))
    as_of = models.DateField(_("figures up to"))
    verdict = models.ForeignKey(Verdict, on_delete=models.CASCADE, null=True, related_name="+")
    document = models.JSONField()
    # The refund estimate's part of the document, written by the room above.
    refund = models.JSONField(null=True)
    digest = models.CharField(max_length=64)
    # Names what the row was computed from: the store's own fields and the inputs of each of its periods.
    inputs = models.CharField(max_length=32, editable=False, default="")

    class Meta:
        verbose_name = _("standing")
        verbose_name_plural = _("portfolio")
        indexes = [models.Index(fields=["-risk", "store"], name="board_by_risk")]

    def __str__(self) -> str:
        return f"{self.store}: {self.standing}"
