"""The cast and the stage: two agencies, alpha and beta, made once per worker; each test in a transaction of its own."""

import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connections
from django.test import Client
from hypothesis import HealthCheck, settings

from core.people.models import Role, User
from core.people.services import issue_token
from tenants.door import agency_scope, platform_scope

PASSWORD = "a-Long-enough-1"

# A busy machine is no failure: speed is shown by `make bench`, never by a test that watches the clock.
settings.register_profile("kaohe", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kaohe")


@dataclass
class House:
    """One agency on the stage."""

    schema: str
    host: str
    tokens: dict[str, str] = field(default_factory=dict)

    def scope(self) -> Any:
        return agency_scope(schema=self.schema)

    def set_today(self, today: date) -> None:
        """Fix the agency's business date, for requests as well."""
        from tenants.models import Agency

        with platform_scope():
            Agency.objects.filter(schema_name=self.schema).update(business_date=today)

    def user(self, username: str) -> User:
        """A person of this agency; call it inside the agency's scope."""
        return User.objects.get(username=username)

    def api(self, username: str) -> "Api":
        """The API as this person, by token."""
        if username not in self.tokens:
            with self.scope():
                self.tokens[username] = issue_token(user=self.user(username))[1]
        return Api(self.host, self.tokens[username])

    def browser(self, username: str) -> Client:
        """A signed-in browser."""
        client = Client(SERVER_NAME=self.host, headers={"accept-language": "en"})
        with self.scope():
            client.cookies = _session_cookies(self.user(username), client)
        return client


def _session_cookies(user: User, client: Client) -> Any:
    client.force_login(user)
    return client.cookies


class Api:
    """A small API client: verb, path, JSON; the agency is the host."""

    def __init__(self, host: str, token: str | None) -> None:
        headers = {"accept-language": "en"}
        if token:
            headers["authorization"] = f"Bearer {token}"
        self.client = Client(SERVER_NAME=host, headers=headers)

    def get(self, path: str, **params: Any) -> Any:
        return self.client.get(f"/api/v1/{path}", params)

    def post(self, path: str, body: Any = None) -> Any:
        return self.client.post(f"/api/v1/{path}", body if body is not None else {}, content_type="application/json")

    def patch(self, path: str, body: Any) -> Any:
        return self.client.patch(f"/api/v1/{path}", body, content_type="application/json")

    def upload(self, content: bytes, name: str, **fields: Any) -> Any:
        return self.send_file("imports/", content, name, **fields)

    def send_file(self, path: str, content: bytes, name: str, **fields: Any) -> Any:
        from django.core.files.uploadedfile import SimpleUploadedFile

        return self.client.post(f"/api/v1/{path}", {"file": SimpleUploadedFile(name, content), **fields})


def _owner_settings(name: str) -> dict[str, Any]:
    import environ

    return {**environ.Env.db_url_config(os.environ["OWNER_DATABASE_URL"]), "NAME": name}


def become_owner(name: str) -> None:
    """Point the default connection at the test database as the owner of its tables."""
    connection = connections["default"]
    connection.close()
    owner = _owner_settings(name)
    connection.settings_dict.update({key: owner[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")})


def become_app(name: str) -> None:
    """Point it back at the restricted login that web and worker use."""
    import environ

    connection = connections["default"]
    connection.close()
    app = environ.Env.db_url_config(os.environ["DATABASE_URL"])
    connection.settings_dict.update({**{key: app[key] for key in ("USER", "PASSWORD", "HOST", "PORT")}, "NAME": name})


@pytest.fixture(scope="session")
def database_name(worker_id: str) -> str:
    return f"test_kaohe_{worker_id}_{secrets.token_hex(3)}"


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any, database_name: str) -> Iterator[None]:
    """A database of this worker's own with two agencies, made as the owner and used as the restricted login."""
    with django_db_blocker.unblock():
        with psycopg.connect(os.environ["OWNER_DATABASE_URL"], autocommit=True) as owner:
            owner.execute(f"CREATE DATABASE {database_name}")
            owner.execute(f"GRANT CONNECT ON DATABASE {database_name} TO PUBLIC")
        become_owner(database_name)
        call_command("migrate_schemas", shared=True, interactive=False, verbosity=0)
        for name in ("alpha", "beta"):
            call_command("create_agency", name, f"{name} 代运营", owner="owner", password=PASSWORD, stdout=_Quiet())
        become_app(database_name)
        for name in ("alpha", "beta"):
            _seed_people(name)
    yield
    with django_db_blocker.unblock():
        with platform_scope():
            from tenants.models import Agency

            schemas = list(Agency.objects.values_list("schema_name", flat=True))
        connections["default"].close()
        with psycopg.connect(os.environ["OWNER_DATABASE_URL"], autocommit=True) as owner:
            try:
                # This way asks autovacuum to leave and waits; FORCE may not end a superuser's process.
                owner.execute(f"DROP DATABASE {database_name}")
            except psycopg.errors.ObjectInUse:
                owner.execute(f"DROP DATABASE {database_name} WITH (FORCE)")
            for schema in schemas:
                owner.execute(f'DROP ROLE IF EXISTS "{schema}"')


class _Quiet:
    def write(self, text: str) -> None:
        """Say nothing."""


def _seed_people(slug: str) -> None:
    from assessments.stores.models import Client as Brand
    from assessments.stores.models import ClientMember

    with agency_scope(slug=slug):
        for username, role in [
            ("lead", Role.LEAD),
            ("op", Role.OPERATOR),
            ("other_op", Role.OPERATOR),
            ("client_admin", Role.CLIENT_ADMIN),
            ("client_viewer", Role.CLIENT_VIEWER),
        ]:
            user = User(username=username, name=f"{username} of {slug}", role=role)
            user.set_password(PASSWORD)
            user.save()
        brand = Brand.objects.create(name=f"brand of {slug}")
        Brand.objects.create(name=f"other brand of {slug}")
        for username in ("client_admin", "client_viewer"):
            ClientMember.objects.create(user=User.objects.get(username=username), client=brand)


@pytest.fixture(scope="session")
def houses(django_db_setup: None, django_db_blocker: Any) -> dict[str, House]:
    from tenants.models import Agency

    with django_db_blocker.unblock(), platform_scope():
        return {
            agency.slug: House(schema=agency.schema_name, host=f"{agency.slug}.localhost")
            for agency in Agency.objects.all()
        }


@pytest.fixture
def alpha(db: None, houses: dict[str, House]) -> House:
    return House(schema=houses["alpha"].schema, host=houses["alpha"].host)


@pytest.fixture
def beta(db: None, houses: dict[str, House]) -> House:
    return House(schema=houses["beta"].schema, host=houses["beta"].host)


@pytest.fixture
def stranger(alpha: House) -> Api:
    return Api(alpha.host, None)


@pytest.fixture
def platform(db: None) -> Client:
    """A platform admin's signed-in browser on the platform's own host."""
    client = Client(SERVER_NAME="localhost", headers={"accept-language": "en"})
    with platform_scope():
        user = User(username="root", name="platform person", role=Role.PLATFORM_ADMIN)
        user.set_password(PASSWORD)
        user.save()
        client.force_login(user)
    return client


@pytest.fixture
def risky(alpha: House) -> Any:
    """A store with two failed months of three, half its sales, and a fee year: computed and estimated."""
    from tests.factories import GOOD_YEAR, make_judged_store

    with alpha.scope():
        return make_judged_store(
            "Risky", scores={**GOOD_YEAR, "2024-09": "4.05", "2024-10": "4.00"}, operators=[alpha.user("op")]
        )
