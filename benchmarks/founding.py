"""`python -m benchmarks.founding SLUG…`, as the owner of the tables: make them, then the agencies; seconds of each."""

import json
import os
import sys
import time


def found_agencies(slugs: list[str]) -> dict[str, float]:
    """Slug → seconds that the product's own services took to make the agency."""
    from django.contrib.auth.hashers import make_password  # noqa: PLC0415 - settings come first
    from django.core.management import call_command  # noqa: PLC0415

    from benchmarks.sizes import TODAY  # noqa: PLC0415
    from tenants.services import provision_agency, request_agency  # noqa: PLC0415

    password_hash = make_password("not-used-by-anyone")
    call_command("migrate_schemas", shared=True, interactive=False, verbosity=0)
    seconds = {}
    for slug in slugs:
        started = time.perf_counter()
        agency = request_agency(slug=slug, name=slug, owner="owner", password="a-Long-enough-1", business_date=TODAY)
        provision_agency(schema=agency.schema_name, owner="owner", password_hash=password_hash)
        seconds[slug] = time.perf_counter() - started
    return seconds


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")
    django.setup()
    json.dump(found_agencies(sys.argv[1:]), sys.stdout)
