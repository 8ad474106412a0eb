"""Backtests and shadow runs: who flips under a draft, which way, and what it is worth."""

import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest

from assessments.backtests import services
from assessments.backtests.models import Backtest, Flip
from assessments.backtests.queries import explain_comparison
from assessments.backtests.services import run_batch, start_backtest, start_shadow
from assessments.engine import ExitReason, LeaveOn, ask_fee_what_if
from assessments.fees.answers import open_estimate
from assessments.fees.models import FeeAgreement, RefundEstimate
from assessments.fees.services import to_fen
from assessments.rulebooks.drafting import change_draft, write_draft
from assessments.rulebooks.models import RulebookDraft
from assessments.rulebooks.services import SHIPPED, enrol_store
from assessments.stores.models import Store
from core.api.errors import ServiceError
from core.people.actors import SYSTEM
from tests.conftest import House
from tests.factories import (
    AT,
    GOOD_YEAR,
    TODAY,
    compute,
    list_messages,
    make_judged_store,
    newest,
    photograph,
)

ANNUAL = (SHIPPED / "tmall-daily-2025-annual.toml").read_text("utf-8")
FEE_BOOKS = [path.read_text("utf-8") for path in SHIPPED.glob("tmall-annual-fee-*.toml")]
BAD_MONTH = {**GOOD_YEAR, "2025-01": "4.00"}


def draft_of(house: House, text: str, **changes: str) -> RulebookDraft:
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    return write_draft(text=text, reason="预演", by=house.user("lead"))


def annual(house: House, changes: Mapping[str, str] | None = None) -> RulebookDraft:
    """The annual rules that are in force, as a draft under another name, with changes."""
    return draft_of(house, ANNUAL, **{'"2025-annual"': '"2026-annual"', **(changes or {})})


def run(house: House, draft: RulebookDraft) -> Backtest:
    """The whole backtest, batch after batch, as a worker runs it."""
    backtest = start_backtest(draft=draft, by=house.user("lead"), today=TODAY)
    for _batch in range(20):
        backtest = run_batch(backtest_id=backtest.pk, at=AT)
        if backtest.state != "running":
            return backtest
    raise AssertionError("the backtest did not end")


def with_limit(house: House, months: int) -> RulebookDraft:
    """The annual rules with a limit of failing months of their own, in place of the agency's."""
    return write_draft(text=limited(months), reason="预演", by=house.user("lead"))


def limited(months: int) -> str:
    text = ANNUAL.replace('"2025-annual"', '"2026-annual"')
    text = text.replace('limit = { table = "failing_months" }', f"limit = {{ fixed = {months} }}")
    return re.sub(r"\[tables\.failing_months\].*?(?=\n\[)", "", text, flags=re.DOTALL)


def test_a_draft_like_the_current_rules_flips_nobody(alpha: House) -> None:
    with alpha.scope():
        make_judged_store("好店")
        make_judged_store("坏店", scores=BAD_MONTH, go_live_on=date(2022, 7, 15))
        backtest = run(alpha, annual(alpha))
        assert backtest.compared >= 2
        assert (backtest.worse, backtest.better, backtest.unclear, backtest.effect_fen) == (0, 0, 0, 0)
        assert not Flip.objects.exists()


def test_exactly_the_stores_flip_that_a_stricter_rule_would_fail(alpha: House) -> None:
    with alpha.scope():
        make_judged_store("好店")
        bad = make_judged_store("坏店", scores=BAD_MONTH)
        backtest = run(alpha, with_limit(alpha, 1))
        (flip,) = Flip.objects.filter(is_live=True)
        assert flip.store == bad
        assert flip.before["outcome"] == newest(bad).outcome == "pending"
        assert flip.after["outcome"] == "missed"
        assert (flip.direction, backtest.worse, backtest.better) == ("worse", 1, 0)
        assert any("2025-01" in line for line in explain_comparison(flip, language="en"))


def test_a_milder_rule_turns_a_failed_period_to_the_better(alpha: House) -> None:
    scores = {**GOOD_YEAR, **dict.fromkeys(("2024-10", "2024-11", "2024-12", "2025-01"), "3.00")}
    with alpha.scope():
        store = make_judged_store(scores=scores)
        assert newest(store).outcome == "missed"
        backtest = run(alpha, with_limit(alpha, 12))
        (flip,) = Flip.objects.filter(is_live=True)
        assert (flip.direction, backtest.better) == ("better", 1)
        assert flip.after["outcome"] == "pending"


def test_a_flip_is_worth_what_the_refund_loses_when_the_store_is_removed(alpha: House) -> None:
    with alpha.scope():
        store = make_judged_store(scores={**GOOD_YEAR, "2024-09": "4.00"}, sales="60000")
        staying = RefundEstimate.objects.filter(agreement__store=store).latest("revision")
        backtest = run(alpha, with_limit(alpha, 1))
        flip = Flip.objects.get(is_live=True)
        asked = open_estimate(staying)
        removed = ask_fee_what_if(
            asked.rulebook,
            asked.facts,
            [LeaveOn(date(2024, 10, 31), ExitReason.FAILED_ASSESSMENT, effective_on=date(2024, 10, 31))],
        ).after
        assert flip.effect_fen == to_fen(removed.refund) - staying.refund_fen
        assert flip.effect_fen != 0
        assert backtest.effect_fen == flip.effect_fen


def test_a_flip_without_a_fee_year_has_no_known_effect(alpha: House) -> None:
    with alpha.scope():
        make_judged_store(scores=BAD_MONTH)  # it would be removed in 2025, when there was no annual fee any more
        backtest = run(alpha, with_limit(alpha, 1))
        assert Flip.objects.get(is_live=True).effect_fen is None
        assert (backtest.effect_fen, backtest.unpriced) == (0, 1)


def test_a_backtest_changes_nothing_that_is_live(alpha: House) -> None:
    with alpha.scope():
        make_judged_store(scores=BAD_MONTH)
        draft = with_limit(alpha, 1)
    before = photograph(alpha.schema)
    with alpha.scope():
        run(alpha, draft)
    after = photograph(alpha.schema)
    changed = {table for table in before if before[table] != after[table]}
    assert changed <= {"backtests_backtest", "backtests_flip", "outbox_message"}


def test_batches_add_up_to_the_same_as_one(alpha: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with alpha.scope():
        for number in range(5):
            make_judged_store(f"店{number}", scores=BAD_MONTH if number % 2 else GOOD_YEAR, shop_id=str(number))
        draft = with_limit(alpha, 1)
        whole = run(alpha, draft)
        monkeypatch.setattr(services, "BATCH", 2)
        parts = run(alpha, draft)
        counts = ("stores_total", "stores_done", "compared", "better", "worse", "unclear", "effect_fen", "unpriced")
        assert [getattr(whole, name) for name in counts] == [getattr(parts, name) for name in counts]
        assert parts.stores_done == 5
        assert len(list_messages("BacktestWaits")) == 2 + 2


def test_a_draft_concerns_the_stores_of_its_own_track(alpha: House) -> None:
    with alpha.scope():
        make_judged_store("年度", scores=BAD_MONTH)
        other = make_judged_store("半年", scores=BAD_MONTH)
        enrol_store(store=other, programme="tmall-daily", track="half-year", by=SYSTEM)
        compute()
        backtest = run(alpha, with_limit(alpha, 1))
        assert backtest.stores_done == 2
        assert {flip.store.name for flip in Flip.objects.all()} == {"年度"}


def test_a_draft_written_anew_ends_its_backtest_with_the_reason(alpha: House) -> None:
    with alpha.scope():
        make_judged_store()
        draft = annual(alpha)
        backtest = start_backtest(draft=draft, by=alpha.user("lead"), today=TODAY)
        change_draft(draft=draft, text=draft.text.replace("2024-08-01", "2024-09-01", 1), by=alpha.user("lead"))
        ended = run_batch(backtest_id=backtest.pk, at=AT)
        assert (ended.state, ended.finished_at) == ("failed", AT)
        assert "草稿" in ended.error["zh"]
        assert run_batch(backtest_id=backtest.pk, at=AT).stores_done == 0


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("no_backtest", (SHIPPED / "tmall-dsr.toml").read_text("utf-8").replace('"2018"', '"2"')),
        ("nothing_beside", ANNUAL.replace('"tmall-daily"', '"own"')),
    ],
)
def test_what_cannot_be_compared_is_refused(alpha: House, code: str, text: str) -> None:
    with alpha.scope():
        draft = draft_of(alpha, text)
        for act in (
            lambda: start_backtest(draft=draft, by=alpha.user("lead"), today=TODAY),
            lambda: start_shadow(draft=draft, by=alpha.user("lead")),
        ):
            with pytest.raises(ServiceError) as refusal:
                act()
            assert refusal.value.code == code


def fee_draft(house: House, store: Store, **changes: str) -> RulebookDraft:
    """The rules that settled the store's fee year, as a draft."""
    name = f'version = "{FeeAgreement.objects.get(store=store).rulebook.version}"'
    text = next(text for text in FEE_BOOKS if name in text)
    return draft_of(house, text, **{name: 'version = "draft"', **changes})


def test_fee_rules_like_the_current_ones_give_back_the_same(alpha: House) -> None:
    with alpha.scope():
        store = make_judged_store(sales="60000")
        assert run(alpha, fee_draft(alpha, store)).compared == 1
        assert not Flip.objects.exists()


def test_a_draft_of_fee_rules_tells_what_each_year_would_give_back(alpha: House) -> None:
    with alpha.scope():
        store = make_judged_store(sales="60000")
        refund = RefundEstimate.objects.filter(agreement__store=store).latest("revision").refund_fen
        draft = fee_draft(alpha, store, **{"share = 0.5": "share = 0.6"})
        backtest = run(alpha, draft)
        flip = Flip.objects.get()
        assert (flip.starts_on, flip.ends_before) == (date(2024, 1, 1), date(2025, 1, 1))
        assert (flip.direction, backtest.better) == ("better", 1)
        assert Decimal(flip.before["refund"]) == Decimal(refund).scaleb(-2)
        assert flip.effect_fen == backtest.effect_fen > 0
        assert Decimal(flip.after["refund"]) - Decimal(flip.before["refund"]) == Decimal(flip.effect_fen).scaleb(-2)


def test_a_process_that_serves_pages_carries_no_numpy() -> None:
    asked = (
        "import django, sys; django.setup(); import assessments.urls, core.urls, tasks.work;"
        " sys.exit('numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0
