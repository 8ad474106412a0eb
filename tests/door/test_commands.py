"""Commands that make agencies and platform admins."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from core.outbox.models import Message
from core.people.models import Role, User
from tenants.door import platform_scope
from tests.conftest import PASSWORD, House


def test_a_platform_admin_is_made_in_the_platforms_own_schema(alpha: House) -> None:
    call_command("create_platform_admin", "boss", password=PASSWORD)
    with platform_scope():
        assert User.objects.get(username="boss").role == Role.PLATFORM_ADMIN
    with alpha.scope():
        assert not User.objects.filter(username="boss").exists()


def test_a_platform_admin_with_a_weak_password_is_not_made(db: None) -> None:
    with pytest.raises(CommandError):
        call_command("create_platform_admin", "boss", password="short")
    with platform_scope():
        assert not User.objects.filter(username="boss").exists()


def test_an_agency_made_by_command_is_not_made_a_second_time_by_the_worker(alpha: House) -> None:
    with platform_scope():
        assert not Message.objects.filter(task="provision_agency").exists()
