"""Client, store, assignment: whose shops the agency looks after, and who looks after which."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Platform(models.TextChoices):
    TMALL = "tmall", _("Tmall")
    TAOBAO = "taobao", _("Taobao")
    JD = "jd", _("JD")
    DOUYIN = "douyin", _("Douyin")
    PINDUODUO = "pinduoduo", _("Pinduoduo")
    XIAOHONGSHU = "xiaohongshu", _("Xiaohongshu")
    AMAZON = "amazon", "Amazon"
    EBAY = "ebay", "eBay"
    SHOPEE = "shopee", "Shopee"
    ALIEXPRESS = "aliexpress", "AliExpress"


class ShopType(models.TextChoices):
    FLAGSHIP = "flagship", _("flagship store")
    EXCLUSIVE = "exclusive", _("exclusive store")
    SPECIALTY = "specialty", _("specialty store")
    MALL = "mall", _("mall-type flagship store")
    OTHER = "other", _("other")


class Client(models.Model):
    """A brand 品牌方 whose stores the agency looks after. Its people see only its own stores."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=120, unique=True)
    # For the agency's own eyes: never shown to the client's people.
    note = models.TextField(_("internal note"), blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("client")
        verbose_name_plural = _("clients")

    def __str__(self) -> str:
        return self.name


class ClientMember(models.Model):
    """A client's person. One person belongs to one client."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="client_member", verbose_name=_("person")
    )
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="members", verbose_name=_("client"))

    class Meta:
        verbose_name = _("client's person")
        verbose_name_plural = _("client's people")

    def __str__(self) -> str:
        return f"{self.user} · {self.client}"


class Store(models.Model):
    """One shop on one marketplace.

    `facts_revision` rises with every change of anything that a verdict rests on; a store whose
    `computed_revision` or `estimated_revision` is lower is stale, and the sweep will find it whatever became of
    the message that announced the change. `rolled_on` is the business date for which time itself was last
    taken into account.
    """

    class Status(models.TextChoices):
        ACTIVE = "active", _("trading")
        EXITED = "exited", _("has left")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="stores", verbose_name=_("client"))
    platform = models.CharField(_("marketplace"), max_length=12, choices=Platform.choices, default=Platform.TMALL)
    shop_id = models.CharField(_("shop id"), max_length=40, help_text=_("The marketplace's own id, kept as text."))
    name = models.CharField(_("store name"), max_length=120)
    shop_type = models.CharField(_("shop type"), max_length=12, choices=ShopType.choices, default=ShopType.FLAGSHIP)
    main_category = models.CharField(_("main category"), max_length=60)
    other_categories = ArrayField(
        models.CharField(max_length=60), default=list, blank=True, verbose_name=_("other categories")
    )
    go_live_on = models.DateField(_("go-live date"))
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.ACTIVE)
    operators = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        through="Assignment",
        related_name="assigned_stores",
        verbose_name=_("operators"),
    )
    facts_revision = models.PositiveBigIntegerField(default=1, editable=False)
    computed_revision = models.PositiveBigIntegerField(default=0, editable=False)
    estimated_revision = models.PositiveBigIntegerField(default=0, editable=False)
    rolled_on = models.DateField(null=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("store")
        verbose_name_plural = _("stores")
        constraints = [
            models.UniqueConstraint(fields=["platform", "shop_id"], name="store_once_per_marketplace"),
            models.CheckConstraint(
                condition=models.Q(computed_revision__lte=models.F("facts_revision"))
                & models.Q(estimated_revision__lte=models.F("facts_revision")),
                name="store_never_ahead_of_its_facts",
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"],
                name="store_stale",
                condition=~models.Q(computed_revision=models.F("facts_revision"))
                | ~models.Q(estimated_revision=models.F("facts_revision")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RolledDay(models.Model):
    """The business date that the agency's figures were last brought to: one row, advanced in the transaction that
    makes its stores stale. Days that were missed are caught up in one step: figures of any day say the same of it
    whenever they are looked at.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    rolled_on = models.DateField(_("business date"))
    # Whether the date was the agency's fixed one: only such a date may be followed by an earlier one.
    is_fixed = models.BooleanField(_("fixed"))
    before = models.DateField(_("business date before"), null=True)
    rolled_at = models.DateTimeField(_("rolled at"))

    class Meta:
        verbose_name = _("rolled day")
        verbose_name_plural = _("rolled days")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="rolled_day_is_one_row")]

    def __str__(self) -> str:
        return self.rolled_on.isoformat()


class Assignment(models.Model):
    """An operator 运营 who looks after a store, and therefore sees it."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, verbose_name=_("store"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, verbose_name=_("operator"))

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [models.UniqueConstraint(fields=["store", "user"], name="assignment_once")]

    def __str__(self) -> str:
        return f"{self.store} · {self.user}"


class StoreAlias(models.Model):
    """Another word by which files call a store: an old name, a short one, another shop id."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="aliases", verbose_name=_("store"))
    name = models.CharField(_("name in files"), max_length=120)
    # What is compared (assessments/stores/aliases.py): half-width, lower case, no spaces.
    key = models.CharField(max_length=240, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("store alias")
        verbose_name_plural = _("store aliases")
        constraints = [models.UniqueConstraint(fields=["key"], name="store_alias_once")]

    def __str__(self) -> str:
        return self.name
