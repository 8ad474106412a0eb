"""A small probation against every way in which it can end: plan, proof and intervals agree with trying them all."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import product
from random import Random

from assessments.engine import (
    MonthValue,
    Outcome,
    Reach,
    StoreFacts,
    assess_probation,
    find_intervals,
    plan,
    prove,
)
from assessments.engine.answers.possible import Range, Ranges
from assessments.engine.calendar import add_months, last_of_month
from tests.unit.engine.answers.probations import (
    LIVE,
    MONTHLY,
    SALES,
    SCORE,
    on_months,
    on_run,
    period_of,
    small_run,
)
from tests.unit.engine.properties.depth import draws

A_DAY = Decimal(3)
RANGES = Ranges(score=Range(Decimal(3), Decimal(5)), daily=Range(Decimal(0), A_DAY))
RUN = small_run()
DAYS = [LIVE + timedelta(days=at) for at in range(5)]


def endings(facts: StoreFacts, *, past_only: bool = False) -> Iterator[StoreFacts]:
    """Every store that this one can turn out to be at the end, or on `as_of`: a day brings nothing or the most."""
    until = facts.as_of if past_only else DAYS[-1]
    sold, scores = facts.daily[SALES], facts.daily[SCORE]
    unsold = [day for day in DAYS if day <= until and (day > facts.as_of or sold.get(day) is None)]
    known = {day: value for day, value in scores.items() if value is not None and day <= facts.as_of}
    brings = [None, Decimal(3), Decimal(5)] if until >= DAYS[-1] and (facts.as_of < until or not known) else [None]
    for amounts, value in product(product([Decimal(0), A_DAY], repeat=len(unsold)), brings):
        if value is None and not known and until >= DAYS[-1]:
            continue
        later = known if value is None else {**known, DAYS[-1]: value}
        days = {**sold, **dict(zip(unsold, amounts, strict=True))}
        yield replace(facts, as_of=max(until, facts.as_of), daily={SALES: days, SCORE: later})


def draw(rng: Random) -> StoreFacts:
    over = rng.randint(0, 5)
    sold = "".join(rng.choice("01233-") for _ in range(over))
    return on_run(sold, "".join(rng.choice("345-") for _ in range(over)), as_of=over)


def test_a_plan_is_decided_exactly_when_every_ending_agrees() -> None:
    for rng in draws("probation plan", 60):
        facts = draw(rng)
        answer = plan(RUN, period_of(RUN, facts), facts, RANGES)
        ends = [assess_probation(RUN, each).requirements for each in endings(facts)]
        for at, gate in enumerate(answer.gates):
            outcomes = {each[at].outcome for each in ends}
            if gate.reach in (Reach.CLINCHED, Reach.ELIMINATED):
                assert outcomes == {Outcome.MET if gate.reach is Reach.CLINCHED else Outcome.MISSED}, (facts, gate)
            else:
                assert outcomes == {Outcome.MET, Outcome.MISSED}, (facts, gate.id, gate.reach, outcomes)


def test_the_day_of_a_proof_is_the_first_on_which_every_ending_agrees() -> None:
    for rng in draws("probation proof", 40):
        facts = draw(rng)
        proof = prove(RUN, period_of(RUN, facts), facts, RANGES)
        agreed = []
        days = [LIVE - timedelta(days=1), *DAYS]
        for on in [day for day in days if day <= facts.as_of]:
            past = replace(facts, as_of=on)
            outcomes = {assess_probation(RUN, each).outcome for each in endings(past)}
            agreed.append((max(on, LIVE), outcomes.pop() if len(outcomes) == 1 else None))
        last = agreed[-1][1]
        if last is None:
            assert proof.since is None
        else:
            run = [on for at, (on, outcome) in enumerate(agreed) if all(each == last for _, each in agreed[at:])]
            assert (proof.since, proof.reach is Reach.CLINCHED) == (run[0], last is Outcome.MET), facts


def test_an_interval_holds_what_the_missing_days_turn_out_to_be() -> None:
    for rng in draws("probation interval", 60):
        facts = draw(rng)
        answer = find_intervals(RUN, period_of(RUN, facts), facts, RANGES)
        order = (Outcome.MISSED, Outcome.NO_DATA, Outcome.PENDING, Outcome.MET)
        for each in endings(facts, past_only=True):
            for gate, result in zip(answer.gates, assess_probation(RUN, each).requirements, strict=True):
                assert order.index(gate.worst) <= order.index(result.outcome) <= order.index(gate.best), (
                    facts,
                    gate.id,
                )
                if result.kind == "node" and result.actual is not None:
                    assert gate.lowest is not None
                    assert gate.highest is not None
                    assert gate.lowest <= result.actual <= gate.highest, (facts, gate.id)


def test_months_are_decided_exactly_when_every_ending_agrees() -> None:
    for rng in draws("probation months", 60):
        over = rng.randint(0, 3)
        sold = [rng.choice(["19999.99", "20000", "29999", "30000", None]) for _ in range(over)]
        scores = [rng.choice(["3.49", "3.5", None]) for _ in range(over)]
        facts = on_months(sold, scores, last_of_month(add_months(LIVE, over)))
        most = Ranges(score=RANGES.score, daily=Range(Decimal(0), Decimal(1000)))
        months = [add_months(LIVE, at) for at in (1, 2, 3)]
        choices = []
        for at, month in enumerate(months):
            days = last_of_month(month).day
            total = [sold[at]] if at < over and sold[at] is not None else [Decimal(0), Decimal(1000 * days)]
            score = [scores[at]] if at < over and scores[at] is not None else [Decimal(3), Decimal(5)]
            choices.append([(month, Decimal(one or 0), Decimal(two or 0)) for one in total for two in score])
        ends = []
        for chosen in product(*choices):
            series = {
                SALES: tuple(MonthValue(month, total=one) for month, one, _ in chosen),
                SCORE: tuple(MonthValue(month, closing=two) for month, _, two in chosen),
            }
            ends.append(assess_probation(MONTHLY, replace(facts, as_of=last_of_month(months[-1]), series=series)))
        for at, gate in enumerate(plan(MONTHLY, period_of(MONTHLY, facts), facts, most).gates):
            outcomes = {each.requirements[at].outcome for each in ends}
            decided = {Reach.CLINCHED: {Outcome.MET}, Reach.ELIMINATED: {Outcome.MISSED}}
            assert outcomes == decided.get(gate.reach, {Outcome.MET, Outcome.MISSED}), (facts, gate.id, gate.reach)
