"""Screening: all cases judged by one rulebook, in integers where they tell, by `assess` where they do not."""

from dataclasses import dataclass

import numpy as np

from assessments.engine.judging.assessing import WORST_FIRST, assess
from assessments.engine.judging.bands import RISK
from assessments.engine.language.assessment import (
    AnyRequirement,
    AssessmentBody,
    DailyScore,
    Incidents,
    MonthlyScore,
    Total,
)
from assessments.engine.language.reading import Rulebook
from assessments.engine.outcomes import Outcome, Standing
from assessments.engine.screening.bands import find_risk
from assessments.engine.screening.columns import Block, Columns
from assessments.engine.screening.judged import MET, MISSED, NO_DATA, PENDING, Judged
from assessments.engine.screening.ladder import STANDINGS, reached_standings
from assessments.engine.screening.months import Days
from assessments.engine.screening.scaled import Flags, Ints
from assessments.engine.screening.scores import screen_score
from assessments.engine.screening.totals import screen_activity, screen_total


@dataclass(frozen=True, slots=True)
class Brief:
    """A verdict in three words: those of `Assessment`, without the arithmetic."""

    outcome: Outcome
    live: Outcome
    standing: Standing


@dataclass(frozen=True, slots=True)
class Screened:
    """A brief for every case, in their order; `exact` is how many of them `assess` itself had to tell."""

    briefs: tuple[Brief, ...]
    exact: int


_EXEMPT = Brief(Outcome.EXEMPT, Outcome.EXEMPT, Standing.CLEAR)
# One brief for each combination: equal cases share it.
_BRIEFS = tuple(
    Brief(outcome, live, standing) for outcome in WORST_FIRST for live in WORST_FIRST for standing in STANDINGS
)
_BY_RISK = np.array([STANDINGS.index(level) for level in RISK])


def screen(rulebook: Rulebook, columns: Columns) -> Screened:
    """Judge every case by a rulebook. Raises ValueError only when the rulebook is not an assessment."""
    body = rulebook.body
    if not isinstance(body, AssessmentBody):
        raise ValueError(f"{rulebook.version} of {rulebook.programme} is a {rulebook.kind} rulebook, not an assessment")
    briefs = [_EXEMPT] * len(columns.cases)
    exactly = list(columns.irregular)
    for block in columns.blocks:
        codes, is_exact = _screen_block(rulebook, body, block)
        for place, code in zip(block.places.tolist(), codes.tolist(), strict=True):
            briefs[place] = _BRIEFS[code]
        exactly += block.places[is_exact].tolist()
    for place in exactly:
        told = assess(rulebook, *columns.cases[place])
        briefs[place] = Brief(told.outcome, told.live, told.standing)
    return Screened(tuple(briefs), len(exactly))


def _screen_block(rulebook: Rulebook, body: AssessmentBody, block: Block) -> tuple[Ints, Flags]:
    """Return places in `_BRIEFS`, and the cases that only `assess` can tell."""
    shape = block.over.shape
    rules = [rule for rule in body.requirements if block.phase in rule.phases]
    if any(isinstance(rule, DailyScore) for rule in rules):
        return np.zeros(shape, np.int64), np.ones(shape, np.bool_)
    results = {rule.id: _judge(rule, rulebook, block) for rule in rules}
    outcome, live = (np.full(shape, MET if results else NO_DATA) for _kind in range(2))
    exactly = block.loose
    for result in results.values():
        outcome, live = np.minimum(outcome, result.outcome), np.minimum(live, result.live)
        exactly = exactly | result.exactly
    risk = find_risk(body.bands, results, block)
    warned = np.where(risk.untold & (risk.level == 0), STANDINGS.index(Standing.UNKNOWN), _BY_RISK[risk.level])
    reached = reached_standings(body.consequences, _failed_on(results, block), block.as_of)
    standing = np.where(outcome == MISSED, reached, warned)
    codes = (outcome * len(WORST_FIRST) + live) * len(STANDINGS) + standing
    return codes, exactly | risk.exactly


def _judge(rule: AnyRequirement, rulebook: Rulebook, block: Block) -> Judged:
    if isinstance(rule, MonthlyScore):
        return screen_score(rule, rulebook, block)
    if isinstance(rule, Total):
        return screen_total(rule, rulebook, block)
    if isinstance(rule, Incidents):
        return _without_incidents(rule, block)
    assert not isinstance(rule, DailyScore)
    return screen_activity(rule, block)


def _without_incidents(rule: Incidents, block: Block) -> Judged:
    """An incident gate that nothing has touched; wherever there is any incident `assess` counts."""
    shape = block.over.shape
    stays_open = (block.over < block.count) & (rule.effect == "fails")
    return Judged(
        outcome=np.where(stays_open, PENDING, MET),
        live=np.full(shape, MET),
        missed_on=block.as_of,
        is_blank=np.zeros(shape, np.bool_),
        exactly=block.has_incidents,
    )


def _failed_on(results: dict[str, Judged], block: Block) -> Days:
    """Return the day on which the marketplace announced the failure, else the first on which a requirement failed."""
    never = np.datetime64("9999-12-31")
    first = np.full(block.over.shape, never)
    for result in results.values():
        first = np.where(result.outcome == MISSED, np.minimum(first, result.missed_on), first)
    return np.where(np.isnat(block.confirmed_on), first, block.confirmed_on)
