"""Fee agreement (a store's fee year) and refund estimate (append-only revisions). Money in 分."""

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.rulebooks.models import RulebookVersion
from assessments.stores.models import Store

# Taobao opened in 2003; a year outside these is a slip of the finger.
FIRST_YEAR, LAST_YEAR = 2003, 2100


class ExitReason(models.TextChoices):
    """The words of the engine's ExitReason, for people."""

    VOLUNTARY = "voluntary", _("left of its own accord")
    NOT_RENEWED = "not_renewed", _("did not renew")
    FAILED_ASSESSMENT = "failed_assessment", _("removed: failed assessment")
    VIOLATION = "violation", _("removed: violation")
    FALSE_CREDENTIALS = "false_credentials", _("removed: false credentials")


class FeeAgreement(models.Model):
    """One store's annual fee 年费 for one calendar year, with its leaving when it left."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="fee_agreements", verbose_name=_("store"))
    year = models.PositiveSmallIntegerField(
        _("fee year"), validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)]
    )
    # Pinned by the first estimate: the rules of the year, not those of a later correction.
    rulebook = models.ForeignKey(RulebookVersion, on_delete=models.PROTECT, null=True, editable=False, related_name="+")
    activated_on = models.DateField(
        _("account activated on"), null=True, blank=True, help_text=_("Empty: the go-live date.")
    )
    prepaid_fen = models.BigIntegerField(
        _("prepaid (分)"), null=True, blank=True, help_text=_("Empty: computed from the fee table.")
    )
    exit_applied_on = models.DateField(_("applied to leave on"), null=True, blank=True)
    exit_effective_on = models.DateField(_("left on"), null=True, blank=True)
    exit_reason = models.CharField(_("reason for leaving"), max_length=20, choices=ExitReason.choices, blank=True)
    # Beside the estimates and not in them: an actual shows what an estimate was worth.
    refunded_fen = models.BigIntegerField(
        _("refunded (分)"),
        null=True,
        blank=True,
        help_text=_("What the marketplace really paid back; no estimate rests on it."),
    )
    refunded_on = models.DateField(_("refunded on"), null=True, blank=True)

    class Meta:
        verbose_name = _("fee agreement")
        verbose_name_plural = _("fee agreements")
        constraints = [
            models.UniqueConstraint(fields=["store", "year"], name="fee_agreement_once_a_year"),
            models.CheckConstraint(
                condition=models.Q(exit_applied_on__isnull=True, exit_effective_on__isnull=True, exit_reason="")
                | (models.Q(exit_applied_on__isnull=False) & ~models.Q(exit_reason="")),
                name="fee_exit_has_day_and_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR), name="fee_year_is_one"
            ),
            models.CheckConstraint(
                condition=models.Q(prepaid_fen__isnull=True) | models.Q(prepaid_fen__gte=0), name="fee_not_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(refunded_fen__isnull=True) | models.Q(refunded_fen__gte=0),
                name="fee_refunded_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.store} {self.year}"


class RefundEstimate(models.Model):
    """What the engine makes of a fee year, and everything it made it from. A new revision only when it changed."""

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agreement = models.ForeignKey(
        FeeAgreement, on_delete=models.CASCADE, related_name="estimates", verbose_name=_("fee agreement")
    )
    revision = models.PositiveIntegerField(_("revision"))
    digest = models.CharField(_("digest"), max_length=64)
    engine_version = models.CharField(_("engine version"), max_length=20)
    as_of = models.DateField(_("figures up to"))
    state = models.CharField(_("state"), max_length=12)
    refund_fen = models.BigIntegerField(_("refund (分)"), null=True)
    low_fen = models.BigIntegerField(_("at least (分)"), null=True)
    high_fen = models.BigIntegerField(_("at most (分)"), null=True)
    facts = models.JSONField(_("facts"))
    result = models.JSONField(_("result"))
    marks = models.TextField(editable=False, default="")
    created_at = models.DateTimeField(_("computed at"), auto_now_add=True)

    class Meta:
        verbose_name = _("refund estimate")
        verbose_name_plural = _("refund estimates")
        constraints = [models.UniqueConstraint(fields=["agreement", "revision"], name="estimate_revision_once")]

    def __str__(self) -> str:
        return f"{self.agreement} #{self.revision}"
