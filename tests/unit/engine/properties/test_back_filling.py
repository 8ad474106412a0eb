"""An interval holds whatever back-filling brings: small periods of every shape, every fee rulebook."""

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random

import pytest

from assessments.engine import (
    FeeBasis,
    FeeFacts,
    MonthValue,
    Rulebook,
    assess,
    find_fee_intervals,
    find_intervals,
    settle,
)
from assessments.engine.answers.bounds import WORST_FIRST
from assessments.engine.calendar import last_of_month
from tests.unit.engine.properties.depth import drawn_choice, draws
from tests.unit.engine.properties.draw_fee import draw_fee_year, fee_body, score_metrics
from tests.unit.engine.properties.small_period import PERIOD, RANGES, draw_facts, draw_shape, endings, small_rulebook
from tests.unit.engine.properties.test_every_choice import named
from tests.unit.engine.properties.test_refunds import FEES

RANK = WORST_FIRST.index


@pytest.mark.parametrize("falls", [False, True], ids=["at least", "at most"])
def test_an_interval_holds_every_way_to_fill_what_is_missing(falls: bool) -> None:
    widths: Counter[str] = Counter()
    for rng in draws(f"intervals {falls}", 18):
        shape, facts = draw_shape(rng, falls=falls), draw_facts(rng)
        if facts.as_of < PERIOD.starts_on:
            continue
        rulebook = small_rulebook(shape)
        answer = find_intervals(rulebook, PERIOD, facts, RANGES)
        for filled in endings(facts, facts.as_of):
            done = assess(rulebook, PERIOD, filled)
            assert RANK(answer.worst) <= RANK(done.outcome) <= RANK(answer.best), (shape, facts)
            assert RANK(answer.live_worst) <= RANK(done.live) <= RANK(answer.live_best), (shape, facts)
            for gate, result in zip(answer.gates, done.requirements, strict=True):
                assert RANK(gate.worst) <= RANK(result.outcome) <= RANK(gate.best), (shape, facts, gate.id)
                assert RANK(gate.live_worst) <= RANK(result.live) <= RANK(gate.live_best), (shape, facts, gate.id)
                value = result.actual if result.kind == "total" else result.failures
                if value is not None:
                    assert gate.lowest is not None
                    assert gate.lowest <= value
                    assert gate.highest is None or value <= gate.highest
        widths.update(gate.id for gate in answer.gates if gate.lowest != gate.highest)
        if not answer.missing:
            assert answer.worst is answer.best
    assert min(widths[name] for name in ("score", "sales", "activity")) > 3


def lacks_anything(rulebook: Rulebook, facts: FeeFacts) -> bool:
    scores = [month.closing for metric in score_metrics(rulebook) for month in facts.series[metric]]
    return None in scores or not facts.sales_complete or any(each.sales is None for each in facts.categories)


def fill_scores(rng: Random, rulebook: Rulebook, facts: FeeFacts) -> FeeFacts:
    """Every score that is missing up to `as_of`, day or month-end, turned into some value that may be."""
    rule = fee_body(rulebook).score
    if rule is None:
        return facts
    ends = [rule.lowest, rule.highest, Decimal("2.9"), Decimal("4.6")]
    series, single = dict(facts.series), dict(facts.score_on)
    for metric in rule.metrics:
        known = {month.month: month for month in facts.series.get(metric, ())}
        months = []
        for number in range(1, 13):
            month = known.get(date(facts.year, number, 1), MonthValue(date(facts.year, number, 1)))
            is_due = last_of_month(month.month) <= facts.as_of and month.month not in facts.no_score_months
            if month.closing is None and is_due:
                month = replace(month, closing=rng.choice(ends))
            months.append(month)
        series[metric] = tuple(months)
        if facts.exit is not None and facts.exit.applied_on.month == 1:
            days = {date(facts.year, 1, day): rng.choice(ends) for day in range(1, 31)}
            single[metric] = days | {on: value for on, value in single.get(metric, {}).items() if value is not None}
    return replace(facts, series=series, score_on=single)


def fill_sales(rng: Random, facts: FeeFacts) -> FeeFacts:
    """The year's sales as they turn out: at least what is known of them, in the category that is known to settle."""
    known = [each.sales for each in facts.categories if each.sales is not None]
    base = facts.sales
    if base is None and len(known) == len(facts.categories):
        base = sum(known, Decimal(0))
    if facts.sales_complete and base is not None:
        return facts
    more = Decimal(rng.choice(["0", "0.01", "180000", "1200000", "5000000"]))
    return replace(facts, sales=(base or Decimal(0)) + more, sales_complete=True)


def test_a_refund_lies_in_its_interval_once_everything_missing_is_there() -> None:
    wide = 0
    for rulebook in FEES:
        for rng in draws(f"fee intervals {named(rulebook)}", 30):
            one = drawn_choice(rulebook, rng)
            facts = draw_fee_year(rng, one)
            # In a year of abolition sales by month decide; a total beside them, raised alone, would contradict them.
            is_whole = fee_body(one).abolition is not None or rng.random() < 0.5
            facts = replace(facts, sales_complete=is_whole)
            if not lacks_anything(one, facts):
                continue
            basis = rng.choice(list(FeeBasis))
            answer = find_fee_intervals(one, facts, basis)
            if answer.refund_low is None or answer.refund_high is None:
                continue
            wide += answer.refund_low < answer.refund_high
            for _ in range(3):
                done = settle(one, fill_sales(rng, fill_scores(rng, one, facts)), basis)
                for amount in (done.refund, done.refund_low, done.refund_high):
                    assert amount is None or answer.refund_low <= amount <= answer.refund_high, (facts, done)
                checks = {check.metric: check.mean for check in done.scores}
                for mean in answer.means:
                    value = checks.get(mean.metric)
                    if value is not None and mean.lowest is not None and mean.highest is not None:
                        assert mean.lowest <= value <= mean.highest, (facts, mean)
    assert wide > 30
