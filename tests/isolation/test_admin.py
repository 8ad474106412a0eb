"""Two agencies with the same ids: every page of the admin shows only its own; platform and agency never meet."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from assessments.backtests.models import Backtest, Flip, Shadow, ShadowVerdict
from assessments.fees.models import FeeAgreement, RefundEstimate
from assessments.metrics.models import ExpectedFile, Import, RememberedKind, SourceDays, Violation
from assessments.periods.models import Period, StoreStanding, Verdict
from assessments.rulebooks.models import CategoryLine, Enrolment, RulebookDraft, RulebookVersion
from assessments.stores.models import Client as Brand
from assessments.stores.models import Store, StoreAlias
from core.outbox.models import Message
from core.people.models import User
from core.sites import agency_site, platform_site
from tests.conftest import House
from tests.factories import photograph, undone
from tests.isolation.conftest import Visits, canary_of
from tests.isolation.twins import FINGERPRINT, IDS, NUMBER

Twins = tuple[House, House]
FIXED: dict[type[Any], Any] = {
    Backtest: IDS["backtest"],
    Flip: IDS["flip"],
    Shadow: IDS["draft"],
    ShadowVerdict: IDS["shadow_verdict"],
    Brand: IDS["client"],
    CategoryLine: NUMBER,
    Enrolment: NUMBER,
    ExpectedFile: NUMBER,
    FeeAgreement: IDS["agreement"],
    Import: IDS["import"],
    SourceDays: NUMBER,
    Message: NUMBER,
    Period: IDS["period"],
    RefundEstimate: IDS["estimate"],
    RulebookDraft: IDS["draft"],
    RulebookVersion: IDS["rulebook"],
    RememberedKind: FINGERPRINT,
    Store: IDS["store"],
    StoreAlias: NUMBER,
    StoreStanding: IDS["store"],
    User: IDS["operator"],
    Verdict: IDS["verdict"],
    Violation: IDS["violation"],
}
AUTOCOMPLETE = "/admin/autocomplete/?app_label=fees&model_name=feeagreement&field_name=store&term="


def list_pages(*, thorough: bool = False) -> list[str]:
    """Lists, details and forms of the agency's admin; when thorough, searches, histories and the site's own pages."""
    pages = [reverse("agency:index")]
    for model in agency_site._registry:
        name = f"agency:{model._meta.app_label}_{model._meta.model_name}"
        listed = reverse(f"{name}_changelist")
        pages += [listed, reverse(f"{name}_add"), reverse(f"{name}_change", args=[FIXED[model]])]
        if thorough:
            pages += [f"{listed}?q=canary&o=-1.2", reverse(f"{name}_history", args=[FIXED[model]])]
    if thorough:
        pages += ["/", reverse("agency:password_change"), reverse("agency:jsi18n")]
        pages += [reverse("agency:app_list", args=[label]) for label in sorted({m._meta.app_label for m in FIXED})]
    return pages


def test_every_page_of_the_agencys_admin_has_an_object_in_this_matrix() -> None:
    assert set(agency_site._registry) == set(FIXED)


@pytest.mark.parametrize("username", ["owner", "lead", "twin"])
def test_every_page_shows_its_own_and_nothing_of_the_other(twins: Twins, visits: Visits, username: str) -> None:
    alpha, beta = twins
    for own, foreign in [(alpha, beta), (beta, alpha)] if username == "owner" else [(alpha, beta)]:
        browser = own.browser(username)
        seen = 0
        for page in list_pages(thorough=username == "owner" and own is alpha):
            with undone():
                answer = visits.see(browser.get(page), canary_of(foreign), page)
            assert answer.status_code < 500, page
            seen += canary_of(own).encode() in answer.content
        assert seen > 20
    assert visits.leaks == []


# The view behind the admin's search boxes pages through whatever order the database gives.
@pytest.mark.filterwarnings("ignore:Pagination may yield inconsistent results")
def test_suggestions_are_the_agencys_own(twins: Twins, visits: Visits) -> None:
    alpha, beta = twins
    for house, foreign in ((alpha, beta), (beta, alpha)):
        answer = visits.see(house.browser("owner").get(AUTOCOMPLETE), canary_of(foreign), AUTOCOMPLETE)
        assert canary_of(house).encode() in answer.content
    assert visits.leaks == []


def test_a_form_saved_in_one_agency_leaves_the_other_as_it_was(twins: Twins, visits: Visits) -> None:
    alpha, beta = twins
    before, own_before = photograph(beta.schema), photograph(alpha.schema)
    browser = alpha.browser("owner")
    form = {"name": "renamed", "note": "", "members-TOTAL_FORMS": 0, "members-INITIAL_FORMS": 0}
    saved = browser.post(reverse("agency:stores_client_change", args=[IDS["client"]]), form)
    taken = browser.post(
        reverse("agency:metrics_import_changelist"), {"action": "take_over", "_selected_action": [IDS["import"]]}
    )
    tried = browser.post(
        reverse("agency:outbox_message_changelist"), {"action": "try_again", "_selected_action": [NUMBER]}
    )
    visits.made += 3
    assert [saved.status_code, taken.status_code, tried.status_code] == [302, 302, 302]
    assert photograph(beta.schema) == before
    changed = {table for table, digest in photograph(alpha.schema).items() if digest != own_before[table]}
    assert changed >= {"stores_client", "metrics_import", "django_admin_log", "outbox_message"}


def test_a_session_of_one_agency_sees_only_the_sign_in_at_the_others_host(twins: Twins, visits: Visits) -> None:
    alpha, beta = twins
    browser = alpha.browser("owner")
    for page in list_pages():
        answer = visits.see(browser.get(page, SERVER_NAME=beta.host), canary_of(beta), page)
        assert answer.status_code in (301, 302), page
        assert "/admin/" in answer["Location"]
    assert visits.leaks == []


def test_a_platform_admins_session_is_nothing_on_an_agencys_host(
    twins: Twins, platform: Client, visits: Visits
) -> None:
    assert platform.get(reverse("platform:index", urlconf="core.urls_platform")).status_code == 200
    for house in twins:
        for page in list_pages():
            answer = visits.see(platform.get(page, SERVER_NAME=house.host), canary_of(house), page)
            assert answer.status_code in (301, 302), page
        assert platform.get("/api/v1/stores/", SERVER_NAME=house.host).status_code == 401
    assert visits.leaks == []


def test_an_agencys_session_is_nothing_on_the_platforms_host(twins: Twins, visits: Visits) -> None:
    for house in twins:
        browser = house.browser("owner")
        for model in platform_site._registry:
            name = f"platform:{model._meta.app_label}_{model._meta.model_name}_changelist"
            page = reverse(name, urlconf="core.urls_platform")
            answer = visits.see(browser.get(page, SERVER_NAME="localhost"), canary_of(house), page)
            assert answer.status_code == 302, page
    assert visits.leaks == []


def test_the_platforms_admin_shows_no_agencys_rows(twins: Twins, platform: Client, visits: Visits) -> None:
    """People and work have tables on both sides: the platform's pages read the platform's."""
    for model in platform_site._registry:
        name = f"platform:{model._meta.app_label}_{model._meta.model_name}"
        for page in ("changelist", "add"):
            address = reverse(f"{name}_{page}", urlconf="core.urls_platform")
            answer = platform.get(address)
            assert answer.status_code in (200, 403), address
            for house in twins:
                visits.see(answer, canary_of(house), address)
        if model in FIXED:
            address = reverse(f"{name}_change", args=[FIXED[model]], urlconf="core.urls_platform")
            assert visits.see(platform.get(address), canary_of(twins[0]), address).status_code == 302
    assert visits.leaks == []


def test_the_log_of_one_agency_names_its_own_kinds_of_things(alpha: House, beta: House) -> None:
    """Django keeps content types for the whole process, but an agency made under another release numbers them anew."""
    person = {"name": "n", "language": "en", "is_active": "on", "new_password": "a-Long-enough-8", "role": "operator"}
    with beta.scope(), connection.cursor() as cursor:
        cursor.execute("UPDATE django_content_type SET id = id + 1000")
    logged = []
    for house in (alpha, beta):
        house.browser("owner").post("/admin/people/user/add/", {**person, "username": "newcomer"})
        with house.scope(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT c.app_label, c.model FROM django_admin_log l"
                " LEFT JOIN django_content_type c ON c.id = l.content_type_id"
            )
            logged += cursor.fetchall()
            # The numbers go back when the test ends, and the log must not hold on to them.
            cursor.execute("DELETE FROM django_admin_log")
    assert logged == [("people", "user")] * 2
