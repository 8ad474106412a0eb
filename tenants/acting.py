"""Commands that act for a person of an agency: through the door, with that person's rights and no others."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import CommandError

from core.api.errors import ServiceError
from core.people.access import allows
from core.people.models import User
from tenants.door import NoSuchAgency, agency_scope


@contextmanager
def as_person(options: dict[str, Any], permission: str) -> Iterator[User]:
    """The agency's door, as one of its people. What a service refuses ends the command, and nothing of it is kept."""
    try:
        with agency_scope(slug=options["agency"]):
            person = User.objects.filter(username=options["by"]).first()
            if not allows(person, permission):
                raise CommandError(f"{options['by']} 无权这样做 / may not do this")
            assert person is not None
            yield person
    except NoSuchAgency:
        raise CommandError(f"没有服务商 {options['agency']} / no agency {options['agency']}") from None
    except ServiceError as error:
        raise CommandError("\n".join([error.detail, *_tell_fields(error)])) from error


def _tell_fields(error: ServiceError) -> Iterator[str]:
    """What is wrong with what was sent, one line each."""
    for row in error.fields.get("rows", ()):
        place = f"{row['sheet']} {row['row_number']} {row['column']} {row['heading']}"
        yield f"{place}: {row['value']}: {row['zh']} / {row['en']}"
    for name in ("text", "file"):
        yield from error.fields.get(name, ())
