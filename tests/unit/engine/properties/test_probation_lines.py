"""Every line of both probations: the nodes' and months' sums to the cent, their scores to a hair."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil

import pytest

from assessments.engine import (
    MonthValue,
    Outcome,
    StoreFacts,
    assess_probation,
)
from assessments.engine.calendar import add_months, last_of_month
from assessments.engine.language.assessment import (
    ProbationBody,
)
from assessments.engine.language.common import compares
from assessments.engine.language.new_store import MonthlyProbationBody
from tests.unit.engine.cast import book
from tests.unit.engine.properties.test_period_lines import CENT, HAIR


def test_a_node_is_passed_on_its_cent_and_its_score_on_its_line() -> None:
    rulebook = book("tmall-trial-run", "2021")
    body = rulebook.body
    assert isinstance(body, ProbationBody)
    assert body.score is not None
    live_on, target, line = date(2025, 1, 1), Decimal("20000.01"), Decimal("3.1")
    lines = {node.target.table or "": target for node in body.nodes} | {"score_line": line}
    lines |= {"last_days_target": Decimal(10**9)}
    for node in body.nodes:
        first = Decimal(ceil(Fraction(target) * node.day / body.month_days * 100)) / 100
        on = live_on + timedelta(days=node.day - 1)
        for total, outcome in ((first, Outcome.MET), (first - CENT, Outcome.MISSED)):
            sums = {body.metric: {node.day: total, 180: Decimal(0)}}
            facts = StoreFacts("甲", "女装", live_on, on, lines=lines, cumulative=sums)
            result = next(each for each in assess_probation(rulebook, facts).requirements if each.id == node.id)
            assert result.outcome is outcome, (node.id, total)
        for delta in (-HAIR, Decimal(0), HAIR):
            month = MonthValue(add_months(on, -1), closing=line + delta)
            facts = StoreFacts("甲", "女装", live_on, on, {body.score.metric: (month,)}, lines)
            told = {each.id: each.outcome for each in assess_probation(rulebook, facts).requirements}
            wanted = Outcome.MET if compares(line + delta, body.score.comparator, line) else Outcome.MISSED
            assert told.get(f"{node.id}_score", wanted) is wanted
    last = body.nodes[-1].alternative
    assert last is not None
    for total, outcome in ((Decimal("500.01"), Outcome.MET), (Decimal(500), Outcome.MISSED)):
        sums = {body.metric: {last.first_day - 1: Decimal(7), last.last_day: 7 + total}}
        facts = StoreFacts("甲", "女装", live_on, live_on + timedelta(days=last.last_day - 1), cumulative=sums,
                           lines={**lines, "last_days_target": Decimal(500)})  # fmt: skip
        result = next(each for each in assess_probation(rulebook, facts).requirements if each.id == body.nodes[-1].id)
        assert result.outcome is outcome


@pytest.mark.parametrize("first_month", [2, 4])
def test_a_new_store_passes_each_month_on_its_cent_and_its_score_on_its_line(first_month: int) -> None:
    rulebook = book("tmall-new-store", "2022").choosing({"first_month": first_month})
    body, live_on = rulebook.body, date(2022, 3, 10)
    assert isinstance(body, MonthlyProbationBody)
    assert body.score is not None
    for table in (node.target.table or "" for node in body.months):
        for row in rulebook.tables[table].rows:
            at = next(at for at, node in enumerate(body.months) if node.target.table == table)
            month, category = add_months(live_on, first_month - 1 + at), row.categories[0]
            scores = rulebook.tables[body.score.line.table or ""].rows
            line = next(each.value for each in scores if category in each.categories)
            for cents, delta in ((-CENT, -HAIR), (Decimal(0), Decimal(0)), (CENT, HAIR)):
                facts = StoreFacts("甲", category, live_on, last_of_month(month), {
                    body.metric: (MonthValue(month, total=row.value + cents),),
                    body.score.metric: (MonthValue(month, closing=line + delta),),
                })  # fmt: skip
                told = {each.id: each.outcome for each in assess_probation(rulebook, facts).requirements}
                wanted = Outcome.MISSED if cents < 0 else Outcome.MET
                node = body.months[at].id
                assert (told[node], told[f"{node}_score"]) == (wanted, wanted)
