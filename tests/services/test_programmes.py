"""Several programmes for a store: who is covered by which, and what the one row of the board then says."""

from datetime import date, timedelta
from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.engine import parse_rulebook
from assessments.fees.models import FeeAgreement, RefundEstimate
from assessments.fees.services import save_agreement
from assessments.periods.models import Period, StoreStanding, Verdict
from assessments.rulebooks.models import Enrolment
from assessments.rulebooks.services import SHIPPED, enrol_store, publish_rulebook, set_line
from assessments.stores.models import Store
from assessments.stores.services import change_store, touch_stores
from core.people.actors import SYSTEM
from tests.conftest import House
from tests.factories import (
    CATEGORY,
    DAILY,
    FEE,
    GOOD_YEAR,
    TODAY,
    compute,
    make_judged_store,
    make_store,
    set_lines,
    write_days,
    write_months,
)

RENEWAL, TRIAL = "tmall-renewal", "tmall-trial-run"
# Before and after tmall-daily by name.
FIRST, LAST = "a-first", "z-last"
RISKY = {**GOOD_YEAR, "2024-09": "4.05", "2024-10": "4.00"}


def publish_like(file: str, programme: str, *, extra: str = "") -> None:
    """A shipped rulebook once more, as another programme."""
    text = (SHIPPED / f"{file}.toml").read_text("utf-8")
    shipped = parse_rulebook(text)
    text = text.replace(f'programme = "{shipped.programme}"', f'programme = "{programme}"{extra}', 1)
    assert publish_rulebook(rulebook=parse_rulebook(text)) is True


def programmes_of(store: Store) -> set[str]:
    return set(Period.objects.filter(store=store, is_planned=True).values_list("programme", flat=True))


def shown(store: Store) -> list[tuple[str, str]]:
    document = StoreStanding.objects.get(store=store).document
    return [(each["programme"], each["standing"]) for each in document["programmes"]]


def test_a_programme_joined_by_name_covers_only_the_stores_enrolled_in_it(alpha: House) -> None:
    with alpha.scope():
        store = make_store(go_live_on=date(2022, 1, 10))
        bystander = make_store("bystander", go_live_on=date(2022, 1, 10))
        enrol_store(store=store, programme=TRIAL, track="annual", by=SYSTEM)
        compute()
        assert programmes_of(store) == {DAILY, TRIAL}
        assert programmes_of(bystander) == {DAILY}


def test_a_store_is_judged_in_every_programme_and_has_one_row_that_names_them_all(alpha: House) -> None:
    with alpha.scope():
        publish_like("tmall-daily-2025-annual", FIRST)
        store = make_judged_store(scores=RISKY)
        verdicts = {verdict.period.programme: verdict for verdict in Verdict.objects.select_related("period__rulebook")}
        assert set(verdicts) == {DAILY, FIRST}
        [row] = StoreStanding.objects.filter(store=store)
        assert shown(store) == [(DAILY, "high"), (FIRST, "unknown")]
        assert row.verdict_id == verdicts[DAILY].pk
        assert row.document["period"]["programme"] == DAILY
        assert row.document["programmes"][1] == {
            "programme": FIRST,
            "name_zh": verdicts[FIRST].period.rulebook.name_zh,
            "name_en": verdicts[FIRST].period.rulebook.name_en,
            "standing": "unknown",
            "outcome": "line_not_set",
            "live": "line_not_set",
            "verdict": str(verdicts[FIRST].pk),
        }


def test_of_programmes_with_the_same_risk_the_first_by_name_is_shown(alpha: House) -> None:
    with alpha.scope():
        for programme in (LAST, FIRST):
            publish_like("tmall-daily-2025-annual", programme)
        store = make_store()
        write_months(store)
        compute()
        assert shown(store) == [(FIRST, "unknown"), (DAILY, "unknown"), (LAST, "unknown")]


def test_a_programme_that_is_over_does_not_hide_the_one_that_runs(alpha: House) -> None:
    """A renewal year that failed in 2017 is history; the daily assessment of today is not."""
    with alpha.scope():
        store = make_judged_store(go_live_on=date(2016, 3, 1))
        write_days(store, {date(2017, 10, 9): {"dsr_service": "4.6"}})
        for table, value in (("dsr_line", "4.7"), ("allowed_days", "0"), ("sales_target", "100000")):
            set_line(programme=RENEWAL, table=table, category=CATEGORY, value=Decimal(value), by=SYSTEM)
        enrol_store(store=store, programme=RENEWAL, track="annual", by=SYSTEM)
        compute()
        renewal = Verdict.objects.filter(period__programme=RENEWAL).latest("period__starts_on")
        now = {"period__starts_on__lte": TODAY, "period__ends_before__gt": TODAY}
        running = Verdict.objects.get(period__programme=DAILY, **now)
        assert renewal.period.ends_before < TODAY
        assert (renewal.standing, running.standing) == ("failed", "unknown")
        assert [programme for programme, _standing in shown(store)] == [DAILY, RENEWAL]
        assert StoreStanding.objects.get(store=store).verdict_id == running.pk


def test_a_probation_that_failed_stays_in_front_until_the_next_cycle_begins(alpha: House) -> None:
    with alpha.scope():
        store = make_store()
        for number in range(1, 5):
            line = {"programme": TRIAL, "table": f"node_target_{number}", "category": CATEGORY}
            set_line(value=Decimal(30000), by=SYSTEM, **line)
        write_days(store, {store.go_live_on + timedelta(days=at): {"sales_amount": "1"} for at in range(210)})
        enrol_store(store=store, programme=TRIAL, track="annual", by=SYSTEM)
        compute()
        assert shown(store) == [(TRIAL, "failed"), (DAILY, "unknown")]
        touch_stores()
        compute(date(2025, 8, 15))
        assert shown(store) == [(DAILY, "unknown"), (TRIAL, "failed")]


def test_a_store_that_moves_to_another_marketplace_leaves_its_old_calendar(alpha: House) -> None:
    with alpha.scope():
        store = make_judged_store()
        change_store(store=store, platform="ebay")
        compute()
        assert programmes_of(store) == set()
        assert Verdict.objects.filter(period__store=store).exists()
        assert shown(store) == []


def test_programmes_for_nobody_enrolled_cost_no_statement(alpha: House) -> None:
    with alpha.scope():
        set_lines()
        write_months(make_store())

        def count() -> int:
            touch_stores()
            with CaptureQueriesContext(connection) as captured:
                compute()
            return len(captured.captured_queries)

        count()
        before = count()
        publish_like("tmall-trial-run-2021", "another-trial")
        assert count() <= before + 1  # its rules are read once, then kept


def fee_store(name: str = "payer") -> Store:
    store = make_store(name)
    set_lines()
    write_months(store, GOOD_YEAR)
    save_agreement(agreement=FeeAgreement(store=store, year=2024))
    return store


def test_a_fee_programme_joined_by_name_settles_only_the_stores_enrolled_in_it(alpha: House) -> None:
    with alpha.scope():
        publish_like("tmall-annual-fee-2024", "a-special-fee", extra='\nenrolment = "by_name"')
        payer, special = fee_store(), fee_store("special")
        enrol_store(store=special, programme="a-special-fee", track="annual", by=SYSTEM)
        compute()
        found = {row.store_id: row.rulebook for row in FeeAgreement.objects.select_related("rulebook")}
        assert found[payer.pk] is not None
        assert found[special.pk] is not None
        assert (found[payer.pk].programme, found[special.pk].programme) == (FEE, "a-special-fee")


def test_an_enrolment_that_came_late_moves_the_fee_year_to_its_track(alpha: House) -> None:
    with alpha.scope():
        store = fee_store()
        compute()
        first = RefundEstimate.objects.get()
        enrol_store(store=store, programme=FEE, track="abolition", by=SYSTEM)
        compute()
        agreement = FeeAgreement.objects.select_related("rulebook").get()
        assert agreement.rulebook is not None
        assert agreement.rulebook.track == "abolition"
        assert RefundEstimate.objects.latest("revision").revision == first.revision + 1
        Enrolment.objects.all().delete()
        touch_stores()
        compute()
        agreement.refresh_from_db()
        assert agreement.rulebook.track == "annual"


def test_an_enrolment_that_was_taken_back_gives_the_fee_year_back(alpha: House) -> None:
    with alpha.scope():
        publish_like("tmall-annual-fee-2024", "a-special-fee", extra='\nenrolment = "by_name"')
        store = fee_store()
        enrol_store(store=store, programme="a-special-fee", track="annual", by=SYSTEM)
        compute()
        Enrolment.objects.all().delete()
        touch_stores()
        compute()
        agreement = FeeAgreement.objects.select_related("rulebook").get()
        assert agreement.rulebook is not None
        assert agreement.rulebook.programme == FEE
        publish_like("tmall-annual-fee-2024", "a-cheaper-fee")
        touch_stores()
        compute()
        agreement.refresh_from_db()
        assert agreement.rulebook.programme == FEE
