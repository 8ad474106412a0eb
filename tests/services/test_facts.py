"""Facts beyond months: single days, incidents and sums since go-live reach the rules that read them, and no others."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.metrics.models import Violation
from assessments.metrics.services import save_violation
from assessments.periods.answers import list_outlook_lines
from assessments.periods.models import Period, StoreStanding, Verdict
from assessments.periods.queries import explain_verdict, verify_verdict
from assessments.periods.services import recompute_stale
from assessments.rulebooks.services import enrol_store
from assessments.stores.models import Store
from core.people.actors import SYSTEM
from tests.conftest import House
from tests.factories import (
    DAILY,
    GOOD_YEAR,
    TODAY,
    compute,
    fill_in,
    is_stale,
    make_store,
    newest,
    write_days,
    write_months,
)

GATE, RENEWAL, TRIAL, NEW_STORE = "incident-gate", "tmall-renewal", "tmall-trial-run", "tmall-new-store"
DSR = ("dsr_description", "dsr_service", "dsr_logistics")
DAY = timedelta(days=1)


def gated(name: str = "gated") -> Store:
    """A store in its trial year, on the track that looks at incidents too."""
    store = make_store(name)
    fill_in(DAILY, {"score_line": "4.1", "failing_months": "3", "sales_target": "1200000", "trial_share": "0.5"})
    enrol_store(store=store, programme=DAILY, track=GATE, by=SYSTEM)
    write_months(store, GOOD_YEAR)
    return store


def leak(store: Store, on: date, topic: str = "data_security") -> Violation:
    return save_violation(violation=Violation(store=store), occurred_on=on, points=Decimal(6), topic=topic)


def test_an_incident_inside_the_period_closes_the_gate_until_it_is_withdrawn(alpha: House) -> None:
    with alpha.scope():
        store = gated()
        compute()
        before = newest(store)
        assert before.period.rulebook.track == GATE
        assert (before.live, "incidents" in before.facts) == ("met", False)
        violation = leak(store, date(2024, 12, 1))
        assert is_stale(store)
        compute()
        assert newest(store).outcome == "missed"
        assert [each["on"] for each in newest(store).facts["incidents"]] == ["2024-12-01"]
        assert any("2024-12-01" in line for line in explain_verdict(newest(store), language="en"))
        save_violation(violation=violation, withdrawn=True)
        assert is_stale(store)
        compute()
        assert (newest(store).outcome, newest(store).live) == (before.outcome, before.live)
        assert verify_verdict(newest(store)).differences == ()


@pytest.mark.parametrize(
    ("on", "topic"),
    [
        (date(2024, 7, 31), "data_security"),
        (date(2025, 8, 1), "data_security"),
        (TODAY, "data_security"),
        (date(2024, 12, 1), "fake_trading"),
    ],
)
def test_an_incident_outside_the_period_or_of_another_topic_is_no_news(alpha: House, on: date, topic: str) -> None:
    with alpha.scope():
        store = gated()
        compute()
        told = newest(store)
        leak(store, on, topic)
        compute()
        assert newest(store).pk == told.pk


def test_the_track_without_a_gate_is_not_told_of_incidents(alpha: House) -> None:
    with alpha.scope():
        store = make_store()
        write_months(store)
        leak(store, date(2024, 12, 1))
        compute()
        assert "incidents" not in newest(store).facts


def renewed(name: str = "renewed", **scores: str) -> Store:
    """A store of 2016, with the scores of three days a year and two failing days allowed."""
    store = make_store(name, go_live_on=date(2016, 3, 1))
    fill_in(RENEWAL, {"dsr_line": "4.7", "allowed_days": "2", "sales_target": "1"})
    enrol_store(store=store, programme=RENEWAL, track="annual", by=SYSTEM)
    days = [date(2016, 9, 30), date(2016, 10, 1), date(2017, 9, 30), date(2017, 10, 1)]
    write_days(store, {day: {**dict.fromkeys(DSR, "4.8"), **scores} for day in days})
    return store


def verdict_on(store: Store, programme: str, starts_on: date) -> Verdict:
    return Verdict.objects.filter(period__store=store, period__programme=programme, period__starts_on=starts_on).latest(
        "revision"
    )


def test_a_renewal_year_is_judged_day_by_day_on_the_days_inside_it(alpha: House) -> None:
    with alpha.scope():
        store = renewed()
        compute()
        first = verdict_on(store, RENEWAL, date(2016, 10, 1))
        assert list(first.facts["daily"]["dsr_service"].items()) == [("2016-10-01", "4.8"), ("2017-09-30", "4.8")]
        assert first.outcome == "no_data"
        bad = {date(2016, 10, 1) + DAY * number: {"dsr_service": "4.69"} for number in range(1, 4)}
        write_days(store, bad)
        compute()
        missed = verdict_on(store, RENEWAL, date(2016, 10, 1))
        assert (missed.outcome, missed.revision) == ("missed", 2)
        service = next(each for each in missed.result["requirements"] if each["id"] == "dsr_service")
        assert (service["failures"], service["limit"], service["decided_on"]) == (3, 3, "2016-10-04")
        assert verdict_on(store, RENEWAL, date(2017, 10, 1)).revision == 1
        for verdict in Verdict.objects.all():
            assert verify_verdict(verdict).differences == ()


def test_a_renewal_year_that_runs_has_a_plan_a_proof_and_a_clock(alpha: House) -> None:
    with alpha.scope():
        store = renewed()
        compute(date(2017, 10, 5))
        verdict = verdict_on(store, RENEWAL, date(2017, 10, 1))
        lines = list_outlook_lines(verdict, language="en")
        assert "361 days left until 2018-09-30" in lines[0]
        assert any("DSR as described" in line for line in lines)


def test_of_several_daily_scores_the_board_shows_the_one_with_the_fewest_days_left(alpha: House) -> None:
    with alpha.scope():
        store = renewed(dsr_service="4.5")
        compute(date(2017, 10, 5))
        score = StoreStanding.objects.get(store=store).document["score"]
        assert (score["failures"], score["failures_left"], score["line"]) == (1, 2, "4.7")


NODES = {f"node_target_{number}": "30000" for number in range(1, 5)} | {"last_days_target": "30000"}


def on_trial(name: str = "on trial", *, go_live_on: date = date(2024, 12, 1)) -> Store:
    """A new store that sells ¥1000 a day, hence ¥30000 in a month of thirty days."""
    store = make_store(name, go_live_on=go_live_on)
    fill_in(TRIAL, {**NODES, "score_line": "4.5"})
    enrol_store(store=store, programme=TRIAL, track="annual", by=SYSTEM)
    span = (TODAY - go_live_on).days
    usual = {"sales_amount": "1000", "basic_service_score": "4.6"}
    write_days(store, {go_live_on + DAY * at: usual for at in range(span)})
    return store


def test_a_trial_run_is_one_period_with_revisions_like_any_other(alpha: House) -> None:
    with alpha.scope():
        store = on_trial()
        compute()
        [period] = Period.objects.filter(store=store, programme=TRIAL)
        assert (period.phase, period.starts_on, period.ends_before) == (
            "trial",
            date(2024, 12, 1),
            date(2025, 6, 29),
        )
        verdict = verdict_on(store, TRIAL, period.starts_on)
        assert sorted(verdict.facts["daily"]) == ["basic_service_score", "sales_amount"]
        assert verdict.facts["daily"]["sales_amount"]["2024-12-01"] == "1000"
        states = {each["id"]: each["outcome"] for each in verdict.result["requirements"]}
        assert states["node_1"] == states["node_2"] == states["node_2_score"] == "met"
        assert states["node_3"] == "pending"
        assert verdict.outcome == "pending"
        assert explain_verdict(verdict, language="zh")[0].startswith("试运营期")
        assert verify_verdict(verdict).differences == ()
        write_days(store, {date(2024, 12, 10): {"sales_amount": "999"}})
        compute()
        failed = verdict_on(store, TRIAL, period.starts_on)
        assert (failed.revision, failed.outcome) == (2, "missed")
        assert verify_verdict(failed).differences == ()


def test_a_sum_since_go_live_with_a_day_missing_is_not_known(alpha: House) -> None:
    with alpha.scope():
        store = on_trial()
        write_days(store, {date(2025, 2, 10): {"sales_amount": None}})
        compute()
        verdict = verdict_on(store, TRIAL, store.go_live_on)
        node = next(each for each in verdict.result["requirements"] if each["id"] == "node_2")
        assert node["outcome"] == "no_data"


def test_a_probation_by_months_is_judged_month_by_month(alpha: House) -> None:
    with alpha.scope():
        store = make_store(go_live_on=date(2024, 10, 20), main_category="童鞋")
        enrol_store(store=store, programme=NEW_STORE, track="annual", by=SYSTEM)
        usual = {"sales_amount": "1000", "basic_service_score": "3.6"}
        write_days(store, {date(2024, 11, 1) + DAY * at: usual for at in range(92)})
        compute()
        [period] = Period.objects.filter(store=store, programme=NEW_STORE)
        assert (period.phase, period.ends_before) == ("trial", date(2025, 2, 1))
        verdict = verdict_on(store, NEW_STORE, date(2024, 10, 20))
        assert verdict.outcome == "met"
        assert "daily" not in verdict.facts
        assert verify_verdict(verdict).differences == ()


def test_an_enrolled_store_without_figures_has_its_probation_judged_all_the_same(alpha: House) -> None:
    with alpha.scope():
        store = make_store(go_live_on=date(2022, 1, 1))
        enrol_store(store=store, programme=TRIAL, track="annual", by=SYSTEM)
        compute()
        assert verdict_on(store, TRIAL, date(2022, 1, 1)).outcome == "line_not_set"


def statements(today: date = TODAY) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        recompute_stale(today=today)
    return [query["sql"] for query in captured.captured_queries]


def test_a_batch_whose_rules_read_months_alone_asks_for_nothing_else(alpha: House) -> None:
    with alpha.scope():
        write_months(make_store())
        asked = statements()
        assert sum("metrics_storeday" in statement for statement in asked) == 1
        assert not any("metrics_violation" in statement for statement in asked)


def test_many_stores_in_every_programme_take_no_more_statements_than_one(alpha: House) -> None:
    def furnish(name: str) -> None:
        renewed(name)
        on_trial(f"{name} on trial")
        leak(gated(f"{name} gated"), date(2024, 12, 1))

    with alpha.scope():
        furnish("first")
        few = statements()
        for number in range(3):
            furnish(str(number))
        assert len(statements()) <= len(few)
        assert sum("metrics_storeday" in statement for statement in few) == 2
        assert sum("metrics_violation" in statement for statement in few) == 1
