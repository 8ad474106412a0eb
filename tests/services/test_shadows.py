"""Shadow runs: a draft beside what is live, kept up by every recompute."""

from datetime import date

from assessments.backtests.models import Shadow, ShadowVerdict
from assessments.backtests.queries import count_behind
from assessments.backtests.services import follow_shadows, start_shadow, stop_shadow
from assessments.fees.services import estimate_stale
from assessments.rulebooks.drafting import approve_draft, change_draft, withdraw_draft
from assessments.rulebooks.models import RulebookDraft
from assessments.stores.models import Store
from assessments.stores.services import change_store
from tests.conftest import House
from tests.factories import (
    TODAY,
    compute,
    list_messages,
    make_judged_store,
    make_store,
    newest,
    set_lines,
    write_months,
)
from tests.services.test_backtests import BAD_MONTH, annual, fee_draft, limited, with_limit


def follow(house: House, draft: RulebookDraft) -> Shadow:
    shadow = start_shadow(draft=draft, by=house.user("lead"))
    follow_shadows(today=TODAY)
    return shadow


def test_a_shadow_run_compares_the_live_period_and_keeps_up_with_new_figures(alpha: House) -> None:
    with alpha.scope():
        store = make_judged_store(go_live_on=date(2022, 7, 15))
        shadow = follow(alpha, with_limit(alpha, 1))
        row = ShadowVerdict.objects.get()
        assert (row.store, row.shadow, row.is_live, row.direction) == (store, shadow, True, "same")
        assert row.before["live"] == newest(store).live
        assert count_behind() == 0
        write_months(store, {"2025-01": "4.00"})
        compute()
        assert count_behind() == 1
        assert follow_shadows(today=TODAY) == 1
        row = ShadowVerdict.objects.get()
        assert (row.direction, row.after["outcome"]) == ("worse", "missed")
        assert follow_shadows(today=TODAY) == 0


def test_a_shadow_judges_beside_the_version_that_each_period_opened_with(alpha: House) -> None:
    with alpha.scope():
        make_judged_store(scores=BAD_MONTH)
        follow(alpha, annual(alpha))
        assert ShadowVerdict.objects.get().direction == "same"


def test_a_store_without_a_live_period_is_compared_once_and_shown_nowhere(alpha: House) -> None:
    with alpha.scope():
        set_lines()
        make_store(platform="jd")
        make_store("甲", shop_id="9", go_live_on=date(2025, 3, 2))
        compute()
        follow(alpha, annual(alpha))
        assert not ShadowVerdict.objects.exists()
        assert count_behind() == 0


def test_a_shadow_goes_on_after_its_draft_was_published_and_ends_when_it_is_withdrawn(alpha: House) -> None:
    with alpha.scope():
        make_judged_store()
        draft = annual(alpha)
        follow(alpha, draft)
        approve_draft(draft=draft, digest=draft.digest, by=alpha.user("owner"))
        compute()
        assert follow_shadows(today=TODAY) == 1
        other = annual(alpha, {'"2025-annual"': '"2027-annual"'})
        follow(alpha, other)
        withdraw_draft(draft=other, by=alpha.user("lead"))
        follow_shadows(today=TODAY)
        assert [shadow.draft for shadow in Shadow.objects.all()] == [draft]
        stop_shadow(draft=draft)
        assert not ShadowVerdict.objects.exists()


def test_a_shadow_starts_anew_when_its_draft_was_written_anew(alpha: House) -> None:
    with alpha.scope():
        make_judged_store(scores=BAD_MONTH)
        draft = annual(alpha)
        follow(alpha, draft)
        draft = change_draft(draft=draft, text=limited(1), by=alpha.user("lead"))
        follow_shadows(today=TODAY)
        assert not Shadow.objects.exists()
        follow(alpha, draft)
        assert ShadowVerdict.objects.get().direction == "worse"


def test_what_is_over_is_no_shadow_runs_business(alpha: House) -> None:
    with alpha.scope():
        left = make_judged_store("已退", scores=BAD_MONTH)
        change_store(store=left, status=Store.Status.EXITED)
        settled = make_judged_store("去年的年费", sales="60000")
        compute()
        follow(alpha, with_limit(alpha, 1))
        assert {row.store for row in ShadowVerdict.objects.all()} == {settled}
        shadow = follow(alpha, fee_draft(alpha, settled, **{"share = 0.5": "share = 0.6"}))
        assert not ShadowVerdict.objects.filter(shadow=shadow).exists()


def test_estimating_stores_rings_for_the_shadow_runs(alpha: House) -> None:
    with alpha.scope():
        make_judged_store()
        follow(alpha, annual(alpha))
        Store.objects.update(estimated_revision=0)
        before = len(list_messages("StoresEstimated"))
        estimate_stale(today=TODAY)
        assert len(list_messages("StoresEstimated")) == before + 1
