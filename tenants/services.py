"""Create, open and suspend agencies."""

import secrets
from datetime import date

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils.module_loading import import_string

from core.outbox.services import publish
from core.people.models import Role, User
from tenants.door import agency_scope
from tenants.events import AgencyRequested
from tenants.models import Agency, Domain
from tenants.roles import create_role, grant_agency_rights
from tenants.template import make_schema, refresh_template


@transaction.atomic
def request_agency(
    *,
    slug: str,
    name: str,
    owner: str,
    password: str,
    business_date: date | None = None,
    announce: bool = True,
) -> Agency:
    """Write the agency's row and first domain and announce it; the provisioning worker does the rest.

    `announce` False: the caller provisions it itself, and no worker must do the same beside it.
    Raises ValidationError for a taken or malformed slug and for a weak password.
    """
    validate_password(password)
    agency = Agency(slug=slug, name=name, business_date=business_date, schema_name=f"t_{secrets.token_hex(8)}")
    agency.full_clean(exclude=["schema_name"])
    agency.save()
    Domain.objects.create(tenant=agency, domain=f"{slug}.{settings.BASE_DOMAIN}", is_primary=True)
    if announce:
        event = AgencyRequested(schema=agency.schema_name, owner=owner, password_hash=make_password(password))
        publish(event)
    return agency


def provision_agency(*, schema: str, owner: str, password_hash: str) -> None:
    """Make role, schema, tables, seeds and the first owner, and mark the agency active. Needs the owner's login.

    One transaction: an agency is made whole or not at all, and refuses all requests until it is. Only the template
    it is copied from (tenants/template.py) is brought up to date before.
    """
    refresh_template()
    with transaction.atomic():
        agency = Agency.objects.select_for_update().get(schema_name=schema)
        if agency.status != Agency.Status.PREPARING:
            return
        create_role(schema=schema)
        make_schema(schema=schema)
        grant_agency_rights(schema=schema)
        with agency_scope(schema=schema, preparing=True):
            for seed in settings.AGENCY_SEEDS:
                import_string(seed)()
            if not User.objects.filter(username=owner).exists():
                User.objects.create(username=owner, name=owner, role=Role.OWNER, password=password_hash)
        Agency.objects.filter(pk=agency.pk).update(status=Agency.Status.ACTIVE)


@transaction.atomic
def suspend_agency(*, agency: Agency) -> None:
    """Refuse the agency at the door from the next request on. Nothing of its rows changes."""
    Agency.objects.filter(pk=agency.pk, status=Agency.Status.ACTIVE).update(status=Agency.Status.SUSPENDED)


@transaction.atomic
def resume_agency(*, agency: Agency) -> None:
    """Open a suspended agency again."""
    Agency.objects.filter(pk=agency.pk, status=Agency.Status.SUSPENDED).update(status=Agency.Status.ACTIVE)
