"""Agency and Domain: the only rows that live in the public schema beside platform staff."""

import uuid

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_tenants.models import DomainMixin, TenantMixin


class Agency(TenantMixin):  # type: ignore[misc]
    """A service agency 服务商: one tenant, one schema, one database role of the same name as the schema."""

    class Status(models.TextChoices):
        PREPARING = "preparing", _("preparing")
        ACTIVE = "active", _("active")
        SUSPENDED = "suspended", _("suspended")

    # Schemas and roles are made by the provisioning worker, which alone may (tenants/services.py).
    auto_create_schema = False
    auto_drop_schema = False

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.CharField(
        _("short name"),
        max_length=40,
        unique=True,
        help_text=_("First part of the agency's host name: letters a-z, digits and hyphens."),
        validators=[RegexValidator(r"^[a-z][a-z0-9-]{1,38}[a-z0-9]$")],
    )
    name = models.CharField(_("name"), max_length=120)
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.PREPARING)
    business_date = models.DateField(
        _("fixed business date"),
        null=True,
        blank=True,
        help_text=_("For demonstrations and disputes about the past: the desk treats this as today."),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(schema_name__regex=r"^t_[a-z0-9]{8,40}$"),
                name="agency_schema_name_is_ours",
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)


class Domain(DomainMixin):  # type: ignore[misc]
    """A host name that leads to one agency."""

    class Meta:
        verbose_name = _("domain")
        verbose_name_plural = _("domains")


class Turn(models.Model):
    """When an agency last announced work and was last served, for tenants/turns.py. Belongs to no agency's rows."""

    schema_name = models.CharField(max_length=63, primary_key=True)
    asked_at = models.DateTimeField()
    # NULL: nothing waits.
    waits_since = models.DateTimeField(null=True)
    served_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.schema_name)
