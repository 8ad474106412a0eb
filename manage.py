#!/usr/bin/env python
"""Django's command line, for the project in `core`."""

import os
import sys

# These make or change tables and roles: they log in as the owner. All others have the restricted login.
OWNER_COMMANDS = {
    "migrate_schemas",
    "migrate",
    "makemigrations",
    "showmigrations",
    "create_agency",
    "create_platform_admin",
}


def main() -> None:
    """Choose the login, then hand over to Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")
    if len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS:
        from core.local.urls import resolve_urls  # noqa: PLC0415 - before settings are read

        urls = resolve_urls()
        os.environ.update(DATABASE_URL=urls.owner, OWNER_DATABASE_URL=urls.owner, KAOHE_APP_ROLE=urls.app_role)
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
