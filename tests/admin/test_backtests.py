"""Backtests in the agency's admin: ask for one, read who flips and why, see it on the store's page."""

import pytest
from django.urls import reverse

from assessments.backtests.models import Backtest, Flip, Shadow
from assessments.backtests.services import follow_shadows, run_batch
from assessments.rulebooks.drafting import write_draft
from assessments.rulebooks.models import RulebookDraft
from assessments.stores.models import Store
from tests.admin.conftest import text_of
from tests.conftest import House
from tests.factories import AT, GOOD_YEAR, TODAY, make_judged_store
from tests.services.test_backtests import limited


@pytest.fixture
def failing(alpha: House) -> Store:
    with alpha.scope():
        return make_judged_store(
            "坏店", operators=[alpha.user("op")], scores={**GOOD_YEAR, "2024-09": "4.00"}, sales="60000"
        )


@pytest.fixture
def draft(alpha: House) -> RulebookDraft:
    with alpha.scope():
        return write_draft(text=limited(1), reason="预演", by=alpha.user("lead"))


def test_a_backtest_is_asked_for_and_read_store_by_store(alpha: House, failing: Store, draft: RulebookDraft) -> None:
    lead = alpha.browser("lead")
    assert lead.post(reverse("agency:backtests_backtest_add"), {"draft": draft.pk}).status_code == 302
    with alpha.scope():
        backtest = Backtest.objects.get()
        assert backtest.requested_by == alpha.user("lead")
        run_batch(backtest_id=backtest.pk, at=AT)
        flip = Flip.objects.get()
    listed = text_of(lead.get(reverse("agency:backtests_backtest_changelist")))
    assert "1 / 1" in listed
    page = text_of(lead.get(reverse("agency:backtests_flip_change", args=[flip.pk])))
    assert "坏店" in page
    assert "2024-09" in page
    store = text_of(lead.get(reverse("agency:stores_store_change", args=[failing.pk])))
    assert "Under drafts of the rules" in store
    assert f"{draft} 2024-08-01 – 2025-08-01" in store


def test_a_shadow_run_is_started_seen_on_the_stores_page_and_stopped(
    alpha: House, failing: Store, draft: RulebookDraft
) -> None:
    owner = alpha.browser("owner")
    assert owner.post(reverse("agency:backtests_shadow_add"), {"draft": draft.pk}).status_code == 302
    with alpha.scope():
        follow_shadows(today=TODAY)
    page = reverse("agency:stores_store_change", args=[failing.pk])
    assert f"{draft}: " in text_of(owner.get(page))
    assert "Under drafts of the rules" not in text_of(alpha.browser("op").get(page))
    stop = reverse("agency:backtests_shadow_delete", args=[draft.pk])
    assert owner.post(stop, {"post": "yes"}).status_code == 302
    with alpha.scope():
        assert not Shadow.objects.exists()
        assert RulebookDraft.objects.filter(pk=draft.pk).exists()


def test_a_draft_that_cannot_be_compared_is_refused_on_the_form(alpha: House) -> None:
    with alpha.scope():
        own = write_draft(text=limited(1).replace('"tmall-daily"', '"own"'), reason="r", by=alpha.user("lead"))
    for page in ("backtest", "shadow"):
        answer = alpha.browser("lead").post(reverse(f"agency:backtests_{page}_add"), {"draft": own.pk})
        assert "no published version of this programme to compare with" in text_of(answer)
