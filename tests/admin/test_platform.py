"""The platform's admin: create an agency, suspend it, open it again."""

from typing import Any

import pytest
from django.contrib.auth.hashers import check_password
from django.test import Client

from core.outbox.models import Message
from core.people.models import Role, User
from tenants.door import platform_scope
from tenants.models import Agency, Domain
from tests.admin.conftest import text_of
from tests.conftest import PASSWORD, House

AGENCY = {"slug": "gamma", "name": "伽马代运营", "owner": "boss", "password": "a-Long-enough-7", "business_date": ""}
ADD = "/admin/tenants/agency/add/"


def test_creating_an_agency_writes_its_row_its_domain_and_a_message(platform: Client) -> None:
    assert "first owner" in text_of(platform.get(ADD))
    assert platform.post(ADD, AGENCY).status_code == 302
    with platform_scope():
        agency = Agency.objects.get(slug="gamma")
        assert (agency.name, agency.status) == ("伽马代运营", "preparing")
        assert list(Domain.objects.filter(tenant=agency).values_list("domain", "is_primary")) == [
            ("gamma.localhost", True)
        ]
        message = Message.objects.get(event="AgencyRequested", payload__schema=agency.schema_name)
        assert (message.task, message.done_at) == ("provision_agency", None)
        assert message.payload["owner"] == "boss"
        assert check_password(AGENCY["password"], message.payload["password_hash"])
        assert AGENCY["password"] not in str(message.payload)
    assert "伽马代运营" in text_of(platform.get("/admin/tenants/agency/"))
    assert "gamma.localhost" in text_of(platform.get(f"/admin/tenants/agency/{agency.pk}/change/"))


@pytest.mark.parametrize(
    "change",
    [
        {"slug": "alpha"},
        {"slug": "Gamma"},
        {"slug": "g"},
        {"slug": "-gamma"},
        {"slug": "gam_ma"},
        {"slug": ""},
        {"name": ""},
        {"password": "short"},
        {"password": "password123"},
        {"owner": ""},
        {"business_date": "someday"},
    ],
)
def test_an_agency_that_cannot_be_is_refused_on_the_form(
    alpha: House, platform: Client, change: dict[str, Any]
) -> None:
    with platform_scope():
        before = Agency.objects.count()
    page = text_of(platform.post(ADD, {**AGENCY, **change}))
    assert "errornote" in page
    with platform_scope():
        assert Agency.objects.count() == before
        assert not Message.objects.filter(event="AgencyRequested", payload__owner="boss").exists()


def test_suspending_shuts_the_agency_and_opening_it_again_loses_nothing(alpha: House, platform: Client) -> None:
    with platform_scope():
        agency = Agency.objects.get(schema_name=alpha.schema)
    api = alpha.api("owner")

    def act(name: str) -> None:
        form = {"action": name, "_selected_action": [str(agency.pk)]}
        assert platform.post("/admin/tenants/agency/", form).status_code == 302

    assert api.get("me/").status_code == 200
    act("suspend")
    assert api.get("me/").status_code == 404
    act("resume")
    assert api.get("me/").status_code == 200


def test_an_agency_that_is_being_prepared_is_not_opened_by_hand(platform: Client) -> None:
    platform.post(ADD, AGENCY)
    with platform_scope():
        agency = Agency.objects.get(slug="gamma")
    for name in ("suspend", "resume"):
        platform.post("/admin/tenants/agency/", {"action": name, "_selected_action": [str(agency.pk)]})
        with platform_scope():
            assert Agency.objects.get(pk=agency.pk).status == "preparing"


def test_an_agencys_row_is_neither_edited_nor_deleted_by_hand(alpha: House, platform: Client) -> None:
    with platform_scope():
        agency = Agency.objects.get(schema_name=alpha.schema)
    page = f"/admin/tenants/agency/{agency.pk}"
    assert platform.post(f"{page}/change/", {**AGENCY, "schema_name": "t_00000000"}).status_code == 403
    assert platform.post(f"{page}/delete/", {"post": "yes"}).status_code == 403


def test_a_platform_admin_makes_another_and_no_agency_role(platform: Client) -> None:
    person = {"username": "second", "name": "s", "language": "en", "is_active": "on", "new_password": PASSWORD}
    add = "/admin/people/user/add/"
    assert "errornote" in text_of(platform.post(add, {**person, "role": Role.OWNER}))
    assert platform.post(add, {**person, "role": Role.PLATFORM_ADMIN}).status_code == 302
    with platform_scope():
        made = User.objects.get(username="second")
        assert made.check_password(PASSWORD)
    sign_in = Client(SERVER_NAME="localhost").post(
        "/admin/login/", {"username": "second", "password": PASSWORD, "next": "/admin/"}
    )
    assert sign_in.status_code == 302


def test_set_aside_work_of_the_platform_is_tried_again(platform: Client) -> None:
    platform.post(ADD, AGENCY)
    with platform_scope():
        message = Message.objects.filter(event="AgencyRequested").latest("pk")
        Message.objects.filter(pk=message.pk).update(attempts=3, quarantined_at="2025-01-01T00:00Z")
    form = {"action": "try_again", "_selected_action": [message.pk]}
    assert platform.post("/admin/outbox/message/", form).status_code == 302
    with platform_scope():
        message.refresh_from_db()
        assert (message.attempts, message.quarantined_at) == (0, None)


def test_a_stranger_and_a_wrong_password_get_the_sign_in_page(db: None) -> None:
    stranger = Client(SERVER_NAME="localhost", headers={"accept-language": "en"})
    assert stranger.get("/admin/tenants/agency/").status_code == 302
    wrong = stranger.post("/admin/login/", {"username": "root", "password": "wrong"})
    assert "errornote" in text_of(wrong)
