"""Create an agency with its first owner: schema, database role, rulebooks."""

import secrets
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenants.models import Agency
from tenants.services import provision_agency, request_agency


class Command(BaseCommand):
    help = "Create an agency (needs the owner's login, OWNER_DATABASE_URL)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="first part of the host name, e.g. demo")
        parser.add_argument("name", help="the agency's name")
        parser.add_argument("--owner", default="owner", help="user name of the first owner")
        parser.add_argument("--password", default="", help="the owner's password; made up and printed when left out")
        parser.add_argument("--if-missing", action="store_true", help="do nothing when the agency exists")
        parser.add_argument("--business-date", type=date.fromisoformat, default=None, help="fix today's date (demos)")

    def handle(self, *args: Any, **options: Any) -> None:
        slug, owner = options["slug"], options["owner"]
        password = options["password"] or secrets.token_urlsafe(12)
        # A row left behind by a run that was cut short is taken up again.
        agency = Agency.objects.filter(slug=slug).first()
        if agency is not None and agency.status != Agency.Status.PREPARING:
            if options["if_missing"]:
                return
            raise CommandError(f"服务商 {slug} 已存在 / an agency named {slug} exists already")
        try:
            agency = agency or request_agency(
                slug=slug,
                name=options["name"],
                owner=owner,
                password=password,
                business_date=options["business_date"],
                announce=False,
            )
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        provision_agency(schema=agency.schema_name, owner=owner, password_hash=make_password(password))
        self.stdout.write(f"http://{slug}.{settings.BASE_DOMAIN}:{settings.PORT}/admin/")
        if not options["password"]:
            self.stdout.write(f"{owner} {password}")
