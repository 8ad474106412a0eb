"""The database connection: search path set once, by the door, instead of before every statement."""

from typing import Any

from django_tenants.postgresql_backend import base


class DatabaseWrapper(base.DatabaseWrapper):  # type: ignore[misc]
    """django-tenants' connection, quiet while a door is open.

    django-tenants sends `SET search_path` for the session before every statement. The door sets it
    locally, in the transaction's first statement, together with the role; a session-wide setting on top
    would cost a round trip a query and outlive the transaction. Outside a door (migrations, the platform's
    own start-up) its behaviour is unchanged.
    """

    door: Any = None

    def _handle_search_path(self, cursor: Any = None) -> None:
        if self.door is None:
            super()._handle_search_path(cursor)
