"""Two agencies furnished alike, the people who try the doors, and a count of how often they tried."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client

from tenants.door import platform_scope
from tests.conftest import PASSWORD, House
from tests.factories import forget_temporary_tables
from tests.isolation.twins import CANARIES, furnish


@dataclass
class Visits:
    """Every request of one test, and whatever it answered with that belongs to somebody else."""

    made: int = 0
    leaks: list[str] = field(default_factory=list)

    def see(self, answer: Any, foreign: str, what: str) -> Any:
        """Count one answer and look through all of it for a foreign word."""
        self.made += 1
        if foreign.encode() in answer.content or foreign in str(answer.headers):
            self.leaks.append(what)
        return answer


@pytest.fixture
def visits(record_property: Callable[[str, object], None]) -> Any:
    counted = Visits()
    yield counted
    record_property("requests", counted.made)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say how many requests the isolation matrix made, over all workers."""
    reports = [report for key in ("passed", "failed") for report in terminalreporter.stats.get(key, [])]
    made = [number for report in reports for name, number in report.user_properties if name == "requests"]
    if made:
        terminalreporter.write_line(f"isolation: {sum(made)} requests in {len(made)} tests")


@pytest.fixture
def twins(alpha: House, beta: House) -> tuple[House, House]:
    """Alpha and beta with the same ids and different words."""
    for name, house in (("alpha", alpha), ("beta", beta)):
        with house.scope():
            furnish(name)
        forget_temporary_tables()
    return alpha, beta


def canary_of(house: House) -> str:
    return CANARIES[house.host.partition(".")[0]]


@pytest.fixture
def platform(db: None) -> Client:
    """A platform admin's signed-in browser on the platform's own host."""
    from core.people.models import Role, User

    client = Client(SERVER_NAME="localhost", headers={"accept-language": "en"})
    with platform_scope():
        user = User(username="root", name="platform person", role=Role.PLATFORM_ADMIN)
        user.set_password(PASSWORD)
        user.save()
        client.force_login(user)
    return client
