"""Recomputing: once is enough, one fact is one revision, a day alone is none, a period keeps its rules."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from assessments.engine import parse_rulebook
from assessments.fees.models import FeeAgreement, RefundEstimate
from assessments.periods.models import Period, StoreStanding, Verdict
from assessments.periods.queries import explain_verdict, verify_verdict
from assessments.periods.services import recompute_stale
from assessments.rulebooks.models import RulebookVersion
from assessments.rulebooks.services import SHIPPED, enrol_store, publish_rulebook, set_line, sync_shipped_rulebooks
from assessments.stores.models import Store
from assessments.stores.services import change_store, roll_day, touch_stores
from core.api.errors import ServiceError
from core.outbox.models import Message
from core.people.actors import SYSTEM
from tests.conftest import House
from tests.factories import (
    ANNUAL,
    CATEGORY,
    DAILY,
    GOOD_YEAR,
    SCORE,
    TODAY,
    compute,
    list_messages,
    make_judged_store,
    make_store,
    newest,
    set_lines,
    write_days,
    write_months,
)


def state() -> dict[str, Any]:
    """What a second computation must leave as it is."""
    return {
        "verdicts": sorted(Verdict.objects.values_list("pk", "revision", "digest")),
        "estimates": sorted(RefundEstimate.objects.values_list("pk", "revision", "digest")),
        "board": sorted(StoreStanding.objects.values_list("pk", "standing", "risk", "digest")),
        "periods": sorted(Period.objects.values_list("pk", "is_planned")),
    }


def test_computing_again_writes_no_revision_and_announces_nothing_new(alpha: House) -> None:
    with alpha.scope():
        store = make_judged_store()
        before = state()
        assert before["verdicts"]
        assert before["estimates"]
        Message.objects.all().delete()
        assert compute().stores == 0
        assert not Message.objects.exists()
        touch_stores(store_ids=[store.pk])
        Message.objects.all().delete()
        assert compute().verdicts == 0
        assert state() == before
        assert [message.payload for message in list_messages("StoresRecomputed")] == [{"stores": 1, "verdicts": 0}]


def test_one_changed_fact_writes_exactly_one_revision(alpha: House) -> None:
    with alpha.scope():
        store = make_judged_store()
        bystander = make_judged_store("bystander")
        first = newest(store)
        write_days(store, {date(2025, 2, 28): {SCORE: "4.00"}})
        assert compute().verdicts == 1
        second = newest(store)
        assert (first.revision, second.revision) == (1, 2)
        assert first.digest != second.digest
        assert Verdict.objects.filter(period__store=bystander).count() == 1
        assert StoreStanding.objects.get(store=store).verdict_id == second.pk


def test_a_value_that_changes_no_outcome_is_a_revision_too(alpha: House) -> None:
    """The figure that a client was shown is part of what the client was told."""
    with alpha.scope():
        store = make_judged_store()
        write_days(store, {date(2025, 2, 28): {SCORE: "4.51"}})
        assert compute().verdicts == 1
        assert newest(store).standing == newest(store).period.verdicts.get(revision=1).standing


def test_a_day_passing_alone_writes_no_revision(alpha: House) -> None:
    with alpha.scope():
        store = make_judged_store()
        before = state()
        assert roll_day(today=TODAY + timedelta(days=1)) == 1
        done = recompute_stale(today=TODAY + timedelta(days=1))
        assert (done.stores, done.verdicts) == (1, 0)
        assert state()["verdicts"] == before["verdicts"]
        assert StoreStanding.objects.get(store=store).as_of == TODAY


def test_a_month_passing_without_figures_is_news(alpha: House) -> None:
    with alpha.scope():
        store = make_judged_store()
        april = TODAY + timedelta(days=31)
        roll_day(today=april)
        assert compute(april).verdicts == 1
        assert any("2025-03-31" in line for line in explain_verdict(newest(store), language="en"))


def test_figures_taken_back_give_the_old_facts_under_a_new_revision(alpha: House) -> None:
    with alpha.scope():
        store = make_judged_store()
        digest = newest(store).digest
        for score in ("4.00", "4.50"):
            write_days(store, {date(2025, 2, 28): {SCORE: score}})
            compute()
        assert newest(store).revision == 3
        assert newest(store).digest == digest


def test_the_whole_history_verifies(alpha: House) -> None:
    with alpha.scope():
        store = make_judged_store(go_live_on=date(2022, 7, 15))
        write_months(store, {f"2023-{month:02}": "4.2" for month in range(1, 13)})
        set_line(programme=DAILY, track=ANNUAL, table="score_line", category=CATEGORY, value=Decimal("4.3"), by=SYSTEM)
        compute()
        verdicts = list(Verdict.objects.select_related("period__rulebook"))
        assert len({verdict.period_id for verdict in verdicts}) >= 3
        assert {verdict.period.rulebook.version for verdict in verdicts} >= {"2025-annual", "2022-annual"}
        for verdict in verdicts:
            assert verify_verdict(verdict).differences == ()


def test_a_missing_line_says_where_to_set_it_in_both_languages(alpha: House) -> None:
    with alpha.scope():
        store = make_store()
        write_months(store)
        compute()
        verdict = newest(store)
        board = StoreStanding.objects.get(store=store)
        assert verdict.live == verdict.outcome == "line_not_set"
        assert verdict.standing == "unknown"
        reasons = [reason for reason in board.document["reasons"] if reason["code"] == "line_not_set"]
        assert reasons
        for reason in reasons:
            assert CATEGORY in reason["zh"]
            assert CATEGORY in reason["en"]
        named = " ".join(reason["en"] for reason in reasons)
        for table in ("experience score line", "failing months", "sales target"):
            assert table in named
        set_lines()
        assert compute().verdicts >= 1
        assert newest(store).live == "met"
        codes = [reason["code"] for reason in StoreStanding.objects.get(store=store).document["reasons"]]
        assert "line_not_set" not in codes


def test_a_stores_own_line_beats_its_categorys_and_a_tracks_beats_every_tracks(alpha: House) -> None:
    with alpha.scope():
        store = make_judged_store()
        bystander = make_judged_store("bystander")

        def set_score_line(value: str, **where: Any) -> Decimal:
            set_line(programme=DAILY, table="score_line", value=Decimal(value), by=SYSTEM, **where)
            compute()
            return Decimal(newest(store).facts["lines"]["score_line"])

        assert set_score_line("3.5", category=CATEGORY) == Decimal("4.1")
        assert set_score_line("4.0", store=store) == Decimal("4.0")
        assert set_score_line("4.7", store=store, track=ANNUAL) == Decimal("4.7")
        assert newest(bystander).facts["lines"]["score_line"] == "4.1"
        assert newest(store).standing == "removed"


def test_a_store_of_another_marketplace_has_no_period_and_says_why(alpha: House) -> None:
    with alpha.scope():
        store = make_store(platform="ebay")
        write_months(store)
        assert compute().stores == 1
        assert not Period.objects.exists()
        board = StoreStanding.objects.get(store=store)
        assert (board.standing, board.verdict_id) == ("unknown", None)
        assert [reason["code"] for reason in board.document["reasons"]] == ["no_programme"]


def published(version: str, *, effective_from: str) -> RulebookVersion:
    """The annual rulebook of 2025 under another version and date, with an easier comparison."""
    text = (SHIPPED / "tmall-daily-2025-annual.toml").read_text("utf-8")
    text = text.replace('version = "2025-annual"', f'version = "{version}"')
    text = text.replace("effective_from = 2024-08-01", f"effective_from = {effective_from}")
    text = text.replace("trial_months = 12", "trial_months = 12", 1)
    assert publish_rulebook(rulebook=parse_rulebook(text)) is True
    return RulebookVersion.objects.get(version=version)


def test_a_period_keeps_the_version_it_opened_with_when_a_newer_one_is_published(alpha: House) -> None:
    with alpha.scope():
        old = make_judged_store("old")
        newer = published("2025-annual-corrected", effective_from="2024-08-02")
        fresh = make_judged_store("fresh", go_live_on=date(2024, 8, 15), scores=dict(list(GOOD_YEAR.items())[1:]))
        touch_stores()
        compute()
        assert newest(old).period.rulebook.version == "2025-annual"
        assert newest(old).revision == 1
        assert newest(fresh).period.rulebook == newer


def test_a_version_published_for_a_day_that_is_past_reaches_no_period_that_is_open(alpha: House) -> None:
    with alpha.scope():
        old = make_judged_store("old")
        before = state()
        published("2024-annual-backdated", effective_from="2024-07-31")
        touch_stores()
        compute()
        assert state()["verdicts"] == before["verdicts"]
        assert newest(old).period.rulebook.version == "2025-annual"


def test_a_published_version_never_changes(alpha: House) -> None:
    with alpha.scope():
        before = RulebookVersion.objects.count()
        text = (SHIPPED / "tmall-daily-2025-annual.toml").read_text("utf-8")
        assert publish_rulebook(rulebook=parse_rulebook(text)) is False
        with pytest.raises(ServiceError) as refused:
            publish_rulebook(rulebook=parse_rulebook(text.replace("trial_months = 12", "trial_months = 11")))
        assert refused.value.code == "rulebook_immutable"
        assert sync_shipped_rulebooks() == 0
        assert RulebookVersion.objects.count() == before


def test_a_corrected_go_live_date_marks_the_old_periods_as_not_planned_and_keeps_them(alpha: House) -> None:
    with alpha.scope():
        store = make_judged_store()
        old = set(Period.objects.filter(store=store).values_list("pk", flat=True))
        told = newest(store)
        change_store(store=store, go_live_on=date(2024, 9, 15))
        compute()
        planned = Period.objects.filter(store=store, is_planned=True)
        assert {row.starts_on for row in planned} == {date(2024, 9, 15), date(2024, 10, 1)}
        assert set(Period.objects.filter(store=store, is_planned=False).values_list("pk", flat=True)) == old
        assert Verdict.objects.filter(pk=told.pk).exists()
        assert newest(store).period.starts_on == date(2024, 10, 1)
        change_store(store=store, go_live_on=date(2024, 7, 15))
        compute()
        assert set(Period.objects.filter(store=store, is_planned=True).values_list("pk", flat=True)) == old
        assert newest(store).pk == told.pk


def test_a_new_store_that_enrols_first_follows_its_track(alpha: House) -> None:
    with alpha.scope():
        store = make_store()
        set_line(programme=DAILY, table="sales_target", category=CATEGORY, value=Decimal(1200000), by=SYSTEM)
        enrol_store(store=store, programme=DAILY, track="half-year", by=SYSTEM)
        write_months(store)
        compute()
        assert newest(store).period.rulebook.version == "2025-half-year"


def test_a_store_that_has_left_is_judged_for_the_time_it_traded(alpha: House) -> None:
    with alpha.scope():
        store = make_judged_store()
        change_store(store=store, status=Store.Status.EXITED)
        compute()
        board = StoreStanding.objects.get(store=store)
        assert board.risk == 0
        assert board.document["store"]["status"] == "exited"
        assert board.document["period"]["phase"] == "trial"


def test_a_fee_year_keeps_the_rulebook_of_its_first_estimate(alpha: House) -> None:
    with alpha.scope():
        store = make_judged_store()
        agreement = FeeAgreement.objects.get(store=store)
        assert agreement.rulebook is not None
        text = (SHIPPED / "tmall-annual-fee-2024.toml").read_text("utf-8")
        text = text.replace('version = "2024"', 'version = "2024-b"').replace("2023-01-01", "2023-12-01", 1)
        assert publish_rulebook(rulebook=parse_rulebook(text)) is True
        touch_stores()
        compute()
        agreement.refresh_from_db()
        assert agreement.rulebook.version == "2024"
        assert RefundEstimate.objects.count() == 1


def test_many_stores_take_no_more_statements_than_few(alpha: House, django_assert_max_num_queries: Any) -> None:
    with alpha.scope():
        set_lines()
        for number in range(15):
            write_months(make_store(str(number)))
        with django_assert_max_num_queries(60):
            assert compute().stores == 15
