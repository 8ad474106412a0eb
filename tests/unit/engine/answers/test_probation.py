"""What a probation leaves open: planned, proved, timed, bounded, raised, projected like any other period."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from assessments.engine import (
    AddTotal,
    Outcome,
    Reach,
    SetClosing,
    SetScore,
    ask_what_if,
    assess_probation,
    compare_verdicts,
    find_intervals,
    find_levers,
    parse_canonical,
    plan,
    prove,
    read_clock,
    tell,
)
from assessments.engine.answers.gates import Gate
from assessments.engine.answers.plan import Plan
from tests.unit.engine.answers.probations import (
    LIVE,
    MONTHLY,
    SALES,
    SCORE,
    full_run,
    on_months,
    on_run,
    period_of,
    small_run,
)
from tests.unit.engine.cast import book

RUN = book("tmall-trial-run", "2021")


def gate(answer: Plan, name: str) -> Gate:
    return next(each for each in answer.gates if each.id == name)


def test_a_node_is_planned_as_the_sum_that_its_average_stands_for() -> None:
    facts = full_run("900", days=40)
    answer = plan(RUN, period_of(RUN, facts), facts)
    assert (gate(answer, "node_1").reach, answer.reach, answer.decided_by) == (
        Reach.ELIMINATED,
        Reach.ELIMINATED,
        ("node_1",),
    )
    second = gate(answer, "node_2").sums[0]
    assert (second.target, second.actual, second.days_left) == (90_000, 36_000, 50)
    assert (second.must_add, second.per_day) == (54_000, 1080)
    assert second.on == LIVE + timedelta(days=89)


def test_of_two_ways_through_a_node_one_is_enough() -> None:
    facts = full_run("1000", days=200, last_days_target="1")
    last = gate(plan(RUN, period_of(RUN, facts), facts), "node_4")
    assert [need.reach for need in last.sums] == [Reach.OPEN, Reach.CLINCHED]
    assert (last.reach, last.one_is_enough) == (Reach.CLINCHED, True)


def test_a_line_that_is_not_set_stops_only_its_own_node() -> None:
    facts = full_run("1000", days=20)
    facts = replace(facts, lines={key: value for key, value in facts.lines.items() if key != "node_target_3"})
    answer = plan(RUN, period_of(RUN, facts), facts)
    assert (gate(answer, "node_3").reach, gate(answer, "node_2").reach) == (Reach.LINE_NOT_SET, Reach.OPEN)
    assert answer.reach is Reach.LINE_NOT_SET


def test_the_score_of_a_node_is_the_newest_that_its_day_knows_whatever_came_later() -> None:
    facts = full_run("1000", days=100)
    scores = {LIVE + timedelta(days=at): Decimal("4.4" if at > 90 else "4.6") for at in range(80, 100) if at != 89}
    facts = replace(facts, daily={**facts.daily, SCORE: scores})
    found = next(each for each in assess_probation(RUN, facts).requirements if each.id == "node_2_score")
    assert (found.outcome, found.latest) == (Outcome.MET, Decimal("4.6"))


def test_a_sum_that_is_enough_without_its_missing_days_meets_the_node() -> None:
    rulebook, facts = small_run(), on_run("9-0")
    first = assess_probation(rulebook, facts).requirements[0]
    assert (first.outcome, first.actual) == (Outcome.MET, Decimal(9))
    short = assess_probation(rulebook, on_run("5-0")).requirements[0]
    assert (short.outcome, short.actual) == (Outcome.NO_DATA, Decimal(5))


def test_the_day_on_which_a_node_was_lost_is_found_between_two_month_ends() -> None:
    facts = full_run("1000", days=60, last_days_target="1")
    sold = {day: Decimal(0) if day > LIVE + timedelta(days=20) else value for day, value in facts.daily[SALES].items()}
    facts = replace(facts, daily={**facts.daily, SALES: sold})
    proof = prove(RUN, period_of(RUN, facts), facts)
    lost = next(each for each in proof.gates if each.id == "node_1")
    assert (lost.reach, lost.since) == (Reach.ELIMINATED, LIVE + timedelta(days=29))
    assert proof.since == lost.since
    assert len(lost.replay) < 10


def test_the_clock_of_a_probation_names_the_next_node_and_what_it_still_needs() -> None:
    facts = full_run("900", days=20)
    clocks = {each.id: each for each in read_clock(RUN, period_of(RUN, facts), facts).gates}
    first = clocks["node_1"].next
    assert first is not None
    assert (first.avoid_by, first.must_reach, first.is_fatal) == (LIVE + timedelta(days=29), 12_000, True)
    score = clocks["node_2_score"].next
    assert score is not None
    assert (score.avoid_by, score.must_reach) == (LIVE + timedelta(days=89), Fraction("4.5"))
    assert clocks["node_4"].fails_on_at_the_earliest == LIVE + timedelta(days=209)
    told = "\n".join(tell(clocks["node_1"], "en"))
    assert "at least 12,000 more" in told


def test_missing_days_of_a_node_give_an_interval_and_name_the_file() -> None:
    rulebook, facts = small_run(), on_run("2-2")
    answer = find_intervals(rulebook, period_of(rulebook, facts), facts)
    first = answer.gates[0]
    assert (first.lowest, first.highest, first.worst, first.best) == (4, None, Outcome.MISSED, Outcome.MET)
    assert answer.next_file is not None
    assert (answer.next_file.metric, answer.next_file.month, answer.next_file.days) == (SALES, date(2025, 3, 1), 1)
    unread = on_run("22222", "")
    score = find_intervals(rulebook, period_of(rulebook, unread), unread).gates[-1]
    assert (score.lowest, score.highest, score.worst, score.best) == (0, 5, Outcome.MISSED, Outcome.MET)


@pytest.mark.parametrize(("sold", "amount"), [("22210", "1"), ("00030", "0.01")])
def test_a_missed_node_is_raised_by_the_nearest_of_its_ways(sold: str, amount: str) -> None:
    rulebook, facts = small_run(), on_run(sold, "33333")
    answer = find_levers(rulebook, period_of(rulebook, facts), facts)
    levers = {each.requirement: each for each in answer.levers}
    last_day = LIVE + timedelta(days=4)
    assert levers["node_2"].changes == (AddTotal(SALES, last_day, Decimal(amount)),)
    assert (levers["node_2"].before, levers["node_2"].after) == (Outcome.MISSED, Outcome.MET)
    assert levers["node_2_score"].changes == (SetScore(SCORE, last_day, Decimal(4)),)
    assert (levers["node_2_score"].by, levers["node_2_score"].after) == (1, Outcome.MET)


def test_a_missed_month_is_raised_to_its_target_and_its_line() -> None:
    facts = on_months(["15000"], ["3.2"])
    answer = find_levers(MONTHLY, period_of(MONTHLY, facts), facts)
    changes = {each.requirement: each.changes for each in answer.levers}
    assert changes == {
        "node_1": (AddTotal(SALES, date(2025, 4, 30), Decimal(5000)),),
        "node_1_score": (SetClosing(SCORE, date(2025, 4, 30), Decimal("3.5")),),
    }
    assert answer.together_live is Outcome.PENDING


def test_a_probation_by_months_is_planned_month_by_month() -> None:
    facts = on_months(["20000", "5000"], ["3.5"], as_of=date(2025, 5, 21))
    answer = plan(MONTHLY, period_of(MONTHLY, facts), facts)
    reaches = {each.id: each.reach for each in answer.gates}
    assert (reaches["node_1"], reaches["node_1_score"], reaches["node_2"]) == (
        Reach.CLINCHED,
        Reach.CLINCHED,
        Reach.OPEN,
    )
    second = gate(answer, "node_2").sums[0]
    assert (second.must_add, second.days_left, second.months_left) == (15_000, 10, 1)
    proof = prove(MONTHLY, period_of(MONTHLY, facts), facts)
    assert next(each for each in proof.gates if each.id == "node_1").since == date(2025, 4, 30)


def test_a_projection_adds_the_mean_of_the_known_days_to_the_cent() -> None:
    facts = full_run("1000", days=100, last_days_target="1")
    answer = compare_verdicts(RUN, period_of(RUN, facts), facts)
    assert (answer.settled, answer.projected) == (Outcome.PENDING, Outcome.MET)
    sold = {**facts.daily[SALES], LIVE: Decimal("999.50")}
    short = replace(
        facts, daily={**facts.daily, SALES: sold}, lines={**facts.lines, "last_days_target": Decimal(10**9)}
    )
    less = compare_verdicts(RUN, period_of(RUN, short), short)
    assert less.projected is Outcome.MISSED
    last = next(each for each in less.projection.requirements if each.id == "node_4")
    assert last.actual == Decimal("209_998.95").quantize(Decimal("0.01"))


@pytest.mark.parametrize(
    ("month", "outcome"), [(LIVE + timedelta(days=2), Outcome.MET), (LIVE + timedelta(days=3), Outcome.MISSED)]
)
def test_what_is_added_counts_from_the_day_on_which_it_is_added(month: date, outcome: Outcome) -> None:
    rulebook, facts = small_run(), on_run("2112")
    answer = ask_what_if(rulebook, period_of(rulebook, facts), facts, [AddTotal(SALES, month, Decimal(2))])
    assert answer.after.requirements[0].outcome is outcome


def test_a_whole_month_that_is_added_has_no_missing_days() -> None:
    rulebook, facts = small_run(), on_run("---", as_of=3)
    answer = ask_what_if(rulebook, period_of(rulebook, facts), facts, [AddTotal(SALES, LIVE, Decimal(5))])
    assert (answer.before.requirements[0].outcome, answer.after.requirements[0].outcome) == (
        Outcome.NO_DATA,
        Outcome.MISSED,
    )


def test_stated_sums_are_planned_as_far_as_they_are_known() -> None:
    facts = full_run("1000", days=95)
    stated = replace(facts, daily={}, cumulative={SALES: {30: Decimal(30_000), 90: None}})
    need = gate(plan(RUN, period_of(RUN, stated), stated), "node_3").sums[0]
    assert (need.actual, need.unknown_days, need.days_left) == (30_000, 65, 55)
    assert find_intervals(RUN, period_of(RUN, stated), stated).gates[0].gaps == ()
    assert find_levers(RUN, period_of(RUN, stated), stated).levers == ()


def test_stated_sums_with_days_missing_prove_nothing() -> None:
    stated = replace(on_run("900"), daily={}, cumulative={SALES: {1: Decimal(9), 3: None}})
    first = assess_probation(small_run(), stated).requirements[0]
    assert (first.outcome, first.actual) == (Outcome.NO_DATA, None)


def test_of_two_ways_the_clock_tells_the_nearest_and_the_last_on_which_all_are_lost() -> None:
    facts = full_run("1000", days=195, node_target_4="60000", last_days_target="16000")
    clock = next(each for each in read_clock(RUN, period_of(RUN, facts), facts).gates if each.id == "node_4")
    assert clock.next is not None
    assert clock.next.must_reach == Fraction("1000.01")
    document = json.loads(RUN.canonical)
    document["nodes"][3]["alternative"] |= {"first_day": 181, "last_day": 200}
    sooner = parse_canonical(json.dumps(document))
    facts = replace(facts, lines={**facts.lines, "last_days_target": Decimal(60_000)})
    early = next(each for each in read_clock(sooner, period_of(sooner, facts), facts).gates if each.id == "node_4")
    assert early.fails_on_at_the_earliest == LIVE + timedelta(days=209)


@pytest.mark.parametrize(("sold", "outcome"), [("30000", Outcome.MISSED), ("10000", Outcome.PENDING)])
def test_a_month_that_must_stay_below_a_cap_is_not_passed_before_it_is_over(sold: str, outcome: Outcome) -> None:
    document = json.loads(MONTHLY.canonical)
    document["comparator"] = "<="
    capped, facts = parse_canonical(json.dumps(document)), on_months([sold], [], as_of=date(2025, 4, 12))
    assert assess_probation(capped, facts).requirements[0].outcome is outcome
